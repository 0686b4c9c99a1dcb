"""An organiser looks after the places that the authority serves; which Kreis it is in was said by the operator."""

from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.web.language import N_
from stadttor.ground.work import work
from stadttor.tenancy import queries
from stadttor.tenancy.models import Area, Coverage

KREIS = 5
TAKEN = N_("Another authority serves this place already. Please ask whoever runs these pages.")
ELSEWHERE = N_("This place is in another Kreis. Please ask whoever runs these pages.")


def serve_place(authority_id: UUID, ars: str, *, actor: Actor, now: datetime) -> None:
    """Serve one more municipality, by its regional key (12 digits).

    Refused outside the Kreise that the operator gave, and when another authority serves the municipality or its Verband: a
    town must not draw its neighbour's citizens to itself.
    """
    with work(authority_id):
        # Whoever else wants this place waits here.
        known = Area.objects.select_for_update().filter(ars=ars, level="gemeinde", valid_until=None).first()
        if known is None:
            raise not_found()
        mine = set(queries.coverage_of(authority_id))
        if not any(prefix[:KREIS] == ars[:KREIS] for prefix in mine):
            raise Refused("place_elsewhere", ELSEWHERE, status=409, field="place")
        others = Coverage.objects.filter(ars_prefix__in=(ars, ars[:9])).exclude(authority_id=authority_id)
        if others.exists():
            raise Refused("place_taken", TAKEN, status=409, field="place")
        if any(ars.startswith(prefix) for prefix in mine):
            return
        Coverage.objects.create(authority_id=authority_id, ars_prefix=ars)
        _record(authority_id, "authority.place_served", ars, actor, now)
    queries.forget()


def leave_place(authority_id: UUID, ars: str, *, actor: Actor, now: datetime) -> None:
    """Serve this municipality no longer. Refused for the last one, and where a whole Verband or Kreis is served."""
    with work(authority_id):
        mine = list(Coverage.objects.select_for_update().filter(authority_id=authority_id).order_by("id"))
        row = next((one for one in mine if one.ars_prefix == ars), None)
        if row is None:
            raise not_found()
        if len(mine) == 1:
            raise Refused("last_place", N_("An authority serves one place at least."), status=409, field="place")
        row.delete()
        _record(authority_id, "authority.place_left", ars, actor, now)
    queries.forget()


def _record(authority_id: UUID, act: str, ars: str, actor: Actor, now: datetime) -> None:
    about = ("authority", authority_id)
    audit.record(authority_id, act=act, actor=actor, subject=about, at=now, details={"ars": ars})
