"""How the cases of a service fare, as counts: for whoever must know whether a new version does worse than the old one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.ground.rows import read
from stadttor.ground.work import work

_FARED = """
SELECT c.adoption_revision >= %s, count(*), count(*) FILTER (WHERE c.decided_at IS NOT NULL),
 count(*) FILTER (WHERE c.outcome = 'refused'),
 count(*) FILTER (WHERE EXISTS (SELECT FROM cases_question q WHERE q.authority_id = c.authority_id AND q.case_id = c.id)),
 count(*) FILTER (WHERE ARRAY[c.id, c.submission_id, c.instance_id]::text[] && %s)
FROM cases_case c
WHERE c.authority_id = %s AND c.received >= %s AND c.adoption_id = %s AND NOT c.is_test GROUP BY 1
"""


@dataclass(frozen=True)
class Fared:
    """Real cases: received, decided, of these refused; how many had to be asked back about; `stuck`: of how many a job fails."""

    received: int = 0
    decided: int = 0
    refused: int = 0
    asked_back: int = 0
    stuck: int = 0

    def __add__(self, other: "Fared") -> "Fared":
        return Fared(
            self.received + other.received,
            self.decided + other.decided,
            self.refused + other.refused,
            self.asked_back + other.asked_back,
            self.stuck + other.stuck,
        )


def fared(
    authority_id: UUID, adoption_id: UUID, *, revision: int, since: datetime, failing: Collection[str] = ()
) -> tuple[Fared, Fared]:
    """(before, from this revision of the adoption on) of the cases received since a moment.

    `failing` are the ids that jobs name which fail again and again: of a case, its application or its process.
    """
    with work(authority_id):
        rows = read(_FARED, revision, list(failing), authority_id, since, adoption_id)
    found = {is_new: Fared(*counts) for is_new, *counts in rows}
    return found.get(False, Fared()), found.get(True, Fared())


_IN_USE = """
SELECT DISTINCT service FROM cases_case WHERE authority_id = %s AND received >= %s AND NOT is_test
"""


def in_use(authority_id: UUID, *, since: datetime) -> frozenset[str]:
    """The services (addresses) for which a real application came in since a moment."""
    with work(authority_id):
        return frozenset(row[0] for row in read(_IN_USE, authority_id, since))


_TRIED = """
SELECT DISTINCT ON (adoption_id) adoption_id, id, decided_at IS NOT NULL FROM cases_case
WHERE authority_id = %s AND is_test ORDER BY adoption_id, decided_at NULLS LAST, received DESC
"""


def tried_out(authority_id: UUID) -> dict[UUID, tuple[UUID, bool]]:
    """By adoption, the case that came farthest of those made while the service was tried out, and whether it was decided."""
    with work(authority_id):
        return {adoption_id: (case_id, decided) for adoption_id, case_id, decided in read(_TRIED, authority_id)}
