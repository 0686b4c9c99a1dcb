"""The same thing again: 2 to 20 times at once, a second later, after a restart, and at a neighbour under the same key.

It must have one effect, and whoever sent it gets the same receipt each time.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg

from tests.measuring.lines import Line
from tests.safety.least import size_of, too_few
from tests.safety.live.browser import Answer, Browser
from tests.safety.outcome import Outcome
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand

DATABASE = "safety_duplicates"
SEED = 20_261_123
FEWEST, MOST = 2, 20
LATER_S, LATER_AT_ONCE = 1.0, 8
LEAST = {"cases": (100, 2_000)}
MOMENTS = ("at once", "a second later", "after a restart")
PROMISED = ("submission", "payment notice", "answer", "booking")
"""What the programme asks for by name; more is sent twice."""
BATCH = 100
"""So many things are made ready before the server is started anew for them."""
PATIENCE = 20


def run(size: Size, lines: RowLines, stand: Stand) -> None:
    """Batch by batch, each with a restart of the real web server."""
    addresses = stand.database(DATABASE)
    stand.product_at(addresses)
    from django.db import connections

    from tests.safety.duplicates.sent import KINDS, Town, sign_in
    from tests.safety.live import seed
    from tests.safety.live.server import Server

    made = seed.seed(stand.folder / "packages")
    towns = [Town(town, slug, sign_in(town, slug)) for slug, town in made.items()]
    chance = random.Random(SEED)
    total = size.pick(small=len(KINDS), ci=100, night=2_000)
    kinds = [list(KINDS)[number % len(KINDS)] for number in range(total)]
    with Server(stand.folder / "var", addresses) as server, psycopg.connect(stand.superuser(DATABASE)) as admin:
        admin.autocommit = True
        for begin in range(0, total, BATCH):
            batch = [_Case(kind, KINDS[kind](*towns, chance)) for kind in kinds[begin : begin + BATCH]]
            connections.close_all()
            _send(batch, server, towns, chance)
            for number, case in enumerate(batch, begin):
                lines.write("case", number=number, **case.counted(admin))
        _work_off(stand, lines, admin)


WORKED = {
    "applications without a case": "SELECT count(*) FROM forms_submission s WHERE NOT EXISTS"
    " (SELECT 1 FROM cases_case c WHERE c.submission_id = s.id)",
    "applications with two cases": "SELECT count(*) FROM (SELECT 1 FROM cases_case GROUP BY authority_id, submission_id"
    " HAVING count(*) > 1) one",
    "applications without the mail with their receipt": "SELECT count(*) FROM forms_submission s WHERE email <> ''"
    " AND NOT EXISTS (SELECT 1 FROM notices_mail m WHERE m.subject_id = s.id AND m.kind = 'receipt')",
    "receipts mailed twice": "SELECT count(*) FROM (SELECT 1 FROM notices_mail WHERE kind = 'receipt'"
    " GROUP BY authority_id, subject_id HAVING count(*) > 1) one",
    "payments noted twice": "SELECT count(*) FROM (SELECT 1 FROM cases_event WHERE act = 'payment_paid' GROUP BY case_id"
    " HAVING count(*) > 1) one",
    "answers with a file too many or too few": "SELECT count(*) FROM (SELECT q.case_id, sum(jsonb_array_length(one ->"
    " 'documents')) AS sent FROM cases_question q, jsonb_array_elements(q.answers) one GROUP BY 1) asked WHERE sent <>"
    " (SELECT count(*) FROM records_document d WHERE d.case_id = asked.case_id AND d.source_key LIKE 'answer:%'"
    " AND d.kind = 'answer')",
    "jobs that gave up": "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'",
}
"""What must be nowhere when a worker has done everything that was enqueued."""


def _work_off(stand: Stand, lines: RowLines, admin: "psycopg.Connection[Any]") -> None:
    """The product's own worker, until nothing is left that is due."""
    from stadttor.notices.ports import use_sender
    from stadttor.site import wiring
    from tests.safety.privacy.lives import Post, work_off

    use_sender(Post())
    try:
        work_off()
    finally:
        wiring.connect()
    for what, query in WORKED.items():
        lines.write("worked", what=what, count=_number(admin, query))


@dataclass
class _Case:
    """One thing with what came of sending it: answers by moment, (status, receipt) each."""

    kind: str
    sent: Any
    at: str = ""
    at_once: int = 0
    answers: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    elsewhere: int = 0

    def send(self, moment: str, port: int, slug: str, times: int) -> None:
        """From so many connections, which are all open before the first one speaks."""
        barrier = threading.Barrier(times)

        def one(_: int) -> tuple[int, str]:
            with closing(_browser(port, slug, self.sent.cookies)) as browser:
                browser.get("/accent.css")
                barrier.wait()
                answer = _insisting(lambda: self.sent.send(browser))
            return answer.status, self.sent.receipt(answer)

        with ThreadPoolExecutor(times) as people:
            self.answers[moment] = list(people.map(one, range(times)))

    def send_later(self, port: int, slug: str) -> None:
        """A second after its own first time, while the next ones are sent."""
        time.sleep(LATER_S)
        self.send("a second later", port, slug, 1)

    def send_elsewhere(self, port: int, slug: str) -> None:
        with closing(_browser(port, slug, self.sent.neighbour_cookies)) as browser:
            self.elsewhere = _insisting(lambda: self.sent.elsewhere(browser)).status

    def counted(self, admin: "psycopg.Connection[tuple[int]]") -> dict[str, object]:
        """What came of it, as a line."""
        return {
            "of": self.kind,
            "at": self.at,
            "at_once": self.at_once,
            "statuses": {moment: Counter(str(status) for status, _ in told) for moment, told in self.answers.items()},
            "receipts": sorted({receipt for told in self.answers.values() for _, receipt in told}),
            "effects": {name: _number(admin, query) for name, query in self.sent.effects.items()},
            "elsewhere": {
                "status": self.elsewhere, "own": self.sent.own, "effects": _number(admin, self.sent.neighbour_effect),
            },
        }  # fmt: skip


def _send(batch: list[_Case], server, towns, chance: random.Random) -> None:
    """All moments for all things of a batch."""
    town, neighbour = (one.slug for one in towns)
    with ThreadPoolExecutor(LATER_AT_ONCE) as later:
        waiting = []
        for case in batch:
            case.at, case.at_once = datetime.now(UTC).isoformat(timespec="milliseconds"), chance.randint(FEWEST, MOST)
            case.send("at once", server.port, town, case.at_once)
            waiting.append(later.submit(case.send_later, server.port, town))
        for one in waiting:
            one.result()
    server.restart()
    for case in batch:
        case.send("after a restart", server.port, town, 2)
        case.send_elsewhere(server.port, neighbour)


def _browser(port: int, slug: str, cookies) -> Browser:
    return Browser(port, slug, cookies={"csrftoken": os.urandom(16).hex(), **cookies})


def _insisting(send) -> Answer:
    """Whoever is told that the first call still runs asks again, as the interface says."""
    for _ in range(PATIENCE):
        answer: Answer = send()
        if not (answer.status == 409 and "in_progress" in answer.text):
            break
        time.sleep(0.2)
    return answer


def _number(admin: "psycopg.Connection[tuple[int]]", query: str) -> int:
    row = admin.execute(query).fetchone()
    return int(row[0]) if row else 0


def outcome(lines: Sequence[Line]) -> Outcome:
    """One effect of each kind, one receipt for all, and the neighbour's own."""
    cases = [line for line in lines if line["kind"] == "case"]
    double = sum(max(0, found - 1) for line in cases for found in line["effects"].values())
    double += sum(max(0, line["elsewhere"]["effects"] - line["elsewhere"]["own"]) for line in cases)
    lost = sum(found < 1 for line in cases for found in line["effects"].values())
    broken = [f"{line['of']} {line['number']}: {fault}" for line in cases for fault in _faults(line)]
    worked = [line for line in lines if line["kind"] == "worked"]
    broken += [f"after the worker: {line['count']} {line['what']}" for line in worked if line["count"]]
    return Outcome(
        injected=sum(sum(counted.values()) for line in cases for counted in line["statuses"].values()) + len(cases),
        lost=lost,
        double=double,
        broken=(
            *broken,
            *(() if cases else ("nothing was sent",)),
            *(() if worked else ("no worker ran",)),
            *too_few(lines, LEAST, {"cases": len(cases)}),
            *(f"no {name} was sent twice" for name in _unsent(lines, cases)),
        ),
        figures={"duplicates": len(cases), "duplicate_effects": double},
        notes=tuple(line["text"] for line in lines if line["kind"] == "note"),
        known={"kinds of things": frozenset(line["of"] for line in cases)},
    )


def _unsent(lines: Sequence[Line], cases: Sequence[Line]) -> list[str]:
    sent = {line["of"] for line in cases}
    return [name for name in PROMISED if name not in sent and size_of(lines) != "small"]


def _faults(line: Line) -> Iterator[str]:
    for name, found in line["effects"].items():
        if found != 1:
            yield f"{found} {name}"
    if missing := [moment for moment in MOMENTS if not line["statuses"].get(moment)]:
        yield f"not sent again {', '.join(missing)}"
    if line["at_once"] < FEWEST:
        yield f"sent {line['at_once']} times at once"
    if len(line["receipts"]) != 1 or not line["receipts"][0]:
        yield f"the answers were {line['statuses']}, the receipts {line['receipts']}"
    elsewhere = line["elsewhere"]
    if elsewhere["effects"] != elsewhere["own"] or (elsewhere["status"] == 404) == elsewhere["own"]:
        yield f"the neighbour's answer was {elsewhere['status']}, with {elsewhere['effects']} effects"
