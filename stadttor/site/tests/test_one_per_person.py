"""One permit for each resident: who grants another one has read of the first, and says why."""

from uuid import UUID

import pytest

from stadttor.cases import services as cases
from stadttor.cases.models import Case, Note
from stadttor.cases.ports import applications
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.work import work
from stadttor.identity import queries as identity
from stadttor.site import wiring
from stadttor.site.tests.test_permits import YEAR, granted
from tests.isolation.world import Town, in_work
from tests.one_service import applied_again

pytestmark = pytest.mark.db
KEY = "one_per_person"


@pytest.fixture
def town(authority) -> Town:
    wiring.connect()
    return in_work(authority)


def another(town: Town, **person: str) -> Case:
    return applied_again(town, person=person)


def cautions(town: Town, case: Case) -> dict[str, str]:
    staff = identity.staff_of(town.secrets["session"], town.authority_id, now())
    ref = cases.look_at(staff=staff, case_id=case.id, now=now()).ref
    with work(town.authority_id):
        return {one.key: one.text for one in applications().vocabulary(ref).cautions}


def test_a_second_permit_of_the_same_person_is_granted_with_a_reason_only(town):
    """Report: nobody read `one_per_person`; one person could have two valid permits."""
    number = number_of(town, granted(town))
    case = another(town)
    assert number in cautions(town, case)[KEY]
    staff = identity.staff_of(town.secrets["session"], town.authority_id, now())
    days = {"valid_from": YEAR.begins, "valid_until": YEAR.ends}
    about = {"staff": staff, "case_id": case.id, "version": case.version, "outcome": "granted", "now": now(), **days}
    seen = list(cautions(town, case))
    for more, field in (
        ({"cautions_seen": []}, f"cautions_seen.{seen[0]}"),
        ({"cautions_seen": seen}, "caution_reason"),
    ):
        with pytest.raises(Refused) as refused:
            cases.decide(**about, **more)
        assert refused.value.field == field
    page = town.clerk().get(f"/desk/cases/{case.id}/decide").content.decode()
    assert 'name="caution_reason"' in page
    cases.decide(**about, cautions_seen=seen, caution_reason="Der alte wird zurückgegeben.")
    with work(town.authority_id):
        assert "Der alte wird zurückgegeben." in Note.objects.get(case_id=case.id).text


@pytest.mark.parametrize(
    ("person", "number", "ends"),
    [({}, True, YEAR.ends), ({}, False, YEAR.ends), ({"geburtsdatum": "1971-01-01"}, False, None)],
)
def test_a_replacement_is_proposed_until_the_last_day_of_what_it_replaces(town, person, number, ends):
    """Report: who had lost her permit and did not know its number got one without a last day."""
    known = number_of(town, granted(town)) if number else (granted(town), "")[1]
    lost = {"art": "verlust", "ausweis_nummer": known.lower(), "verlust_grund": "verloren"}
    case = applied_again(town, antrag=lost, person=person)
    staff = identity.staff_of(town.secrets["session"], town.authority_id, now())
    ref = cases.look_at(staff=staff, case_id=case.id, now=now()).ref
    with work(town.authority_id):
        assert applications().vocabulary(ref).permit.ends == ends


def test_namesakes_and_what_has_ended_stand_against_nothing(town):
    granted(town)
    assert KEY not in cautions(town, another(town, geburtsdatum="1971-01-01"))
    assert KEY not in cautions(town, another(town, vorname="Aylin"))


def test_another_open_application_of_the_same_person_is_named(town):
    case = another(town)
    assert KEY not in cautions(town, case), "nobody has to answer to it"
    assert town.things["number"] in town.clerk().get(f"/desk/cases/{case.id}/decide").content.decode()


def test_several_open_applications_are_named_in_one_sentence(town):
    """Report: the same sentence stood there once for each of them."""
    second, case = another(town), another(town)
    page = town.clerk().get(f"/desk/cases/{case.id}/decide").content.decode()
    assert "2 weitere offene Anträge: " in page
    assert town.things["number"] in page
    assert second.number in page


@pytest.mark.parametrize(
    "hidden", [{"secrecy": "tax", "unit_id": None}, {"is_protected": True, "applicant": "", "applicant_key": ""}]
)
def test_what_the_clerk_may_not_see_stands_there_without_its_number(town, hidden):
    """Found by a review: numbers of other units' cases, under tax secrecy and of protected persons were said to all."""
    number, open_number = number_of(town, granted(town)), town.things["number"]
    case = another(town)
    with work(town.authority_id):
        Case.objects.filter(id=town.things["case_id"]).update(**hidden)
    said = cautions(town, case)[KEY]
    assert number not in said
    assert "Leitung" in said
    page = town.clerk().get(f"/desk/cases/{case.id}/decide").content.decode()
    assert open_number not in page
    assert 'name="caution_reason"' in page, "she still has to say why"


def number_of(town: Town, case_id: UUID) -> str:
    with work(town.authority_id):
        return Case.objects.get(id=case_id).number
