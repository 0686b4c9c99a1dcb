"""What a roll-out does at a handful of authorities, inside the open door for many."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from stadttor.catalog.services import adopt_in_turn, upgrade_in_turn
from stadttor.ground.actor import Actor
from stadttor.ground.work import Turns
from stadttor.rollout.rules.groups import values_at
from stadttor.tenancy.queries import first_prefixes


@dataclass(frozen=True)
class Left:
    """An authority that stays as it is, and why: codes of `catalog.services.NotDone`, not_applicable, objected, deferred."""

    authority_id: UUID
    code: str
    faults: tuple[str, ...] = ()


def values_for(given: Mapping[str, Mapping[str, Any]], authorities: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """The values of each authority, by its regional key. An authority that covers nothing any more is left away."""
    return {authority_id: values_at(given, ars) for authority_id, ars in first_prefixes(authorities).items()}


def act_for(
    turns: Turns, *, kind: str, version_id: UUID, given: Mapping[UUID, Mapping[str, Any]], actor: Actor, now: datetime
) -> list[Left]:
    """Adopt or upgrade; gives who stays as it is."""
    verb = adopt_in_turn if kind == "adopt" else upgrade_in_turn
    not_done = verb(turns, version_id=version_id, given=given, actor=actor, now=now)
    return [Left(authority_id, one.code, one.faults) for authority_id, one in not_done.items()]
