"""What the lines say: lost, double or stuck; which steps were reached; and what this run did not look at."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.measuring.lines import Line
from tests.safety.least import too_few
from tests.safety.outcome import Outcome

PARTS = ("web", "worker")
"""What of the product stays away once for some seconds."""
SETTLE_S, BACK_S, LATE_AFTER_S = 60.0, 30.0, 10.0
LEAST = {"kills of web and worker": (25, 500), "kills of PostgreSQL as a whole": (3, 50)}
NAMES = {"days": "lines of closed days at the finance procedure", "figures": "counts in the figures"}
"""What is compared as a whole, by the kind of its line."""


def outcome(lines: Sequence[Line]) -> Outcome:
    """Lost: a promise not kept, an effect that is missing. Double: one more than was promised. Stuck: not done in time, or somebody
    who never came to an end.
    """
    kills, names = _of(lines, "kill"), [name for line in _of(lines, "steps") for name in line["names"]]
    effects = [(line["number"], *pair) for line in _of(lines, "application") for pair in line["effects"].items()]
    lost = [f"{number}: {name} is missing" for number, name, (due, found) in effects if found < due]
    lost += [f"{line['promise']} was promised and not kept" for line in _of(lines, "promise") if not line["kept"]]
    lost += [f"{line['missing']} files are not on disk" for line in _of(lines, "files") if line["missing"]]
    lost += [f"{line['changed']} files are other bytes" for line in _of(lines, "files") if line.get("changed")]
    lost += [
        f"{line['missing']} files are not at their target" for line in _of(lines, "handed_over") if line["missing"]
    ]
    lost += [f"{line['missing']} {NAMES[line['kind']]} are missing" for line in _told(lines) if line["missing"]]
    lost += [f"a mail ({line['of']}) never came" for line in _of(lines, "mail") if not line["copies"]]
    double = [
        f"{number}: {name} {found} times instead of {due}" for number, name, (due, found) in effects if found > due
    ]
    double += [
        f"a mail ({line['of']}) came {line['copies']} times" for line in _of(lines, "mail") if _unexplained(line)
    ]
    double += [f"{line['beyond']} files too many at a target" for line in _of(lines, "handed_over") if line["beyond"]]
    double += [f"{line['beyond']} {NAMES[line['kind']]} too many" for line in _told(lines) if line["beyond"]]
    for line in _of(lines, "rolled_out"):
        lost += [f"roll-out {line['number']} ({line['state']}) is not at {line['missing']}"] if line["missing"] else []
        double += (
            [f"roll-out {line['number']} ({line['state']}) is at {line['beyond']} too many"] if line["beyond"] else []
        )
    undone = [pair for line in _of(lines, "settled") for pair in line["undone"].items()]
    hung = [line["of"] for line in _of(lines, "hung")]
    stuck = [f"stuck after {SETTLE_S:.0f} s: {count} × {kind}" for kind, count in undone]
    stuck += [f"stuck: {of} still waited for an answer when everybody should have ended" for of in hung]
    are_stuck = sum(count for _kind, count in undone) + len(hung)
    return Outcome(
        injected=len(kills),
        lost=len(lost),
        double=len(double),
        stuck=are_stuck,
        worst_s=max((line["seconds"] for line in _of(lines, "settled")), default=None),
        broken=(*lost, *double, *stuck, *_other_faults(lines, names)),
        figures={"kills": len(kills), "kill_lost": len(lost), "kill_double": len(double),
                 "kill_stuck": are_stuck,
                 "kill_steps": len(names), "kill_steps_reached": len(set(names) & {line["at"] for line in kills})},
        notes=(_about_kills(lines), *_about_ringing(lines), _about_mails(lines), *(line["text"] for line in _of(lines, "note"))),
        unproven=tuple(_unproven(lines)),
        known={"steps": frozenset(names)},
    )  # fmt: skip


def _told(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line["kind"] in NAMES]


def _about_kills(lines: Sequence[Line]) -> str:
    counts = Counter(line["of"] for line in _of(lines, "kill"))
    forgiven = sum(not line["late"] for line in _of(lines, "error"))
    told = ", ".join(f"{of} {count}" for of, count in sorted(counts.items()))
    return (
        f"Killed: {told}. {forgiven} errors of the server while PostgreSQL was away, and until {LATE_AFTER_S:.0f} s after,"
        " are none."
    )


def _about_ringing(lines: Sequence[Line]) -> Iterator[str]:
    """A job rung by hand, for whatever case there is, may have had nothing to do when its worker died."""
    jobs = [line for line in _of(lines, "kill") if "by_hand" in line and line["at"].startswith("job ")]
    if not jobs:
        return
    never = _never_by_itself(lines)
    told = f": {', '.join(never)}" if never else ""
    yield (
        f"{sum(line['by_hand'] for line in jobs)} of {len(jobs)} deaths in a job came after it had been rung by hand, at"
        f" {len(never)} of {len({line['at'] for line in jobs})} jobs each one{told}."
    )


def _never_by_itself(lines: Sequence[Line]) -> list[str]:
    """Jobs in which workers died, but only after they had been rung by hand."""
    jobs = [line for line in _of(lines, "kill") if "by_hand" in line and line["at"].startswith("job ")]
    by_itself = {line["at"] for line in jobs if not line["by_hand"]}
    return sorted({line["at"].removeprefix("job ") for line in jobs if line["at"] not in by_itself})


def _unproven(lines: Sequence[Line]) -> Iterator[str]:
    """Parts of the promise that this row does not look at."""
    missing = list(_not_looked_at(lines))
    yield from ["; ".join(missing)] if missing else []


def _not_looked_at(lines: Sequence[Line]) -> Iterator[str]:
    """What runs of an earlier day did not look at, and where a death may have met a job with nothing to do."""
    if never := _never_by_itself(lines):
        yield f"in jobs that nobody's ways led to a worker died only after they had been rung by hand: {', '.join(never)}"
    if not any(line.get("since") == "kill" for line in _of(lines, "settled")):
        yield "that nothing is stuck is measured when people have ended, not from the last kill"
    if not any("changed" in line for line in _of(lines, "files")):
        yield "uploads are compared by size"
    if {line["of"] for line in _of(lines, "kill") if line["at"] == "away"} != set(PARTS):
        yield "no part of the product stayed away for seconds before it was started anew"


def _of(lines: Sequence[Line], kind: str) -> list[Line]:
    return [line for line in lines if line["kind"] == kind]


def _unexplained(line: Line) -> bool:
    return bool(line["copies"] - 1 > line["explained"])


def _other_faults(lines: Sequence[Line], names: Sequence[str]) -> Iterator[str]:
    size = next((line["size"] for line in _of(lines, "begun")), "")
    died_at = {line["at"] for line in _of(lines, "kill")}
    for name in names if size != "small" else ():
        if name not in died_at:
            yield f"nobody died after the step {name}"
    for line in _of(lines, "kill"):
        if line.get("back_s", 0) > BACK_S or line.get("page_s", 0) > BACK_S:
            yield f"PostgreSQL ({line['of']}) was back after {line['page_s']} s"
    late = [line for line in _of(lines, "error") if line["late"]]
    if late:
        yield f"{len(late)} errors of the server while the database was there, first {late[0]['of']}"
    yield from (f"somebody lost patience: {line['text']}" for line in _of(lines, "patience"))
    if not all(line["sound"] for line in _of(lines, "audit")):
        yield "the audit chain is broken"
    killed = Counter(line["of"] for line in _of(lines, "kill"))
    of = {
        "kills of web and worker": killed["web"] + killed["worker"],
        "kills of PostgreSQL as a whole": killed["postmaster"],
    }
    yield from too_few(lines, LEAST, of)
    if not _of(lines, "promise"):
        yield "nobody was promised anything"


def _about_mails(lines: Sequence[Line]) -> str:
    resent = sum(line["explained"] for line in _of(lines, "mail"))
    return (
        "A worker that dies between the mail server's 250 and our note of it sends the mail again, under the same"
        f" Message-ID: {resent} of {len(_of(lines, 'mail'))} mails came twice, each with a death between the two."
    )
