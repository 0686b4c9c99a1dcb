"""A steering body states what a service costs its partners together; the shares are reckoned by a job."""

from datetime import datetime
from typing import Any
from uuid import UUID

from stadttor.catalog.queries import release
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.jobs import enqueue
from stadttor.ground.rows import first
from stadttor.ground.work import common, work
from stadttor.insights.queries.summed import received_at
from stadttor.rollout.models import CommonCost
from stadttor.rollout.queries import SteeringRow
from stadttor.rollout.queries.costs import partners
from stadttor.rollout.queries.steering import steering_at
from stadttor.rollout.rules.costs import must_be_costs, shares_of
from stadttor.tenancy.queries import Competent


def state_common_costs(
    *,
    body: SteeringRow,
    package_id: UUID,
    year: int | None,
    cents: int | None,
    key: str,
    source: str,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Keep the costs of a year and give their id, in the place of what was stated for it before; a job reckons the shares anew.

    Refused for a body that only looks on, and for what cannot be stated.
    """
    _must_act(body)
    must_be_costs(cents, year, key, source)
    assert year is not None
    values: dict[str, Any] = {
        "cents": cents,
        "key": key,
        "source": source,
        "stated_at": now,
        "shared_at": None,
        "shares": {},
    }
    with work(body.authority_id):
        row, _is_new = CommonCost.objects.update_or_create(
            by_id=body.authority_id, package_id=package_id, year=year, defaults=values
        )
        audit.record(
            body.authority_id, act="costs.stated", actor=actor, subject=("costs", row.id), at=now,
            details={"year": year, "cents": cents, "key": key},
        )  # fmt: skip
        from stadttor.rollout.jobs import share_costs  # which calls verbs of this package

        enqueue(share_costs, authority_id=body.authority_id, key=str(row.id), cost_id=row.id)
    return row.id


def drop_common_costs(*, body: SteeringRow, cost_id: UUID, actor: Actor, now: datetime) -> None:
    """Take back what was stated of a year; nobody has a share in it any more. Refused as not found where there is nothing."""
    _must_act(body)
    with work(body.authority_id):
        row = first(CommonCost, by_id=body.authority_id, id=cost_id, lock=True)
        if row is None:
            raise not_found()
        audit.record(
            body.authority_id, act="costs.dropped", actor=actor, subject=("costs", row.id), at=now,
            details={"year": row.year},
        )  # fmt: skip
        row.delete()


def share_common_costs(cost_id: UUID, *, now: datetime) -> None:
    """Reckon who bears which part, among those who have the service at this moment. Safe to repeat: what was reckoned stays.

    By applications an authority with fewer than five in twelve months counts as one with none, so that nobody learns how few.
    """
    with common():
        row = CommonCost.objects.select_related("package").filter(id=cost_id).first()
    if row is None or row.shared_at:
        return
    newest = release(row.package.name)
    found = partners(newest, steering_at(row.by_id))
    weights = [_weight(one, row.key, newest.slug, now) for one in found]
    parts = shares_of(row.cents, weights)
    shares = {
        str(one.authority.id): [weight, part] for one, weight, part in zip(found, weights, parts, strict=True) if weight
    }
    with common(write=True):
        # What was stated anew meanwhile is reckoned by its own job.
        CommonCost.objects.filter(id=cost_id, stated_at=row.stated_at).update(shares=shares, shared_at=now)


def _weight(one: Competent, key: str, service: str, now: datetime) -> int:
    if key == "equal":
        return 1
    if key == "inhabitants":
        return one.inhabitants
    return received_at(one.authority.id, service, german_day(now))


def _must_act(body: SteeringRow) -> None:
    if not body.acts:
        raise Refused(
            "costs_look_on", "Your body may look on only. Who states costs is said by the operator.", status=403
        )
