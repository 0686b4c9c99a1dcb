"""What a letter and a hand-over say of a dog that has left."""

import subprocess
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import pytest

from stadttor.cases import services as cases
from stadttor.cases.models import Case, Permit
from stadttor.cases.ports import LetterDraft
from stadttor.cases.queries import ended_case, status_of
from stadttor.cases.services.erasing import erase_case
from stadttor.core.refused import Refused
from stadttor.ground.actor import CITIZEN
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.language import speaking
from stadttor.ground.work import work
from stadttor.notices.letters.checking import LOWERED
from stadttor.notices.letters.data import _lowered as lowered_said
from stadttor.payments.models import Claim
from stadttor.privacy.queries import last_day_of
from stadttor.privacy.queries.holdings import holding_of
from stadttor.privacy.queries.late import late_nights
from stadttor.privacy.services.clock import keep_time
from stadttor.privacy.services.showing import Scope, shown
from stadttor.site import handing_over, letters
from stadttor.site.assessing import what_it_comes_to
from stadttor.site.matter import matter_of
from stadttor.site.tests.test_tags import Dogs, ends, leaving, registered, town

pytestmark = pytest.mark.db
__all__ = ["registered", "town"]
LAST = german_day(now()).replace(month=3, day=5)


def test_a_new_decision_counts_a_dog_that_has_left_neither_for_later_years_nor_as_there(
    registered: Dogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Report: its rate was part of what goes on, its tag was listed and the hand-over sent it as a dog that lives."""
    case_id = registered.another(leaving(letzter_tag=LAST.isoformat()))
    registered.send(registered.decide(case_id=case_id), case_id)
    registered.reopen()
    ref = cases.look_at(staff=registered.adler, case_id=registered.case_id, now=now()).ref
    with speaking("de"), work(registered.authority_id):
        assert "50,00\xa0€ im Jahr" in what_it_comes_to(ref)[0].text
    said: dict[str, Any] = {}
    monkeypatch.setattr(letters, "render_letter", lambda _source, _files, data: said.update(data) or b"%PDF-1.7")
    decision_id = registered.decide(["1234", "1235"])
    registered.send(decision_id)
    assert said["tags"] == ["1234", ""]
    assert said["assessment"]["total"] == "50,00\xa0€"
    assert [one["ends"] for one in said["assessment"]["lines"]] == ["", f"31. März {LAST.year}"]
    matter = matter_of(registered.authority_id, registered.case_id)
    with work(registered.authority_id):
        decision = handing_over.decision_of(registered.authority_id, decision_id)
    lines = handing_over.lines(matter.found.form.content.handover, handing_over.facts_of(matter, decision))
    assert [one.value for one in lines if one.label == "Nummer der Marke"] == ["1234"]


def test_the_letter_names_the_last_day_for_which_it_is_owed(registered: Dogs) -> None:
    """Report: it said "only until 30.04." where the statute lets a year that was begun stay owed."""
    ends, year = date(2026, 4, 30), 2026
    with speaking("de"):
        for years, day in (
            ([(year, 5000, 1666, 0)], "30. April 2026"),
            ([(year, 5000, 5000, 0)], "31. Dezember 2026"),
            ([], ""),
        ):
            said = lowered_said(replace(LOWERED, ends=ends, years=years))["ends"]
            assert day in said
            assert bool(said) == bool(day)


def test_what_is_registered_is_not_withdrawn_while_its_notice_stands(registered: Dogs) -> None:
    """Report: the dogs were gone, and their tax stood."""
    registered.reopen()
    with pytest.raises(Refused, match="tags_stand"):
        cases.withdraw(authority_id=registered.authority_id, case_id=registered.case_id, actor=CITIZEN, now=now())
    status = status_of(registered.authority_id, registered.submission_id)
    assert status
    assert not status.may_withdraw
    assert all(one.stands for one in registered.tags())


def test_a_case_is_kept_from_the_day_on_which_its_last_dog_has_left(registered: Dogs) -> None:
    """Report: it was counted as late the day after, since it had been closed years ago."""
    at = now() - timedelta(days=365 * 12)
    for number in ("1234", "1235"):
        registered.decide(case_id=registered.another(leaving(number)))
    with work(registered.authority_id):
        Case.objects.filter(id=registered.case_id).update(active=False, closed_at=at, state="closed")
        assert registered.case_id not in late_nights(registered.authority_id, now(), 50)
        case = ended_case(registered.authority_id, registered.case_id)
    today = german_day(now())
    assert case.last_ended == today
    assert last_day_of(case) == date(today.year + 10, 12, 31)


def test_a_claim_stays_as_long_as_a_dog_of_it_is_there(registered: Dogs) -> None:
    """Report: after eleven years a dog that left got a new Kassenzeichen for what was asked for under the old one."""
    later = now().replace(day=1) + timedelta(days=365 * 13)
    keep_time(authority_id=registered.authority_id, now=later)
    with work(registered.authority_id):
        assert Claim.objects.count() == 1
        Permit.objects.update(state="ended")
    keep_time(authority_id=registered.authority_id, now=later)
    with work(registered.authority_id):
        assert not Claim.objects.exists()


@pytest.mark.parametrize(("number", "count"), [("1235", 1), ("9999", 0)])
def test_a_notice_says_that_the_tax_is_assessed_anew_only_where_it_is(
    registered: Dogs, monkeypatch: pytest.MonkeyPatch, number: str, count: int
) -> None:
    """Report: whoever deregistered a dog from before read so, without an amount."""
    printed: list[Any] = []
    source = letters.render_letter
    monkeypatch.setattr(letters, "render_letter", lambda *given: printed.append(given[2]) or source(*given))
    case_id = registered.another(leaving(number, letzter_tag=LAST.isoformat()))
    ref = cases.look_at(staff=registered.adler, case_id=case_id, now=now()).ref
    pdf = letters.PackageLetters().letter_preview(LetterDraft(ref, "assessed", (), (), "Frau Adler", now()))
    assert len(printed[0]["lowered"]) == count
    text = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert ("setzen die Hundesteuer neu fest" in " ".join(text.split())) == bool(count)


def test_what_a_deregistration_ended_is_in_its_information_for_the_person_and_not_in_that_of_its_link(
    registered: Dogs,
) -> None:
    case_id = ends(registered, leaving())
    with work(registered.authority_id):
        submission_id = Case.objects.get(id=case_id).submission_id
    assert submission_id
    holding = holding_of(registered.authority_id, submission_id)
    for scope, there in (("person", True), ("archive", True), ("applicant", False)):
        tables = dict(shown(registered.authority_id, holding, cast("Scope", scope)))
        of_others = [
            row
            for name in ("cases_permit", "payments_lowered")
            for row in tables.get(name, [])
            if row["case_id"] == str(registered.case_id)
        ]
        assert bool(of_others) is there, scope


def test_a_dog_stays_deregistered_when_the_case_that_ended_it_is_deleted(registered: Dogs) -> None:
    case_id = ends(registered, leaving())
    with work(registered.authority_id):
        erase_case(authority_id=registered.authority_id, case_id=case_id, in_work_too=True)
        row = Permit.objects.get(case_id=registered.case_id, entry=1)
    assert (row.state, row.ended_by) == ("ended", None)
    assert row.ended_from
