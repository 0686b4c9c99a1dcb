"""Visits that were prepared: nobody came in time, or the case goes on at the counter without being opened again."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from stadttor.cases.ports import CaseRef, Caution
from stadttor.cases.queries import told_and_open
from stadttor.catalog.queries import adopted_form
from stadttor.core.refused import Refused
from stadttor.forms.queries import is_accepted
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.formats import day
from stadttor.ground.web.language import _
from stadttor.site.applications import submitted


def goes_on(case: CaseRef, outcome: str) -> bool:
    """Whether something may follow this outcome: the application has not come to nothing with it."""
    if case.submission_id is None or not is_accepted(case.authority_id, case.submission_id):
        return False
    return outcome in submitted(case.authority_id, case.submission_id).form.manifest.follows


def marks_of_nobody_came(authority_id: UUID, submission_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, str]]:
    """What a list says of cases whose visit should have taken place. Implements `stadttor.cases.ports.Marks`."""
    mark = {"label": _("Overdue: nobody came"), "kind": "danger", "icon": "warning"}
    return dict.fromkeys(_overdue(authority_id, submission_ids), mark)


def nobody_came(case: CaseRef) -> Sequence[Caution]:
    """Says on the case page until when somebody should have come. Implements `stadttor.cases.ports.Cautions`."""
    overdue = _overdue(case.authority_id, [case.submission_id]) if case.submission_id else {}
    return tuple(
        Caution(
            _("Nobody came by {day}", day=day(last)),
            _("Ask, or enter what became of it: the case then ends without a decision, with its reason."),
        )
        for last in overdue.values()
    )


def _overdue(authority_id: UUID, submission_ids: Sequence[UUID]) -> dict[UUID, date]:
    """By application the last day on which somebody should have come."""
    today, found = german_day(now()), {}
    for one in told_and_open(authority_id, submission_ids):
        last = _last_day(authority_id, one.service, one.outcome, german_day(one.at))
        if last and last < today:
            found[one.submission_id] = last
    return found


def _last_day(authority_id: UUID, service: str, outcome: str, told: date) -> date | None:
    try:
        follow = adopted_form(authority_id, service, include_test=True).manifest.follows.get(outcome)
    except Refused:  # not offered any more
        return None
    return told + timedelta(days=follow.days) if follow and follow.days else None
