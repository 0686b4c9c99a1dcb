"""People whose cases are in the backup and are deleted before the cell is lost: whatever comes back of them must go again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from tests.safety.privacy.lives import Matter

STAYS = frozenset({"ground_auditentry", "payments_payment", "privacy_deletion"})
"""That it was deleted stays, and the voucher of the town's books: ids, days and amounts."""


@dataclass(frozen=True)
class Erased:
    """What was deleted: the cases, all ids by which rows name them, and the files."""

    cases: tuple[UUID, ...]
    names: tuple[UUID, ...]
    files: tuple[str, ...]


NOBODY = Erased((), (), ())


class Matters:
    """Households' applications in one town, all in work while the moments pass; those of one household stay."""

    def __init__(self, town: UUID, households: int) -> None:
        from stadttor.core.ids import new_id
        from stadttor.identity.queries import Staff
        from stadttor.notices.ports import use_sender
        from tests.safety.privacy.lives import Post, apply, words
        from tests.safety.privacy.town_hall import tax_office

        use_sender(Post())
        self._town = town
        self._lead = Staff(
            new_id(), "Frau Adler", "lead@example.org", town, frozenset({"lead"}), frozenset({tax_office(town)})
        )
        self._matters: list[Matter] = []
        for name, said in zip(words("Zqb"), words("Wkb"), strict=True):
            self._matters += _household(name, said)
            if len(self._matters) >= 3 * households:
                break
        stays = _household(next(words("Zqs")), next(words("Wks")))
        for one in (*stays, *self._matters):
            apply(town, one, self._lead, datetime.now(UTC))

    def erase(self) -> Erased:
        """Each on request: what was taken back, and what was stored without a right to it."""
        from stadttor.privacy.services import delete_on_request
        from tests.safety.privacy.lives import close, work_off

        before = self._blobs()
        for one in self._matters:
            now = datetime.now(UTC)
            close(self._town, one, self._lead, now)
            ground = "withdrawn" if one.fate.request == "withdrawn" else "unlawful"
            delete_on_request(staff=self._lead, case_id=one.case_id, ground=ground, now=now)
        work_off()
        names = [name for one in self._matters for name in (one.case_id, one.submission_id, one.draft_id)]
        files = [f"files/{self._town}/{blob.hex[-2:]}/{blob.hex}" for blob in before - self._blobs()]
        return Erased(tuple(one.case_id for one in self._matters), tuple(names), tuple(sorted(files)))

    def _blobs(self) -> set[UUID]:
        from stadttor.ground.models import Blob
        from stadttor.ground.work import work

        with work(self._town):
            return set(Blob.objects.values_list("id", flat=True))


def _household(name: str, said: str) -> "list[Matter]":
    from tests.safety.privacy.lives import Matter, Person
    from tests.safety.privacy.plan import Fate

    amira, emre = Person(name, "Amira", "1988-05-24"), Person(f"{name}e", "Emre", "1986-01-09")
    return [
        Matter("wohnsitzanmeldung", Fate(), (amira, emre), f"{said}a"),
        Matter("bewohnerparkausweis", Fate(request="withdrawn"), (amira,), f"{said}b"),
        Matter("hundesteuer", Fate(), (emre,), f"{said}c"),
    ]


def rows_naming(url: str, ids: Sequence[UUID]) -> dict[str, int]:
    """How many rows of each table hold one of the ids in any column; for the superuser or the role of the backup."""
    pattern, found = "|".join(map(str, ids)), {}
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        for (table,) in tables:
            query = sql.SQL("SELECT count(*) FROM {} AS t WHERE t::text ~ %s").format(sql.Identifier(table))
            row = connection.execute(query, [pattern]).fetchone()
            if row and row[0] and table not in STAYS:
                found[table] = row[0]
    return found


def files_there(folder: Path, erased: Erased) -> int:
    """How many of the files that were deleted lie below the folder of an installation."""
    return sum((folder / name).exists() for name in erased.files)
