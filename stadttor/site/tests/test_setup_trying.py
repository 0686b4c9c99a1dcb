"""Test cases of the set-up: invented, marked everywhere, worked on like every other."""

import json
from uuid import UUID

import pytest

from stadttor.cases.models import Case
from stadttor.cases.queries import tried_out
from stadttor.cases.services import open_case
from stadttor.catalog import queries
from stadttor.catalog.services import adopt, go_live
from stadttor.core.refused import Refused
from stadttor.forms.models import Attachment, Submission
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.site import wiring
from stadttor.site.demo_cast import PARAMETERS
from stadttor.site.setup.trying import make_test_case
from stadttor.site.tests.test_setup import desk
from stadttor.tenancy.queries import forget
from tests.shelf import publish

pytestmark = pytest.mark.db
SLUG = "bewohnerparkausweis"


@pytest.fixture(autouse=True)
def _wired():
    wiring.connect()
    forget()
    yield
    forget()


@pytest.fixture
def kern(authority):
    return desk(authority, "organiser", now=clock.now())


@pytest.fixture
def adoption_id(authority, now) -> UUID:
    """The resident permit, which wants a file with every application, in test."""
    publish(SLUG, now=now)
    (version,) = queries.versions()
    values = PARAMETERS["weissenburg"][SLUG]
    return adopt(authority_id=authority.id, version_id=version.id, parameters=values, actor=SYSTEM, now=now)


def test_a_button_makes_an_invented_case_that_is_marked_and_counts_when_decided(kern, authority, adoption_id):
    assert "not tried" in kern.get("/desk/setup/trying").content.decode()
    answer = kern.post("/desk/setup/trying", {"service": SLUG})
    assert answer["Location"] == f"/desk/setup/trying?made={SLUG}"
    assert "Testfall" not in answer["Location"]
    with work(authority.id):
        row = Submission.objects.get(authority_id=authority.id)
        assert (row.is_test, row.applicant, row.email) == (True, "Amira Testfall", "kern@weissenburg.example")
        (paper,) = Attachment.objects.filter(authority_id=authority.id)
        assert json.dumps(row.answers).count(str(paper.id)) == 1, "the example's paper is there"
        act = AuditEntry.objects.get(authority_id=authority.id, act="submission.accepted")
        assert act.actor_name == "Frau Kern"
    case_id = open_case(authority_id=authority.id, submission_id=row.id, now=clock.now())
    assert tried_out(authority.id) == {adoption_id: (case_id, False)}
    assert "begun" in kern.get("/desk/setup/trying").content.decode()
    with work(authority.id):
        Case.objects.filter(authority_id=authority.id, id=case_id).update(decided_at=clock.now())
    assert "tried up to the decision" in kern.get("/desk/setup/trying").content.decode()


def test_an_open_service_gets_no_invented_cases(kern, authority, adoption_id, now):
    go_live(authority_id=authority.id, adoption_id=adoption_id, actor=SYSTEM, now=now)
    assert kern.post("/desk/setup/trying", {"service": SLUG}).status_code == 409
    assert kern.post("/desk/setup/trying", {"service": "unknown"}).status_code == 404
    with work(authority.id):
        assert not Submission.objects.exists()


def test_where_no_example_fits_she_is_told_to_fill_in_the_form(authority, adoption_id, monkeypatch):
    monkeypatch.setattr("stadttor.site.setup.trying.invented_answers", lambda *known: None)
    from stadttor.identity.queries import Staff

    kern = Staff(
        UUID(int=1), "Frau Kern", "kern@weissenburg.example", authority.id, frozenset(["organiser"]), frozenset()
    )
    with pytest.raises(Refused) as refused:
        make_test_case(staff=kern, slug=SLUG, now=clock.now())
    assert refused.value.code == "no_example"
