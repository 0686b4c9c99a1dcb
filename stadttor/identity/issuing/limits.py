"""How often something about a case is offered: each offer gives new tries for its number, so offers have an end themselves."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from stadttor.ground.rows import rows
from stadttor.ground.work import reading
from stadttor.identity.issuing.models import CredentialOffer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PER_HOUR, PER_DAY = 5, 20
TRIES_MOST = 3
"""Wrong numbers, after which an offer is over."""
WRONG_PER_DAY = 9
"""Wrong numbers in all offers of a case: of a million, so many can be guessed in a day."""


def free_from(authority_id: UUID, about: UUID, now: datetime) -> datetime | None:
    """From when on there is a further offer about this case; None where there is one now."""
    with reading(authority_id):
        found = rows(CredentialOffer, authority_id=authority_id, about=about, order=("-started",))
    begun = [row.started for row in found]
    wrong = [row.started for row in found for _try in range(row.tries)]
    free = max(_after(begun, PER_HOUR, HOUR), _after(begun, PER_DAY, DAY), _after(wrong, WRONG_PER_DAY, DAY), now)
    return free if free > now else None


def _after(moments: Sequence[datetime], most: int, span: timedelta) -> datetime:
    """When fewer than `most` of these, newest first, lie within the span."""
    return moments[most - 1] + span if len(moments) >= most else datetime.min.replace(tzinfo=UTC)
