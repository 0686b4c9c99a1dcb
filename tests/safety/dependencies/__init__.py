"""A full disk and absent, slow, half-open dependencies: what can be kept is kept, the rest is said, and it ends by itself."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.measuring.lines import Line
from tests.safety.least import too_few
from tests.safety.outcome import Outcome
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand

DATABASE = "safety_dependencies"
LONGEST_S = 22.0
"""A line to the database that fell silent costs 15 s, and 5 more for the attempt at a new one."""
FAR = ("hangs", "is cut at once", "is cut in the middle", "refuses", "trickles")
FAULTS: dict[str, tuple[str, ...]] = {
    "files": ("is full", "have no room", "is gone"),
    "object store": (*FAR, "falls silent", "is full"),
    "database": (*FAR, "falls silent", "is full", "is full with its log"),
    "scanner": FAR,
    "clamd": ("is down",),
    "mail": FAR,
    "payment": FAR,
}
"""What must happen to each dependency once at least."""
LEAST, ONCE = (1, 5), (("database", "is full"), ("database", "is full with its log"))
"""So often each, with each push and at night; what fills a whole disk once."""
NO_ROOM, ALL_OF_IT = ("files", "have no room"), ("database", "is full with its log")
TRUE_SCANNER = ("clamd", "is down")
VERDICTS = {"harmless": "['clean']", "EICAR": "refused"}
"""What a real clamd with the one signature must say of a proof, by what is in it."""
NO_MOUNT = "No small disk can be mounted on this machine"
NO_STORE = "An object store was not tried"
NO_CLAMD = "No real clamd was asked"
NOT_HERE = (NO_MOUNT, NO_STORE, NO_CLAMD)
"""How a note begins that says what this machine does not let anybody try."""
NOTES = (
    "The time limits of object store, scanner, mail and payment are shortened to two seconds; a scanner or a store that hung"
    " is asked again after ten seconds, which the clock here leaps over.",
    "A mail whose server cut the line after taking it goes out twice under one Message-ID: that is the promise, a lost one"
    " would be worse.",
    "The scanner that hangs, trickles or is cut off is a stand-in that speaks clamd's protocol; a real clamd, with the one"
    " signature of EICAR, is up, down and up again. The database is full twice: a tablespace, with room for the log of"
    " PostgreSQL, and the whole data folder with its log, where the server ends and is begun anew when there is room.",
)


def run(size: Size, lines: RowLines, stand: Stand) -> None:
    """Each fault under a form that goes on being used, without a restart in between."""
    from tests.safety.dependencies.faults import try_all
    from tests.safety.dependencies.small_disk import on_small_disk

    with on_small_disk(stand) as small:
        if small is None:
            lines.write("note", text=f"{NO_MOUNT}: a full volume of the database was not tried.")
        try_all(
            lines, small.stand if small else stand, DATABASE, rounds=size.pick(small=1, ci=1, night=20), machine=small
        )
    for text in NOTES:
        lines.write("note", text=text)


def outcome(lines: Sequence[Line]) -> Outcome:
    """Every fault must be said or survived, lose nothing, and be over when its cause is."""
    faults = [line for line in lines if line["kind"] == "fault"]
    broken = []
    for line in faults:
        what = f"{line['of']} {line['fault']}"
        broken += [f"{what}: not said in words ({line['status']})"] * (not line["said"])
        broken += [f"{what}: {line['lost']} lost"] * bool(line["lost"])
        broken += [f"{what}: {line['double']} twice"] * bool(line["double"])
        broken += [f"{what}: {line['stuck']} stuck afterwards"] * bool(line["stuck"])
        broken += [f"{what}: {line['seconds']:.1f} s"] * (line["seconds"] > LONGEST_S)
    said = [line["text"] for line in lines if line["kind"] == "note"]
    verdicts = [line for line in lines if line["kind"] == "verdict"]
    broken += list(_of_verdicts(verdicts))
    not_here = {"object store"} if any(NO_STORE in text for text in said) else set()
    not_here |= set() if verdicts else {TRUE_SCANNER[0]}
    counts = Counter((line["of"], line["fault"]) for line in faults)
    tried = set(counts)
    tried |= {NO_ROOM, ALL_OF_IT} if any(NO_MOUNT in text for text in said) else set()
    wanted = [(of, fault) for of, each in FAULTS.items() if of not in not_here for fault in each]
    broken += [f"{of} {fault}: was not tried" for of, fault in wanted if (of, fault) not in tried]
    least = {f"× {of} {fault}": LEAST for of, fault in wanted if (of, fault) not in ONCE and (of, fault) in counts}
    broken += too_few(lines, least, {f"× {of} {fault}": count for (of, fault), count in counts.items()})
    return Outcome(
        injected=len(faults),
        lost=sum(line["lost"] for line in faults),
        double=sum(line["double"] for line in faults),
        stuck=sum(line["stuck"] for line in faults),
        refused=sum(line["refused"] for line in faults),
        worst_s=max((line["seconds"] for line in faults), default=None),
        broken=tuple(broken),
        figures={
            "dependency_faults": len(faults),
            "dependency_lost": sum(line["lost"] for line in faults),
            "dependency_stuck": sum(line["stuck"] for line in faults),
            "dependency_worst_s": round(max((line["seconds"] for line in faults), default=0.0), 1),
        },
        notes=tuple(text for text in dict.fromkeys(said) if not text.startswith(NOT_HERE)),
        unproven=tuple(_unproven(said, verdicts)),
        known={"faults": frozenset(f"{of} {fault}" for of, fault in counts)},
    )


def _unproven(said: Sequence[str], verdicts: Sequence[Line]) -> Iterator[str]:
    """What this machine did not let anybody try, in the words of its notes; older runs asked no real scanner."""
    yield from (text for text in dict.fromkeys(said) if text.startswith(NOT_HERE))
    if not verdicts and not any(text.startswith(NO_CLAMD) for text in said):
        yield "no real clamd looked at a file"


def _of_verdicts(verdicts: Sequence[Line]) -> Iterator[str]:
    """Of a real scanner; where it was asked at all, each kind of file must have been shown to it."""
    for line in verdicts:
        if line["found"] != line["expected"]:
            yield f"clamd, a file with {line['file']}: {line['found']} instead of {line['expected']}"
        if not line["kept"]:
            yield f"clamd, a file with {line['file']}: the rest of the page was lost"
    for file in sorted(VERDICTS.keys() - {line["file"] for line in verdicts}) if verdicts else ():
        yield f"clamd, a file with {file}: was not shown"
