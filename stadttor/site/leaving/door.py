"""Which rows of an export do not come in: rights that only who runs this installation gives, and what is here already.

An export that was signed elsewhere says what its operator allowed there. Here it makes nobody a publisher or a steering
body, draws no neighbour's citizens to itself, and changes nobody's account.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from stadttor.site.leaving.archive import Export
from stadttor.site.leaving.erasing import ACCOUNTS
from stadttor.site.leaving.tables import JOBS, Connection
from stadttor.tenancy.queries import compete

PASSKEYS, COVERAGE = "identity_staffpasskey", "tenancy_coverage"
PUBLISHER, STEERING = "studio_publisher", "rollout_steering"
WHY: Mapping[str, str] = {
    PUBLISHER: "who publishes packages here is said here: stadttor publisher",
    STEERING: "who steers here is said here: stadttor authority steering",
    COVERAGE: "another authority serves these places here",
    ACCOUNTS: "they are here already, and stay as they are",
    JOBS: "a job that does the same waits already",
    PASSKEYS: "their accounts are here already, and stay as they are",
}
"""By table, why rows stay behind; those of `ABOUT_OTHERS` for one reason."""
OTHERS = "they are about plans or bodies that are not in this installation"
ABOUT_OTHERS = frozenset({"rollout_leftout", "rollout_objection", "rollout_promise", "rollout_promiseline"})
"""Rows that hang on plans and bodies of the cell they were in: where these are not here they stay behind."""
_AUTHORITIES = ("authority_id", "by_id", "entered_by_id")


@dataclass(frozen=True)
class Door:
    """What an export meets here: `stayed`, the accounts of it that are here; `served`, the keys of places others serve."""

    foreign: bool
    stayed: frozenset[UUID]
    served: frozenset[str]

    @property
    def watched(self) -> frozenset[str]:
        """The tables whose rows are looked at; all others come in whole."""
        return ABOUT_OTHERS | {PASSKEYS} | ({ACCOUNTS, COVERAGE, PUBLISHER, STEERING} if self.foreign else set())

    def outside(
        self, connection: Connection, table: str, line: str, moved: Mapping[str, Mapping[str, str]]
    ) -> Literal["behind", "kept", ""]:
        """Whether a row stays behind, is `kept` as it is here already, or comes in; asked in the order of the tables."""
        if table not in self.watched:
            return ""
        row = json.loads(line)
        if table in ABOUT_OTHERS:
            return "" if _is_here(connection, row, moved) else "behind"
        if table == COVERAGE:
            return "behind" if any(compete(str(row["ars_prefix"]), other) for other in self.served) else ""
        if table in (PUBLISHER, STEERING):
            return "behind"
        # Who works elsewhere too kept her account, with the passkeys she has now: one that she removed opens no door again.
        return "kept" if UUID(row["id" if table == ACCOUNTS else "account_id"]) in self.stayed else ""


def door(connection: Connection, export: Export, authority_id: UUID, *, foreign: bool) -> Door:
    """As it is before a row of the export has come, inside the transaction that brings them."""
    ids = [json.loads(line)["id"] for line in export.lines(ACCOUNTS)]
    asked = "SELECT id FROM identity_staffaccount WHERE id = ANY(%s::uuid[])"
    stayed = frozenset(row[0] for row in connection.execute(asked, [ids]).fetchall())
    return Door(foreign, stayed, _served(connection, authority_id) if foreign else frozenset())


def _served(connection: Connection, authority_id: UUID) -> frozenset[str]:
    asked = "SELECT ars_prefix FROM tenancy_coverage WHERE authority_id <> %s"
    return frozenset(row[0] for row in connection.execute(asked, [authority_id]).fetchall())


def _is_here(connection: Connection, row: Mapping[str, Any], moved: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether what the row is about is in this cell: the plan, the bodies, the promise a line belongs to."""
    if any(row[column] is not None and row[column] not in ids for column, ids in moved.items()):
        return False
    bodies = {row[column] for column in _AUTHORITIES if row.get(column)}
    asked = "SELECT count(*) FROM ground_authority WHERE id = ANY(%s::uuid[])"
    found = connection.execute(asked, [list(bodies)]).fetchone()
    if found is None or found[0] < len(bodies):
        return False
    promise = row.get("promise_id")
    return not promise or bool(connection.execute("SELECT 1 FROM rollout_promise WHERE id = %s", [promise]).fetchone())
