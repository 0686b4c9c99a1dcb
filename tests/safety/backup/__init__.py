"""A cell is backed up while it is written to, lost, and brought back: to its end, to random seconds, from a dump."""

import random
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from tests.measuring.lines import Line
from tests.safety.outcome import Outcome
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand

DATABASE = "safety_backup"
SEED = 20_261_122
WAYS = ("end", "dump")
WORST_RPO_S, WORST_RTO_S = 30.0, 300.0
NOTES = (
    "A small cell on one machine: the seconds of a large one follow from its size. The lost machine is one whose folders"
    " nobody looks at any more; the follower was ended, not cut off in the middle of a piece of the log.",
    "Files are deleted here five seconds and more after they came: one that lives for less than the two seconds"
    " between two looks of the follower may be in no backup.",
    "The server does not sync to disk here (fsync = off): what a machine that loses its power forgets is not tried.",
    "The pieces of the log are guarded by PostgreSQL's checksums alone, so no byte of them was turned.",
)


def run(size: Size, lines: RowLines, stand: Stand) -> None:
    """Commands as an operator types them; what was there is compared with what came back by rows and bytes."""
    from tests.safety.backup.lost_cell import LostCell
    from tests.safety.backup.tampering import tamper

    chance = random.Random(SEED)
    with LostCell(stand, DATABASE).living() as cell:
        with cell.followed(lines), cell.written_to(writers=3) as journal:
            cell.command(lines, "make")
            first = datetime.now(UTC)
            time.sleep(size.pick(small=6, ci=12, night=120))
            last = datetime.now(UTC)
            cell.wait_until_kept(last)
        with cell.followed(lines):
            cell.seal()
            cell.wait_until_kept(datetime.now(UTC))
        cell.command(lines, "make", "--dump")
        cell.remember()
        moments = sorted(first + chance.random() * (last - first) for _ in range(size.pick(small=1, ci=2, night=20)))
        for number, moment in enumerate(moments):
            cell.bring_back(lines, f"moment {number}", journal=journal, until=moment)
        cell.bring_back(lines, "end")
        cell.bring_back(lines, "dump", dump=True)
        for number in range(size.pick(small=8, ci=40, night=400)):
            tamper(lines, number, cell, chance)
        cell.refusals(lines)
    for text in NOTES:
        lines.write("note", text=text)


def outcome(lines: Sequence[Line]) -> Outcome:
    """Whatever differs, is missing or came too early is lost; what was tampered with must be found."""
    back = [line for line in lines if line["kind"] == "restore"]
    rows = [line for line in lines if line["kind"] == "table"]
    files = [line for line in lines if line["kind"] == "file"]
    acts = [line for line in lines if line["kind"] == "act"]
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
    broken += list(_failed(lines, back))
    broken += [f"a changed byte in {line['path']} was not found" for line in tampered if not line["found"]]
    broken += [f"not refused: {line['what']}: {line['said']}" for line in refusals if not line["refused"]]
    for line in lines:
        if line["kind"] == "moment_files" and line["wrong"]:
            broken.append(f"{line['of']}: {line['wrong']} of {line['rows']} files are not those of their rows")
    broken += [f"{behind:.1f} s of work were not in the backup"] * (behind > WORST_RPO_S)
    broken += [f"{slowest:.1f} s to come back"] * (slowest > WORST_RTO_S)
    return Outcome(
        injected=len(back) + len(tampered) + len(refusals),
        lost=len(differing) + sum(bool(line["expected"]) for line in wrong),
        double=sum(not line["expected"] for line in wrong),
        refused=sum(line["found"] for line in tampered) + sum(line["refused"] for line in refusals),
        worst_s=slowest,
        broken=tuple(broken),
        figures={
            # Of the one cell that was lost: that it came back by two ways makes it no larger.
            "backup_rows": max(sum(line["rows"] for line in rows if line["of"] == of) for of in WAYS),
            "backup_files": max(sum(line["of"] == of for line in files) for of in WAYS),
            "backup_differing": len(differing) + len(wrong),
            "backup_moments": sum(line["until"] is not None for line in back),
            "backup_tampered": len(tampered),
            "backup_tampered_found": sum(line["found"] for line in tampered),
            "backup_rpo_s": round(behind, 1),
            "backup_rto_s": round(slowest, 1),
        },
        notes=tuple(line["text"] for line in lines if line["kind"] == "note"),
        unproven=tuple(_unproven(lines, back)),
    )


def _unproven(lines: Sequence[Line], back: Sequence[Line]) -> Iterator[str]:
    """What an older run did not look at."""
    moments = [line for line in back if line["until"]]
    if any(line["audit"] is None for line in moments):
        yield "the audit chains at the moments between were not verified"
    if not any(line["kind"] == "moment_files" for line in lines):
        yield "the bytes of the files at the moments between were not compared"
    if not any(line["kind"] == "command" and line["what"] == "privacy erase-again" for line in lines):
        yield "deletions were not made again after a restore"


def _failed(lines: Sequence[Line], back: list[Line]) -> Iterator[str]:
    for line in lines:
        if line["kind"] == "command" and line["code"] != 0:
            yield f"backup {line['what']}: {line['said']}"
    for line in back:
        if line["code"] != 0:
            yield f"{line['of']}: restore said {line['said']}"
        if line["audit"] not in (None, 0):
            yield f"{line['of']}: the audit chains are not intact: {line['audit_said']}"
    if {line["of"] for line in back} < set(WAYS) or not any(line["until"] for line in back):
        yield "not every way back was tried"
    if not any(line["kind"] == "act" and line["expected"] is False for line in lines):
        yield "no moment had work after it"
