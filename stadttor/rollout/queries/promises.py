"""What was promised by when, and what the history of adoptions says became of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stadttor.catalog.queries import ReachedRow, newest_releases, package_content, reached
from stadttor.catalog.rules.texts import OFFICIAL
from stadttor.core.refused import not_found
from stadttor.ground.clock import german_day
from stadttor.ground.rows import read
from stadttor.ground.work import common
from stadttor.rollout.models import FirstUse
from stadttor.rollout.queries.steering import SteeringRow
from stadttor.rollout.rules.promises import Line, state_of
from stadttor.rollout.rules.stages import within

_PROMISES = """
SELECT p.id, p.package_id, k.name, c.title, p.authority_id, a.slug, a.name, p.key, p.goal, p.by_id, b.name,
 coalesce((SELECT min(ars_prefix) FROM tenancy_coverage t WHERE t.authority_id = p.authority_id), p.key)
FROM rollout_promise p JOIN catalog_package k ON k.id = p.package_id JOIN ground_authority b ON b.id = p.by_id
LEFT JOIN rollout_counted c ON c.package_id = p.package_id LEFT JOIN ground_authority a ON a.id = p.authority_id
"""
_LINES = """
SELECT l.promise_id, l.number, l.due, l.reason, b.name, l.at FROM rollout_promiseline l
JOIN ground_authority b ON b.id = l.entered_by_id WHERE l.promise_id = ANY(%s) ORDER BY l.promise_id, l.number
"""
# Whom a promise for a Land or Kreis means: those the cockpit counts there, where the service applies.
_MEMBERS = """
SELECT s.package_id, s.kreis, a.id FROM rollout_standing s, jsonb_array_elements(s.authorities) one
JOIN ground_authority a ON a.slug = one->>0
WHERE s.package_id = ANY(%s) AND s.kreis LIKE ANY(%s) AND one->>2 <> 'not_applicable'
"""


@dataclass(frozen=True)
class Target:
    """Whom a promise is for: one authority, or all that are responsible within `key`."""

    authority_id: UUID | None = None
    key: str = ""


@dataclass(frozen=True)
class PromiseRow:
    """A promise with its history. `place` is the regional key it lies at; `reached` of `whole` authorities are there,
    since `reached_on` all of them."""

    id: UUID
    package_id: UUID
    package: str
    title: str
    target: Target
    slug: str
    name: str
    goal: str
    by_id: UUID
    by: str
    place: str
    lines: tuple[Line, ...] = ()
    reached: int = 0
    whole: int = 0
    reached_on: date | None = None

    @property
    def due(self) -> date | None:
        return self.lines[-1].due

    @property
    def shifts(self) -> int:
        """How often another day was promised."""
        return len(self.lines) - 1

    def state(self, today: date) -> str:
        return state_of(self.due, self.reached_on, today)


def offered() -> dict[str, tuple[UUID, str]]:
    """The packages of the catalogue by name: id and title."""
    return {
        one.package: (one.package_id, package_content(one.id).texts_in(OFFICIAL).text("title"))
        for one in newest_releases()
    }


def titles() -> dict[str, str]:
    """The titles of services by their addresses."""
    return {one.slug: package_content(one.id).texts_in(OFFICIAL).text("title") for one in newest_releases()}


def promises_seen(body: SteeringRow, at: str = "") -> list[PromiseRow]:
    """What was promised within the bounds of a steering body; with `at`, a Kreis, also for the whole Land it lies in."""
    return _told(
        row
        for row in _rows()
        if body.sees(row.place) and (row.place.startswith(at) or at.startswith(row.target.key or "-"))
    )


def promises_of(authority_id: UUID) -> list[PromiseRow]:
    """What was promised for one authority."""
    return _told(_rows("WHERE p.authority_id = %s", authority_id))


def promise_seen(body: SteeringRow, promise_id: UUID) -> PromiseRow:
    """Raises Refused (404), beyond the bounds as for an id that nobody gave."""
    return _one(row for row in _rows("WHERE p.id = %s", promise_id) if body.sees(row.place))


def promise_of(authority_id: UUID, promise_id: UUID) -> PromiseRow:
    """Raises Refused (404) for one that is not about this authority alone."""
    return _one(_rows("WHERE p.id = %s AND p.authority_id = %s", promise_id, authority_id))


def _one(rows: Iterable[PromiseRow]) -> PromiseRow:
    found = _told(rows)
    if not found:
        raise not_found()
    return found[0]


def _rows(where: str = "", *values: object) -> list[PromiseRow]:
    with common():
        rows = read(_PROMISES + where, *values)
    return [
        PromiseRow(
            id_, package_id, package, title or package, Target(authority_id, key), slug or "", name or "", goal, by_id, by, place
        )
        for id_, package_id, package, title, authority_id, slug, name, key, goal, by_id, by, place in rows
    ]  # fmt: skip


def _told(rows: Iterable[PromiseRow]) -> list[PromiseRow]:
    """With their lines, and how far it is."""
    found = list(rows)
    lines: dict[UUID, list[Line]] = {}
    with common():
        for promise_id, *line in read(_LINES, [row.id for row in found]):
            lines.setdefault(promise_id, []).append(Line(*line))
    meant = _meant(found)
    there = {
        package_id: reached(package_id, {one for row in found if row.package_id == package_id for one in meant[row.id]})
        for package_id in {row.package_id for row in found}
    }
    used = _used({row.package_id for row in found if row.goal == "used"})
    return [_with(row, tuple(lines[row.id]), meant[row.id], there[row.package_id], used) for row in found]


def _used(packages: Collection[UUID]) -> dict[tuple[UUID, UUID], datetime]:
    """By package and authority, since when the cockpit knows that it is used."""
    with common():
        rows = FirstUse.objects.filter(package__in=packages).values_list("package_id", "authority_id", "since")
        return {(package_id, authority_id): since for package_id, authority_id, since in rows}


def _moment(
    row: PromiseRow, one: UUID, there: ReachedRow, used: Mapping[tuple[UUID, UUID], datetime]
) -> datetime | None:
    """Since when an authority is there. What is used has to be open still."""
    if row.goal == "used":
        return used.get((row.package_id, one)) if there.live else None
    return there.at(row.goal)


def _meant(rows: Collection[PromiseRow]) -> dict[UUID, list[UUID]]:
    """Whom each promise means."""
    groups = [row for row in rows if row.target.key]
    members: list[tuple[UUID, str, UUID]] = []
    if groups:
        with common():
            keys = sorted({f"{row.target.key}%" for row in groups})
            members = [(one[0], one[1], one[2]) for one in read(_MEMBERS, [row.package_id for row in groups], keys)]
    found = {row.id: [row.target.authority_id] for row in rows if row.target.authority_id}
    for row in groups:
        found[row.id] = [
            one
            for package_id, kreis, one in members
            if package_id == row.package_id and within(kreis, [row.target.key])
        ]
    return found


def _with(
    row: PromiseRow, lines: tuple[Line, ...], meant: Collection[UUID], there: Mapping[UUID, ReachedRow],
    used: Mapping[tuple[UUID, UUID], datetime],
) -> PromiseRow:  # fmt: skip
    moments = [moment for one in meant if one in there and (moment := _moment(row, one, there[one], used))]
    days = [german_day(moment) for moment in moments]
    is_whole = bool(meant) and len(days) == len(meant)
    return PromiseRow(
        **{**vars(row), "lines": lines, "reached": len(days), "whole": len(meant), "reached_on": max(days) if is_whole else None}
    )  # fmt: skip
