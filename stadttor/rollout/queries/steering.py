"""Which authorities are steering bodies, and what they may see."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground.rows import first
from stadttor.ground.work import common
from stadttor.rollout.models import Steering
from stadttor.rollout.queries.progress import RolloutRow, rollout, rollouts, targets_of
from stadttor.rollout.rules.stages import within
from stadttor.tenancy.queries import prefixes_of

LAND_DIGITS, KREIS_DIGITS = 2, 5


@dataclass(frozen=True)
class SteeringRow:
    """A steering body. `keys` bound what it sees; none is the whole country. `acts`: it may act on roll-outs."""

    authority_id: UUID
    keys: tuple[str, ...]
    acts: bool

    @property
    def lands(self) -> tuple[str, ...]:
        """The whole Länder it sees; with no keys it sees all, and none is named."""
        return tuple(key for key in self.keys if len(key) == LAND_DIGITS)

    def lands_in(self, wanted: str = "") -> tuple[str, ...] | None:
        """Over which Länder and Kreise it reads figures, within the Land wanted or all it sees: no name is the whole country, and None
        that it sees no whole Kreis there."""
        land = wanted[:LAND_DIGITS]
        if land and self.sees(land):
            return (land,)
        seen = tuple(key for key in self.keys if len(key) in (LAND_DIGITS, KREIS_DIGITS) and key.startswith(land))
        return seen if seen or not self.keys else None

    def sees(self, key: str) -> bool:
        """Whether a regional key lies within its bounds."""
        return within(key, self.keys)

    def sees_rollout(self, row: RolloutRow) -> bool:
        """Whether its group and the bounds have a place in common. A roll-out to everybody concerns each body."""
        group = row.group["keys"]
        return not group or any(map(self.sees, group)) or any(within(own, group) for own in self.keys)

    def may_act_on(self, row: RolloutRow) -> bool:
        """Whether a roll-out lies within its bounds: its group, and all that each of its authorities covers.

        A roll-out to everybody has no bounds. Where the Land does a service, its authority is in the group of a Kreis.
        """
        return self.may_act_within(row.group["keys"], lambda: targets_of(row.id))

    def may_act_within(self, group: Collection[str], authorities: Callable[[], Collection[UUID]]) -> bool:
        """The same for a group by its keys and the authorities it reaches, which are asked for only where they matter."""
        if not self.acts or not self.keys:
            return self.acts
        return bool(group) and all(map(self.sees, group)) and all(map(self.sees, prefixes_of(authorities())))


def steering_at(authority_id: UUID) -> SteeringRow:
    """Raises Refused (404) for every authority that is none, whatever roles somebody has there."""
    row = steering_body(authority_id)
    if row is None:
        raise not_found()
    return row


def steering_body(authority_id: UUID) -> SteeringRow | None:
    """The same for who has nobody to refuse; none where it is no steering body."""
    with common():
        row = first(Steering, authority_id=authority_id)
    return SteeringRow(authority_id, tuple(row.keys), row.acts) if row else None


def rollouts_seen(body: SteeringRow) -> list[RolloutRow]:
    """Those that concern the body, the newest first."""
    return [row for row in rollouts() if body.sees_rollout(row)]


def rollout_seen(body: SteeringRow, number: int) -> RolloutRow:
    """One of them. Raises Refused (404), beyond the bounds as for a number that nobody gave."""
    row = rollout(number)
    if not body.sees_rollout(row):
        raise not_found()
    return row


def planned_from(body: SteeringRow, draft_id: UUID) -> RolloutRow | None:
    """The roll-out that a draft became; none where there is no such one, or it does not concern the body."""
    return next((row for row in rollouts(id=draft_id) if body.sees_rollout(row)), None)


def steering_bodies() -> list[SteeringRow]:
    """All of them."""
    with common():
        return [SteeringRow(row.authority_id, tuple(row.keys), row.acts) for row in Steering.objects.all()]
