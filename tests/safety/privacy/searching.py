"""Where a marker still stands: every column of every table, every file of the installation by name and content, every log."""

import hashlib
import re
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from tests.safety.privacy.lives import Matter

OURS = (
    "appointments_", "cases_", "citizens_", "exchange_", "forms_", "identity_", "insights_", "notices_", "payments_", "privacy_",
    "processes_", "records_",
)  # fmt: skip
# A clerk's own saved search, and the books of the payment service, which the simulator keeps in its place.
NOT_HERS = frozenset({"cases_savedfilter", "payments_simulatedorder"})
# In whose accounts an application lies: two people may hold the same one, so only the account's own export says it.
OF_ACCOUNTS = frozenset({"citizens_keptthing"})
# That it was deleted, and the voucher of the town's books: ids, days and amounts.
STAYS = frozenset({"privacy_deletion", "payments_payment"})
# Other rows name these, and the application through them.
LEADING = frozenset({"exchange_handover", "payments_claim", "payments_payment"})
BIGGEST = 64 * 1024 * 1024


class Search:
    """Reads as superuser, whom no wall stops; `folders` are walked, whatever lies in them."""

    def __init__(self, superuser: str, folders: Iterable[Path]) -> None:
        self._connection = psycopg.connect(superuser, autocommit=True)
        self._folders = tuple(folders)
        rows = self._connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        self._tables = [name for (name,) in rows]

    def close(self) -> None:
        self._connection.close()

    def places(self, markers: Iterable[str]) -> list[str]:
        """`table cases_case: 2`, `file var/log.txt`: empty when none of the markers is anywhere."""
        wanted = [marker.lower() for marker in markers]
        return [*self._in_tables(wanted), *self._in_files(wanted)]

    def rows_naming(self, one: "Matter") -> list[str]:
        """The ids of all rows of the product that belong to a matter: any column holds one of its ids or its marker."""
        return self.rows_of([*ids_of(one), one.marker.lower()], OF_ACCOUNTS)

    def rows_behind(self, one: "Matter") -> list[str]:
        """The ids of rows that belong to it and name it only by another row: receipts by their payment, ticks by their
        hand-over."""
        known: set[str] = set()
        asked = set(ids_of(one))
        while asked:
            found = [(table, row) for table, row in self._rows(asked, OF_ACCOUNTS) if row not in known]
            known |= {row for _table, row in found}
            asked = {row for table, row in found if table in LEADING}
        return sorted(known)

    def rows_of(self, words: Iterable[str], but: Container[str] = ()) -> list[str]:
        """The ids of all rows of the product in which one of these words stands, in small letters."""
        return [row for _table, row in self._rows(words, but)]

    def left_of(self, one: "Matter") -> list[str]:
        """The tables that still name a matter by one of its ids, whatever is sealed in them; proofs and vouchers stay."""
        return self.tables_naming(ids_of(one), STAYS)

    def tables_naming(self, ids: Iterable[str], but: Container[str] = ()) -> list[str]:
        """`ids in cases_case`: empty where none of the ids is in a table of the product."""
        return sorted({f"ids in {table}" for table, _row in self._rows(ids, but)})

    def _rows(self, words: Iterable[str], but: Container[str]) -> Iterator[tuple[str, str]]:
        pattern = "|".join(map(re.escape, words))
        for table in self._tables:
            if not table.startswith(OURS) or table in NOT_HERS or table in but:
                continue
            text = sql.SQL("SELECT t.id::text FROM {} AS t WHERE lower(t::text) ~ %s").format(sql.Identifier(table))
            yield from ((table, row) for (row,) in self._connection.execute(text, [pattern]))

    def sha256_of(self, authority_id: UUID, blob_id: UUID) -> str:
        """Of the plain bytes, as the product reads them; outside any work."""
        from stadttor.ground import files

        return hashlib.sha256(files.read(authority_id, blob_id)).hexdigest()

    def _in_tables(self, wanted: list[str]) -> Iterator[str]:
        # A column of bytes reads as hexadecimal; the words of searches are in small letters.
        pattern = "|".join([*map(re.escape, wanted), *(marker.encode().hex() for marker in wanted)])
        for table in self._tables:
            text = sql.SQL("SELECT count(*) FROM {} AS t WHERE lower(t::text) ~ %s").format(sql.Identifier(table))
            found = self._connection.execute(text, [pattern]).fetchone()
            if found and found[0]:
                yield f"table {table}: {found[0]}"

    def _in_files(self, wanted: list[str]) -> Iterator[str]:
        needles = [marker.encode() for marker in wanted]
        for folder in self._folders:
            for path in folder.rglob("*") if folder.is_dir() else [folder]:
                if any(marker in path.name.lower() for marker in wanted) or _holds(path, needles):
                    yield f"file {path.relative_to(folder.parent)}"


def ids_of(one: "Matter") -> list[str]:
    """By which rows name it."""
    return [str(one.submission_id), str(one.case_id), str(one.draft_id)]


def _holds(path: Path, needles: list[bytes]) -> bool:
    if not path.is_file() or path.is_symlink():
        return False
    with path.open("rb") as file:
        data = file.read(BIGGEST).lower()
    return any(needle in data for needle in needles)
