"""Everybody who works at the running product, side by side; each in a thread, with a browser and a journal of her own."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.measuring.circumstances import ROOT
from tests.safety.kills import bookings, clock, counting
from tests.safety.kills.journal import Journal
from tests.safety.kills.running import House
from tests.safety.kills.wishes import wishes

SEED = 20_261_123
CITIZENS, GUESTS, WINDOWS, TOWN = 8, 3, 2, "weissenburg"
HOLDERS = ("amira", "deniz")
"""Who has an account besides, by their names at the simulated account service."""
AWAY = (psycopg.OperationalError, psycopg.InterfaceError)
"""What a server that is killed answers with; any other error is one of ours."""
ENDING_S = 150
"""Until everybody has ended what she had begun: as long as a browser asks again, and more than any of its requests takes."""
MOST_WAITING = 80
"""Jobs and what waits for them: while there is more, nobody applies anew, so that a slow machine is not fed faster than it
works."""


@dataclass
class People:
    """Everybody at work, with what went wrong on their side."""

    house: House
    journals: Path
    code: Callable[[str, float], str] = lambda number, since: ""
    """The number that came by mail for an application (mails.Letterbox.code)."""
    answers: list[tuple[float, int, str]] = field(default_factory=list)
    lost_patience: list[str] = field(default_factory=list)
    hung: list[str] = field(default_factory=list)
    """Who still had not ended when everybody must have."""
    _stop: threading.Event = field(default_factory=threading.Event)
    _crowded: threading.Event = field(default_factory=threading.Event)
    _beside: list[threading.Thread] = field(default_factory=list)

    def at_work(self) -> ExitStack:
        """From here on they work; leaving the block they finish what they have begun."""
        from tests.safety.kills.citizens import Citizen
        from tests.safety.kills.clerk import Clerk
        from tests.safety.kills.guests import Guest
        from tests.safety.kills.holders import Holder

        ordered = wishes(self.house.points)
        citizens = [
            Citizen(
                self._browser(),
                self._journal(number),
                random.Random(f"{SEED} {number}"),
                self._stop,
                ordered,
                self._crowded.is_set,
                self.code,
            )
            for number in range(CITIZENS)
        ]
        holders = [
            Holder(
                self._browser(), self._journal(f"holder-{person}"), random.Random(f"{SEED} holder {person}"), self._stop,
                ordered, self._crowded.is_set, self.code, person=person,
            )
            for person in HOLDERS
        ]  # fmt: skip
        guests = [
            Guest(
                self._browser(), self._journal(f"guest-{number}"), random.Random(f"{SEED} guest {number}"), self._stop,
                ordered,
            )
            for number in range(GUESTS)
        ]  # fmt: skip
        clerks = [
            Clerk(
                self._browser(), self._journal(f"clerk-{number}"), random.Random(f"{SEED} clerk {number}"), self._stop,
                self._waiting, self._to_pay_back, self._permits, self._bookings, self._deliveries, self._hand_overs,
                self._next_day, ordered,
            )
            for number in range(WINDOWS)
        ]  # fmt: skip
        threads = [self._begin(one.run) for one in (*citizens, *holders, *guests, *clerks)]
        threads += [self._begin(self._time_passes), self._begin(self._rolls_out)]
        ending = ExitStack()
        ending.callback(lambda: [thread.join() for thread in self._beside])
        ending.callback(
            lambda: [thread.join() for thread in [self._begin(one.look_after_all) for one in (*citizens, *holders)]]
        )
        ending.callback(lambda: self._must_end(threads, ENDING_S))
        ending.callback(self._stop.set)
        return ending

    def meanwhile(self, work: Callable[[], None]) -> None:
        """Begin something beside them that ends before they have ended."""
        self._beside.append(self._begin(work))

    def _must_end(self, threads: list[threading.Thread], seconds: float) -> None:
        """Wait for them, so long for each; who then still hangs is told."""
        for thread in threads:
            thread.join(seconds)
        self.hung += [thread.name for thread in threads if thread.is_alive()]

    def _begin(self, work) -> threading.Thread:
        name = f"{type(work.__self__).__name__}.{work.__name__}" if hasattr(work, "__self__") else work.__name__
        thread = threading.Thread(target=self._do, args=[work], name=name, daemon=True)
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

        ordered = wishes(self.house.points)
        while not self._stop.wait(2):
            clock.target_is_there(self.house.folder, TOWN, not ordered("target_away"))
            with suppress(psycopg.Error), self.house.admin() as admin:
                minute_passes(admin)
                bookings.days_pass(admin)
                clock.clocks_strike(admin, ordered)
                if not ordered("target_away"):
                    clock.pauses_end(admin)
                waiting = sum(counting.undone(admin).values())
                (self._crowded.set if waiting > MOST_WAITING else self._crowded.clear)()
        clock.target_is_there(self.house.folder, TOWN, there=True)

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
        """In any order, hers rather first; those of accounts before all while somebody waits for a letter in one."""
        ordered = wishes(self.house.points)
        letters = any(map(ordered, ("open", "leave_unopened")))
        query = """SELECT id::text, state, EXISTS (SELECT 1 FROM cases_question q WHERE q.case_id = c.id),
        assignee_id IS NOT NULL
        FROM cases_case c WHERE state IN ('received', 'in_review', 'waiting_for_citizen')
        ORDER BY %s AND NOT EXISTS (SELECT 1 FROM citizens_keptthing k WHERE k.thing_id = c.submission_id),
        random() * CASE WHEN assignee_id IS NULL THEN 3 ELSE 1 END"""
        return self._asked(query, letters)

    def _to_pay_back(self) -> list[tuple[str, int]]:
        query = """SELECT c.id::text, p.cents FROM cases_case c JOIN payments_payment p ON p.subject_id = c.submission_id
        WHERE p.state = 'paid' AND c.outcome = 'refused'"""
        return self._asked(query)

    def _deliveries(self) -> list[tuple[str, str, str]]:
        """Decisions that wait for the post or at the counter, were posted or came back; few of each, in any order."""
        query = """SELECT case_id, id, state FROM (SELECT l.case_id::text, l.id::text, l.state, row_number() OVER
        (PARTITION BY l.state ORDER BY random()) AS place FROM notices_legaldelivery l WHERE l.state IN
        ('waiting', 'to_hand', 'posted', 'returned') AND NOT EXISTS (SELECT 1 FROM notices_legaldelivery n
        WHERE n.decision_id = l.decision_id AND n.number > l.number)) AS found WHERE place <= 3 ORDER BY random()"""
        return self._asked(query)

    def _hand_overs(self) -> list[tuple[str, str]]:
        """Of cases; a few of each state, in any order."""
        query = """SELECT id, state FROM (SELECT h.id::text, h.state, row_number() OVER (PARTITION BY h.state ORDER BY random())
        AS place FROM exchange_handover h JOIN cases_case c ON c.id = h.case_id
        WHERE h.state IN ('waiting', 'refused', 'sheet')) AS found WHERE place <= 2 ORDER BY random()"""
        return self._asked(query)

    def _next_day(self) -> str:
        query = """SELECT (max(c.day) + 1)::text FROM payments_closing c JOIN ground_authority a ON a.id = c.authority_id
        AND a.slug = 'weissenburg' HAVING max(c.day) < current_date"""
        return next((day for (day,) in self._asked(query)), "")

    def _permits(self) -> list[str]:
        query = "SELECT case_id::text FROM cases_permit WHERE state = 'valid' ORDER BY random()"
        return [case for (case,) in self._asked(query)]

    def _bookings(self, state: str) -> list[str]:
        query = "SELECT id::text FROM appointments_booking WHERE state = %s ORDER BY random() LIMIT 1"
        return [booking for (booking,) in self._asked(query, state)]

    def _asked(self, query: str, *values: object) -> list[Any]:
        with suppress(*AWAY), self.house.admin() as admin:
            return admin.execute(query, values).fetchall()
        return []
