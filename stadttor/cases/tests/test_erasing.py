"""A case goes for good, with its history and the views that look for its applicant; others stay."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest

from stadttor.cases import queries, services
from stadttor.cases.models import Case, CaseWord, Event, Note, SavedFilter
from stadttor.core.refused import Refused
from stadttor.ground.actor import CITIZEN
from stadttor.ground.models import Authority
from stadttor.ground.tests.queue import waiting
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.processes.models import Instance, Step

pytestmark = pytest.mark.db
Open = Callable[..., UUID]


def withdrawn(authority: Authority, opened: Open, now: datetime, **submission: object) -> UUID:
    case_id = opened(**submission)
    services.withdraw(authority_id=authority.id, case_id=case_id, actor=CITIZEN, now=now)
    return case_id


def test_a_case_goes_with_everything_that_was_written_about_it(
    authority: Authority, opened: Open, lead: Staff, now: datetime
) -> None:
    case_id = withdrawn(authority, opened, now)
    services.note(staff=lead, case_id=case_id, text="Herr Yılmaz rief an.", now=now)
    services.look_at(staff=lead, case_id=case_id, now=now)
    gone = services.erase_case(authority_id=authority.id, case_id=case_id)
    with work(authority.id):
        left = [model.objects.count() for model in (Case, CaseWord, Event, Note, Instance, Step)]
    assert left == [0] * 6
    assert gone.counts["cases_event"] >= 3
    assert gone.counts["processes_step"] == 2


def test_timers_that_wait_for_a_case_go_with_it(
    authority: Authority, opened: Open, adler: Staff, version: Callable[[Staff, UUID], int], now: datetime
) -> None:
    """Report: the reminder of a deleted case was tried sixty times and then stood among the jobs that gave up."""
    case_id = opened()
    item = services.Asked("question", "question", "Seit wann?")
    services.ask_back(staff=adler, case_id=case_id, version=version(adler, case_id), items=[item], now=now)
    assert waiting("processes.wake")
    services.withdraw(authority_id=authority.id, case_id=case_id, actor=CITIZEN, now=now)
    services.erase_case(authority_id=authority.id, case_id=case_id)
    assert not waiting("processes.wake")


def test_a_case_in_work_stays(authority: Authority, opened: Open) -> None:
    case_id = opened()
    with pytest.raises(Refused, match="case_in_work"):
        services.erase_case(authority_id=authority.id, case_id=case_id)
    with work(authority.id):
        assert Case.objects.filter(id=case_id).exists()


def test_a_saved_view_that_looks_for_the_applicant_goes_when_it_finds_nobody_any_more(
    authority: Authority, opened: Open, lead: Staff, now: datetime
) -> None:
    first = withdrawn(authority, opened, now, applicant="Amira Yılmaz")
    second = withdrawn(authority, opened, now, applicant="Deniz Yılmaz")
    views = {
        "Familie": "scope=all&q=y%C4%B1lmaz",
        "Amiras Antrag": "q=amira",
        "Eilig": "deadline=late",
        "Frau Amira": "scope=all",
    }
    for name, query in views.items():
        services.save_filter(staff=lead, name=name, query=query)
    services.erase_case(authority_id=authority.id, case_id=first)
    assert _views(authority) == ["Eilig", "Familie"]
    services.erase_case(authority_id=authority.id, case_id=second)
    assert _views(authority) == ["Eilig"]


def _views(authority: Authority) -> list[str]:
    with work(authority.id):
        return sorted(SavedFilter.objects.values_list("name", flat=True))


def test_the_neighbours_case_is_not_found(
    authority: Authority, neighbour: Authority, opened: Open, lead: Staff, now: datetime
) -> None:
    case_id = withdrawn(authority, opened, now)
    with pytest.raises(Refused, match="not_found"):
        services.erase_case(authority_id=neighbour.id, case_id=case_id)
    assert queries.case_for(lead, case_id, now).state == "withdrawn"
