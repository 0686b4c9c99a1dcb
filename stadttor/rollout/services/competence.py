"""Who does a service in a Land, and where it does not apply."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from stadttor.catalog.queries import state_at
from stadttor.core.ars import LAENDER, Level
from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.work import common, work
from stadttor.rollout.models import ALWAYS, Competence, NotApplicable

SHORTEST_REASON, LONGEST_REASON = 5, 500


def set_competence(
    *,
    package_id: UUID,
    land: str,
    level: Level,
    source: str,
    since: date = ALWAYS,
    themselves: Sequence[str] = (),
) -> None:
    """In this Land (two digits) another level does the service than the package says, from a day on; `source` names the law.

    Municipalities of the kinds in `themselves` do it themselves all the same.
    """
    if land not in LAENDER:
        raise Refused("ars.format", "This is no regional key: {reason}", reason=land)
    if not source.strip():
        raise Refused("competence_source", "Name the law that makes this level competent.")
    with common(write=True):
        Competence.objects.update_or_create(
            package_id=package_id,
            land=land,
            since=since,
            defaults={"level": level, "source": source.strip(), "themselves": sorted(set(themselves))},
        )


def does_not_apply(*, package_id: UUID, authority_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """Say that a service does not apply at an authority, and why. It is no target then and never counts as adopted.

    Refused without a reason, and while citizens can apply for it there.
    """
    said = reason.strip()[:LONGEST_REASON]
    if len(said) < SHORTEST_REASON:
        raise Refused("reason", "Please say why this service does not apply here.", field="reason")
    if state_at(authority_id, package_id) == "live":
        raise Refused(
            "service_open",
            "This service is open to citizens here. Close it first, then say that it does not apply.",
            status=409,
            field="reason",
        )
    with work(authority_id):
        NotApplicable.objects.update_or_create(
            package_id=package_id, authority_id=authority_id, defaults={"reason": said, "since": now}
        )
        _note(authority_id, "rollout.does_not_apply", package_id, actor, now)


def does_apply(*, package_id: UUID, authority_id: UUID, actor: Actor, now: datetime) -> None:
    """Take that back."""
    with work(authority_id):
        if NotApplicable.objects.filter(package_id=package_id, authority_id=authority_id).delete()[0]:
            _note(authority_id, "rollout.does_apply", package_id, actor, now)


def _note(authority_id: UUID, act: str, package_id: UUID, actor: Actor, now: datetime) -> None:
    audit.record(authority_id, act=act, actor=actor, subject=("package", package_id), at=now)
