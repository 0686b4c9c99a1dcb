import base64

import pytest
from cryptography import x509

from adapters.eudi_wallet.tests.maker import (
    NOW,
    Signer,
    below,
    certificate,
    new_key,
    pid_root,
    pid_signer,
    root,
    town_root,
)
from adapters.eudi_wallet.x509_path import read_x5c, trusted_leaf
from stadttor.identity.ports import NotProven


def reason(chain, anchors=None, **how):
    with pytest.raises(NotProven) as refused:
        trusted_leaf(chain, pid_root().chain if anchors is None else anchors, NOW, **how)
    return refused.value.reason


def test_a_signer_below_the_root_is_trusted():
    assert trusted_leaf(pid_signer().chain, pid_root().chain, NOW) == pid_signer().chain[0]


def test_a_path_may_have_an_authority_between():
    between = below(pid_root(), "Between", ca=True)
    signer = below(between, "Signer")
    assert trusted_leaf(signer.chain, pid_root().chain, NOW) == signer.chain[0]
    assert len(signer.chain) == 2


def test_one_root_does_not_vouch_for_anothers_signer():
    assert reason(pid_signer().chain, town_root().chain) == "path_no_anchor"


def test_nobody_is_trusted_without_an_anchor():
    assert reason(pid_signer().chain, ()) == "path_no_anchor"


def test_the_anchor_does_not_come_with_the_message():
    assert reason((*pid_signer().chain, *pid_root().chain)) == "path_no_anchor"


def test_a_root_of_the_same_name_is_not_the_root():
    assert reason(below(root("PID root"), "Signer").chain) == "path_no_anchor"


def test_a_leaf_may_not_sign_leaves():
    signer = pid_signer()
    forged = Signer(new_key(), ())
    leaf = certificate("Forged", forged.key, signer)
    assert reason((leaf, *signer.chain)) == "path_no_authority"


def test_the_length_of_a_path_is_kept():
    short = root("Short", path_length=0)
    signer = below(below(short, "Between", ca=True), "Signer")
    assert reason(signer.chain, short.chain) == "path_length"


@pytest.mark.parametrize("days", [(-400, -1), (1, 30)])
def test_every_certificate_must_hold_now(days):
    assert reason(below(pid_root(), "Signer", days=days).chain) == "path_time"
    assert reason(below(below(pid_root(), "Between", ca=True, days=days), "Signer").chain) == "path_time"


def test_an_expired_root_is_none():
    old = root("Old", days=(-400, -1))
    assert reason(below(old, "Signer").chain, old.chain) == "path_time"


def test_an_authority_signs_no_credentials():
    assert reason(below(pid_root(), "Between", ca=True).chain) == "path_leaf"


def test_a_key_serves_for_what_it_was_certified():
    assert reason(below(pid_root(), "Signer", usage=False).chain) == "path_key_usage"
    assert reason(below(pid_root(), "Signer").chain, purpose="1.0.18013.5.1.2") == "path_purpose"


def test_an_unknown_critical_extension_is_a_condition_nobody_checked():
    limited = x509.NameConstraints(permitted_subtrees=[x509.DNSName("example.org")], excluded_subtrees=None)
    between = below(pid_root(), "Between", ca=True, critical=limited)
    assert reason(below(between, "Signer").chain) == "path_critical_extension"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (None, "x5c_missing"),
        ([], "path_length"),
        (["AA=="] * 5, "path_length"),
        (["!"], "base64"),
        (["AA=="], "certificate"),
        ([base64.b64encode(bytes(9000)).decode()], "certificate_size"),
        ([1], "base64"),
    ],
)
def test_what_is_no_chain(values, why):
    with pytest.raises(NotProven, match=why):
        read_x5c(values)
