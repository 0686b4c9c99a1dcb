"""The desk as a clerk uses it, without JavaScript."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from html import unescape
from importlib import import_module
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from stadttor.cases import ports, queries, services
from stadttor.cases.pages import searching
from stadttor.cases.ports import CaseRef, Document
from stadttor.cases.rules import Choice
from stadttor.cases.services import Asked, Given
from stadttor.cases.tests.fakes import LETTER, PNG, SCAN, FakeApplications, FakeDocuments
from stadttor.core.ids import new_id
from stadttor.ground import clock
from stadttor.ground.actor import CITIZEN, SYSTEM
from stadttor.ground.models import AuditEntry, Authority
from stadttor.ground.tests.storing import stored
from stadttor.ground.work import work
from stadttor.identity import services as accounts
from stadttor.identity.queries import STAFF_COOKIE, Staff, staff_of

pytestmark = pytest.mark.db

Open = Callable[..., UUID]
PASSWORD = "ein langes Kennwort"


@dataclass
class Desk:
    """A signed-in colleague's browser."""

    client: Client
    staff: Staff

    def get(self, path: str, **query: str) -> HttpResponse:
        return self.client.get(path, query, headers={"accept-language": "en"})

    def text(self, path: str, **query: str) -> str:
        response = self.get(path, **query)
        assert response.status_code == 200, (path, response.status_code)
        return response.content.decode()

    def post(self, path: str, **data: object) -> HttpResponse:
        return self.client.post(path, data, headers={"accept-language": "en"})

    def search(self, **filters: str) -> str:
        """The address of the list that was asked for."""
        answer = self.post("/desk/cases/search", scope="unit", **filters)
        assert answer.status_code == 303
        return answer["Location"]

    def found(self, address: str) -> str:
        """The page at an address as the product gave it."""
        return self.client.get(address, headers={"accept-language": "en"}).content.decode()

    def version(self, case_id: UUID) -> int:
        return int(re.findall(r'name="version" value="(\d+)"', self.text(f"/desk/cases/{case_id}"))[0])


@pytest.fixture
def sign_in(authority: Authority, traffic: UUID) -> Callable[..., Desk]:
    def signed_in(name: str, *roles: str, units: tuple[UUID, ...] = (traffic,)) -> Desk:
        email, now = f"{name.split()[-1].lower()}@weissenburg.example", clock.now()
        accounts.create_member(
            authority_id=authority.id,
            email=email,
            name=name,
            roles=list(roles or ("clerk",)),
            unit_ids=list(units),
            password=PASSWORD,
            actor=SYSTEM,
            now=now,
        )
        token = accounts.sign_in(authority_id=authority.id, email=email, password=PASSWORD, address="::1", now=now)
        browser = Client(headers={"host": "weissenburg.localhost"})
        browser.cookies[STAFF_COOKIE] = token
        found = staff_of(token, authority.id, now)
        assert found is not None
        return Desk(browser, found)

    return signed_in


@pytest.fixture
def adler(sign_in: Callable[..., Desk]) -> Desk:
    return sign_in("Frau Adler")


def test_nobody_is_asked_to_sign_in(client: Client, opened: Open) -> None:
    case_id = opened()
    for path in ("/desk/cases/", f"/desk/cases/{case_id}", f"/desk/cases/{case_id}/decide", "/desk/deputies"):
        response = client.get(path)
        assert response.status_code == 302
        assert "/desk/sign-in?next=" in response["Location"]


def test_whoever_is_no_clerk_is_told_who_can_help(sign_in: Callable[..., Desk], opened: Open) -> None:
    organiser = sign_in("Frau Berg", "organiser", units=())
    assert organiser.get("/desk/cases/").status_code == 403
    assert organiser.get(f"/desk/cases/{opened()}").status_code == 403


def test_the_list_shows_cases_with_colour_icon_and_word(adler: Desk, opened: Open) -> None:
    case_id = opened(number="WUG-2026-4F7K-92", due="P1D")
    page = adler.text("/desk/cases/", scope="unit")
    assert f'href="/desk/cases/{case_id}"' in page
    assert "Amira Yılmaz" in page
    assert "kern-badge--" in page
    assert "data-rows" in page


def test_empty_lists_say_what_to_do(adler: Desk) -> None:
    assert "scope=unit" in adler.text("/desk/cases/")
    assert "st-empty" in adler.text("/desk/cases/", scope="unit")
    assert "st-empty" in adler.found(adler.search(q="nobody"))


def test_strange_addresses_are_harmless(adler: Desk, opened: Open) -> None:
    opened()
    for query in (
        {"page": "99999999"},
        {"page": "-1"},
        {"sort": "x; DROP"},
        {"scope": "?"},
        {"assignee": "x"},
        {"after": "x"},
        {"search": "\x00'"},
        {"search": "A" * 3_000},
        {"search": "ä"},
    ):
        assert adler.get("/desk/cases/", **query).status_code == 200


def test_an_export_is_audited_with_its_size_and_without_what_was_searched(
    adler: Desk, opened: Open, authority: Authority
) -> None:
    opened(applicant="Amira Yılmaz")
    opened(applicant="Jonas Weber")
    adler.client.get(adler.search(q="Amira").replace("/cases/?", "/cases/export.csv?"))
    with work(authority.id):
        entry = AuditEntry.objects.get(authority_id=authority.id, act="cases.exported")
    assert (entry.actor_kind, entry.details) == ("staff", {"cases": 1})


def test_the_export_is_a_table_that_runs_no_formula(adler: Desk, opened: Open) -> None:
    opened(applicant="=HYPERLINK(evil)", number="WUG-1")
    response = adler.get("/desk/cases/export.csv", scope="unit")
    text = response.content.decode()
    assert response["Content-Disposition"].endswith('-1.csv"')
    assert response["Content-Type"].startswith("text/csv")
    assert text.startswith("\ufeff")
    assert "WUG-1;Bewohnerparkausweis;'=HYPERLINK(evil);" in text


def test_saved_views(adler: Desk, opened: Open) -> None:
    adler.post("/desk/cases/views", view_name="Überfällig", scope="unit", deadline="late")
    ((view,),) = [re.findall(r"/desk/cases/views/[0-9a-f-]+(?=\")", adler.text("/desk/cases/"))]
    assert adler.get(view)["Location"] == "/desk/cases/?scope=unit&deadline=late"
    adler.post(f"{view}/remove")
    assert view not in adler.text("/desk/cases/")
    assert adler.get(view).status_code == 404


def test_what_is_searched_stands_in_no_address(adler: Desk, opened: Open) -> None:
    opened(applicant="Amira Yılmaz", number="WUG-1")
    opened(applicant="Jonas Weber", number="WUG-2")
    address = adler.search(q="Yılmaz")
    page = adler.found(address)
    assert "WUG-1" in page
    assert "WUG-2" not in page
    addresses = [address, *re.findall(r'(?:href|action|hx-get)="([^"]*)"', page)]
    assert not [one for one in addresses if "lmaz" in one.lower()]
    assert 'value="Yılmaz"' in page
    assert re.search(r'href="[^"]*search=[^"]*sort=applicant', page)
    assert 'href="/desk/cases/export.csv?scope=unit&amp;search=' in page


def test_a_search_is_its_own_until_it_ends(adler: Desk, sign_in: Callable[..., Desk], opened: Open) -> None:
    opened()
    address = adler.search(q="unknown")
    stranger = sign_in("Herr Olsen").found(address)
    assert "This search has ended" in stranger
    assert 'value="unknown"' not in stranger
    token = parse_qs(urlsplit(address).query)["search"][0]
    assert searching.opened(adler.staff, token, clock.now()) == "unknown"
    assert searching.opened(adler.staff, token, clock.now() + searching.LASTS) is None
    assert len(token) == len(searching.sealed(adler.staff, "Amira Yılmaz, Weißenburg", clock.now()))


def test_nothing_is_exported_or_kept_of_a_search_that_has_ended(adler: Desk, opened: Open) -> None:
    opened()
    assert adler.get("/desk/cases/export.csv", scope="unit", search="ended").status_code == 410
    assert adler.post("/desk/cases/views", view_name="x", search="ended").status_code == 410


def test_a_view_keeps_what_was_searched(adler: Desk, opened: Open) -> None:
    opened(number="WUG-1")
    token = parse_qs(urlsplit(adler.search(q="amira")).query)["search"][0]
    adler.post("/desk/cases/views", view_name="Amira", scope="unit", search=token)
    (view,) = re.findall(r"/desk/cases/views/[0-9a-f-]+(?=\")", adler.text("/desk/cases/"))
    opened_at = adler.get(view)
    assert "amira" not in opened_at["Location"]
    assert "WUG-1" in adler.found(opened_at["Location"])


def test_behind_the_numbered_pages_the_list_goes_on(adler: Desk, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("queries", "pages"):
        monkeypatch.setattr(import_module(f"stadttor.cases.{module}.work_list"), "PAGE_SIZE", 2)
    monkeypatch.setattr(import_module("stadttor.cases.queries.work_list"), "MOST_COUNTED", 4)
    for number in range(7):
        opened(number=f"N-{number}")
    address, seen = "/desk/cases/?scope=unit", []
    while address:
        page = adler.found(address)
        seen += re.findall(r">(N-\d)</a>", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(following[1]) if following else ""
    assert sorted(seen) == [f"N-{number}" for number in range(7)]
    assert "First page" in page


def test_a_case_shows_answers_doubts_documents_and_the_next_act(adler: Desk, opened: Open) -> None:
    case_id = opened()
    page = adler.text(f"/desk/cases/{case_id}")
    assert "Zur Adresse gehört Gebiet A." in page
    assert "st-marked" in page
    assert f"/desk/cases/{case_id}/documents/{SCAN.id}?turn=0&amp;zoom=100" in page
    assert f'action="/desk/cases/{case_id}/take"' in page
    adler.post(f"/desk/cases/{case_id}/take", version="1")
    assert f'kern-btn--primary" href="/desk/cases/{case_id}/decide"' in adler.text(f"/desk/cases/{case_id}")


def test_somebody_elses_case_does_not_exist(adler: Desk, opened: Open) -> None:
    hidden = opened(service="hundesteuer", title="Hundesteuer")
    missing = new_id()
    for case_id in (hidden, missing):
        base = f"/desk/cases/{case_id}"
        got = [
            adler.get(path).status_code
            for path in (
                base,
                f"{base}/ask",
                f"{base}/decide",
                f"{base}/confirm",
                f"{base}/reopen",
                f"{base}/documents/{SCAN.id}",
            )
        ]
        posted = [
            adler.post(f"{base}/{act}", version="1", text="x", outcome="granted").status_code
            for act in ("take", "note", "undo", "close", "reopen", "step", "ask", "decide", "letter", "confirm")
        ]
        assert {*got, *posted} == {404}


def test_a_colleague_is_seen(adler: Desk, sign_in: Callable[..., Desk], opened: Open) -> None:
    case_id = opened()
    adler.text(f"/desk/cases/{case_id}")
    assert "Frau Adler" in sign_in("Herr Olsen").text(f"/desk/cases/{case_id}")


def test_asking_back_by_ticking(adler: Desk, opened: Open, now: datetime) -> None:
    case_id = opened()
    path = f"/desk/cases/{case_id}/ask"
    assert "Zulassungsbescheinigung Teil I" in adler.text(path)
    empty = adler.post(path, version="1")
    assert (empty.status_code, b"error-summary" in empty.content) == (422, True)
    sent = adler.post(path, version="1", evidence=["zulassungsbescheinigung"], field=["person.zone"], question="Warum?")
    assert sent.headers["Location"] == f"/desk/cases/{case_id}?done=asked"
    question = queries.case_for(adler.staff, case_id, now).open_question
    assert question is not None
    assert [(item["kind"], item["key"]) for item in question.items] == [
        ("document", "zulassungsbescheinigung"),
        ("field", "person.zone"),
        ("question", "question"),
    ]
    assert "Warum?" in adler.text(f"/desk/cases/{case_id}")


def test_a_question_sent_twice_is_asked_once_and_no_reproach(adler: Desk, opened: Open) -> None:
    """Report: whoever sent the form again, since its answer was lost, read that she herself had come in between."""
    case_id = opened()
    press = partial(adler.post, f"/desk/cases/{case_id}/ask", version="1")
    for _ in range(2):
        assert press(question="Warum?").headers.get("Location") == f"/desk/cases/{case_id}?done=asked"
    assert adler.version(case_id) == 2
    assert press(question="Seit wann?").status_code == 409
    adler.post(f"/desk/cases/{case_id}/stop-asking", version="2")
    assert press(question="Warum?").status_code == 409
    assert adler.version(case_id) == 3


def test_deciding_keeps_what_was_typed_when_something_is_missing(adler: Desk, opened: Open) -> None:
    case_id = opened()
    path = f"/desk/cases/{case_id}/decide"
    response = adler.post(path, version="1", outcome="refused", free_condition="Bis Freitag melden")
    page = response.content.decode()
    assert response.status_code == 422
    assert "error-summary" in page
    assert "Bis Freitag melden" in page
    decided = adler.post(path, version="1", outcome="refused", reasons=["keine_hauptwohnung"])
    assert decided.headers["Location"] == f"/desk/cases/{case_id}?done=decided"
    page = adler.text(f"/desk/cases/{case_id}")
    assert f'action="/desk/cases/{case_id}/undo"' in page
    undone = adler.post(f"/desk/cases/{case_id}/undo", version=adler.version(case_id))
    assert undone.headers["Location"].endswith("done=taken_back")


def test_pressing_decide_twice_is_one_decision_and_no_reproach(adler: Desk, opened: Open) -> None:
    """Report: who pressed twice read that somebody else had changed the case and that nothing was saved."""
    case_id = opened()
    press = partial(adler.post, f"/desk/cases/{case_id}/decide", version="1", outcome="refused")
    for _ in range(2):
        answer = press(reasons=["keine_hauptwohnung"])
        assert answer.headers.get("Location") == f"/desk/cases/{case_id}?done=decided"
    assert adler.version(case_id) == 2
    assert press(reasons=["nicht_halterin"]).status_code == 409


def test_reasons_stand_under_the_outcomes_they_are_for(adler: Desk, opened: Open) -> None:
    page = adler.text(f"/desk/cases/{opened()}/decide")
    assert page.count('value="nicht_halterin"') == 1
    assert 'data-values="refused"' in page
    assert 'data-values="partly refused"' in page
    assert "Teilweise bewilligt, Abgelehnt" in page
    assert "Die Person bekommt den Ausweis." in page


def test_a_grant_cannot_carry_a_reason_for_refusing(adler: Desk, opened: Open, now: datetime) -> None:
    case_id = opened()
    path = f"/desk/cases/{case_id}/decide"
    response = adler.post(path, version="1", outcome="granted", reasons=["keine_hauptwohnung"])
    page = response.content.decode()
    assert response.status_code == 422
    assert "This reason does not fit the decision “Bewilligt”" in page
    assert "Sie haben in der Zone keine Wohnung." in page
    assert queries.case_for(adler.staff, case_id, now).state == "received"


def test_a_caution_of_the_package_is_confirmed_before_its_outcomes(
    adler: Desk, opened: Open, applications: FakeApplications, now: datetime
) -> None:
    """Report: a tax was assessed in full although relief was asked for, without a word to the clerk."""
    caution = Choice("ermaessigung", "Die Person hat eine Ermäßigung beantragt.", ("granted",))
    applications.words = replace(applications.words, cautions=(caution,))
    case_id = opened()
    path = f"/desk/cases/{case_id}/decide"
    assert adler.text(path).count("Die Person hat eine Ermäßigung beantragt.") == 1
    response = adler.post(path, version="1", outcome="granted")
    assert response.status_code == 422
    assert 'href="#f-cautions_seen-ermaessigung"' in response.content.decode()
    assert 'id="f-cautions_seen-ermaessigung"' in response.content.decode()
    assert queries.case_for(adler.staff, case_id, now).state == "received"
    assert adler.post(path, version="1", outcome="granted", cautions_seen=["ermaessigung"]).status_code == 302


def test_a_caution_of_another_outcome_is_in_nobodys_way(
    adler: Desk, opened: Open, applications: FakeApplications
) -> None:
    caution = Choice("ermaessigung", "Die Person hat eine Ermäßigung beantragt.", ("granted",))
    applications.words = replace(applications.words, cautions=(caution,))
    path = f"/desk/cases/{opened()}/decide"
    assert adler.post(path, version="1", outcome="refused", reasons=["keine_hauptwohnung"]).status_code == 302


def test_the_permit_is_valid_as_applied_for_or_as_the_clerk_says(adler: Desk, opened: Open, now: datetime) -> None:
    case_id = opened()
    path = f"/desk/cases/{case_id}/decide"
    assert 'name="valid_until.year" value="2027"' in " ".join(adler.text(path).split())
    wrong = {"valid_until.day": "31", "valid_until.month": "2", "valid_until.year": "2027"}
    refused = adler.post(path, version="1", outcome="granted", **wrong)
    assert refused.status_code == 422
    assert "the last day of the permit" in refused.content.decode()  # two dates stand there: which one?
    until = {"valid_until.day": "31", "valid_until.month": "3", "valid_until.year": "2027"}
    assert adler.post(path, version="1", outcome="granted", **until).status_code == 302
    decision = queries.case_for(adler.staff, case_id, now).decision
    assert decision is not None
    assert (decision.valid_from, decision.valid_until) == (date(2026, 12, 1), date(2027, 3, 31))


def test_two_people_never_overwrite_each_other(adler: Desk, sign_in: Callable[..., Desk], opened: Open) -> None:
    case_id = opened()
    sign_in("Herr Olsen").post(f"/desk/cases/{case_id}/take", version="1")
    response = adler.post(f"/desk/cases/{case_id}/decide", version="1", outcome="granted", free_reason="mein Text")
    assert response.status_code == 409
    assert b"mein Text" in response.content


def test_the_letter_is_seen_before_it_is_sent_and_nothing_is_kept(adler: Desk, opened: Open, now: datetime) -> None:
    case_id = opened()
    response = adler.post(f"/desk/cases/{case_id}/letter", outcome="refused", reasons=["keine_hauptwohnung"])
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    (draft,) = ports.wired.letters.drafts  # type: ignore[union-attr]
    assert (draft.outcome, [one.text for one in draft.reasons], draft.clerk) == (
        "refused",
        ["Sie haben in der Zone keine Wohnung."],
        "Frau Adler",
    )
    assert queries.case_for(adler.staff, case_id, now).state == "received"
    assert adler.post(f"/desk/cases/{case_id}/letter", outcome="refused").status_code == 422


def test_the_second_person_sees_the_letter_and_agrees(
    adler: Desk, sign_in: Callable[..., Desk], opened: Open, now: datetime
) -> None:
    olsen, case_id = sign_in("Herr Olsen"), opened(four_eyes=True)
    adler.post(f"/desk/cases/{case_id}/decide", version="1", outcome="granted")
    path, version = f"/desk/cases/{case_id}/confirm", olsen.version(case_id)
    assert 'name="agree"' not in adler.text(path)
    assert adler.post(path, version=version, agree="yes").status_code == 403
    assert 'name="agree"' in olsen.text(path)
    assert olsen.post(f"/desk/cases/{case_id}/letter", decision="pending").status_code == 200
    assert olsen.post(path, version=version, reason="").status_code == 422
    assert olsen.post(path, version=version, agree="yes").headers["Location"].endswith("done=confirmed")
    assert queries.case_for(adler.staff, case_id, now).state == "decided"


def test_documents_are_shown_under_their_own_policy(adler: Desk, opened: Open) -> None:
    case_id = opened()
    path = f"/desk/cases/{case_id}/documents/{SCAN.id}"
    shown, saved = adler.get(path), adler.get(path, download="1")
    assert shown.content == PNG
    assert shown["Content-Type"] == "image/png"
    assert shown["Content-Disposition"].startswith("inline")
    assert "script-src" not in shown["Content-Security-Policy"]
    assert saved["Content-Disposition"] == 'attachment; filename="zb1.png"'
    for query in ({"turn": "90"}, {"zoom": "200"}, {"turn": "x"}, {"turn": "99999"}):
        assert adler.get(path, **query).status_code == 200
    assert adler.get(f"/desk/cases/{case_id}/documents/{new_id()}").status_code == 404


def test_who_opened_or_saved_a_document_stands_in_the_audit(adler: Desk, opened: Open, authority: Authority) -> None:
    case_id = opened()
    path = f"/desk/cases/{case_id}/documents/{SCAN.id}"
    for address in (path, f"{path}?download=1", f"/desk/cases/{case_id}/documents/{new_id()}"):
        adler.get(address)
    with work(authority.id):
        entries = AuditEntry.objects.filter(authority_id=authority.id, act__startswith="case.document")
        found = list(entries.order_by("id").values_list("act", "subject_id", "actor_id", "details"))
    ids = {"document_id": str(SCAN.id)}
    assert found == [
        ("case.document_seen", case_id, adler.staff.id, ids),
        ("case.document_saved", case_id, adler.staff.id, ids),
    ]


def test_answers_and_letters_are_documents_too(
    authority: Authority, adler: Desk, opened: Open, applications: FakeApplications, now: datetime
) -> None:
    case_id = opened()
    question_id = services.ask_back(
        staff=adler.staff, case_id=case_id, version=1, items=[Asked("zb1", "document", "ZB I")], now=now
    )
    blob = stored(authority.id, PNG, now, media_type="image/png")
    services.answer_question(
        authority_id=authority.id,
        case_id=case_id,
        question_id=question_id,
        answers=[Given("zb1", documents=(Document(blob.blob_id, "neu.png", "image/png", blob.size),))],
        actor=CITIZEN,
        now=now,
    )
    ports.connect(applications=applications, documents=[FakeDocuments()])
    page = adler.text(f"/desk/cases/{case_id}", document=str(blob.blob_id))
    assert "neu.png" in page
    assert "bescheid.pdf" in page
    assert adler.get(f"/desk/cases/{case_id}/documents/{blob.blob_id}").content == PNG
    assert adler.get(f"/desk/cases/{case_id}/documents/{LETTER.id}").content.startswith(b"%PDF")


def test_active_content_of_a_stranger_is_only_downloaded(
    adler: Desk, opened: Open, applications: FakeApplications
) -> None:
    class WithSvg(FakeDocuments):
        def documents_of(self, case: CaseRef) -> list[Document]:
            return [Document(UUID(int=8), 'x".svg\r\nSet-Cookie: a=b', "image/svg+xml", 9)]

    ports.connect(applications=applications, documents=[WithSvg()])
    response = adler.get(f"/desk/cases/{opened()}/documents/{UUID(int=8)}")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="x_.svg__Set-Cookie_ a_b"'


def test_a_lead_gives_cases_to_colleagues_and_units(
    adler: Desk, sign_in: Callable[..., Desk], opened: Open, traffic: UUID, now: datetime
) -> None:
    lead, case_id = sign_in("Frau Wagner", "lead", units=()), opened(service="hundesteuer", title="Hundesteuer")
    path = f"/desk/cases/{case_id}/assign"
    assert adler.get(path).status_code == 404
    assert "Frau Adler" in lead.text(path)
    assert lead.post(path, version="1", to="person").status_code == 422
    assert lead.post(path, version="1", to="unit", unit_id=traffic).status_code == 302
    assert lead.post(path, version="2", to="person", assignee_id=adler.staff.id).status_code == 302
    assert queries.case_for(adler.staff, case_id, now).assignee_name == "Frau Adler"


def test_a_clerk_enters_her_deputy(adler: Desk, sign_in: Callable[..., Desk]) -> None:
    olsen = sign_in("Herr Olsen")
    days = {
        f"{name}.{part}": value
        for name, year in (("first_day", "2030"), ("last_day", "2030"))
        for part, value in (("day", "3"), ("month", "1"), ("year", year))
    }
    assert adler.post("/desk/deputies", deputy_id=olsen.staff.id).status_code == 422
    assert adler.post("/desk/deputies", deputy_id=olsen.staff.id, **days).status_code == 302
    assert "Herr Olsen" in adler.text("/desk/deputies")
    (row,) = queries.deputies_for(olsen.staff, clock.now())
    assert (row.deputy_name, row.may_end) == ("Herr Olsen", False)
    assert olsen.post(f"/desk/deputies/{row.id}/end").status_code == 404
    assert adler.post(f"/desk/deputies/{row.id}/end").status_code == 302


def test_notes_and_reopening(authority: Authority, adler: Desk, opened: Open, now: datetime) -> None:
    case_id = opened()
    adler.post(f"/desk/cases/{case_id}/note", text="Ruft morgen an")
    assert "Ruft morgen an" in adler.text(f"/desk/cases/{case_id}")
    services.withdraw(authority_id=authority.id, case_id=case_id, actor=CITIZEN, now=now)
    assert "Open the case again" in adler.text(f"/desk/cases/{case_id}/reopen")
    refused = adler.post(f"/desk/cases/{case_id}/reopen", version="2", reason=" ")
    assert "Please say why." in refused.content.decode()
    adler.post(f"/desk/cases/{case_id}/reopen", version="2", reason="Neue Unterlage.")
    assert "Neue Unterlage." in adler.text(f"/desk/cases/{case_id}")
    assert queries.case_for(adler.staff, case_id, now).state == "in_review"


def test_a_proof_that_cannot_be_read_says_why_and_is_not_in_the_viewer(
    opened: Open, adler: Desk, applications: FakeApplications
) -> None:
    waits = replace(SCAN, id=new_id(), label="Mietvertrag", state="quarantine")
    gone = replace(SCAN, id=new_id(), label="Ausweis", state="infected")
    applications.documents = (waits, gone, SCAN)
    case_id = opened()
    page = adler.text(f"/desk/cases/{case_id}", document=str(waits.id))
    assert re.search(r"Mietvertrag:\s*<strong>is being checked for viruses", page)
    assert re.search(r"Ausweis:\s*<strong>contained a virus and was deleted", page)
    assert f"{case_id}?document={waits.id}" not in page
    assert f"/documents/{SCAN.id}" in page
    applications.documents = (waits,)
    assert f"/documents/{waits.id}" not in adler.text(f"/desk/cases/{case_id}")


def test_days_that_the_browser_hid_come_back_and_empty_boxes_are_asked_for(
    opened: Open, adler: Desk, now: datetime
) -> None:
    """Seen: an error emptied the boxes, and the letter then had days that stood nowhere on the page."""
    case_id = opened()
    hidden = adler.post(f"/desk/cases/{case_id}/decide", version="1").content.decode()
    assert re.search(r'name="valid_from.year"[^>]*value="2026"', hidden)
    empty = {f"valid_{end}.{part}": "" for end in ("from", "until") for part in ("day", "month", "year")}
    for path in ("decide", "letter"):
        answer = adler.post(f"/desk/cases/{case_id}/{path}", version="1", outcome="granted", **empty)
        assert answer.status_code == 422
        assert "Please enter the first day of the permit" in answer.content.decode()
    adler.post(f"/desk/cases/{case_id}/decide", version="1", outcome="refused", free_reason="Nein.", **empty)
    assert queries.case_for(adler.staff, case_id, now).state == "decided"


def test_what_is_over_opens_no_form_and_taking_back_is_no_big_button(
    authority: Authority, opened: Open, adler: Desk, now: datetime
) -> None:
    case_id = opened()
    adler.post(f"/desk/cases/{case_id}/decide", version="1", outcome="refused", free_reason="Nein.")
    for form in ("decide", "ask"):
        assert adler.get(f"/desk/cases/{case_id}/{form}").status_code == 409
    page = adler.text(f"/desk/cases/{case_id}")
    assert "Take the decision back" in page
    actions = page.split('class="st-actions"')[1].split("</section>")[0]
    assert "kern-btn--primary" not in actions


def test_who_comes_too_late_is_told_who_did_what(
    opened: Open, adler: Desk, sign_in: Callable[..., Desk], now: datetime
) -> None:
    case_id, olsen, later = opened(), sign_in("Herr Olsen").staff, now + timedelta(hours=1)
    services.decide(staff=olsen, case_id=case_id, version=1, outcome="refused", free_reason="Nein.", now=later)
    late = adler.post(f"/desk/cases/{case_id}/ask", version="1", question="Wo wohnen Sie?").content.decode()
    assert "Herr Olsen has decided this case in the meantime." in late
    assert "Wo wohnen Sie?" in late


def test_the_clerk_knows_the_language_and_sees_the_copy(opened: Open, adler: Desk) -> None:
    case_id = opened()
    assert "Türkçe" in adler.text(f"/desk/cases/{case_id}")
    page = adler.text(f"/desk/cases/{case_id}/decide")
    assert "Look at the copy in Türkçe" in page
    assert page.index("Look at the letter") < page.index("Decide and send")
    adler.post(f"/desk/cases/{case_id}/letter?copy=1", outcome="refused", free_reason="Nein.")
    (draft,) = ports.wired.letters.drafts  # type: ignore[union-attr]
    assert draft.language == "tr"
