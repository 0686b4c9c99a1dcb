"""A colleague enters an application for somebody: the same form and checks, her reasons, her channel, her date."""

import json
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from stadttor.cases import services as cases
from stadttor.cases.models import Case
from stadttor.cases.rules import due_on
from stadttor.forms.models import Draft, Entry, Submission
from stadttor.ground.clock import german_day, now
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.site import wiring
from tests import one_service
from tests.isolation.world import Town, in_work, pdf
from tests.journeys.test_without_javascript import LOST, declare

pytestmark = pytest.mark.db
EARLIER = german_day(now()) - timedelta(days=6)
BY_PHONE = {"service": "bewohnerparkausweis", "channel": "phone", "identity_document": "", "language": "uk"}
REASON = "reason-for.person.geburtsdatum"
BORN = {f"person.geburtsdatum.{part}": "" for part in ("day", "month", "year")}
WITHOUT_EMAIL = {**LOST, "person": {**LOST["person"], "person.email": ""}}


@pytest.fixture
def town(authority) -> Town:
    wiring.connect()
    return in_work(authority)


def on(day) -> dict[str, str]:
    return {f"received_on.{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def begun(town: Town, **other: str) -> str:
    """The first page of an application that Frau Adler enters."""
    answer = town.clerk().post("/desk/entries/", BY_PHONE | on(EARLIER) | other)
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["location"]


def filled(town: Town, pages=LOST, **other: str) -> str:
    """The summary of an application in which everything is answered."""
    address = begun(town, **other)
    for page_id, values in pages.items():
        assert f"/seite/{page_id}" in address
        address = town.clerk().post(address, values | {"go": "on"}).headers["location"]
    return address


def sent(town: Town, summary: str) -> Submission:
    clerk = town.clerk()
    answer = clerk.post(summary, declare(clerk, summary))
    assert re.fullmatch("/desk/entries/[0-9a-f-]{36}", answer.headers["location"]), answer.content.decode()
    with work(town.authority_id):
        return Submission.objects.get(draft_id=answer.headers["location"].rpartition("/")[2])


def opened(town: Town, row: Submission) -> Case:
    case_id = cases.open_case(authority_id=town.authority_id, submission_id=row.id, now=now())
    with work(town.authority_id):
        return Case.objects.get(id=case_id)


def test_what_was_told_by_phone_becomes_a_case_whose_deadline_counts_from_the_day_of_receipt(town):
    row = sent(town, filled(town))
    case = opened(town, row)
    assert (case.channel, german_day(case.received), case.language) == ("phone", EARLIER, "uk")
    assert case.due == due_on(EARLIER, case.period, case.land)
    page = town.clerk().get(f"/desk/cases/{case.id}").content.decode()
    assert "telefonisch" in page
    assert "Frau Adler" in page
    assert row.received.date() >= german_day(now()) - timedelta(days=1), "the moment of acceptance stays what it is"


def test_who_entered_it_stands_in_the_audit_chain(town):
    sent(town, filled(town))
    with work(town.authority_id):
        acts = AuditEntry.objects.filter(actor_kind="staff").values_list("act", flat=True)
        assert {"entry.started", "submission.accepted"} <= set(acts)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (on(german_day(now()) + timedelta(days=1)), "received_on"),
        (on(german_day(now()) - timedelta(days=400)), "received_on"),
        ({"received_on.day": "31", "received_on.month": "2"}, "received_on"),
        ({"channel": "rumour"}, "channel"),
        ({"identity_document": "passport"}, "identity_document"),
        ({"channel": "counter", "identity_document": "L01X00T47"}, "identity_document"),
        ({"service": "gibtesnicht"}, "service"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(town, wrong, field):
    answer = town.clerk().post("/desk/entries/", BY_PHONE | on(EARLIER) | wrong)
    assert answer.status_code == 422
    assert f'href="#f-{field}' in answer.content.decode()
    with work(town.authority_id):
        assert not Entry.objects.exists()


def test_a_missing_answer_is_let_pass_with_a_reason_that_stays_with_the_case(town):
    address = begun(town)
    clerk = town.clerk()
    address = clerk.post(address, LOST["antrag"] | {"go": "on"}).headers["location"]
    person = {**LOST["person"], **BORN, "go": "on"}
    refused = clerk.post(address, person).headers["location"]
    assert "after=check" in refused
    assert REASON in clerk.get(refused.partition("#")[0]).content.decode()
    assert clerk.post(address, person | {REASON: " "}).headers["location"] == refused
    further = clerk.post(address, person | {REASON: "Nennt sie nicht am Telefon."}).headers["location"]
    assert "/seite/wohnung" in further
    assert "Nennt sie nicht am Telefon." in clerk.get(address).content.decode()
    for page_id in ("wohnung", "fahrzeug"):
        further = clerk.post(further, LOST[page_id] | {"go": "on"}).headers["location"]
    row = sent(town, further)
    case = opened(town, row)
    page = clerk.get(f"/desk/cases/{case.id}").content.decode()
    assert page.count("Nennt sie nicht am Telefon.") == 2, "beside the answer and with how it came in"
    with work(town.authority_id):
        assert AuditEntry.objects.get(act="entry.overridden").details == {
            "fields": [{"path": "person.geburtsdatum", "code": "required"}]
        }


def test_an_e_mail_address_may_be_missing_without_a_reason(town):
    """Report: each entry without e-mail asked the clerk why."""
    clerk, summary = town.clerk(), filled(town, WITHOUT_EMAIL)
    assert summary.endswith("/zusammenfassung")
    person = clerk.get(summary.replace("zusammenfassung", "seite/person")).content.decode()
    assert "gehen unsere Briefe per Post" in person
    told = json.loads(re.search(r'id="form-conditions">(.*?)</script>', person, re.DOTALL)[1])
    assert not next(one for one in told["fields"] if one["path"] == "person.email")["required"], "nor by the browser"
    row = sent(town, summary)
    assert (row.email, row.answers["person"].get("email", "")) == ("", "")


def test_the_summary_speaks_to_the_colleague_and_not_to_the_applicant(town):
    clerk, summary = town.clerk(), filled(town)
    assert "Gehen Sie die Angaben mit der Person durch" in clerk.get(summary).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', clerk.get(summary).content.decode())[1]
    undeclared = clerk.post(summary, {"seen": seen}).headers["location"].partition("#")[0]
    asked = clerk.get(undeclared).content.decode()
    assert "Haken Sie an, dass die Person diese Erklärung bestätigt" in asked
    assert "senden Sie Ihren Antrag" not in asked


def test_a_reason_counts_for_the_answer_it_was_given_for(town):
    clerk, address = town.clerk(), begun(town)
    born = {part: f"person.geburtsdatum.{part}" for part in ("day", "month", "year")}
    address = clerk.post(address, LOST["antrag"] | {"go": "on"}).headers["location"]
    late = LOST["person"] | {born["year"]: "2199", "go": "on", "reason-for.person.geburtsdatum": "So im Pass."}
    assert "/seite/wohnung" in clerk.post(address, late).headers["location"]
    assert "after=check" in clerk.post(address, late | {born["year"]: "2198"}).headers["location"]


def test_what_cannot_be_stored_or_read_is_let_pass_by_nobody(town):
    clerk, address = town.clerk(), begun(town)
    address = clerk.post(address, LOST["antrag"] | {"go": "on"}).headers["location"]
    reason = "reason-for.person.email"
    unreadable = LOST["person"] | {"person.email": "keine", "go": "on", reason: "Ich will."}
    answer = clerk.post(address, unreadable).headers["location"]
    assert "after=check" in answer
    assert reason not in clerk.get(answer.partition("#")[0]).content.decode()


def test_what_the_law_forbids_is_let_pass_by_nobody_and_the_page_says_so(authority, client):
    """§ 17 Abs. 1 BMG: registering comes after moving in. Any reason passed it before."""
    wiring.connect()
    town = one_service.Town(authority.id, authority.slug, "wohnsitzanmeldung", "eigentum")
    client.cookies[STAFF_COOKIE] = town.token
    host = {"host": f"{town.slug}.localhost"}
    entry = BY_PHONE | on(EARLIER) | {"service": "wohnsitzanmeldung"}
    address = client.post("/desk/entries/", entry, headers=host).headers["location"]
    assert "/seite/umzug" in address
    late = {f"einzug.einzugsdatum.{part}": value for part, value in {"day": "1", "month": "1", "year": "2199"}.items()}
    moved = late | {"einzug.art": "aus_deutschland", "einzug.nutzung": "einzige", "go": "on"}
    reason = "reason-for.einzug.einzugsdatum"
    answer = client.post(address, moved | {reason: "Zieht bald ein."}, headers=host).headers["location"]
    assert "after=check" in answer
    page = client.get(answer.partition("#")[0], headers=host).content.decode()
    assert reason not in page
    assert "Was Sie nicht annehmen können" in page


def test_a_citizen_cannot_let_anything_pass(town):
    citizen = town.browser()
    address = citizen.post("/leistungen/bewohnerparkausweis/antrag").headers["location"]
    address = citizen.post(address, LOST["antrag"] | {"go": "on"}).headers["location"]
    answer = citizen.post(address, WITHOUT_EMAIL["person"] | {REASON: "Ich habe keine.", "go": "on"})
    assert "after=check" in answer.headers["location"]


def test_only_who_entered_it_and_leads_can_open_it(town):
    address = begun(town)
    assert town.clerk().get(address).status_code == 200
    assert town.colleague("olsen").get(address).status_code == 200
    assert town.colleague("kern").get(address).status_code == 404
    assert town.browser().get(address).status_code == 404
    olsens = town.colleague("olsen").post("/desk/entries/", BY_PHONE | on(EARLIER)).headers["location"]
    with work(town.authority_id):
        Entry.objects.filter(draft_id=UUID(olsens.split("/")[2])).update(staff_id=UUID(int=7))
    assert town.clerk().get(olsens).status_code == 200, "Frau Adler leads, too"


def test_nobody_holds_a_secret_of_what_is_entered_and_the_person_gets_one_with_the_receipt(town):
    clerk = town.clerk()
    answer = clerk.post("/desk/entries/", BY_PHONE | on(EARLIER))
    assert not [name for name in answer.cookies if name.startswith("zugang-")]
    address = answer.headers["location"]
    for page_id, values in LOST.items():
        assert page_id in address
        address = clerk.post(address, values | {"go": "on"}).headers["location"]
    answer = clerk.post(address, declare(clerk, address))
    assert not [name for name in answer.cookies if name.startswith("zugang-")]
    with work(town.authority_id):
        draft = Draft.objects.get(id=UUID(address.split("/")[2]))
        assert bytes(Submission.objects.get(draft_id=draft.id).token_hash) != bytes(draft.token_hash)


def test_the_form_is_shown_in_the_language_of_the_person_and_the_desk_speaks_the_clerks_again(town):
    clerk, address = town.clerk(), begun(town)
    page = clerk.get(f"{address}?lang=uk").content.decode()
    assert 'lang="uk"' in page
    clerk.post(address, LOST["antrag"] | {"go": "on"})
    with work(town.authority_id):
        assert Draft.objects.get(id=UUID(address.split("/")[2])).language == "uk"
    row = sent(town, filled(town))
    back = clerk.get(f"/desk/entries/{row.draft_id}")
    assert back.headers["location"].endswith("?lang=de")


def test_the_summary_is_printed_for_the_signature_in_german_and_in_the_persons_language(town):
    row = sent(town, filled(town))
    clerk = town.clerk()
    german = clerk.get(f"/desk/entries/{row.draft_id}/summary.pdf")
    hers = clerk.get(f"/desk/entries/{row.draft_id}/summary.pdf?language=uk")
    assert [one["Content-Type"] for one in (german, hers)] == ["application/pdf"] * 2
    assert german.content != hers.content


@pytest.mark.skipif(not Path("/usr/bin/pdftotext").exists(), reason="pdftotext is not installed")
def test_what_is_signed_says_what_the_person_declares(town, tmp_path):
    """Report: the signed summary said only that the answers are right, none of the package's declarations."""
    row = sent(town, filled(town))
    (tmp_path / "summary.pdf").write_bytes(town.clerk().get(f"/desk/entries/{row.draft_id}/summary.pdf").content)
    said = subprocess.run(["pdftotext", str(tmp_path / "summary.pdf"), "-"], capture_output=True, check=True, text=True)
    assert "Ich wohne wirklich in der angegebenen Wohnung." in " ".join(said.stdout.split())


def test_what_was_begun_can_be_gone_on_with_and_deleted(town):
    address, clerk = begun(town), town.clerk()
    draft = address.split("/")[2]
    assert f"/desk/entries/{draft}" in clerk.get("/desk/entries/").content.decode()
    assert clerk.get(f"/desk/entries/{draft}").headers["location"] == address
    assert clerk.post(address, LOST["antrag"] | {"go": "later"}).headers["location"] == "/desk/entries/"
    assert clerk.post(f"/antrag/{draft}/loeschen").headers["location"] == "/desk/entries/"
    with work(town.authority_id):
        assert not Entry.objects.exists()


def test_a_hostile_file_is_refused_to_colleagues_too(town):
    clerk, address = town.clerk(), begun(town)
    new = {"antrag.art": "neu", "go": "on"}
    address = clerk.post(address, new).headers["location"]
    address = clerk.post(address, LOST["person"] | {"go": "on"}).headers["location"]
    address = clerk.post(address, LOST["wohnung"] | {"go": "on"}).headers["location"]
    from django.core.files.uploadedfile import SimpleUploadedFile

    script = SimpleUploadedFile("Schein.pdf", b"#!/bin/sh\nrm -rf /", "application/pdf")
    car = LOST["fahrzeug"] | {"upload": "yes", "reason-for.fahrzeug.zb1": "Gilt."}
    clerk.post(address, car | {"fahrzeug.zb1": script})
    paper = SimpleUploadedFile("Schein.pdf", pdf(), "application/pdf")
    clerk.post(address, car | {"fahrzeug.zb1": paper})
    with work(town.authority_id):
        draft = Draft.objects.get(id=UUID(address.split("/")[2]))
        assert len(draft.answers["fahrzeug"]["zb1"]) == 1
        assert AuditEntry.objects.filter(act="proof.added", actor_kind="staff").count() == 1


def test_who_entered_it_sees_no_protected_name_and_prints_it_at_the_counter_only(town):
    """§ 51 BMG: her page of what she entered stays in her browser; the summary is for the person before her."""
    row = sent(town, filled(town))
    case, page = opened(town, row), f"/desk/entries/{row.draft_id}?lang=de"
    assert row.applicant in town.clerk().get(page).content.decode()
    with work(town.authority_id):
        Case.objects.filter(id=case.id).update(is_protected=True, applicant="", applicant_key="")
    answer = town.clerk().get(page).content.decode()
    assert row.applicant not in answer
    assert case.number in answer
    assert town.clerk().get(f"/desk/entries/{row.draft_id}/summary.pdf").status_code == 200
    with work(town.authority_id):
        Draft.objects.filter(id=row.draft_id).update(edited=now() - timedelta(hours=2))
    assert town.clerk().get(f"/desk/entries/{row.draft_id}/summary.pdf").status_code == 404
    assert "summary.pdf" not in town.clerk().get(page).content.decode()


def test_what_she_entered_for_a_tax_is_not_open_to_her_either(town):
    """§ 30 AO: it is the case of the unit in charge."""
    row = sent(town, filled(town))
    case = opened(town, row)
    with work(town.authority_id):
        Case.objects.filter(id=case.id).update(secrecy="tax", unit_id=None)
        Draft.objects.filter(id=row.draft_id).update(edited=now() - timedelta(hours=2))
    answer = town.clerk().get(f"/desk/entries/{row.draft_id}?lang=de").content.decode()
    assert row.applicant not in answer
    assert town.clerk().get(f"/desk/entries/{row.draft_id}/summary.pdf").status_code == 404
