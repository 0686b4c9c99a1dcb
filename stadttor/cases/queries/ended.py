"""Cases whose work has ended, for the clock of retention."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from stadttor.cases.models import Case, Decision, Event, Permit
from stadttor.cases.rules.tags import VALID
from stadttor.core.refused import not_found
from stadttor.ground.work import work

ENDS_TAGS = ("tag_ended", "tags_revoked")


@dataclass(frozen=True)
class EndedCase:
    """`retention` is an ISO period; `closed_at` none while it is in work; `told`: a decision left the house.

    `last_ended` is the day from which the last thing that it entered does not count any more; none where it entered nothing.
    """

    id: UUID
    submission_id: UUID | None
    number: str
    service: str
    state: str
    active: bool
    closed_at: datetime | None
    retention: str
    told: bool
    last_ended: date | None = None


def ended_case(authority_id: UUID, case_id: UUID, *, lock: bool = False) -> EndedCase:
    """How a case ended; with `lock` nobody changes it before the open work ends. Refused as not found without one."""
    with work(authority_id):
        cases = Case.objects.filter(authority_id=authority_id, id=case_id)
        row = (cases.select_for_update() if lock else cases).first()
        if row is None:
            raise not_found()
        told = Decision.objects.filter(authority_id=authority_id, case_id=case_id, sent_at__isnull=False).exists()
        tags = Permit.objects.filter(authority_id=authority_id, case_id=case_id, valid_until__isnull=True)
        last_ended = tags.aggregate(last=Max("ended_from"))["last"]
    return EndedCase(
        row.id, row.submission_id, row.number, row.service, row.state, row.active, row.closed_at, row.retention, told,
        last_ended,
    )  # fmt: skip


def ended_without(
    authority_id: UUID, followed: QuerySet[Any], most: int, *, before: datetime | None = None
) -> list[UUID]:
    """Cases that ended, `before` a time if one is given, and that nothing followed, longest ended first.

    What follows one is the caller's to say. A case stays as long as something that it entered until it is ended is there.
    """
    when = {"closed_at__lt": before} if before else {"closed_at__isnull": False}
    with work(authority_id):
        ended = Case.objects.filter(authority_id=authority_id, active=False, **when)
        tags = Permit.objects.filter(
            authority_id=authority_id, case_id=OuterRef("id"), valid_until__isnull=True, state=VALID
        )
        if before:
            # Its last dog left after that: no night was missed.
            own = Event.objects.filter(authority_id=authority_id, case_id=OuterRef("id"), at__gte=before)
            ended = ended.filter(~Exists(own.filter(act__in=ENDS_TAGS)))
        return list(
            ended.filter(~Exists(followed), ~Exists(tags)).order_by("closed_at").values_list("id", flat=True)[:most]
        )


def moved_on_of_outer_case(authority_id: UUID) -> QuerySet[Any]:
    """The case an outer query looks at, if it is in work again or ended at another time than its `closed_at` tells.

    For `Exists` over a table that cases do not know.
    """
    cases = Case.objects.filter(authority_id=authority_id, id=OuterRef("case_id"))
    return cases.filter(Q(active=True) | ~Q(closed_at=OuterRef("closed_at")))
