"""Which rows of an export do not come in: rights that only who runs this installation gives, and what is here already.

An export that was signed elsewhere says what its operator allowed there. Here it makes nobody a publisher or a steering
body, draws no neighbour's citizens to itself, changes nobody's account, promises nothing in another body's name, and
starts no work but what this installation would enqueue for that authority itself.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from stadttor.ground.jobs import queue_of, registered
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
    JOBS: "a job that does the same waits already, or it is none that this installation does for it",
    PASSKEYS: "their accounts are here already, and stay as they are",
}
"""By table, why rows stay behind; those of `ABOUT_OTHERS` for one reason."""
OTHERS = "they are about plans or bodies that are not in this installation, or are not this authority's to say here"
PROMISES = frozenset({"rollout_promise", "rollout_promiseline"})
REQUESTS = frozenset({"studio_changerequest", "studio_asking", "studio_requestline"})
ABOUT_OTHERS = PROMISES | REQUESTS | {"rollout_commoncost", "rollout_draft", "rollout_leftout", "rollout_objection"}
"""Rows that hang on plans and bodies of the cell they were in: where these are not here they stay behind."""
_AUTHORITIES = ("authority_id", "by_id", "entered_by_id", "publisher_id")
ONLY_WITH_RIGHTS = frozenset(
    {"rollout.go_on", "rollout.share_costs", "rollout.try_out", "studio.publish", "studio.tell_answer"}
)
"""Jobs of steering bodies and publishers, which an export signed elsewhere makes nobody."""


@dataclass(frozen=True)
class Door:
    """What an export meets here: `stayed`, the accounts of it that are here; `served`, the keys of places others serve."""

    authority_id: UUID
    foreign: bool
    stayed: frozenset[UUID]
    served: frozenset[str]

    @property
    def watched(self) -> frozenset[str]:
        """The tables whose rows are looked at; all others come in whole."""
        return ABOUT_OTHERS | {PASSKEYS, JOBS} | ({ACCOUNTS, COVERAGE, PUBLISHER, STEERING} if self.foreign else set())

    def outside(
        self, connection: Connection, table: str, line: str, moved: Mapping[str, Mapping[str, str]]
    ) -> Literal["behind", "kept", ""]:
        """Whether a row stays behind, is `kept` as it is here already, or comes in; asked in the order of the tables."""
        if table not in self.watched:
            return ""
        row = json.loads(line)
        if table == JOBS:
            return "" if _is_done_here(row, self.authority_id, foreign=self.foreign) else "behind"
        if table in ABOUT_OTHERS:
            if self.foreign and not _is_its_own_promise(table, row, self.authority_id):
                return "behind"
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
    return Door(authority_id, foreign, stayed, _served(connection, authority_id) if foreign else frozenset())


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
    asked = "SELECT 1 FROM studio_changerequest WHERE id = %s"
    if (request := row.get("request_id")) and not connection.execute(asked, [request]).fetchone():
        return False
    promise = row.get("promise_id")
    return not promise or bool(connection.execute("SELECT 1 FROM rollout_promise WHERE id = %s", [promise]).fetchone())


def _is_its_own_promise(table: str, row: Mapping[str, Any], authority_id: UUID) -> bool:
    """What it promised for itself, at its own desk. Promises of or to others, and what hangs on a plan, are said by others."""
    named = {"rollout_promise": ("authority_id", "by_id"), "rollout_promiseline": ("entered_by_id",)}.get(table, ())
    return bool(named) and all(row[column] == str(authority_id) for column in named)


def _is_done_here(row: Mapping[str, Any], authority_id: UUID, *, foreign: bool) -> bool:
    """Whether it is as this installation enqueues it: a name it knows, in that job's lane, under a key of this authority.

    One of another authority is let through here: it ends the whole return, as each row of a neighbour does.
    """
    if row["args"].get("authority_id") != str(authority_id):
        return True
    name, key = row["task_name"], row["queueing_lock"]
    if name not in registered() or row["queue_name"] != queue_of(name) or row["lock"] is not None:
        return False
    if key is not None and not key.startswith(f"{name}:{authority_id}:"):
        return False
    return not (foreign and name in ONLY_WITH_RIGHTS)
