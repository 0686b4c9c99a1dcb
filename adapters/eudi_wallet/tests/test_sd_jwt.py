import pytest

from adapters.eudi_wallet.sd_jwt import open_claims, split
from adapters.eudi_wallet.tests.maker import digest, disclosure
from stadttor.identity.ports import NotProven


def reason(payload, *disclosures):
    with pytest.raises(NotProven) as refused:
        open_claims(payload, disclosures)
    return refused.value.reason


def test_nested_and_listed_claims_open():
    town = disclosure("locality", "KÖLN")
    address = disclosure("address", {"_sd": [digest(town)], "country": "DE"})
    german = disclosure("DE")
    payload = {"_sd": [digest(address), "decoy"], "nationalities": [{"...": digest(german)}, {"...": "decoy2"}, "PL"]}
    opened = open_claims(payload, [town, address, german])
    assert opened.claims == {"nationalities": ["DE", "PL"], "address": {"locality": "KÖLN", "country": "DE"}}
    assert opened.hidden == {"address"}


def test_an_undisclosed_claim_is_not_there():
    assert open_claims({"_sd": ["decoy"], "_sd_alg": "sha-256", "vct": "a"}, []).claims == {"vct": "a"}


def test_a_disclosure_overwrites_nothing():
    name = disclosure("family_name", "ADELIG")
    assert reason({"family_name": "MUSTERMANN", "_sd": [digest(name)]}, name) == "disclosure_overwrites"
    other = disclosure("family_name", "ANDERS")
    assert reason({"_sd": [digest(name), digest(other)]}, name, other) == "disclosure_overwrites"


def test_each_digest_stands_once():
    name = disclosure("family_name", "MUSTERMANN")
    assert reason({"_sd": [digest(name)], "address": {"_sd": [digest(name)]}}, name) == "digest_twice"


def test_a_disclosure_stands_where_its_kind_belongs():
    member, element = disclosure("name", "A"), disclosure("A")
    assert reason({"list": [{"...": digest(member)}]}, member) == "disclosure_place"
    assert reason({"_sd": [digest(element)]}, element) == "disclosure_place"
    assert reason({"list": [{"...": "digest", "more": 1}]}) == "disclosure_place"
    assert reason({"...": "digest"}) == "disclosure_place"


@pytest.mark.parametrize("name", ["_sd", "...", 1])
def test_reserved_names_are_not_disclosed(name):
    one = disclosure(name, "A")
    assert reason({"_sd": [digest(one)]}, one) == "disclosure_name"


def test_another_hash_or_form_is_refused():
    assert reason({"_sd_alg": "md5"}) == "sd_alg"
    assert reason({"_sd": "digest"}) == "sd_form"
    assert reason({"_sd": [1]}) == "digest_twice"


def test_nothing_is_nested_without_end():
    deep: dict[str, object] = {}
    for _ in range(20):
        deep = {"a": deep}
    assert reason(deep) == "sd_jwt_depth"


def test_a_presentation_has_tildes():
    with pytest.raises(NotProven, match="sd_jwt_form"):
        split("a.b.c")
    with pytest.raises(NotProven, match="sd_jwt_form"):
        split("a.b.c" + "~d" * 300)
