"""Reads of what was entered until it is ended: that of a case, of a number and its holder, those a clerk looks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from stadttor.cases.models import Case, Decision, Permit
from stadttor.cases.queries.access import viewer_of
from stadttor.cases.queries.permits import SHOWN, rows_found
from stadttor.cases.rules.tags import ENDED, RESERVED, VALID, counts, number_key
from stadttor.core.german_sort import sort_key
from stadttor.ground.work import work
from stadttor.identity.queries import Staff


@dataclass(frozen=True)
class TagView:
    """A tag as pages show it: `entry` is its place in the application of `case_id`, counted from 0.

    `ended_by` is the case that ended it.
    """

    authority_id: UUID
    case_id: UUID
    entry: int
    number: str
    service: str
    holder: str
    called: str
    since: date
    state: str
    ended_from: date | None
    ended_by: UUID | None
    history: tuple[Mapping[str, Any], ...]
    is_protected: bool = False

    @property
    def stands(self) -> bool:
        """Whether nobody has ended it, today or for a later day."""
        return self.state == VALID

    def has_number(self, typed: str) -> bool:
        """Whether this is its number, however it was typed."""
        return self.number == number_key(typed)

    def counts(self, day: date) -> bool:
        """Whether it is there on this day."""
        return counts(self.state, self.ended_from, day)


def tags_of(authority_id: UUID, case_id: UUID) -> tuple[TagView, ...]:
    """What decisions of a case entered, in the order of the application; nothing that has not left the house."""
    with work(authority_id):
        mine = Permit.objects.filter(authority_id=authority_id, case_id=case_id, valid_until__isnull=True)
        return tuple(_views(mine.exclude(state=RESERVED).order_by("entry")))


def has_standing_tags(authority_id: UUID, case_id: UUID) -> bool:
    """Whether something that a decision of the case entered is there, ended by nobody."""
    with work(authority_id):
        return _standing(authority_id).filter(case_id=case_id).exists()


def _standing(authority_id: UUID) -> QuerySet[Permit]:
    return Permit.objects.filter(authority_id=authority_id, valid_until__isnull=True, state=VALID)


def decisions_with_standing_tags(authority_id: UUID) -> QuerySet[Decision]:
    """The decisions of cases with something that is still there, in any year; for `Exists` over a table of another module."""
    mine = Decision.objects.filter(authority_id=authority_id)
    return mine.filter(Exists(_standing(authority_id).filter(case_id=OuterRef("case_id"))))


def ended_before(authority_id: UUID, case_id: UUID, at: datetime) -> frozenset[int]:
    """The places of what a case entered and another one had ended before this moment."""
    ended = (one for one in tags_of(authority_id, case_id) if one.state == ENDED)
    return frozenset(one.entry for one in ended if _last(one.history, "ended") < at)


def _last(history: Iterable[Mapping[str, Any]], act: str) -> datetime:
    return max(datetime.fromisoformat(line["at"]) for line in history if line["act"] == act)


def numbers_of(authority_id: UUID, case_id: UUID) -> tuple[str, ...]:
    """The numbers that the decisions of a case gave by hand, by the place in the application; empty for none."""
    with work(authority_id):
        number = Case.objects.values_list("number", flat=True).get(authority_id=authority_id, id=case_id)
        mine = Permit.objects.filter(authority_id=authority_id, case_id=case_id, valid_until__isnull=True)
        return tuple(
            "" if one == own_number(number, entry) else one
            for entry, one in mine.order_by("entry").values_list("entry", "number")
        )


def own_number(case_number: str, entry: int) -> str:
    """The number of what nobody gave one: that of its case, with its place."""
    return f"{case_number}-{entry + 1}"


def tag_of_holder(authority_id: UUID, service: str, number: str, holder: str) -> TagView | None:
    """The tag that is there with this number, if it is of this service and of a holder of this name."""
    with work(authority_id):
        mine = Permit.objects.filter(
            authority_id=authority_id, service=service, number=number_key(number), holder_key=sort_key(holder),
            valid_until__isnull=True, state=VALID,
        )  # fmt: skip
        return next(iter(_views(mine)), None)


def tag_ended_by(authority_id: UUID, case_id: UUID) -> TagView | None:
    """The tag that this case has ended."""
    with work(authority_id):
        return next(iter(_views(Permit.objects.filter(authority_id=authority_id, ended_by=case_id))), None)


def tags_for(staff: Staff, words: str, now: datetime) -> list[TagView]:
    """The tags of cases she sees whose number or holder begins so; nothing without words."""
    if not words.strip():
        return []
    with work(staff.authority_id):
        found = rows_found(staff.authority_id, words).filter(valid_until__isnull=True).exclude(state=RESERVED)
        views = list(_views(found.order_by("number")[:SHOWN]))
        viewer = viewer_of(staff, now)
        cases = Case.objects.filter(authority_id=staff.authority_id, id__in=[one.case_id for one in views])
        seen = {case.id: case.is_protected for case in cases if viewer.sees(case)}
        return [_masked(one) if seen[one.case_id] else one for one in views if one.case_id in seen]


def _masked(one: TagView) -> TagView:
    """Of a protected person's a list says no more than its number."""
    return replace(one, holder="", called="", history=(), is_protected=True)


def _views(found: Iterable[Permit]) -> Iterable[TagView]:
    return (
        TagView(
            one.authority_id, one.case_id, one.entry, one.number, one.service, one.holder, one.called, one.valid_from, one.state,
            one.ended_from, one.ended_by, tuple(one.history),
        )
        for one in found
    )  # fmt: skip
