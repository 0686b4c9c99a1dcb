"""Reads of agreements: who handles a service for whom. Public, so no authority needs to be set."""

import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground.rows import read
from stadttor.ground.work import common
from stadttor.tenancy.rules.agreements import RUNNING, state_of

KEEP_S = 5.0
MOST_KEPT = 20_000

_SQL = """
SELECT g.id, g.authority_id, a.name, a.slug, g.helper_id, h.name, h.slug, g.service, g.title, g.unit_id, g.legal_basis,
 g.starts, g.ends, g.accepted
FROM tenancy_agreement g JOIN ground_authority a ON a.id = g.authority_id JOIN ground_authority h ON h.id = g.helper_id
"""
_ORDER = " ORDER BY g.title, h.name, a.name, g.starts DESC, g.id"
_OF = _SQL + "WHERE g.authority_id = %s OR g.helper_id = %s" + _ORDER
_ONE = _SQL + "WHERE g.id = %s AND (g.authority_id = %s OR g.helper_id = %s)"
_RUNNING = """g.accepted IS NOT NULL AND g.starts <= %s AND (g.ends IS NULL OR g.ends > %s)"""
_HANDLED = _SQL + "WHERE g.authority_id = %s AND g.accepted IS NOT NULL" + _ORDER
_SOME = _SQL + f"WHERE g.id = ANY(%s) AND {_RUNNING}" + _ORDER


@dataclass(frozen=True)
class AgreementRow:
    """An agreement with the names of both sides; `authority` is the responsible one, `helper` the one that handles."""

    id: UUID
    authority_id: UUID
    authority: str
    authority_slug: str
    helper_id: UUID
    helper: str
    helper_slug: str
    service: str
    title: str
    unit_id: UUID
    legal_basis: str
    starts: date
    ends: date | None
    accepted: datetime | None

    def state(self, today: date) -> str:
        """offered, coming, running or ended."""
        return state_of(self.starts, self.ends, self.accepted, today)


_kept: dict[UUID, tuple[float, list[AgreementRow]]] = {}


def agreements_of(authority_id: UUID) -> list[AgreementRow]:
    """Those of an authority on either side, by service."""
    return _read(_OF, authority_id, authority_id)


def agreement_of(authority_id: UUID, agreement_id: UUID) -> AgreementRow:
    """One of them. Refused as not found for whoever is on neither side."""
    for row in _read(_ONE, agreement_id, authority_id, authority_id):
        return row
    raise not_found()


def handled_by(authority_id: UUID, service: str, today: date) -> AgreementRow | None:
    """By which agreement another authority handles this service on a day, none where the authority does it itself.

    For pages and letters, at most `KEEP_S` seconds old; access is asked of the table itself.
    """
    kept = _kept.get(authority_id)
    if not kept or kept[0] <= time.monotonic():
        if len(_kept) > MOST_KEPT:
            _kept.clear()
        kept = _kept[authority_id] = (time.monotonic() + KEEP_S, _read(_HANDLED, authority_id))
    return next((row for row in kept[1] if row.service == service and row.state(today) == RUNNING), None)


def forget() -> None:
    """Drop what this process keeps (after a change, and between tests)."""
    _kept.clear()


def running_among(agreement_ids: list[UUID], today: date) -> list[AgreementRow]:
    """Those of these agreements that count on a day."""
    return _read(_SOME, agreement_ids, today, today)


def _read(sql: str, *values: Any) -> list[AgreementRow]:
    with common():
        return [AgreementRow(*row) for row in read(sql, *values)]
