"""Asked again, answered again: the new answer counts from then on, what was sent stays as it was."""

import json
from datetime import date, timedelta
from uuid import UUID

import pytest

from stadttor.cases import services as cases
from stadttor.cases.models import Case, Event
from stadttor.cases.queries import case_for
from stadttor.cases.services import Asked
from stadttor.forms.models import Amendment, Submission
from stadttor.ground.clock import now
from stadttor.ground.work import work
from stadttor.identity.queries import staff_of
from stadttor.payments.models import Attempt
from stadttor.payments.queries import payment_of
from stadttor.portal.asked import Asking
from stadttor.privacy.matching import Sought
from stadttor.privacy.queries.finding import find_person
from stadttor.site import wiring
from stadttor.site.applications import SubmittedApplications, submitted
from stadttor.site.fees import fee_is_another_now
from tests.isolation.world import Town, in_work

pytestmark = pytest.mark.db
PLATE = Asked("fahrzeug.kennzeichen", "field", "Kennzeichen", "Auf dem Fahrzeugschein steht ein anderes.")
KIND = Asked("antrag.art", "field", "Was beantragen Sie?")
NUMBER = Asked("antrag.ausweis_nummer", "field", "Nummer Ihres Ausweises")


@pytest.fixture
def town(authority) -> Town:
    """An application for a lost permit whose case is open; nothing is asked yet."""
    wiring.connect()
    return in_work(authority)


def asked(town: Town, *items: Asked) -> str:
    """The clerk asks for these things; gives where the answer goes."""
    case_id, adler = UUID(town.things["case_id"]), staff_of(town.secrets["session"], town.authority_id, now())
    version = case_for(adler, case_id, now()).version
    question = cases.ask_back(staff=adler, case_id=case_id, version=version, items=items, now=now())
    return f"/status/{town.things['submission_id']}/antwort/{question}"


def page_of(town: Town) -> str:
    return town.citizen().get(f"/status/{town.things['submission_id']}").content.decode()


def found(town: Town):
    with work(town.authority_id):
        return submitted(town.authority_id, UUID(town.things["submission_id"]))


def plate(town: Town) -> str:
    return found(town).filled.answers["fahrzeug"]["kennzeichen"]


def test_a_field_is_asked_as_in_the_form_with_reason_and_former_answer(town):
    asked(town, PLATE)
    page = page_of(town)
    assert 'name="fahrzeug.kennzeichen"' in page
    assert 'value="WUG-AY 88"' in page
    assert PLATE.reason in page
    assert "So far you told us:" in page or "Bisher haben Sie angegeben:" in page


def test_the_answer_counts_from_then_on_and_what_was_sent_stays(town):
    path = asked(town, PLATE)
    answer = town.citizen().post(path, {"fahrzeug.kennzeichen": "wug ay 11"})
    assert answer.status_code == 302
    assert plate(town) == "WUG-AY 11"
    with work(town.authority_id):
        assert Submission.objects.get().answers["fahrzeug"]["kennzeichen"] == "WUG-AY 88"
        event = Event.objects.get(act="answers_changed")
    assert event.details["fields"] == ["fahrzeug.kennzeichen"]
    desk = town.clerk().get(f"/desk/cases/{town.things['case_id']}").content.decode()
    assert "WUG-AY 11" in desk
    assert "WUG-AY 88" in desk
    assert "WUG-AY 11" in json.dumps(town.system().get(f"/api/v1/cases/{town.things['case_id']}").json()["answers"])
    assert "WUG-AY 11" in page_of(town), "answered questions stay to be seen"


def test_what_the_form_refuses_is_refused_and_kept_in_the_field(town):
    path = asked(town, PLATE)
    answer = town.citizen().post(path, {"fahrzeug.kennzeichen": "11"})
    assert answer.status_code == 422
    assert 'value="11"' in answer.content.decode()
    assert 'href="#f-fahrzeug-kennzeichen"' in answer.content.decode()
    assert plate(town) == "WUG-AY 88"


def test_the_same_answer_twice_is_one_and_another_one_is_too_late(town):
    path, said = asked(town, PLATE), {"fahrzeug.kennzeichen": "WUG-AY 11"}
    assert [town.citizen().post(path, said).status_code for _again in range(2)] == [302, 302]
    assert town.citizen().post(path, {"fahrzeug.kennzeichen": "WUG-AY 12"}).status_code == 409
    with work(town.authority_id):
        assert Amendment.objects.count() == 1
    assert plate(town) == "WUG-AY 11"


def test_asked_twice_the_last_answer_counts_and_both_former_ones_are_named(town):
    for one in ("WUG-AY 11", "WUG-AY 12"):
        town.citizen().post(asked(town, PLATE), {"fahrzeug.kennzeichen": one})
    adler = staff_of(town.secrets["session"], town.authority_id, now())
    ref = case_for(adler, UUID(town.things["case_id"]), now()).ref
    with work(town.authority_id):
        content = SubmittedApplications().content(ref, "de")
    (row,) = [row for group in content.groups for row in group.rows if row.path == PLATE.key]
    assert row.value == "WUG-AY 12"
    assert ["WUG-AY 11" in row.former[0], "WUG-AY 88" in row.former[1]] == [True, True]


def test_what_an_answer_makes_necessary_is_asked_for_too(town):
    path = asked(town, KIND)
    first = town.citizen().post(path, {"antrag.art": "zone"})
    assert first.status_code == 422
    assert 'name="antrag.zone_alt"' in first.content.decode()
    told = {"antrag.art": "zone", "antrag.zone_alt": "B", "antrag.ausweis_nummer": "2025-0815"}
    day = dict(zip(("day", "month", "year"), ("1", "12", "2026"), strict=True))
    told |= {f"laufzeit.gueltig_ab.{part}": value for part, value in day.items()}
    told |= {"fahrzeug.gesamtmasse_kg": "1800", "mehrere.gewuenscht": "false", "wohnung.eigener_stellplatz": "false"}
    answer = town.citizen().post(path, told)

    assert answer.status_code == 302
    assert found(town).filled.answers["antrag"]["zone_alt"] == "B"
    assert found(town).filled.validate_all() == []


def test_a_field_that_was_not_asked_is_not_changed(town):
    path = asked(town, PLATE)
    town.citizen().post(path, {"fahrzeug.kennzeichen": "WUG-AY 11", "person.vorname": "Amélie"})
    assert found(town).filled.answers["person"]["vorname"] == "Amira"


def test_a_new_name_is_the_one_of_case_and_letter(town):
    town.citizen().post(asked(town, Asked("person.nachname", "field", "Nachname")), {"person.nachname": "Weber"})
    assert found(town).applicant == "Amira Weber"
    with work(town.authority_id):
        assert Case.objects.get().applicant == "Amira Weber"


def test_an_open_fee_follows_the_answers_and_of_another_one_the_clerk_is_warned(town):
    with work(town.authority_id):
        Attempt.objects.all().delete()
    submission = UUID(town.things["submission_id"])
    path = asked(town, Asked("antrag.ausweis_nummer", "field", "Nummer"))
    town.citizen().post(path, {"antrag.ausweis_nummer": "2025-0816"})
    right = sum(fee["cents"] for fee in found(town).fees)
    payment = payment_of(town.authority_id, submission)
    assert payment is not None
    assert payment.cents == right
    adler = staff_of(town.secrets["session"], town.authority_id, now())
    ref = case_for(adler, UUID(town.things["case_id"]), now()).ref
    assert fee_is_another_now(ref) == ()


def test_a_colleague_writes_an_answer_down(town):
    asked(town, PLATE)
    case = f"/desk/cases/{town.things['case_id']}"
    adler = staff_of(town.secrets["session"], town.authority_id, now())
    version = case_for(adler, UUID(town.things["case_id"]), now()).version
    assert 'name="fahrzeug.kennzeichen"' in town.clerk().get(f"{case}/answer").content.decode()
    said = {"fahrzeug.kennzeichen": "WUG-AY 11", "version": str(version)}
    assert town.clerk().post(f"{case}/answer", {**said, "version": "1"}).status_code == 409
    assert town.clerk().post(f"{case}/answer", said).status_code == 302
    assert plate(town) == "WUG-AY 11"
    with work(town.authority_id):
        assert Event.objects.get(act="answer_written").actor_name == "Frau Adler"
        assert Amendment.objects.get().by == "staff"


def test_a_question_that_was_taken_back_is_not_answered_any_more(town):
    path = asked(town, PLATE)
    adler = staff_of(town.secrets["session"], town.authority_id, now())
    case_id = UUID(town.things["case_id"])
    version = str(case_for(adler, case_id, now()).version)
    answer = town.clerk().post(f"/desk/cases/{case_id}/stop-asking", {"version": version, "then": "decide"})
    assert answer["Location"].endswith("/decide")
    assert town.citizen().post(path, {"fahrzeug.kennzeichen": "WUG-AY 11"}).status_code == 409
    assert plate(town) == "WUG-AY 88"
    assert 'name="fahrzeug.kennzeichen"' not in page_of(town)


def test_what_was_right_on_the_day_of_receipt_is_right_weeks_later(town):
    with work(town.authority_id):
        row = submitted(town.authority_id, UUID(town.things["submission_id"]))
    item = [{"key": "person.geburtsdatum", "kind": "field", "text": "Geburtsdatum"}]
    asking = Asking(row.row, row.form, item, "de", now() + timedelta(days=40))
    told = {"person.geburtsdatum.day": ["24"], "person.geburtsdatum.month": ["5"], "person.geburtsdatum.year": ["1988"]}
    assert asking.again(told).problems == ()
    assert asking.again({}).problems[0].code == "required"


def test_a_person_is_found_by_what_was_corrected(town):
    """Art. 15 GDPR: what is held about her includes what was said afterwards."""
    path = asked(town, Asked("person.geburtsdatum", "field", "Geburtsdatum"))
    day = {"day": "25", "month": "5", "year": "1988"}
    told = {f"person.geburtsdatum.{part}": value for part, value in day.items()}
    assert town.citizen().post(path, told).status_code == 302
    found = find_person(town.authority_id, Sought("Amira Yılmaz", date(1988, 5, 25)))
    assert [str(one.id) for one in found] == [town.things["submission_id"]]
