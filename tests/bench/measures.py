"""What is done to the stands: each function sends its requests and writes a line for each."""

import gzip
import random
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urljoin
from uuid import UUID

import psycopg

from tests.bench import cpu, raw_inserts
from tests.bench.browser import Answer, Browser, Unexpected, apply, look_for, sign_in
from tests.bench.seed import EMAIL, PASSWORD
from tests.bench.services import NARROW, WIDE, posted
from tests.bench.stand import Ground, Stand
from tests.measuring.lines import Lines

IDLE_S = 120
LISTS = {"all": "?scope=all", "unit": "?scope=unit", "second page": "?scope=all&page=2", "search": "amira"}
"""Views of the work list: the query of the address, or what to look for."""


@dataclass
class Meter:
    """Processor time of a stand's web server and of the database from one moment to the next."""

    on: Ground
    of: Stand

    def __post_init__(self) -> None:
        self._backends = cpu.tree(self.on.pid)
        self.begin()

    def begin(self) -> None:
        self._begun = self._now()

    def spent(self) -> dict[str, float]:
        web, postgres = (now - begun for now, begun in zip(self._now(), self._begun, strict=True))
        return {"web_cpu_ms": web, "postgres_cpu_ms": postgres}

    def _now(self) -> tuple[float, float]:
        return self.of.web_cpu_ms(), cpu.cpu_ms(self._backends)


@dataclass
class Backstage:
    """The worker of a stand: what it spends until everything that is due is done."""

    of: Stand
    pid: int
    log: Path

    def begin(self) -> None:
        self._begun = self._now()

    def spent(self) -> float:
        """Waits until no job is due or waits for its next try; periodic jobs and those for later do not count."""
        deadline = time.monotonic() + IDLE_S
        with psycopg.connect(self.of.dsns.owner, autocommit=True) as owner:
            while owner.execute(_DUE, [raw_inserts.QUEUE]).fetchone():
                if time.monotonic() > deadline:
                    raise TimeoutError(f"the worker was not done after {IDLE_S} s")
                time.sleep(0.02)
            if failed := owner.execute(_FAILED, [raw_inserts.QUEUE]).fetchone():
                last = "\n".join(self.log.read_text().splitlines()[-40:])
                raise RuntimeError(f"the job {failed[0]} failed in the worker:\n{last}")
        return self._now() - self._begun

    def _now(self) -> float:
        return cpu.cpu_ms(cpu.tree(self.pid))


_DUE = """
SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND queue_name <> %s
AND (scheduled_at IS NULL OR scheduled_at <= now() OR attempts > 0) AND NOT args ? 'timestamp' LIMIT 1
"""
_FAILED = """
SELECT task_name FROM procrastinate_jobs WHERE queue_name <> %s AND NOT args ? 'timestamp' AND status = 'failed' LIMIT 1
"""


@dataclass
class Bench:
    """Everything the measures share; `chance` is seeded, so that every bench visits the same authorities."""

    lines: Lines
    on: Ground
    chance: random.Random

    # One citizen after the other

    def applications(
        self, of: Stand, service: str, *, run: int, count: int, form_gets: int = 1, behind: Backstage | None = None
    ) -> None:
        """Complete applications, half of them at the measured authority, half at any other; each with its background."""
        for number in range(count):
            place = of.seeded.big if number % 2 == 0 else self.chance.choice(of.seeded.slugs)
            known = {"run": run, "stand": of.name, "service": service, "number": number}
            if behind:
                behind.begin()
            self._apply(of, place, service, form_gets, known)
            if behind:
                self.lines.write("background", **known, worker_cpu_ms=behind.spent())

    def _apply(self, of: Stand, place: str, service: str, form_gets: int, known: dict[str, object]) -> None:
        meter = Meter(self.on, of)

        def tell(name: str, answer: Answer) -> None:
            spent = meter.spent()
            is_big = place == of.seeded.big
            self.lines.write(
                "applications", **known, big=is_big, request=name, status=answer.status, wall_ms=answer.wall_ms, **spent
            )

        with closing(Browser(of.port, place, tell, meter.begin)) as browser:
            apply(browser, service, posted(service), form_gets=form_gets)

    def inserts(self, of: Stand, *, run: int, count: int) -> None:
        """The baseline, at the measured authority."""
        for cpu_ms, wall_ms in raw_inserts.insert(of.dsns.app, UUID(of.seeded.big_id), count):
            self.lines.write("inserts", run=run, stand=of.name, cpu_ms=cpu_ms, wall_ms=wall_ms)

    def case_lists(self, of: Stand, browser: Browser, *, run: int, count: int) -> None:
        """The work list of a signed-in lead, at the authority with all the cases."""
        meter = Meter(self.on, of)
        for view, wanted in LISTS.items():
            address = f"/desk/cases/{wanted}" if wanted.startswith("?") else look_for(browser, wanted)
            for _ in range(count):
                meter.begin()
                answer = browser.get(view, address)
                known = {"run": run, "stand": of.name, "cases": of.seeded.cases, "view": view}
                self.lines.write(
                    "cases", **known, status=answer.status, wall_ms=answer.wall_ms, bytes=len(answer.body),
                    **meter.spent(),
                )  # fmt: skip

    def memory(self, *stands: Stand) -> None:
        """Resident memory of every web worker now."""
        for of in stands:
            for pid in of.workers():
                self.lines.write("memory", stand=of.name, rss_mb=cpu.rss_mb(pid))

    # Many at once

    def load(self, of: Stand, clients: int, count: int) -> None:
        """So many clients, each with one application after the other at any authority, until `count` are through."""
        places = [self.chance.choice(of.seeded.slugs) for _ in range(count)]
        begun = time.perf_counter()

        def one(place: str) -> None:
            self._one_of_many(of, place, clients, begun)

        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(one, places))

    def _one_of_many(self, of: Stand, place: str, clients: int, begun: float) -> None:
        def tell(name: str, answer: Answer) -> None:
            ended_ms = (time.perf_counter() - begun) * 1000
            ok = answer.status in (200, 302)
            line = {"clients": clients, "request": name, "status": answer.status, "ok": ok}
            self.lines.write("load", **line, ended_ms=ended_ms, wall_ms=answer.wall_ms)

        with closing(Browser(of.port, place, tell)) as browser:
            try:
                apply(browser, NARROW, posted(NARROW))
            except (OSError, HTTPException):
                tell("broken", Answer(0, "", b"", 0.0))
            except Unexpected:
                # Its line is written already, with the status that was not expected.
                return

    # What a browser loads

    def scripts(self, of: Stand) -> None:
        """Every script of the form page with what it imports, as transferred."""
        with closing(Browser(of.port, of.seeded.big)) as browser:
            page = _form_page(browser)
            waiting, seen = _sources(page), set[str]()
            while waiting:
                path = waiting.pop()
                if path not in seen:
                    seen.add(path)
                    answer = browser.get("script", path)
                    self.lines.write("scripts", path=path, status=answer.status, bytes=len(answer.body))
                    waiting += _imports(answer, path)


def signed_in(of: Stand) -> Browser:
    """The colleague of the measured authority, signed in."""
    browser = Browser(of.port, of.seeded.big)
    sign_in(browser, EMAIL, PASSWORD)
    return browser


def warm_up(bench: Bench, of: Stand, count: int) -> None:
    """Applications that nobody measures: every web worker has read services and templates afterwards."""
    for service in (WIDE, NARROW):
        for number in range(count):
            place = of.seeded.big if number % 2 == 0 else bench.chance.choice(of.seeded.slugs)
            with closing(Browser(of.port, place)) as browser:
                apply(browser, service, posted(service))


def open_lists(of: Stand, browser: Browser, count: int) -> None:
    """Work lists that nobody measures: the first one a worker shows costs five times as much as any later one."""
    for _ in range(count):
        browser.get("all", f"/desk/cases/{LISTS['all']}")


def _form_page(browser: Browser) -> Answer:
    service = browser.get("service", f"/leistungen/{WIDE}")
    started = browser.post("start", f"/leistungen/{WIDE}/antrag", {"csrfmiddlewaretoken": service.csrf})
    return browser.get("form", started.location)


def _sources(page: Answer) -> list[str]:
    return re.findall(r'<script[^>]* src="([^"]+)"', page.body.decode())


def _imports(answer: Answer, path: str) -> Iterator[str]:
    """The addresses a script imports, at once or later."""
    packed = answer.body[:2] == b"\x1f\x8b"
    text = (gzip.decompress(answer.body) if packed else answer.body).decode()
    for name in re.findall(r"""(?:from|import)\s*\(?\s*["'](\.{0,2}/[^"']+\.js)["']""", text):
        yield urljoin(path, name)
