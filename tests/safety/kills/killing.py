"""kill -9: of web workers and job workers at random moments and after every marked step, of PostgreSQL under load."""

import os
import random
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg

from tests.safety.kills.ringing import ring
from tests.safety.kills.running import House
from tests.safety.live.browser import Browser
from tests.safety.running import RowLines

AT_ONCE = 3
RING_AFTER_S, PATIENCE_S = 1.5, 120.0
BACK_S = 60.0
BETWEEN_S = (0.5, 1.5)
SERVICE_STARTS_S = 4.0
"""So long does PostgreSQL live before it is killed again."""


@dataclass
class Killer:
    """Kills, and writes a line for each. `deaths` are the moments of all kills, by the clock of this machine."""

    house: House
    lines: RowLines
    chance: random.Random
    begun: float = field(default_factory=time.monotonic)
    deaths: list[float] = field(default_factory=list)
    outages: list[tuple[float, float]] = field(default_factory=list)
    _roles: dict[int, str] = field(default_factory=dict)

    def _killed(self, of: str, at: str, **more: object) -> None:
        self.deaths.append(time.monotonic())
        self.lines.write("kill", of=of, at=at, seconds=time.monotonic() - self.begun, **more)

    # Processes of the product

    def process(self) -> None:
        """Somebody at a random moment."""
        time.sleep(self.chance.uniform(*BETWEEN_S))
        candidates = [*self.house.web_workers(), *self.house.job_workers()]
        if candidates:
            victim = self.chance.choice(candidates)
            self._look_around()
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
                self._killed(self._roles.get(victim, "?"), "random")

    def after_steps(self, marked: Mapping[str, Sequence[str]], between: int) -> None:
        """One death after each marked step, some of them ordered at the same time; `between` random ones besides."""
        waiting = sorted(marked)
        self.chance.shuffle(waiting)
        ordered: dict[str, float] = {}
        rung: dict[str, float] = {}
        every = max(1, len(marked) // between) if between else len(marked) + 1
        died = 0
        while waiting or ordered:
            while waiting and len(ordered) < AT_ONCE:
                name = waiting.pop()
                (self.house.points / name).touch()
                ordered[name] = rung[name] = time.monotonic()
            self._look_around()
            for name in list(ordered):
                if self._has_died(name):
                    del ordered[name]
                    died += 1
                    if died % every == 0:
                        self.process()
                    self._until_pages_come()
                elif time.monotonic() - ordered[name] > PATIENCE_S:
                    (self.house.points / name).unlink(missing_ok=True)
                    self.lines.write("unhit", step=name)
                    del ordered[name]
                elif marked[name] and time.monotonic() - rung[name] > RING_AFTER_S:
                    rung[name] = time.monotonic()
                    with suppress(psycopg.Error), self.house.admin() as admin:
                        ring(admin, name.removeprefix("job "), marked[name])
            time.sleep(0.05)

    def _has_died(self, name: str) -> bool:
        for path in self.house.points.glob(f"{name}.*"):
            if path.suffix[1:].isdigit() and path.stem == name:
                pid = int(path.suffix[1:])
                path.unlink()
                self._killed(self._roles.get(pid, "?"), name)
                return True
        return False

    def _look_around(self) -> None:
        self._roles |= dict.fromkeys(self.house.web_workers(), "web")
        self._roles |= dict.fromkeys(self.house.job_workers(), "worker")

    # PostgreSQL

    def postgres(self, number: int) -> None:
        """The whole server, each third time only a backend (whose death makes the server start over)."""
        time.sleep(SERVICE_STARTS_S + self.chance.uniform(*BETWEEN_S))
        of = "backend" if number % 3 == 2 else "postmaster"
        pid = self._backend() if of == "backend" else self.house.postmaster()
        down = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        back, page = self._wait_until_back(down)
        self.outages.append((down, back))
        self._killed(of, "random", back_s=back - down, page_s=page - down)

    def _backend(self) -> int:
        with self.house.admin() as admin:
            rows = admin.execute("SELECT pid FROM pg_stat_activity WHERE usename = 'stadttor_app'").fetchall()
        return int(self.chance.choice(rows)[0])

    def _wait_until_back(self, down: float) -> tuple[float, float]:
        """(when the server answers, when an application can be begun)."""
        back = _until(self._answers, down)
        page = _until(self._begins, down)
        return back, page

    def _answers(self) -> bool:
        try:
            with self.house.admin() as admin:
                admin.execute("SELECT 1")
        except (psycopg.Error, OSError):
            return False
        return True

    def _until_pages_come(self) -> None:
        """Both web workers dead all the time would mean that nobody comes to the next step."""
        somebody = Browser(self.house.port, "weissenburg")
        _until(lambda: somebody.get("/").status == 200, time.monotonic())
        somebody.close()

    def _begins(self) -> bool:
        from tests.safety.live.service import SLUG

        somebody = Browser(self.house.port, "weissenburg")
        page = somebody.get(f"/leistungen/{SLUG}")
        start = somebody.post(f"/leistungen/{SLUG}/antrag", [("csrfmiddlewaretoken", page.csrf)])
        somebody.close()
        return start.status == 302


def _until(look, begun: float) -> float:
    """When it was so; `BACK_S` later at most."""
    while not look() and time.monotonic() - begun < BACK_S:
        time.sleep(0.05)
    return time.monotonic()
