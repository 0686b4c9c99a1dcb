"""A cell is backed up while it is written to, lost, and brought back: to its end, to random seconds, from a dump."""

import random
import time
from collections.abc import Container, Iterator, Sequence
from datetime import UTC, datetime

from tests.measuring.lines import Line
from tests.safety.least import too_few
from tests.safety.outcome import Outcome
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand

DATABASE = "safety_backup"
SEED = 20_261_122
WAYS = ("end", "dump")
WORST_RPO_S, WORST_RTO_S = 30.0, 300.0
LEAST = {"moments": (2, 20), "changed bytes": (40, 400)}
NOTES = (
    "A small cell on one machine: the seconds of a large one follow from its size. The lost machine is one whose folders"
    " nobody looks at any more; the follower was ended, not cut off in the middle of a piece of the log.",
    "Files are deleted here five seconds and more after they came, when the follower has them: one that lives for less"
    " than the two seconds between two looks of the follower may be in no backup.",
    "The server does not sync to disk here (fsync = off): what a machine that loses its power forgets is not tried.",
    "The pieces of the log are guarded by PostgreSQL's checksums alone, so no byte of them was turned.",
)


def run(size: Size, lines: RowLines, stand: Stand) -> None:
    """Commands as an operator types them; what was there is compared with what came back by rows and bytes."""
    from tests.safety.backup.coming_back import bring_back
    from tests.safety.backup.filling import EMPTY
    from tests.safety.backup.lost_cell import LostCell
    from tests.safety.backup.tampering import tamper

    chance = random.Random(SEED)
    with LostCell(stand, DATABASE).living(households=size.pick(small=1, ci=1, night=4)) as cell:
        with cell.followed(lines), cell.written_to(writers=3) as journal:
            cell.command(lines, "make")
            first = datetime.now(UTC)
            time.sleep(size.pick(small=6, ci=12, night=90))
            last = datetime.now(UTC)
            cell.wait_until_kept(last)
        with cell.followed(lines):
            cell.erase()
            cell.seal()
            cell.wait_until_kept(datetime.now(UTC))
        cell.command(lines, "make", "--dump")
        cell.remember()
        moments = sorted(first + chance.random() * (last - first) for _ in range(size.pick(small=1, ci=2, night=20)))
        for number, moment in enumerate(moments):
            bring_back(cell, lines, f"moment {number}", journal=journal, until=moment)
        bring_back(cell, lines, "end")
        bring_back(cell, lines, "dump", dump=True)
        for number in range(size.pick(small=8, ci=40, night=400)):
            tamper(lines, number, cell, chance)
        cell.refusals(lines)
    lines.write("may_be_empty", tables=EMPTY)
    for text in NOTES:
        lines.write("note", text=text)


def outcome(lines: Sequence[Line]) -> Outcome:
    """Whatever differs, is missing or came too early is lost; what was tampered with must be found."""
    back = [line for line in lines if line["kind"] == "restore"]
    rows = [line for line in lines if line["kind"] == "table"]
    files = [line for line in lines if line["kind"] == "file"]
    acts = [line for line in lines if line["kind"] == "act"]
    again = [line for line in lines if line["kind"] == "erased_again"]
    tampered = [line for line in lines if line["kind"] == "tampered"]
    refusals = [line for line in lines if line["kind"] == "refusal"]
    differing = [line for line in (*rows, *files) if line["before"] != line["after"]]
    wrong = [line for line in acts if line["there"] != line["expected"] and line["expected"] is not None]
    behind = max((line["seconds"] for line in lines if line["kind"] == "behind"), default=0.0)
    slowest = max((line["seconds"] for line in back), default=0.0)
    broken = [f"{line['of']}: {line['name']} differs" for line in differing]
    broken += [
        f"{line['of']}: {line['blob']} {'is missing' if line['expected'] else 'came too early'}" for line in wrong
    ]
    broken += [f"{name} had no row that could be lost" for name in _empty(lines) if name not in _may_be_empty(lines)]
    broken += list(_failed(lines, back))
    broken += [f"a changed byte in {line['path']} was not found" for line in tampered if not line["found"]]
    broken += [f"not refused: {line['what']}: {line['said']}" for line in refusals if not line["refused"]]
    broken += [fault for line in lines if line["kind"] == "moment_files" for fault in _of_files(line)]
    broken += [fault for line in again for fault in _of_people(line)]
    broken += [f"{behind:.1f} s of work were not in the backup"] * (behind > WORST_RPO_S)
    broken += [f"{slowest:.1f} s to come back"] * (slowest > WORST_RTO_S)
    moments = sum(line["until"] is not None for line in back)
    broken += too_few(lines, LEAST, {"moments": moments, "changed bytes": len(tampered)})
    return Outcome(
        injected=len(back) + len(tampered) + len(refusals),
        lost=len(differing) + sum(bool(line["expected"]) for line in wrong),
        double=sum(not line["expected"] for line in wrong),
        leaked=sum(sum(line["rows_left"].values()) + line["files_left"] for line in again) if again else None,
        refused=sum(line["found"] for line in tampered) + sum(line["refused"] for line in refusals),
        worst_s=slowest,
        broken=tuple(broken),
        figures={
            # Of the one cell that was lost: that it came back by two ways makes it no larger.
            "backup_rows": max(sum(line["rows"] for line in rows if line["of"] == of) for of in WAYS),
            "backup_files": max(sum(line["of"] == of for line in files) for of in WAYS),
            "backup_differing": len(differing) + len(wrong),
            "backup_moments": moments,
            "backup_moments_verified": sum(line["until"] is not None and line["audit"] == 0 for line in back),
            "backup_erased_again": sum(line["back"] for line in again),
            "backup_tampered": len(tampered),
            "backup_tampered_found": sum(line["found"] for line in tampered),
            "backup_rpo_s": round(behind, 1),
            "backup_rto_s": round(slowest, 1),
        },
        notes=tuple(line["text"] for line in lines if line["kind"] == "note"),
        unproven=tuple(_unproven(lines, back)),
        known={"tables": frozenset(line["name"] for line in rows)},
    )


def _of_files(line: Line) -> Iterator[str]:
    """At a moment: what a row says, what its writer saw on the disk, and nothing besides. Older runs saw less."""
    of = line["of"]
    if line["wrong"]:
        yield f"{of}: {line['wrong']} of {line['rows']} files are not those of their rows"
    if differing := line.get("differing"):
        yield f"{of}: not byte by byte what was stored: {', '.join(differing)}"
    if line.get("unnamed"):
        yield f"{of}: {line['unnamed']} files that no row names"


def _of_people(line: Line) -> Iterator[str]:
    """Who was deleted after a moment is back with it, and gone again with a proof; after the end she never came back."""
    of, came = line["of"], line["cases"] if line["of"] not in WAYS else 0
    if line["back"] != came or bool(line["rows"]) != bool(came) or bool(line["files"]) != bool(came):
        yield f"{of}: {line['back']} cases, {line['rows']} rows and {line['files']} files came back of {came} cases"
    if line["rows_left"] or line["files_left"]:
        yield f"{of}: left of who was deleted again: {line['rows_left']}, {line['files_left']} files"
    if line["proofs"] != line["cases"]:
        yield f"{of}: {line['proofs']} proofs of {line['cases']} deletions"


def _empty(lines: Sequence[Line]) -> list[str]:
    """The tables without a row in the cell that was lost."""
    return [line["name"] for line in lines if line["kind"] == "table" and line["of"] == "end" and not line["rows"]]


def _may_be_empty(lines: Sequence[Line]) -> Container[str]:
    """With a reason each, as the run wrote it down. An older run did not look: of it that is not proven, not broken."""
    told = [line["tables"] for line in lines if line["kind"] == "may_be_empty"]
    return told[0] if told else _empty(lines)


def _unproven(lines: Sequence[Line], back: Sequence[Line]) -> Iterator[str]:
    """What an older run did not look at."""
    moments = {line["of"] for line in back if line["until"]}
    if not moments or any(line["audit"] is None for line in back if line["until"]):
        yield "the audit chains at the moments between were not verified"
    if not moments or moments - {line["of"] for line in lines if line["kind"] == "moment_files" and line.get("noted")}:
        yield "the bytes of the files at the moments between were not compared"
    if not moments or moments - {line["of"] for line in lines if line["kind"] == "erased_again" and line["back"]}:
        yield "deletions were not made again after a restore"
    empty = _empty(lines)
    if empty and not any(line["kind"] == "may_be_empty" for line in lines):
        yield f"{len(empty)} tables had no row that could be lost"


def _failed(lines: Sequence[Line], back: list[Line]) -> Iterator[str]:
    for line in lines:
        if line["kind"] == "command" and line["code"] != 0:
            yield f"{line.get('of', 'backup')} {line['what']}: {line['said']}"
    for line in back:
        if line["code"] != 0:
            yield f"{line['of']}: restore said {line['said']}"
        if line["audit"] not in (None, 0):
            yield f"{line['of']}: the audit chains are not intact: {line['audit_said']}"
        yield from _of_chains(line)
    if {line["of"] for line in back} < set(WAYS) or not any(line["until"] for line in back):
        yield "not every way back was tried"
    if not any(line["kind"] == "act" and line["expected"] is False for line in lines):
        yield "no moment had work after it"


def _of_chains(line: Line) -> Iterator[str]:
    """A chain that lost its end must be told before it is resumed, and one that lost nothing must not."""
    told = line.get("told")
    if told is not None and bool(told) != bool(line["until"]):
        yield f"{line['of']}: audit verify said {told} before anything was resumed: {line['told_said']}"
