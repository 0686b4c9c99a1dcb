"""The combinations of one package at one level, and that each door which is taken out is noticed."""

import pytest

from adapters.eudi_wallet import verifier
from adapters.saml import answers, keys
from stadttor.identity import ports
from stadttor.portal import services, wallets
from stadttor.portal.journey import Journey
from stadttor.site.wiring import connect
from tests.identity.levels import WAYS, a_town, the_day, tried

pytestmark = pytest.mark.db
PACKAGE, NEEDED = "sperrmuell", "substantiell"


@pytest.fixture
def town(authority, client, monkeypatch):
    monkeypatch.setattr(keys, "BITS", 2048)  # half the time of a key that has to last
    connect()
    client.get("/")
    with the_day():
        yield a_town(authority.id)
    ports.use_wallets(None)


@pytest.fixture
def slug(town):
    return town.offer(PACKAGE, NEEDED)


def test_every_way_is_answered_rightly(town, slug):
    lines = {way.name: tried(town, slug, NEEDED, way) for way in WAYS}
    assert [line for line in lines.values() if not line["right"]] == []
    sent = {name for name, line in lines.items() if line["got"] == "sent"}
    reach = ("STORK 3", "STORK 3 without bPK2", "STORK 4", "STORK 4 without bPK2")
    assert sent == {*(f"BundID {name}" for name in reach), "EUDI wallet"}


@pytest.mark.parametrize("needed", ["none", "normal"])
def test_what_the_town_issued_is_enough_where_nobody_must_be_surely_known(town, needed):
    line = tried(town, town.offer(PACKAGE, needed), needed, OWN)
    assert (line["got"], line["why"]) == ("sent", "")


def test_that_it_is_asked_for_and_taken_where_it_is_not_enough_is_noticed(town, slug, monkeypatch):
    monkeypatch.setattr(wallets, "EVIDENCE_LEVEL", "hoch")
    line = tried(town, slug, NEEDED, OWN)
    assert not line["right"]
    for noticed in ("the wallet is asked for", "was taken in place of the identity card"):
        assert noticed in line["why"]


def test_that_it_counts_as_more_than_it_is_is_noticed(town, monkeypatch):
    monkeypatch.setattr(verifier, "EVIDENCE_LEVEL", "hoch")
    line = tried(town, town.offer(PACKAGE, "normal"), "normal", OWN)
    assert not line["right"]
    assert "another level is kept" in line["why"]


TOO_LOW = next(way for way in WAYS if way.stork == 2)
OWN = next(way for way in WAYS if way.kind == "own")


@pytest.mark.parametrize(
    ("where", "name", "open_door", "noticed"),
    [
        (answers, "reaches", lambda level, needed: True, "a lower level than asked was taken"),
        (Journey, "needs_sign_in", False, "the summary did not lead to the ways of signing in"),
        (services, "must_be_sure_enough", lambda form, trust: None, "sending it was not refused for the level"),
    ],
)
def test_a_door_that_is_taken_out_is_noticed(town, slug, monkeypatch, where, name, open_door, noticed):
    monkeypatch.setattr(where, name, open_door)
    line = tried(town, slug, NEEDED, TOO_LOW)
    assert not line["right"]
    assert noticed in line["why"]
