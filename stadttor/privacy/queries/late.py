"""What stands still on its way out: the nights that did not come, and the archive that has not got what it wants."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from stadttor.cases.queries import ended_without
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.privacy.models import Hold, Retention
from stadttor.privacy.rules import ACCEPTED, FREE, KEPT, NIGHTS_MISSED, OFFERED, TIME_TO_HAND_OVER


def unheld(authority_id: UUID) -> QuerySet[Retention]:
    """Cases on their way out that nobody holds."""
    held = Hold.objects.filter(authority_id=authority_id, case_id=OuterRef("case_id"))
    return Retention.objects.filter(authority_id=authority_id).exclude(Exists(held))


def late_nights(authority_id: UUID, at: datetime, most: int) -> list[UUID]:
    """Cases that should have gone a step further in at least two nights: counted, offered, given up, deleted."""
    before, day = at - NIGHTS_MISSED, german_day(at - NIGHTS_MISSED)
    over = Q(state=KEPT, until__lt=day) | Q(state=OFFERED, answer_by__lt=day) | Q(state=FREE)
    followed = Retention.objects.filter(authority_id=authority_id, case_id=OuterRef("id"))
    with work(authority_id):
        still = unheld(authority_id).filter(over).filter(Q(moved__lt=before) | Q(moved=None))
        late = list(still.order_by("until", "id").values_list("case_id", flat=True)[:most])
        return [*late, *ended_without(authority_id, followed, most, before=before)]


def late_hand_overs(authority_id: UUID, at: datetime, most: int) -> list[UUID]:
    """Cases the archive wanted long ago and nobody has handed over."""
    before = at - TIME_TO_HAND_OVER
    since = Q(moved__lt=before) | Q(moved=None, offered__lt=german_day(before))
    with work(authority_id):
        waiting = unheld(authority_id).filter(since, state=ACCEPTED)
        return list(waiting.order_by("offered", "id").values_list("case_id", flat=True)[:most])
