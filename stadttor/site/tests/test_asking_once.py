"""What Amira told the town hall before stands in her next form when she chooses it, and the clerk sees where it came from."""

from uuid import UUID

import pytest

from stadttor.catalog import queries as catalog
from stadttor.forms.models import Draft, Submission
from stadttor.forms.parsing import parse_form
from stadttor.forms.queries.reused import reused
from stadttor.forms.services.erasing import erase_draft
from stadttor.ground.clock import now
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.portal import access
from stadttor.portal.earlier import _single
from stadttor.portal.services import start
from stadttor.site.applications import answer_groups, submitted
from stadttor.site.tests.test_citizen_account import Account, amira, jonas, take, town, with_link  # noqa: F401  # fixtures

pytestmark = pytest.mark.db


@pytest.fixture
def known(town, amira):  # noqa: F811
    """Her account holds one application."""
    with_link(town, amira)
    take(town, amira)
    return amira


def choose(town, one, draft, **chosen):  # noqa: F811
    return one.client.post(f"/konto/uebernehmen/{draft}", {"from": town.things["submission_id"], **chosen})


def answers(town, draft):  # noqa: F811
    with work(town.authority_id):
        return Draft.objects.get(id=draft).answers


def test_it_is_offered_at_the_start_with_every_value_and_nothing_ticked(town, known):  # noqa: F811
    begun = known.client.post("/leistungen/bewohnerparkausweis/antrag")
    assert begun.headers["Location"].startswith("/konto/uebernehmen/")
    page = known.page(begun.headers["Location"])
    assert town.things["number"] in page
    assert "Yılmaz" in page
    assert " checked" not in page
    assert answers(town, known.begin()) == {}


def test_only_what_she_ticks_is_taken_and_where_it_came_from_is_kept(town, known):  # noqa: F811
    draft = known.begin()
    choose(town, known, draft, take=["person.nachname", "person.gibtesnicht"], how="ticked")
    assert answers(town, draft) == {"person": {"nachname": "Yılmaz"}}
    assert {path: row.number for path, row in reused(town.authority_id, draft).items()} == {
        "person.nachname": town.things["number"]
    }
    with work(town.authority_id):
        details = AuditEntry.objects.get(act="draft.reused").details
    assert details == {"from": town.things["number"], "fields": ["person.nachname"]}


def test_nothing_ticked_is_nothing_taken(town, known):  # noqa: F811
    draft = known.begin()
    assert choose(town, known, draft, how="ticked").headers["Location"].endswith("?after=nothing")
    assert (answers(town, draft), reused(town.authority_id, draft)) == ({}, {})


def test_all_of_it_never_takes_files(town, known):  # noqa: F811
    draft = known.begin()
    choose(town, known, draft, how="all")
    taken = answers(town, draft)
    assert taken["person"]["vorname"] == "Amira"
    assert not any(isinstance(value, list) for group in taken.values() for value in group.values())


def test_no_declaration_and_no_bank_account_is_ever_taken_over():
    """A yes is said anew each time: to a SEPA mandate, to what another parent agrees to."""
    kinds = ("name", "date", "boolean", "iban", "file")
    fields = [{"id": kind, "type": kind} for kind in kinds]
    form = parse_form({"pages": [{"id": "p", "groups": [{"id": "g", "fields": fields}]}]}, {})
    assert [one.type for one in _single(form)] == ["name", "date"]


def test_whoever_is_not_signed_in_is_offered_nothing(town, known):  # noqa: F811
    draft = known.begin()
    with work(town.authority_id):
        assert Draft.objects.filter(id=draft).exists()
    stranger = town.browser()
    assert stranger.get(f"/konto/uebernehmen/{draft}").status_code == 404
    assert stranger.post("/leistungen/bewohnerparkausweis/antrag").headers["Location"].startswith("/antrag/")


def test_another_persons_application_gives_nothing(town, known):  # noqa: F811
    other = jonas(town)
    begun = other.client.post("/leistungen/bewohnerparkausweis/antrag").headers["Location"]
    draft = UUID(begun.rpartition("/")[2])
    assert "/antrag/" in other.client.get(begun).headers["Location"]
    assert choose(town, other, draft, how="all").status_code == 404
    assert answers(town, draft) == {}


def test_nothing_of_hers_goes_into_a_draft_that_is_not_in_her_account(town, known):  # noqa: F811
    form, token = catalog.adopted_form(town.authority_id, "bewohnerparkausweis"), access.new_token()
    draft = start(form=form, token=token, language="de", now=now())
    known.client.get(f"/weiter/{token}")
    assert known.client.get(f"/antrag/{draft}/seite/antrag").status_code == 200
    assert known.client.get(f"/konto/uebernehmen/{draft}").status_code == 404
    assert choose(town, known, draft, how="all").status_code == 404
    assert answers(town, draft) == {}


def test_the_clerk_sees_from_which_application_it_came_until_it_says_otherwise(town, known):  # noqa: F811
    draft = known.begin()
    choose(town, known, draft, take=["person.nachname", "person.vorname"], how="ticked")
    with work(town.authority_id):
        row = Draft.objects.get(id=draft)
        row.answers["person"]["vorname"] = "Amira Sophie"
        row.save()
        Submission.objects.filter(id=town.things["submission_id"]).update(draft_id=draft, answers=row.answers)
    found = submitted(town.authority_id, UUID(town.things["submission_id"]))
    rows = {one.path: one for group in answer_groups(found, "de") for one in group.rows}
    assert (rows["person.nachname"].origin, town.things["number"] in rows["person.nachname"].where) == (
        "prefilled",
        True,
    )
    assert (rows["person.vorname"].origin, rows["person.vorname"].where) == ("typed", "")


def test_it_goes_with_the_draft(town, known):  # noqa: F811
    draft = known.begin()
    choose(town, known, draft, how="all")
    with work(town.authority_id):
        erase_draft(town.authority_id, draft)
    assert reused(town.authority_id, draft) == {}
