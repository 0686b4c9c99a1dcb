"""The audit chain against its own database owner: a thousand changes, each found and the first bad row named."""

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg

from tests.measuring.lines import Line
from tests.safety.least import size_of, too_few
from tests.safety.outcome import Outcome
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand, make_authority

if TYPE_CHECKING:
    from stadttor.ground.verifying import Verdict

DATABASE = "safety_audit"
SEED = 20_261_123
BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
SEALINGS, EACH, UNSEALED = 4, 10, 3
LEAST = {"changes": (1_000, 1_000), "looks at an untouched chain": (20, 20)}
KINDS = ("change", "delete", "reorder", "insert")
TABLES = ("ground_auditentry", "ground_auditseal", "ground_auditwaiting")
WORDS = (
    (re.compile(r"at position (\d+) was"), 0),
    (re.compile(r"seal (\d+) is missing"), 0),
    (re.compile(r"rows after position (\d+) were deleted"), 1),
    (re.compile(r"rewritten before position (\d+)"), 0),
)
ASKED = frozenset({"nothing nirgendwo", "empty_a_chain", "forget_an_authority", "empty_the_database"})
"""What the command must have been asked about: an unknown authority, one without its rows, one that is gone, none."""
LIMITS = (
    "An entry is chained within ten seconds; the verifier says how many are not yet, and since when. One that is changed"
    " before that, or written together with its mark of waiting, cannot be told from the product's own.",
    "Who recomputes the digests is found at the next signed head, not at the row itself.",
    "The time of sealing that counts stands in the signed head, not in the seals.",
)


def run(size: Size, lines: RowLines, stand: Stand) -> None:
    """Each change is committed, verified by the product's role and undone."""
    addresses = stand.database(DATABASE)
    stand.product_at(addresses)
    from tests.safety.audit.commanding import command
    from tests.safety.audit.tampering import ACTS, Hand

    town, neighbour = make_authority("weissenburg", "Weißenburg i. Bay."), make_authority("muenchen", "München")
    heads = _chain(town, neighbour)
    chance = random.Random(SEED)
    with psycopg.connect(addresses.owner, autocommit=True) as owner:
        _prepare(owner)
        hand = Hand(owner, chance, town, neighbour, _sealed(owner, town), _waiting(owner, town), heads)
        for number in range(size.pick(small=60, ci=1_000, night=10_000)):
            _control(lines, number, town)
            kind = chance.choice(list(ACTS))
            act = chance.choice(ACTS[kind])
            expected = act(hand)
            verdict = _verdict(town)
            named = named_row(verdict.fault)
            lines.write(
                "change", number=number, of=kind, act=act.__name__, fault=verdict.fault, named=named,
                unsealed=verdict.unsealed, unsealed_rows=_unsealed(owner, town),
                row=expected.row if isinstance(expected.row, int) else str(expected.row), latest=expected.latest,
            )  # fmt: skip
            _undo(owner)
        command(owner, town, BEGIN + timedelta(hours=1, seconds=UNSEALED), lines)
    for text in LIMITS:
        lines.write("note", text=text)


def outcome(lines: Sequence[Line]) -> Outcome:
    """Found means: a fault, and in it the first bad row, or where a forger hid it the next row that cannot match."""
    changes = [line for line in lines if line["kind"] == "change"]
    found = [line for line in changes if line["fault"] and _is_named(line)]
    alarms = [line for line in lines if line["kind"] == "control" and line["fault"]]
    missed = [
        f"change {line['number']} ({line['act']}) of row {line['row']}: {line['fault'] or 'not found'}"
        for line in changes
        if line not in found
    ]
    miscounted = [line for line in changes if line.get("unsealed") != line.get("unsealed_rows")]
    commands = [line for line in lines if line["kind"] == "command"]
    wrong = [line for line in commands if (line["code"] == 0) != line["well"]]
    exactly = [line for line in found if line["named"] == line["row"]]
    return Outcome(
        injected=len(changes) + len(commands),
        lost=len(changes) - len(found) + len(wrong),
        broken=(
            *missed,
            *(f"an untouched chain was called broken: {line['fault']}" for line in alarms),
            *(
                f"change {line['number']} ({line['act']}): {line['unsealed']} not sealed instead of {line['unsealed_rows']}"
                for line in miscounted
            ),
            *(f"audit verify said {line['code']} to {line['act']}: {line['said']}" for line in wrong),
            *_shrunk(lines, changes),
        ),
        figures={
            "audit_changes": len(changes),
            "audit_found": len(found),
            "audit_named_exactly": len(exactly),
            "audit_commands": len(commands),
            "audit_commands_right": len(commands) - len(wrong),
        },
        notes=(*_later(found), *(line["text"] for line in lines if line["kind"] == "note")),
        unproven=("the command was not asked about an authority or a database that is gone",)
        * bool(_unasked(commands)),
        known={"acts": frozenset(line["act"] for line in changes)},
    )


def _shrunk(lines: Sequence[Line], changes: Sequence[Line]) -> Iterator[str]:
    """Fewer changes than promised, or none of a kind; and who never looked at a sound chain finds faults in any."""
    controls = sum(line["kind"] == "control" for line in lines)
    yield from too_few(lines, LEAST, {"changes": len(changes), "looks at an untouched chain": controls})
    tried = {line["of"] for line in changes}
    yield from (f"nobody tried to {one}" for one in KINDS if one not in tried and size_of(lines) != "small")


def _unasked(commands: Sequence[Line]) -> frozenset[str]:
    return ASKED - {line["act"] for line in commands}


def _later(found: Sequence[Line]) -> list[str]:
    """Of which acts a later row than the first bad one was named."""
    acts = Counter(line["act"] for line in found if line["named"] != line["row"])
    told = ", ".join(f"{act} {count}" for act, count in sorted(acts.items()))
    return [
        f"{acts.total()} of {len(found)} changes were noticed at a later row, up to the next signed head: {told}. Their"
        " forger wrote digests that fit."
    ] * bool(acts)


def named_row(fault: str | None) -> int | str | None:
    """The position a verdict names, or the id of an entry without one."""
    for pattern, after in WORDS:
        if found := pattern.search(fault or ""):
            return int(found[1]) + after
    entry = re.search(r"entry ([0-9a-f-]{36}) was", fault or "")
    return entry[1] if entry else None


def _is_named(line: Line) -> bool:
    row, named, latest = line["row"], line["named"], line["latest"]
    return bool(named == row or (latest and isinstance(named, int) and row <= named <= latest))


def _chain(town: UUID, neighbour: UUID) -> list[int]:
    """Entries of both towns, sealed in several rounds, and some not sealed yet; gives the positions of the heads."""
    from stadttor.ground import sealing

    heads = []
    for sealed in range(1, SEALINGS + 1):
        at = BEGIN + timedelta(minutes=sealed)
        for one in (town, neighbour):
            _record(one, at, EACH)
            sealing.seal_waiting(one, at)
        heads.append(sealed * EACH)
    _record(town, BEGIN + timedelta(hours=1), UNSEALED)
    return heads


def _record(town: UUID, at: datetime, count: int) -> None:
    from stadttor.core.ids import new_id
    from stadttor.ground import audit
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.work import work

    with work(town):
        for number in range(count):
            moment = at + timedelta(seconds=number)
            audit.record(town, act=f"case.{moment:%M%S}", actor=SYSTEM, subject=("case", new_id()), at=moment)


def _prepare(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    """The owner takes the wall down for himself, and keeps a copy to undo his changes."""
    for table in TABLES:
        owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        owner.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")


def _undo(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    with owner.transaction():
        for table in TABLES:
            owner.execute(f"DELETE FROM {table}")
            owner.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")


def _sealed(owner: psycopg.Connection[tuple[object, ...]], town: UUID) -> dict[int, UUID]:
    rows = owner.execute("SELECT position, entry_id FROM ground_auditseal WHERE authority_id = %s", [town])
    return dict(rows.fetchall())  # type: ignore[arg-type]  # two columns


def _waiting(owner: psycopg.Connection[tuple[object, ...]], town: UUID) -> list[UUID]:
    rows = owner.execute("SELECT id FROM ground_auditwaiting WHERE authority_id = %s ORDER BY id", [town])
    return [row[0] for row in rows]  # type: ignore[misc]  # one column


def _control(lines: RowLines, number: int, town: UUID) -> None:
    """Every fifty changes: the chain without any is intact, so that a fault means something."""
    if number % 50 == 0:
        lines.write("control", number=number, fault=_verdict(town).fault)


def _unsealed(owner: psycopg.Connection[tuple[object, ...]], town: UUID) -> int:
    """How many entries have no seal, past the product."""
    query = """SELECT count(*) FROM ground_auditentry e WHERE authority_id = %s
    AND NOT EXISTS (SELECT 1 FROM ground_auditseal s WHERE s.entry_id = e.id AND s.authority_id = e.authority_id)"""
    row = owner.execute(query, [town]).fetchone()
    return int(str(row[0])) if row else -1


def _verdict(town: UUID) -> "Verdict":
    from stadttor.ground.verifying import verify
    from stadttor.ground.work import work

    with work(town):
        return verify(town)
