"""An organiser says what a service costs in a year, so that the cost of a case can be shown."""

from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.work import work
from stadttor.insights.models import ServiceCost
from stadttor.insights.services.settling import MOST_CENTS

MOST_YEARLY_CENTS = 1_000_000_000
LONGEST_SOURCE = 200


def state_costs(
    *,
    authority_id: UUID,
    service: str,
    licence_cents: int | None,
    operation_cents: int | None,
    hourly_cents: int | None,
    source: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what the service (its address) costs; with no number at all nothing is kept, and no cost of a case is shown.

    Refused for a number that cannot be, and for numbers of which nobody says where they are from.
    """
    given = {"licence": licence_cents, "operation": operation_cents, "hourly": hourly_cents}
    for field, value in given.items():
        if value is not None and not 0 <= value <= (MOST_CENTS if field == "hourly" else MOST_YEARLY_CENTS):
            raise Refused("out_of_range", "This number is too large.", field=field)
    is_stated = any(value is not None for value in given.values())
    said = source.strip()
    if is_stated and not 0 < len(said) <= LONGEST_SOURCE:
        raise Refused("cost_source", "Please say in short where these numbers are from.", field="source")
    if hourly_cents is not None and licence_cents is None and operation_cents is None:
        raise Refused("cost_yearly", "Please say what the service costs in a year; 0 is a number too.", field="licence")
    values = {
        "licence_cents": licence_cents or 0, "operation_cents": operation_cents or 0, "hourly_cents": hourly_cents,
        "source": said,
    }  # fmt: skip
    with work(authority_id):
        if is_stated:
            row, _is_new = ServiceCost.objects.update_or_create(
                authority_id=authority_id, service=service, defaults=values
            )
            subject = row.id
        else:
            found = ServiceCost.objects.filter(authority_id=authority_id, service=service).first()
            if found is None:
                return
            subject = found.id
            found.delete()
        audit.record(
            authority_id, act="figures.costs_stated", actor=actor, subject=("costs", subject), at=now,
            details={"service": service, **{name: value for name, value in given.items() if value is not None}},
        )  # fmt: skip
