"""Money that came for an application of which nothing is left: it goes back, or somebody says that the town keeps it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.payments.queries import strays
from stadttor.payments.services import keep, refund
from stadttor.privacy.rules import Settling
from stadttor.privacy.services.offering import must_organise

VERBS: Mapping[Settling, Callable[..., object]] = {"refund": refund, "keep": keep}


def settle_stray(*, staff: Staff, payment_id: UUID, how: Settling, now: datetime) -> None:
    """Pay it back to the account it came from, or keep it. Only for organisers; not found when it is settled already."""
    must_organise(staff)
    with work(staff.authority_id):
        for one in strays(staff.authority_id):
            if one.id == payment_id:
                VERBS[how](authority_id=staff.authority_id, subject_id=one.subject_id, actor=staff.actor(), now=now)
                return
        raise not_found()
