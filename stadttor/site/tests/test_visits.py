"""A visit that was prepared: it takes place at the counter and the same case goes on, or nobody comes and it is overdue."""

from datetime import timedelta

import pytest

from stadttor.cases.models import Decision, Event
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.work import work
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.notices.letters import data
from stadttor.notices.models import Mail
from stadttor.site import letters, visits, wiring
from tests.one_service import Town

pytestmark = pytest.mark.db


@pytest.fixture
def town(authority) -> Town:
    wiring.connect()
    return Town(authority.id, authority.slug, "wohnsitzanmeldung", "eigentum")


def test_whoever_was_prepared_is_registered_at_the_counter_without_opening_the_case_again(town, monkeypatch, client):
    """Report: the case had to be closed and opened again, with a mail "we work on it again" and a letter that set aside the first."""
    kept = []
    monkeypatch.setattr(letters, "letter_data", lambda facts: kept.append(facts) or data.letter_data(facts))
    prepared = town.decide("handed_over")
    with pytest.raises(Refused):
        town.decide("registered")  # nobody was told of the visit yet
    town.send(prepared)
    client.cookies[STAFF_COOKIE] = town.token
    host = {"host": f"{town.slug}.localhost"}
    assert "Eintragen, was daraus wurde" in client.get(f"/desk/cases/{town.case_id}", headers=host).content.decode()
    page = client.get(f"/desk/cases/{town.case_id}/decide", headers=host).content.decode()
    assert ('value="registered"' in page, 'value="forwarded"' in page) == (True, False)
    with pytest.raises(Refused):
        town.decide("forwarded")
    town.send(town.decide("registered"))
    case = town.case()
    assert (case.state, case.outcome) == ("decided", "registered")
    assert kept[-1].outcome == "registered"
    assert kept[-1].replaces is None
    with work(town.authority_id):
        assert not Event.objects.filter(act="reopened").exists()
        assert not Mail.objects.filter(kind="reopened").exists()
    with pytest.raises(Refused):
        town.decide("closed")


def test_a_visit_nobody_came_to_becomes_overdue_and_ends_with_a_reason(town):
    town.send(town.decide("handed_over"))
    assert visits.marks_of_nobody_came(town.authority_id, [town.submission_id]) == {}
    with work(town.authority_id):
        Decision.objects.update(sent_at=now() - timedelta(days=32))
    assert list(visits.marks_of_nobody_came(town.authority_id, [town.submission_id])) == [town.submission_id]
    town.send(town.decide("closed", reasons=["nicht_erschienen"]))
    assert visits.marks_of_nobody_came(town.authority_id, [town.submission_id]) == {}
