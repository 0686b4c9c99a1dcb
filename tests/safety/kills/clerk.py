"""The clerk: asks back in one half of the cases, decides all, pays back what was paid for nothing."""

import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

from tests.safety.kills.journal import Journal
from tests.safety.live.browser import Answer, Browser, Values
from tests.safety.live.seed import PASSWORD, email

_VERSION = re.compile(r'name="version" value="(\d+)"')
PAUSE_S = 0.3

Waiting = Callable[[], list[tuple[str, str, bool]]]
"""The cases that wait for the clerk: (id, state, asked before)."""


@dataclass
class Clerk:
    """One colleague with a browser; `waiting` is her list."""

    browser: Browser
    journal: Journal
    chance: random.Random
    stop: threading.Event
    waiting: Waiting
    to_pay_back: Callable[[], list[str]]

    def run(self) -> None:
        self.browser.patiently(self._sign_in)
        while not self.stop.is_set():
            self.work()
            self.stop.wait(PAUSE_S)

    def work(self) -> None:
        """One look at the list."""
        for case, state, asked in self.waiting()[:4]:
            if state == "received" and not asked and self.chance.random() < 0.5:
                self._act(case, "ask", [("question", "Stimmt das?")])
            else:
                self._decide(case)
        for case in self.to_pay_back()[:2]:
            self._pay_back(case)

    def _sign_in(self) -> Answer | None:
        page = self.browser.get("/desk/sign-in")
        values = [("email", email(self.browser.slug)), ("password", PASSWORD), ("next", "")]
        answer = self.browser.post("/desk/sign-in", [("csrfmiddlewaretoken", page.csrf), *values])
        return answer if answer.status == 302 else None

    def _decide(self, case: str) -> None:
        outcome = self.chance.choice(["granted", "refused"])
        self._act(case, "decide", [("outcome", outcome), ("reasons", "voraussetzungen")])

    def _act(self, case: str, act: str, values: Values) -> None:
        """One form; what the case refuses (its fee is open, somebody changed it) waits for the next look."""
        path = f"/desk/cases/{case}/{act}"
        page = self.browser.get(path)
        if page.status == 200 and page.value(_VERSION):
            known = [("csrfmiddlewaretoken", page.csrf), ("version", page.value(_VERSION))]
            answer = self.browser.post(path, [*known, *values])
            if "done=" in answer.location:
                self.journal.note({"ask": "asked", "decide": "decided"}[act], case=case)

    def _pay_back(self, case: str) -> None:
        path = f"/desk/cases/{case}/fee/refund"
        page = self.browser.get(path)
        if page.status == 200:
            self.browser.post(path, [("csrfmiddlewaretoken", page.csrf), ("reason", "Abgelehnt.")])
