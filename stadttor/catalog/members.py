"""What member municipalities set otherwise than their association, by adoption and regional key (ARS)."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from stadttor.catalog.models import Adoption, MemberValues

Given = Mapping[str, Mapping[str, Any]]
"""Values by the member's regional key."""


def members_of(adoptions: Iterable[UUID]) -> dict[UUID, dict[str, Mapping[str, Any]]]:
    """What members of these adoptions set now, inside a door of the database; only of those that set anything."""
    rows = MemberValues.objects.filter(adoption__in=list(adoptions)).order_by("adoption", "ars", "-number")
    found: dict[UUID, dict[str, Mapping[str, Any]]] = {}
    for row in rows.distinct("adoption", "ars"):
        if row.given:
            found.setdefault(row.adoption_id, {})[row.ars] = row.given
    return found


class MembersThen:
    """What members of these adoptions set at each of their changes, read at once."""

    def __init__(self, adoptions: Iterable[UUID]) -> None:
        self._rows: dict[UUID, list[MemberValues]] = {}
        for row in MemberValues.objects.filter(adoption__in=list(adoptions)).order_by("number"):
            self._rows.setdefault(row.adoption_id, []).append(row)

    def at(self, adoption_id: UUID, number: int) -> dict[str, Mapping[str, Any]]:
        """What they set at the n-th change of an adoption."""
        last = {row.ars: row.given for row in self._rows.get(adoption_id, ()) if row.number <= number}
        return {ars: given for ars, given in last.items() if given}


def changed(adoption: Adoption, number: int, before: Given, after: Given) -> list[MemberValues]:
    """The rows that make `after` of `before` from the n-th change on, to be written with it."""
    return [
        MemberValues(adoption=adoption, ars=ars, number=number, given=dict(after.get(ars, {})))
        for ars in sorted({*before, *after})
        if before.get(ars, {}) != after.get(ars, {})
    ]
