"""The cases that were applied for, or decided, while a service had certain settings. Trials do not count."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.ground.rows import read
from stadttor.ground.work import work

_OF = """
FROM cases_case WHERE authority_id = %s AND adoption_id = %s AND NOT is_test
 AND (adoption_revision = ANY(%s) OR (%s AND decided_at >= %s AND decided_at < %s))
"""
_DECIDED = "state IN ('decided', 'closed')"
_COUNTED = f"SELECT count(*) FILTER (WHERE {_DECIDED}), count(*) FILTER (WHERE active AND NOT {_DECIDED}) {_OF}"  # noqa: S608
_LISTED = f"""SELECT id, number, {_DECIDED}, decided_at, outcome {_OF} AND (active OR {_DECIDED})
 ORDER BY {_DECIDED} DESC, received, id LIMIT %s"""  # noqa: S608  # words of ours


@dataclass(frozen=True)
class CaseOfRevision:
    """A case by its number; `outcome` and day are empty while it waits."""

    id: UUID
    number: str
    is_decided: bool
    decided_at: datetime | None
    outcome: str


@dataclass(frozen=True)
class Settings:
    """Which settings are meant: those of these revisions of an adoption; with `by_day` also whatever was decided in the time."""

    adoption_id: UUID
    revisions: Collection[int]
    by_day: bool
    began: datetime
    ended: datetime

    def values(self, authority_id: UUID) -> tuple[object, ...]:
        """As the statements take them."""
        return (authority_id, self.adoption_id, list(self.revisions), self.by_day, self.began, self.ended)


def counted_of(authority_id: UUID, settings: Settings) -> tuple[int, int]:
    """(decided, waiting) of an authority, whoever may see them."""
    with work(authority_id):
        ((decided, waiting),) = read(_COUNTED, *settings.values(authority_id))
    return decided, waiting


def listed_of(authority_id: UUID, settings: Settings, *, most: int) -> list[CaseOfRevision]:
    """The decided ones first, each oldest first. Who may see which is asked of `seen_by`."""
    with work(authority_id):
        return [CaseOfRevision(*row) for row in read(_LISTED, *settings.values(authority_id), most)]
