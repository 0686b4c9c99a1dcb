"""What is an index, who signed it, and which may come after which."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from stadttor.catalog.federation.index import Read, canonical, must_follow, read
from stadttor.catalog.federation.refusals import WORDS, CatalogueRefused
from stadttor.catalog.federation.sealing import must_be_signed
from stadttor.catalog.federation.tests.builders import (
    BAVARIA,
    FIRST,
    NOW,
    STRANGER,
    a_file,
    an_index,
    changed,
    kid,
    public,
)
from stadttor.catalog.rules import limits


def test_an_index_says_again_what_was_written():
    assert read(a_file()).index == an_index()


def code(refused) -> str:
    assert refused.value.code in WORDS
    return refused.value.code


def spoiled() -> dict[str, bytes]:
    """Files that are no index, by what is wrong."""
    whole, found = a_file(), json.loads(a_file())
    signed = found["signed"]

    def with_(**values):
        return canonical({**found, "signed": {**signed, **values}})

    return {
        "nothing": b"",
        "half": whole[: len(whole) // 2],
        "with a space": whole + b" ",
        "not in order": json.dumps({"signed": signed, "signatures": found["signatures"]}).encode(),
        "a key twice": whole.replace(b'"number":7', b'"number":7,"number":7'),
        "no UTF-8": whole.replace(b"Bayern", b"Bay\xffern"),
        "half a sign": whole.replace(b"Bayern", b"\\ud800"),
        "no signature": canonical({**found, "signatures": []}),
        "too many signatures": canonical({**found, "signatures": found["signatures"] * 5}),
        "something more": with_(more="x"),
        "another format": with_(format=2),
        "a number that is none": whole.replace(b'"number":7', b'"number":7.0'),
        "a number that is true": with_(number=True),
        "a number without end": whole.replace(b'"number":7', b'"number":' + b"9" * 5_000),
        "no number": whole.replace(b'"number":7', b'"number":NaN'),
        "a list instead": b"[]",
        "brackets without end": b"[" * 100_000,
        "a version twice": with_(versions=signed["versions"] * 2),
        "a path as name": with_(versions=[{**signed["versions"][0], "package": "de.example/../x"}]),
        "a sum that is none": with_(versions=[{**signed["versions"][0], "sha256": "A" * 64}]),
        "an archive larger than any": with_(versions=[{**signed["versions"][0], "size": limits.ARCHIVE_BYTES + 1}]),
        "a state nobody knows": with_(versions=[{**signed["versions"][0], "state": "best"}]),
        "a line break in a title": with_(versions=[{**signed["versions"][0], "title": "a\nb"}]),
        "a private key": with_(key=dict(BAVARIA.as_dict(private=True))),
        "another kind of key": with_(key={"kty": "RSA", "n": "x", "e": "AQAB"}),
        "a day that is none": with_(made_at="2026-02-30T09:00:00Z"),
    }


@pytest.mark.parametrize("what", spoiled())
def test_what_is_not_written_as_it_must_be_is_no_index(what):
    with pytest.raises(CatalogueRefused) as refused:
        read(spoiled()[what])
    assert code(refused) == "unreadable"


def test_an_index_larger_than_allowed_is_not_read():
    with pytest.raises(CatalogueRefused) as refused:
        read(b"[" * (limits.INDEX_BYTES + 1))
    assert code(refused) == "too_large"


def test_an_index_of_more_versions_than_allowed_is_not_read(monkeypatch):
    monkeypatch.setattr(limits, "INDEX_VERSIONS", 0)
    with pytest.raises(CatalogueRefused) as refused:
        read(a_file())
    assert code(refused) == "unreadable"


# --- who signed it


def test_the_agreed_key_is_known_by_its_thumbprint_alone():
    must_be_signed(read(a_file()), kid(BAVARIA), None)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(a_file(STRANGER, key=public(STRANGER)), id="by a stranger who says so"),
        pytest.param(a_file(STRANGER), id="by a stranger in Bavaria's name"),
        pytest.param(a_file().replace(b"Musterleistung", b"Mustergebuehr!"), id="changed after signing"),
    ],
)
def test_an_index_that_the_agreed_key_did_not_sign_is_refused(content):
    for seen in (None, public(BAVARIA)):
        with pytest.raises(CatalogueRefused) as refused:
            must_be_signed(read(content), kid(BAVARIA), seen)
        assert code(refused) == "unknown_signer"


def test_a_signature_of_a_package_is_none_of_a_catalogue(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("stadttor.catalog.federation.sealing.MEDIA_TYPE", "stadttor-package")
        content = a_file()
    with pytest.raises(CatalogueRefused):
        must_be_signed(read(content), kid(BAVARIA), None)


def test_a_new_key_is_believed_when_the_old_one_signed_too():
    must_be_signed(read(a_file(STRANGER, BAVARIA, key=public(STRANGER))), kid(BAVARIA), public(BAVARIA))


def test_a_new_key_that_does_not_sign_itself_is_refused():
    """Else somebody could be locked out of a catalogue by a key that nobody has."""
    with pytest.raises(CatalogueRefused):
        must_be_signed(read(a_file(BAVARIA, key=public(STRANGER))), kid(BAVARIA), public(BAVARIA))


def test_after_the_change_the_old_key_alone_is_not_enough():
    with pytest.raises(CatalogueRefused):
        must_be_signed(read(a_file(BAVARIA)), kid(STRANGER), public(STRANGER))


# --- which may come after which


def seen() -> Read:
    return read(a_file())


def later(**changes) -> Read:
    return read(a_file(**({"number": 8} | changes)))


SECOND = replace(FIRST, version="0.2.0", sha256="b" * 64)


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(seen(), id="the same again"),
        pytest.param(later(), id="a later one"),
        pytest.param(later(versions=(FIRST, SECOND)), id="one more version"),
        pytest.param(later(versions=changed(state="withdrawn", reason="Falsche Gebühr")), id="a version taken back"),
    ],
)
def test_an_honest_index_may_follow(then):
    must_follow(seen(), then, NOW)
    must_follow(None, then, NOW)


@pytest.mark.parametrize(
    ("then", "why"),
    [
        (later(number=6), "replayed"),
        (later(number=7, name="Bayern 2"), "two_indexes"),
        (later(versions=()), "missing_version"),
        (later(versions=(SECOND,)), "missing_version"),
        (later(versions=changed(sha256="c" * 64)), "changed_version"),
        (later(versions=changed(size=1_001)), "changed_version"),
        (later(versions=changed(publisher="somebody")), "changed_version"),
        (later(made_at=NOW - timedelta(days=8), expires_at=NOW), "expired"),
        (later(made_at=NOW + timedelta(minutes=6)), "from_future"),
        (later(expires_at=NOW + timedelta(days=31)), "too_long"),
    ],
)
def test_a_dishonest_index_may_not(then, why):
    with pytest.raises(CatalogueRefused) as refused:
        must_follow(seen(), then, NOW)
    assert code(refused) == why


def test_the_index_that_was_seen_expires_too():
    """A copy that is held back for weeks is noticed, though nothing in it is wrong."""
    with pytest.raises(CatalogueRefused) as refused:
        must_follow(seen(), seen(), NOW + timedelta(days=7))
    assert code(refused) == "expired"


def test_what_was_withdrawn_does_not_come_back():
    with pytest.raises(CatalogueRefused) as refused:
        must_follow(read(a_file(versions=changed(state="withdrawn", reason="x"))), later(), NOW)
    assert code(refused) == "came_back"
