"""The person of a case is protected (§ 51 BMG): who learns her name, and what it takes to open the case."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError

from stadttor.cases import queries, services
from stadttor.cases.models import Case, CaseWord, Permit, PermitPlate
from stadttor.cases.queries import Filters
from stadttor.cases.queries.permits import permits_for
from stadttor.cases.services import Asked, Given
from stadttor.cases.services.naming import rename
from stadttor.cases.tests.test_pages import Desk, Open, adler, sign_in
from stadttor.core.refused import Refused
from stadttor.ground import clock
from stadttor.ground.actor import CITIZEN
from stadttor.ground.models import AuditEntry, Authority
from stadttor.ground.work import work
from stadttor.identity.queries import Staff

pytestmark = pytest.mark.db
__all__ = ["adler", "sign_in"]
SignIn = Callable[..., Desk]
WHY = "Auskunftssperre seit Mai, Frau Yılmaz wird bedroht"


@pytest.fixture
def protected(authority: Authority, opened: Open, olsen: Staff, now: datetime) -> UUID:
    """The case of Amira Yılmaz, whom Herr Olsen protected; she has a permit."""
    case_id = opened(applicant="Amira Yılmaz", number="WUG-2026-7777-92")
    services.protect(staff=olsen, case_id=case_id, version=1, reason=WHY, now=now)
    with work(authority.id):
        of = {"authority_id": authority.id, "case_id": case_id}
        Permit.objects.create(
            **of, number="WUG-2026-7777-92", service="bewohnerparkausweis", holder="Amira Yılmaz", holder_key="yilmaz",
            area="B", valid_from=date(2026, 11, 1), valid_until=date(2026, 12, 20),
        )  # fmt: skip
        PermitPlate.objects.create(**of, plate="WUG-AY 88", key="WUGAY88")
    return case_id


def listed(staff: Staff, text: str, now: datetime) -> list[str]:
    """The numbers that a search finds among all cases."""
    found = queries.work_list(staff, Filters("all", state="any", text=text), now=now)
    return [row.number for row in found.rows]


def test_no_page_of_many_cases_says_the_name(adler: Desk, protected: UUID) -> None:
    pages = [adler.text("/desk/cases/", scope=scope, state="any", sort="applicant") for scope in ("unit", "all")]
    pages += [adler.text("/desk/cases/export.csv", scope="all", state="any"), adler.text("/desk/permits")]
    for words in ("WUG-2026-7777-92", "Yılmaz", "WUG-AY 88"):
        pages += [
            adler.found(adler.search(q=words, state="any")),
            adler.post("/desk/permits", q=words).content.decode(),
        ]
    assert "Protected person" in pages[0]
    assert "WUG-2026-7777-92" in pages[2]
    for page in pages:
        assert "Amira" not in page
        # What somebody types into the search stands in its field again, so the plate and name are looked for in rows.
        assert "WUG-AY 88" not in page.replace('value="WUG-AY 88"', "")


def test_the_search_finds_a_protected_person_by_number_only(olsen: Staff, protected: UUID, now: datetime) -> None:
    assert listed(olsen, "Yılmaz", now) == []
    assert listed(olsen, "WUG-2026-7777-92", now) == ["WUG-2026-7777-92"]
    assert permits_for(olsen, "Amira", now) == []
    (one,) = permits_for(olsen, "WUG-2026-7777-92", now)
    assert (one.holder, one.area, one.plates) == ("", "", ())


def test_the_database_keeps_no_name_where_lists_are_read(authority: Authority, protected: UUID) -> None:
    with work(authority.id):
        case = Case.objects.get(authority_id=authority.id, id=protected)
        words = set(
            CaseWord.objects.filter(authority_id=authority.id, case_id=protected).values_list("word", flat=True)
        )
    assert (case.applicant, case.applicant_key) == ("", "")
    assert not any(word.startswith(("amira", "yilmaz")) for word in words)
    with pytest.raises(IntegrityError), work(authority.id):
        Case.objects.filter(authority_id=authority.id, id=protected).update(applicant="Amira Yılmaz")


def test_without_a_reason_a_colleague_sees_the_mask(adler: Desk, protected: UUID) -> None:
    page = adler.text(f"/desk/cases/{protected}")
    assert "Protected person" in page
    assert "WUG-2026-7777-92" in page
    assert "Amira" not in page
    assert "Bewohnerparkgebiet" not in page
    for path in (
        "/decide",
        "/ask",
        "/assign",
        "/documents/0193a5e0-0000-7000-8000-000000000009",
        "/protect",
        "/reopen",
    ):
        answer = adler.get(f"/desk/cases/{protected}{path}")
        assert (path, answer.status_code) == (path, 403)
        assert "Amira" not in answer.content.decode()
    assert adler.post(f"/desk/cases/{protected}/note", text="Rückruf").status_code == 403
    assert adler.post(f"/desk/cases/{protected}/take", version="2").status_code == 403


def test_who_says_why_sees_the_case_for_a_sitting(adler: Desk, protected: UUID) -> None:
    refused = adler.post(f"/desk/cases/{protected}/open", reason="  ")
    assert refused.status_code == 422
    assert "Amira" not in refused.content.decode()
    assert adler.post(f"/desk/cases/{protected}/open", reason="Rückfrage zum Ausweis").status_code == 302
    page = adler.text(f"/desk/cases/{protected}")
    assert "Amira Yılmaz" in page
    assert "Bewohnerparkgebiet" in page
    assert "Who opened the case" not in page
    assert "Amira" not in adler.text("/desk/cases/", scope="unit")


def test_a_sitting_ends_after_an_hour_and_is_ones_own(
    olsen: Staff, lead: Staff, protected: UUID, now: datetime
) -> None:
    services.open_protected(staff=olsen, case_id=protected, reason="Rückfrage", now=now)
    later = now + timedelta(minutes=59)
    assert queries.case_for(olsen, protected, later).applicant == "Amira Yılmaz"
    for who, moment in ((olsen, now + timedelta(hours=1)), (lead, later)):
        with pytest.raises(Refused) as refused:
            queries.case_for(who, protected, moment)
        assert refused.value.code == queries.PROTECTED


def test_nothing_of_a_masked_case_can_be_done_by_another_system(system: Staff, protected: UUID, now: datetime) -> None:
    for act in (
        lambda: queries.case_for(system, protected, now),
        lambda: services.take(staff=system, case_id=protected, version=2, now=now),
        lambda: services.note(staff=system, case_id=protected, text="Rückruf", now=now),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 403


def test_whoever_does_not_see_the_case_cannot_open_it(
    authority: Authority, olsen: Staff, protected: UUID, now: datetime
) -> None:
    stranger = replace(olsen, unit_ids=frozenset())
    for act in (
        lambda: services.open_protected(staff=stranger, case_id=protected, reason="Neugier", now=now),
        lambda: queries.masked_case(stranger, protected, now),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 404


def test_leads_see_who_opened_the_case_and_why(sign_in: SignIn, olsen: Staff, protected: UUID) -> None:
    services.open_protected(staff=olsen, case_id=protected, reason="Rückfrage zum Ausweis", now=clock.now())
    lead = sign_in("Frau Wagner", "clerk", "lead")
    lead.post(f"/desk/cases/{protected}/open", reason="Stichprobe")
    page = lead.text(f"/desk/cases/{protected}")
    assert "Herr Olsen: Rückfrage zum Ausweis" in page
    assert "Frau Wagner: Stichprobe" in page
    assert WHY in page


def test_only_a_lead_ends_the_protection(olsen: Staff, lead: Staff, protected: UUID, now: datetime) -> None:
    services.open_protected(staff=olsen, case_id=protected, reason="Rückfrage", now=now)
    with pytest.raises(Refused) as refused:
        services.lift_protection(staff=olsen, case_id=protected, version=2, reason="Vorbei", now=now)
    assert refused.value.code == "lead_only"
    services.open_protected(staff=lead, case_id=protected, reason="Sperre abgelaufen", now=now)
    services.lift_protection(staff=lead, case_id=protected, version=2, reason="Sperre abgelaufen", now=now)
    assert listed(olsen, "Yılmaz", now) == ["WUG-2026-7777-92"]
    assert queries.case_for(olsen, protected, now + timedelta(days=1)).applicant == "Amira Yılmaz"


def test_a_name_that_changes_meanwhile_stays_hidden(
    authority: Authority, olsen: Staff, lead: Staff, protected: UUID, now: datetime
) -> None:
    with work(authority.id):
        rename(Case.objects.get(authority_id=authority.id, id=protected), "Amira Demir")
    assert listed(olsen, "Demir", now) == []
    services.open_protected(staff=lead, case_id=protected, reason="Sperre abgelaufen", now=now)
    services.lift_protection(staff=lead, case_id=protected, version=2, reason="Sperre abgelaufen", now=now)
    assert listed(olsen, "Demir", now) == ["WUG-2026-7777-92"]


def test_the_audit_chain_knows_who_and_when_and_no_word_that_was_said(
    authority: Authority, lead: Staff, protected: UUID, now: datetime
) -> None:
    services.open_protected(staff=lead, case_id=protected, reason="Frau Yılmaz hat angerufen", now=now)
    services.lift_protection(staff=lead, case_id=protected, version=2, reason="Frau Yılmaz ist weggezogen", now=now)
    with work(authority.id):
        found = list(AuditEntry.objects.filter(authority_id=authority.id, subject_id=protected))
    acts = {one.act: one for one in found}
    assert {"case.protected", "case.protected_opened", "case.protection_lifted"} <= set(acts)
    assert acts["case.protected_opened"].actor_id == lead.id
    marks = {acts[act].details["reason"] for act in acts if "reason" in acts[act].details}
    assert len(marks) == 3
    for one in found:
        said = f"{one.details} {one.subject_kind}"
        assert not any(word in said for word in ("Yılmaz", "Amira", "bedroht", "angerufen", "weggezogen"))


def test_who_says_herself_that_she_is_protected_is_from_the_first_moment_on(
    authority: Authority, opened: Open, olsen: Staff, now: datetime
) -> None:
    case_id = opened(applicant="Amira Yılmaz", number="WUG-1", protects=True)
    assert listed(olsen, "Yılmaz", now) == []
    with pytest.raises(Refused) as refused:
        queries.case_for(olsen, case_id, now)
    assert refused.value.code == queries.PROTECTED
    services.open_protected(staff=olsen, case_id=case_id, reason="Bearbeitung", now=now)
    found = queries.case_for(olsen, case_id, now)
    assert found.applicant == "Amira Yılmaz"
    assert "protected" in {event.act for event in found.history}


def test_who_says_it_in_an_answer_is_protected_from_then_on(
    authority: Authority, opened: Open, olsen: Staff, now: datetime
) -> None:
    case_id = opened(applicant="Amira Yılmaz", number="WUG-2026-0001-92")
    question = services.ask_back(
        staff=olsen, case_id=case_id, version=1, items=[Asked("q", "question", "Gilt eine Sperre?")], now=now
    )
    services.answer_question(
        authority_id=authority.id, case_id=case_id, question_id=question, answers=[Given("q", "Ja")], protects=True,
        actor=CITIZEN, now=now,
    )  # fmt: skip
    assert listed(olsen, "Yılmaz", now) == []
    assert listed(olsen, "WUG-2026-0001-92", now) == ["WUG-2026-0001-92"]
