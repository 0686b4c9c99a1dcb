"""kill -9 of web workers, job workers and PostgreSQL while people apply, pay, answer, decide and roll out; then all is counted.

Eight citizens, three guests who book appointments and a clerk in two windows work at the running product, each with a journal on
disk of what she was promised. Processes are killed at random moments and after every marked step (`stadttor.ground.steps`),
PostgreSQL before them. After it every promise is looked up, and every effect of every application and appointment is counted: none is
missing, none is there twice.
"""

import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Line
from tests.safety.kills import bookings, counting
from tests.safety.kills.journal import Journal, promises
from tests.safety.kills.killing import Killer
from tests.safety.kills.running import House, house, marked
from tests.safety.outcome import Outcome
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand

SEED = 20_261_123
CITIZENS, GUESTS, WINDOWS, TOWN = 8, 3, 2, "weissenburg"
SETTLE_S, BACK_S, LATE_AFTER_S = 60.0, 30.0, 10.0
WHOLE_SERVER = {"ci": 3, "night": 50}
"""So often the whole of PostgreSQL must be killed."""
NOTES = (
    "The launcher's pause after early deaths is a quarter of a second here, half a minute at most otherwise.",
    "PostgreSQL is killed, not the machine: what the disk itself loses is not tried here.",
    "The decision's minute and the ten minutes after which an unfinished payment is asked for pass by hand. Jobs that the"
    " people's ways do not reach (timers, quarantine, the watcher's) are rung by hand for some case.",
)


def run(size: Size, lines: RowLines, stand: Stand) -> None:
    """Start the house, let people work in it, kill, let it settle, count."""
    from tests.safety.kills.mails import mail_server

    folder = stand.folder / "kills"
    shutil.rmtree(folder, ignore_errors=True)
    with mail_server(folder / "mails" / "mails.jsonl") as smtp, house(folder, smtp) as running:
        steps = marked(folder)
        lines.write("steps", names=sorted(steps))
        killer = Killer(running, lines, random.Random(SEED))
        people = People(running, folder / "journals")
        with people.at_work():
            for number in range(size.pick(small=1, ci=4, night=75)):  # one in three a backend
                killer.postgres(number)
            for _ in range(size.pick(small=0, ci=1, night=7)):
                missed = killer.after_steps(steps, between=10)
                killer.after_steps({name: steps[name] for name in missed}, between=0)  # once more for each
            for _ in range(size.pick(small=4, ci=0, night=0)):
                killer.process()
        _settle(running, killer, lines)
        _count(running, killer, people, folder, lines)
    for text in NOTES:
        lines.write("note", text=text)


@dataclass
class People:
    """Everybody at work, with what went wrong on their side."""

    house: House
    journals: Path
    answers: list[tuple[float, int, str]] = field(default_factory=list)
    lost_patience: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def at_work(self) -> ExitStack:
        """From here on they work; leaving the block they finish what they have begun."""
        from tests.safety.kills.citizens import Citizen
        from tests.safety.kills.clerk import Clerk
        from tests.safety.kills.guests import Guest

        citizens = [
            Citizen(self._browser(), self._journal(number), random.Random(f"{SEED} {number}"), self._stop)
            for number in range(CITIZENS)
        ]
        guests = [
            Guest(
                self._browser(), self._journal(f"guest-{number}"), random.Random(f"{SEED} guest {number}"), self._stop
            )
            for number in range(GUESTS)
        ]
        clerks = [
            Clerk(
                self._browser(), self._journal(f"clerk-{number}"), random.Random(f"{SEED} clerk {number}"), self._stop,
                self._waiting, self._to_pay_back, self._permits, self._bookings, self._deliveries,
            )
            for number in range(WINDOWS)
        ]  # fmt: skip
        threads = [self._begin(one.run) for one in (*citizens, *guests, *clerks)]
        threads += [self._begin(self._time_passes), self._begin(self._rolls_out)]
        ending = ExitStack()
        ending.callback(lambda: [thread.join() for thread in [self._begin(one.look_after_all) for one in citizens]])
        ending.callback(lambda: [thread.join(150) for thread in threads])
        ending.callback(self._stop.set)
        return ending

    def _begin(self, work) -> threading.Thread:
        thread = threading.Thread(target=self._do, args=[work], daemon=True)
        thread.start()
        return thread

    def _do(self, work) -> None:
        try:
            work()
        except Exception as error:  # a client that breaks is a finding, not the end of the row
            self.lost_patience.append(f"{type(error).__name__}: {error}"[:500])

    def _browser(self) -> Any:
        from tests.safety.live.browser import Browser

        return Browser(self.house.port, TOWN, self._tell)

    def _tell(self, method: str, path: str, status: int) -> None:
        if status >= 500:
            self.answers.append((time.monotonic(), status, f"{method} {'/'.join(path.split('/')[:2])}"))

    def _journal(self, name: object) -> Journal:
        return Journal(self.journals / f"{name}.jsonl")

    def _time_passes(self) -> None:
        from tests.safety.kills.ringing import minute_passes

        while not self._stop.wait(2):
            with suppress(psycopg.Error), self.house.admin() as admin:
                minute_passes(admin)
                bookings.days_pass(admin)

    def _rolls_out(self) -> None:
        """The operator's command: begun again whenever it died."""
        command = [sys.executable, "-m", "tests.safety.kills.operator"]
        around = self.house.around() | {"STADTTOR_CRASH_POINTS": str(self.house.points)}
        with (self.house.folder / "operator.log").open("ab") as out:
            while not self._stop.is_set():
                running = subprocess.Popen(command, cwd=ROOT, env=around, stdout=out, stderr=out)
                self.house.commands[running.pid] = "operator"
                while running.poll() is None and not self._stop.wait(0.1):
                    pass
                running.kill()
                running.wait()

    def _waiting(self) -> list[tuple[str, str, bool, bool]]:
        """In any order, hers rather first."""
        query = """SELECT id::text, state, EXISTS (SELECT 1 FROM cases_question q WHERE q.case_id = c.id),
        assignee_id IS NOT NULL
        FROM cases_case c WHERE state IN ('received', 'in_review', 'waiting_for_citizen')
        ORDER BY random() * CASE WHEN assignee_id IS NULL THEN 3 ELSE 1 END"""
        return self._asked(query)

    def _to_pay_back(self) -> list[tuple[str, int]]:
        query = """SELECT c.id::text, p.cents FROM cases_case c JOIN payments_payment p ON p.subject_id = c.submission_id
        WHERE p.state = 'paid' AND c.outcome = 'refused'"""
        return self._asked(query)

    def _deliveries(self) -> list[tuple[str, str, str]]:
        """Decisions that wait for the post or at the counter."""
        query = "SELECT case_id::text, id::text, state FROM notices_legaldelivery WHERE state IN ('waiting', 'to_hand')"
        return self._asked(query + " ORDER BY random() LIMIT 5")

    def _permits(self) -> list[str]:
        query = "SELECT case_id::text FROM cases_permit WHERE state = 'valid' ORDER BY random()"
        return [case for (case,) in self._asked(query)]

    def _bookings(self, state: str) -> list[str]:
        query = "SELECT id::text FROM appointments_booking WHERE state = %s ORDER BY random() LIMIT 1"
        with suppress(psycopg.Error), self.house.admin() as admin:
            return [row[0] for row in admin.execute(query, [state]).fetchall()]
        return []

    def _asked(self, query: str) -> list[Any]:
        with suppress(psycopg.Error), self.house.admin() as admin:
            return admin.execute(query).fetchall()
        return []


def _settle(running: House, killer: Killer, lines: RowLines) -> None:
    """Time passes by hand, then everything must be done within a minute: of the last kill, and of the people's last act."""
    from tests.safety.kills.ringing import minute_passes, ten_minutes_pass

    with running.admin() as admin:
        ten_minutes_pass(admin)
        last = max([time.monotonic(), *killer.deaths])
        while True:
            minute_passes(admin)
            left = counting.undone(admin)
            waited = time.monotonic() - last
            if not left or waited > SETTLE_S:
                break
            time.sleep(0.2)
        for one in counting.unfinished(admin) if left else ():
            lines.write("unfinished", **one)
    lines.write("settled", seconds=waited, undone=left)


def _count(running: House, killer: Killer, people: People, folder: Path, lines: RowLines) -> None:
    with running.admin() as admin:
        counting.make_ready(admin)
        for one in counting.applications(admin):
            lines.write("application", **one)
        for one in bookings.appointments(admin):
            lines.write("application", **one)
        told = list(promises(people.journals))
        of_bookings = [one for one in told if one["kind"] in bookings.OF_BOOKINGS]
        others = [one for one in told if one["kind"] not in bookings.OF_BOOKINGS]
        for one in (*bookings.kept(admin, of_bookings), *counting.kept(admin, others)):
            one.pop("kind")
            lines.write("promise", **one)
        for one in counting.mails(admin, promises(folder / "mails"), killer.deaths):
            lines.write("mail", **one)
        lines.write("files", **counting.files(admin, folder))
        lines.write("handed_over", **counting.handed_over(admin, folder))
        lines.write("rolled_out", **counting.rolled_out(admin))
    for at, status, of in people.answers:
        lines.write("error", status=status, of=of, late=not any(a <= at <= b + LATE_AFTER_S for a, b in killer.outages))
    for text in people.lost_patience:
        lines.write("patience", text=text)
    lines.write("audit", sound=_audit_is_sound(running))


def _audit_is_sound(running: House) -> bool:
    """By the product's own verifier, with its own rights."""
    command = [sys.executable, "-m", "stadttor", "audit", "verify"]
    return subprocess.run(command, cwd=ROOT, env=running.around(), check=False, capture_output=True).returncode == 0


def outcome(lines: Sequence[Line]) -> Outcome:
    """Lost: a promise not kept, an effect that is missing. Double: one more than was promised. Stuck: not done in time."""
    kills, names = _of(lines, "kill"), [name for line in _of(lines, "steps") for name in line["names"]]
    effects = [(line["number"], *pair) for line in _of(lines, "application") for pair in line["effects"].items()]
    lost = [f"{number}: {name} is missing" for number, name, (due, found) in effects if found < due]
    lost += [f"{line['promise']} was promised and not kept" for line in _of(lines, "promise") if not line["kept"]]
    lost += [f"{line['missing']} files are not on disk" for line in _of(lines, "files") if line["missing"]]
    lost += [
        f"{line['missing']} files are not at their target" for line in _of(lines, "handed_over") if line["missing"]
    ]
    lost += [f"a mail ({line['of']}) never came" for line in _of(lines, "mail") if not line["copies"]]
    double = [
        f"{number}: {name} {found} times instead of {due}" for number, name, (due, found) in effects if found > due
    ]
    double += [
        f"a mail ({line['of']}) came {line['copies']} times" for line in _of(lines, "mail") if _unexplained(line)
    ]
    double += [f"{line['beyond']} files too many at a target" for line in _of(lines, "handed_over") if line["beyond"]]
    for line in _of(lines, "rolled_out"):
        lost += [f"roll-out {line['number']} ({line['state']}) is not at {line['missing']}"] if line["missing"] else []
        double += (
            [f"roll-out {line['number']} ({line['state']}) is at {line['beyond']} too many"] if line["beyond"] else []
        )
    stuck = [f"{count} × {kind}" for line in _of(lines, "settled") for kind, count in line["undone"].items()]
    return Outcome(
        injected=len(kills),
        lost=len(lost),
        double=len(double),
        stuck=sum(count for line in _of(lines, "settled") for count in line["undone"].values()),
        worst_s=max((line["seconds"] for line in _of(lines, "settled")), default=None),
        broken=(*lost, *double, *(f"stuck after {SETTLE_S:.0f} s: {one}" for one in stuck), *_other_faults(lines, names)),
        figures={"kills": len(kills), "kill_lost": len(lost), "kill_double": len(double),
                 "kill_stuck": sum(count for line in _of(lines, "settled") for count in line["undone"].values())},
        notes=(_about_kills(lines), _about_mails(lines), *(line["text"] for line in _of(lines, "note"))),
        unproven=tuple(_unproven(lines)),
    )  # fmt: skip


def _about_kills(lines: Sequence[Line]) -> str:
    counts = Counter(line["of"] for line in _of(lines, "kill"))
    forgiven = sum(not line["late"] for line in _of(lines, "error"))
    told = ", ".join(f"{of} {count}" for of, count in sorted(counts.items()))
    return (
        f"Killed: {told}. {forgiven} errors of the server while PostgreSQL was away, and until {LATE_AFTER_S:.0f} s after,"
        " are none."
    )


def _unproven(lines: Sequence[Line]) -> Iterator[str]:
    """Parts of the promise that this row does not look at, or that this run did too seldom."""
    size = next((line["size"] for line in _of(lines, "begun")), "")
    whole = sum(line["of"] == "postmaster" for line in _of(lines, "kill"))
    if whole < WHOLE_SERVER.get(size, 0):
        yield f"PostgreSQL as a whole was killed {whole} times instead of {WHOLE_SERVER[size]}"
    yield "that nothing is stuck is measured when people have ended, not from the last kill; uploads are compared by size"


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
    if not _of(lines, "promise"):
        yield "nobody was promised anything"


def _about_mails(lines: Sequence[Line]) -> str:
    resent = sum(line["explained"] for line in _of(lines, "mail"))
    return (
        "A worker that dies between the mail server's 250 and our note of it sends the mail again, under the same"
        f" Message-ID: {resent} of {len(_of(lines, 'mail'))} mails came twice, each with a death between the two."
    )
