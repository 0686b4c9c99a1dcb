"""kill -9: of web workers and job workers at random moments and after every marked step, of PostgreSQL under load."""

import os
import random
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg

from tests.safety.kills.ringing import ring
from tests.safety.kills.running import House
from tests.safety.live.browser import Browser
from tests.safety.live.seed import TOWNS
from tests.safety.live.service import SLUG
from tests.safety.running import RowLines

AT_ONCE = 6
"""So many deaths are ordered at the same time: a step to which people seldom come keeps no other waiting."""
RING_AFTER_S, PATIENCE_S = 8.0, 120.0
"""A job that people's ways lead to comes by itself within seconds: rung for some old case it might have nothing to do."""
BACK_S = 60.0
BETWEEN_S = (0.5, 1.5)
LIVES_S = 4.0
"""So long does PostgreSQL live at least before it is killed again."""
NOTICED_S = 0.3
"""So long it may take until the others notice the death of a backend."""
AWAY_S = 6.0
"""So long stays a part of the product away, as when its launcher waits before it starts it anew."""
TOWN = next(iter(TOWNS))


@dataclass
class Order:
    """That somebody dies after a step. A job that nobody comes to is rung by hand, `called` with these arguments.

    `rung` is when, or since when it is waited for; `by_hand` whether it ever was.
    """

    name: str
    called: Sequence[str]
    since: float = field(default_factory=time.monotonic)
    rung: float = field(default_factory=time.monotonic)
    by_hand: bool = False
    obeyed: bool = False


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

    def process(self) -> None:
        """Somebody at a random moment."""
        time.sleep(self.chance.uniform(*BETWEEN_S))
        self._look_around()
        alive = [*self.house.web_workers(), *self.house.job_workers()]
        if alive:
            victim = self.chance.choice(alive)
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
                self._note(self._roles.get(victim, "?"), "random", time.monotonic())

    def stays_away(self, of: str) -> None:
        """All of one kind ("web", "worker") die, and whoever is started in their place, for some seconds; then they come back."""
        find = self.house.web_servers if of == "web" else self.house.job_workers
        begun = time.monotonic()
        while time.monotonic() - begun < AWAY_S:
            for victim in find():
                with suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
                    self.deaths.append(time.monotonic())
            time.sleep(0.05)
        self._note(of, "away", time.monotonic(), away_s=time.monotonic() - begun)
        self._until_pages_come()

    def after_steps(self, marked: Mapping[str, Sequence[str]], between: int) -> list[str]:
        """One death after each marked step, some of them ordered at the same time; `between` random ones besides.

        Gives the steps to which nobody came in all the time.
        """
        names, missed = sorted(marked), list[str]()
        self.chance.shuffle(names)
        every = max(1, len(names) // between) if between else len(names) + 1
        waiting, standing = [(name, marked[name]) for name in names], dict[str, Order]()
        while waiting or standing:
            while waiting and len(standing) < AT_ONCE:
                order = self._order(*waiting.pop())
                standing[order.name] = order
            self._look_around()
            for name in [name for name, order in standing.items() if self._is_over(order)]:
                missed += [] if standing.pop(name).obeyed else [name]
                if (len(waiting) + len(standing)) % every == 0:
                    self.process()
                self._until_pages_come()
            time.sleep(0.05)
        return missed

    def postgres(self, number: int) -> None:
        """The whole server, each third time only a backend (whose death makes the server start over)."""
        time.sleep(LIVES_S + self.chance.uniform(*BETWEEN_S))
        of = "backend" if number % 3 == 2 else "postmaster"
        victim, down = self._backend() if of == "backend" else self.house.postmaster(), time.monotonic()
        os.kill(victim, signal.SIGKILL)
        time.sleep(NOTICED_S)
        back, page = _until(self._answers, down), _until(self._begins, down)
        self.outages.append((down, back))
        self._note(of, "random", down, back_s=back - down, page_s=page - down)

    # Deaths by order

    def _order(self, name: str, called: Sequence[str]) -> Order:
        (self.house.points / name).touch()
        return Order(name, called)

    def _is_over(self, order: Order) -> bool:
        """Somebody died, or nobody came to the step in all the time. A job is rung now and then."""
        now = time.monotonic()
        if self._has_died(order):
            order.obeyed = True
            return True
        if now - order.since > PATIENCE_S:
            (self.house.points / order.name).unlink(missing_ok=True)
            return True
        if order.called and now - order.rung > RING_AFTER_S:
            order.rung = now
            with suppress(psycopg.Error), self.house.admin() as admin:
                order.by_hand |= ring(admin, order.name.removeprefix("job "), order.called)
        return False

    def _has_died(self, order: Order) -> bool:
        """Who dies leaves the order under its own number."""
        for path in self.house.points.glob(f"{order.name}.*"):
            if path.suffix[1:].isdigit() and path.stem == order.name:
                path.unlink()
                of = self._roles.get(int(path.suffix[1:]), "?")
                self._note(of, order.name, time.monotonic(), by_hand=order.by_hand)
                return True
        return False

    def _note(self, of: str, at: str, moment: float, **more: float) -> None:
        self.deaths.append(moment)
        self.lines.write("kill", of=of, at=at, seconds=moment - self.begun, **more)

    def _look_around(self) -> None:
        self._roles |= dict.fromkeys(self.house.web_workers(), "web")
        self._roles |= dict.fromkeys(self.house.job_workers(), "worker")
        self._roles |= self.house.commands

    def _until_pages_come(self) -> None:
        """With both web workers dead all the time nobody would come to the next step."""
        somebody = Browser(self.house.port, TOWN)
        _until(lambda: self._opens(somebody), time.monotonic())
        somebody.close()

    def _opens(self, somebody: Browser) -> bool:
        """Whoever was started meanwhile is known by name from here on."""
        self._look_around()
        return somebody.get("/").status == 200

    # PostgreSQL

    def _backend(self) -> int:
        with self.house.admin() as admin:
            rows = admin.execute("SELECT pid FROM pg_stat_activity WHERE usename = 'stadttor_app'").fetchall()
        return int(self.chance.choice(rows)[0])

    def _answers(self) -> bool:
        try:
            with self.house.admin() as admin:
                admin.execute("SELECT 1")
        except (psycopg.Error, OSError):
            return False
        return True

    def _begins(self) -> bool:
        """Whether an application can be begun, which writes."""
        somebody = Browser(self.house.port, TOWN)
        page = somebody.get(f"/leistungen/{SLUG}")
        start = somebody.post(f"/leistungen/{SLUG}/antrag", [("csrfmiddlewaretoken", page.csrf)])
        somebody.close()
        return start.status == 302


def _until(look: Callable[[], bool], begun: float) -> float:
    """When it was so; `BACK_S` after `begun` at most."""
    while not look() and time.monotonic() - begun < BACK_S:
        time.sleep(0.05)
    return time.monotonic()
