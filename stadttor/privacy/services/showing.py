"""Which rows and columns of what is held each reader of an export gets."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal
from uuid import UUID

from stadttor.cases.queries import status_of
from stadttor.ground.holdings import Access
from stadttor.privacy.queries.holdings import Holding

Scope = Literal["applicant", "account", "person", "archive"]
Row = dict[str, Any]

# Colleagues act for their authority: who of them it was is no data of the person (CJEU C-579/21); the archive gets it.
STAFF = frozenset({
    "assignee_id", "assignee_name", "actor_id", "actor_name", "asked_by", "asked_by_name", "author_id", "author_name",
    "decided_by", "decided_by_name", "confirmed_by", "confirmed_by_name", "by_name", "staff_id", "staff_name",
    "lifted_by_name", "answered_by_name", "looks",
})  # fmt: skip
HISTORIES = frozenset({"overrides", "history"})
"""Columns of lines {name, …}: what a colleague let pass when she entered it, what became of a permit."""
# What a secret link alone does not open: thoughts of colleagues that may tell of others, and how the work runs, which
# tells a decision before it is one. The authority hands it out.
NOT_BY_LINK = frozenset({
    "cases_note", "cases_presence", "cases_protection", "cases_protectedlook", "privacy_hold", "processes_instance",
    "processes_step",
})  # fmt: skip
# In whose accounts an application lies, and since when: two people may hold the same one. Her own account says what lies in it.
OF_ACCOUNTS, AN_ACCOUNT = frozenset({"citizens_keptthing"}), "citizens_citizenaccount"
# Of these also what another application entered and this one ended: whoever could file this one need not be its holder.
OF_TWO = frozenset({"cases_permit", "payments_lowered"})
# How colleagues come to a decision; that it was sent, and which, is told by other rows.
DECIDING = frozenset({"case.decided", "case.proposed", "case.confirmed", "case.sent_back", "case.taken_back"})
OF_THE_WORK = frozenset(
    {"outcome", "decided_at", "clock_stopped", "four_eyes", "version", "answer_unseen", "instance_id"}
)


def shown(authority_id: UUID, holding: Holding, scope: Scope) -> Iterable[tuple[str, list[Row]]]:
    """The tables as this reader gets them; who has the secret link sees no more of the work than the status page says."""
    own = {row["id"] for row in holding.tables.get("cases_case", ())}
    for name, rows in holding.tables.items():
        if name in OF_ACCOUNTS and AN_ACCOUNT not in holding.tables:
            continue
        if scope == "archive":
            yield name, rows
        elif scope == "person":
            yield name, [_without_staff(row) for row in rows]
        elif name not in NOT_BY_LINK:
            mine = [row for row in rows if name not in OF_TWO or row.get("case_id") in (None, *own)]
            yield name, [_without_staff(row) for row in _told(authority_id, name, mine)]


def accesses_shown(holding: Holding, scope: Scope) -> Iterable[Access]:
    """What was done with it, as this reader gets it."""
    return (
        holding.access
        if scope not in ("applicant", "account")
        else [one for one in holding.access if one.act not in DECIDING]
    )


def _told(authority_id: UUID, table: str, rows: list[Row]) -> list[Row]:
    """A decision that has not left the house is none yet."""
    if table == "cases_decision":
        return [row for row in rows if row["sent_at"] is not None]
    if table == "cases_permit":
        return [row for row in rows if row.get("state") != "reserved"]
    if table == "cases_event":
        return [row for row in rows if row["public"]]
    if table == "cases_case":
        return [_as_status(authority_id, row) for row in rows]
    return rows


def _as_status(authority_id: UUID, row: Row) -> Row:
    status = status_of(authority_id, UUID(row["submission_id"])) if row["submission_id"] else None
    told = {"state": status.state, "outcome": status.outcome} if status else {}
    return {**_without(row, OF_THE_WORK), **told}


def _without_staff(row: Row) -> Row:
    """Also where lines of a history name who did it."""
    return {name: _nameless(value) if name in HISTORIES else value for name, value in _without(row, STAFF).items()}


def _nameless(lines: Any) -> Any:
    return [_without(line, frozenset({"name"})) for line in lines] if isinstance(lines, list) else lines


def _without(row: Mapping[str, Any], names: frozenset[str]) -> Row:
    return {name: value for name, value in row.items() if name not in names}
