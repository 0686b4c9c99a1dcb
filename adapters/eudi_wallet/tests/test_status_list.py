import zlib

import pytest

from adapters.eudi_wallet.credential import SD_JWT_VC, Credential, StatusEntry
from adapters.eudi_wallet.encoding import b64url
from adapters.eudi_wallet.status_list import read_packed
from adapters.eudi_wallet.status_lists import FetchFrom, StatusLists
from adapters.eudi_wallet.tests.maker import (
    NOW,
    SECONDS,
    STATUS_URI,
    anchors,
    below,
    packed,
    pid_signer,
    status_token,
    town_root,
)
from adapters.eudi_wallet.vocabulary import PID_SD_JWT
from stadttor.identity.ports import NotProven


def credential(index):
    return Credential(SD_JWT_VC, PID_SD_JWT, {}, pid_signer().chain[0], StatusEntry(STATUS_URI, index), None)


def reason(token, index=5):
    with pytest.raises(NotProven) as refused:
        StatusLists(lambda uri: token).must_be_valid(credential(index), anchors(), NOW)
    return refused.value.reason


def test_what_is_not_revoked_holds():
    StatusLists(lambda uri: status_token()).must_be_valid(credential(6), anchors(), NOW)


def test_what_is_revoked_or_suspended_does_not():
    assert reason(status_token(), 7) == "status_revoked"
    assert reason(status_token(status_list=packed(64, revoked=3, bits=2)), 3) == "status_revoked"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"sub": STATUS_URI + "0"}, "status_list_subject"),
        ({"exp": SECONDS}, "status_list_expired"),
        ({"iat": SECONDS + 61}, "status_list_expired"),
        ({"iat": None}, "status_list_time"),
        ({"ttl": -1}, "status_list_time"),
        ({"ttl": "long"}, "status_list_time"),
        ({"status_list": {"bits": 3, "lst": ""}}, "status_list_form"),
        ({"status_list": {"bits": True, "lst": ""}}, "status_list_form"),
        ({"status_list": {"bits": 1, "lst": "AAAA"}}, "status_list_form"),
        ({"typ": "JWT"}, "jws_typ"),
    ],
)
def test_what_is_no_list_of_this_address_now(claims, why):
    assert reason(status_token(**claims)) == why


def test_only_whoever_may_issue_may_revoke():
    assert reason(status_token(below(town_root(), "Town"))) == "path_no_anchor"


def test_a_small_text_does_not_become_a_large_list():
    bomb = b64url(zlib.compress(bytes(9 * 1024 * 1024), 9))
    with pytest.raises(NotProven, match="status_list_size"):
        read_packed({"bits": 1, "lst": bomb})


def test_a_list_is_kept_as_long_as_it_says():
    asked = []

    def fetch(uri):
        asked.append(uri)
        return status_token(ttl=60)

    lists = StatusLists(fetch)
    for seconds in (0, 59, 61):
        lists.must_be_valid(credential(5), anchors(), NOW.fromtimestamp(SECONDS + seconds, NOW.tzinfo))
    assert asked == [STATUS_URI] * 2


def test_lists_are_fetched_from_named_hosts_only():
    fetch = FetchFrom(["status.example"])
    for uri in (
        "http://status.example/1",
        "https://127.0.0.1/1",
        "https://status.example@other.example/",
        "file:///etc",
    ):
        with pytest.raises(NotProven, match="status_list_host"):
            fetch(uri)
