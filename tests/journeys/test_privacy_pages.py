"""The pages as leads and organisers use them, in a browser without JavaScript."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest

from stadttor.cases.models import Case
from stadttor.ground.clock import now as this_moment
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.payments.models import Attempt, Payment
from stadttor.privacy.models import Deletion, Hold, Retention
from tests.isolation.world import made

pytestmark = pytest.mark.db


@pytest.fixture
def town(authority):
    return made(authority)


def archived(response):
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def page_of(town):
    return f"/desk/cases/{town.things['case_id']}/retention"


def closed(town, **values):
    """As if the work had ended."""
    ended = {"active": False, "state": "closed", "closed_at": this_moment(), **values}
    with work(town.authority_id):
        Case.objects.filter(id=town.things["case_id"]).update(**ended)


def test_a_citizen_saves_all_about_her_application_and_nobody_else_does(town):
    page = f"/status/{town.things['submission_id']}"
    assert f"{page}/auskunft" in town.citizen().get(page).content.decode()
    assert town.citizen().get(f"{page}/auskunft").status_code == 405
    answer = town.citizen().post(f"{page}/auskunft")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    [one] = json.loads(archived(answer).read("data.json"))["applications"]
    assert one["data"]["forms_submission"][0]["email"] == "amira.yilmaz@example.org"
    assert one["data"]["cases_question"][0]["items"][0]["text"] == "Seit wann?"
    assert town.browser().post(f"{page}/auskunft").status_code == 404


def test_a_lead_finds_a_person_and_saves_what_is_ticked_and_no_address_names_her(town):
    clerk = town.clerk()
    who = {"name": "Amira Yılmaz", "born.day": "24", "born.month": "5", "born.year": "1988"}
    found = clerk.post("/desk/person", who)
    assert town.things["number"] in found.content.decode()
    assert "Amira" not in found.request["PATH_INFO"] + found.request["QUERY_STRING"]
    answer = clerk.post("/desk/person/export.zip", {**who, "chosen": [town.things["submission_id"]]})
    assert len(json.loads(archived(answer).read("data.json"))["applications"]) == 1
    with work(town.authority_id):
        acts = [(one.act, one.details) for one in AuditEntry.objects.filter(act__startswith="privacy.").order_by("at")]
    # Hers, and the one that was entered for her on the telephone.
    assert acts == [("privacy.searched", {"found": 2}), ("privacy.exported", {"scope": "person"})]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Geburtsdatum"),
        ({"name": "Amira Yılmaz", "born.day": "31", "born.month": "2", "born.year": "1988"}, "24 12 2026"),
        ({"email": "amira.yilmaz@example.org", "chosen": ["nothing"]}, "kreuzen"),
    ],
)
def test_what_is_missing_is_said(town, sent, says):
    answer = town.clerk().post("/desk/person/export.zip" if "chosen" in sent else "/desk/person", sent)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_a_case_in_work_is_not_deleted_and_the_page_says_why(town):
    sent = {"act": "delete", "ground": "withdrawn", "word": town.things["number"]}
    answer = town.clerk().post(page_of(town), sent)
    assert answer.status_code == 409
    assert "Art. 17" in answer.content.decode()
    with work(town.authority_id):
        assert Case.objects.count() == 1


def test_a_decided_case_names_the_day_until_which_it_is_kept(town):
    closed(town, retention="P3Y")
    with work(town.authority_id):
        Retention.objects.all().delete()
    sent = {"act": "delete", "ground": "withdrawn", "word": town.things["number"]}
    answer = town.clerk().post(page_of(town), sent)
    assert (answer.status_code, f"31. Dezember {this_moment().year + 3}" in answer.content.decode()) == (409, True)


def test_a_withdrawn_case_is_deleted_when_its_number_is_typed(town):
    closed(town, state="withdrawn")
    with work(town.authority_id):
        Attempt.objects.update(state="expired")
    clerk, sent = town.clerk(), {"act": "delete", "ground": "withdrawn"}
    assert clerk.post(page_of(town), {**sent, "word": "falsch"}).status_code == 422
    assert clerk.post(page_of(town), {**sent, "word": town.things["number"]}).status_code == 302
    with work(town.authority_id):
        assert (Case.objects.count(), Deletion.objects.get().cause) == (0, "withdrawn")
    assert clerk.get(f"/desk/cases/{town.things['case_id']}").status_code == 404
    assert town.citizen().get(f"/status/{town.things['submission_id']}").status_code == 404


def test_a_lead_holds_a_case_and_lets_it_go(town):
    clerk = town.clerk()
    assert clerk.post(page_of(town), {"act": "hold", "reason": ""}).status_code == 422
    clerk.post(page_of(town), {"act": "hold", "reason": "Klage vor dem VG Ansbach"})
    assert "Klage vor dem VG Ansbach" in clerk.get(page_of(town)).content.decode()
    clerk.post(
        page_of(town),
        {"act": "change", "reason": "Berufung beim VGH", "until.day": "24", "until.month": "12", "until.year": "2039"},
    )
    page = clerk.get(page_of(town)).content.decode()
    assert all(one in page for one in ("Klage vor dem VG Ansbach", "Berufung beim VGH", 'value="2039"'))
    clerk.post(page_of(town), {"act": "lift"})
    with work(town.authority_id):
        assert Hold.objects.count() == 0


def test_an_organiser_hands_a_case_over_to_the_archive(town):
    clerk, offer = town.clerk(), f"/desk/archive/{town.things['retention_id']}"
    assert offer in clerk.get("/desk/archive").content.decode()
    assert "data.json" in archived(clerk.post(f"{offer}/case.zip")).namelist()
    for answer, state in (("accepted", "accepted"), ("handed_over", "free")):
        assert clerk.post(offer, {"answer": answer}).status_code == 302
        with work(town.authority_id):
            assert Retention.objects.get().state == state
    assert clerk.get(offer).status_code == 404


def test_the_offer_of_a_protected_person_is_opened_with_a_reason(town):
    with work(town.authority_id):
        row = Case.objects.get(id=town.things["case_id"])
        Case.objects.filter(id=row.id).update(is_protected=True, applicant="", applicant_key="")
    clerk, offer = town.clerk(), f"/desk/archive/{town.things['retention_id']}"
    assert "§ 51 BMG" in clerk.get(offer).content.decode()
    assert clerk.post(f"{offer}/case.zip").status_code == 403
    assert clerk.post(f"{offer}/open", {"reason": ""}).status_code == 422
    assert clerk.post(f"{offer}/open", {"reason": "Abgabe an das Archiv"}).status_code == 302
    assert "data.json" in archived(clerk.post(f"{offer}/case.zip")).namelist()


def test_a_proof_stands_in_the_list_without_a_name(town):
    closed(town, retention="P1D", closed_at=this_moment() - timedelta(days=3))
    with work(town.authority_id):
        ended = Case.objects.get().closed_at
        Retention.objects.update(closed_at=ended, state="free", until=date(2020, 1, 1), archive="refused")
    from stadttor.privacy.services import keep_time

    # While somebody pays for it the case stays.
    assert keep_time(authority_id=town.authority_id, now=this_moment()).deleted == 0
    with work(town.authority_id):
        Attempt.objects.update(state="expired")
    keep_time(authority_id=town.authority_id, now=this_moment())
    page = town.clerk().get("/desk/archive").content.decode()
    with work(town.authority_id):
        assert Deletion.objects.get().digest[:16] in page
    assert "Amira" not in page


@pytest.mark.parametrize(("how", "state", "kept"), [("refund", "refunded", False), ("keep", "paid", True)])
def test_an_organiser_pays_back_what_was_paid_for_an_application_that_is_gone(town, how, state, kept):
    clerk, action = town.clerk(), f"/desk/archive/payments/{town.things['payment_id']}"
    assert action in clerk.get("/desk/archive").content.decode()
    assert town.colleague("olsen").post(action, {"how": how}).status_code == 403
    assert clerk.post(action, {"how": how}).status_code == 302
    with work(town.authority_id):
        payment = Payment.objects.get(id=town.things["payment_id"])
    assert (payment.state, payment.kept is not None) == (state, kept)
    assert action not in clerk.get("/desk/archive").content.decode()
    assert clerk.post(action, {"how": how}).status_code == 404
