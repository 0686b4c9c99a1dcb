"""Citizens who apply with a file, pay at once or later, answer questions, and write down each receipt they read."""

import hashlib
import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.safety.hostile.files import pdf
from tests.safety.kills.journal import Journal
from tests.safety.kills.wallets import Code, Wallet
from tests.safety.kills.wishes import Wishes
from tests.safety.live.browser import NUMBER, Answer, Browser, Values
from tests.safety.live.service import CALM, FILE, HASTE, HASTY, SLUG, TYPED

_SEEN = re.compile(r'name="seen" value="([^"]+)"')
_PAY = re.compile(r'action="(/status/[0-9a-f-]+/zahlen)"')
_QUESTION = re.compile(r'action="(/status/[0-9a-f-]+/antwort/([0-9a-f-]+))"')
_AGAIN = re.compile(rf'name="({re.escape(HASTE)})"')
_WAS_ANSWERED = "Beantwortet am"
_WAS_PAID = re.compile(r"Bezahlt: (\d+,\d\d)")
_STATUS = re.compile(r"/status/([0-9a-f-]{36})$")
HAS_FILE = re.compile(r'name="remove" value="([^"]+)"')
PAUSE_S = 1.0
NEWEST, OTHERS = 3, 3
TAKES_INTO_WALLET = 0.15
"""Chance at a look, where there is something to take."""
PAYS_NOW, PAYS_LATER = 0.6, 0.2
"""Chance that an open fee is paid at a look; the clerk may ask, and another answer make it another fee, before it is:
rather later while somebody is to die after that."""


@dataclass
class Citizen:
    """One client: applies again and again until `stop`, and looks after her earlier applications."""

    browser: Browser
    journal: Journal
    chance: random.Random
    stop: threading.Event
    wishes: Wishes
    crowded: Callable[[], bool] = lambda: False
    """Whether so much waits to be done that nobody comes anew."""
    code: Code = lambda number, since: ""
    """What a mail says that her wallet asks for."""
    applied: list[str] = field(default_factory=list)
    to_take: list[str] = field(default_factory=list)
    """Those of them that she has seen can go into a wallet."""

    def run(self) -> None:
        while not self.stop.is_set():
            if not self.crowded():
                self._apply()
            if self.to_take and self.wishes("wallet"):
                self._take_into_wallet(self.chance.choice(self.to_take))
            for submission in self._some():
                self._look_after(submission, pays=PAYS_LATER if self.wishes("change_fee") else PAYS_NOW)
            self.stop.wait(self.chance.uniform(0.5, 1.5) * PAUSE_S)

    def _some(self) -> list[str]:
        """Her newest applications and a few of the others: the town hall may ask of any."""
        others = self.applied[:-NEWEST]
        more = 2 * OTHERS if self.wishes("wallet") and not self.to_take else OTHERS
        return [*self.applied[-NEWEST:], *self.chance.sample(others, min(more, len(others)))]

    def look_after_all(self) -> None:
        """The last look at every application: pay what is open, answer what is asked."""
        for submission in self.applied:
            self._look_after(submission, pays=1.0)

    def _apply(self) -> None:
        """From the service page to the receipt. Whatever breaks in between is tried again, as people do."""
        start = self._ask(self._start)
        file = pdf(self.chance)
        status, page = self.send(start.path, file)
        submission = _STATUS.findall(status.path)[0]
        self.journal.note("receipt", submission=submission, number=page.value(NUMBER), sha256=hashed(file))
        self.applied.append(submission)

    def send(self, form: str, file: bytes) -> tuple[Answer, Answer]:
        """From the begun form to the page with its number, with this file; gives what led there, and the page."""
        summary = self._ask(lambda: self._fill(form, file))
        status = self._ask(lambda: self._hand_in(summary.path))
        return status, self._ask(lambda: self._page(status.path))

    def _ask(self, step) -> Answer:
        return self.browser.patiently(step)

    def _start(self) -> Answer | None:
        page = self.browser.get(f"/leistungen/{SLUG}")
        return self._post(page, f"/leistungen/{SLUG}/antrag", [])

    def _fill(self, path: str, proof: bytes) -> Answer | None:
        """Save the page with the file; one that arrived although no answer came back is not sent again."""
        page = self.browser.get(path)
        arrived = page.value(HAS_FILE)
        file = {} if arrived else {FILE: ("Ausweis.pdf", "application/pdf", proof)}
        typed = [*TYPED.items(), (HASTE, CALM)]
        values = [*typed, (FILE, arrived)] if arrived else typed
        return self._post(page, path, [*values, ("go", "on")], file)

    def _hand_in(self, path: str) -> Answer | None:
        page = self.browser.get(path)
        if page.status == 302:  # handed in already, only the answer was lost
            return page
        return self._post(page, path, [("seen", page.value(_SEEN)), ("declared", "yes")])

    def _page(self, path: str) -> Answer | None:
        page = self.browser.get(path)
        return page if page.status == 200 else None

    def _post(self, page: Answer, path: str, values: Values, files=None) -> Answer | None:
        """Gives the answer if it leads on."""
        if page.status != 200:
            return None
        answer = self.browser.post(path, [("csrfmiddlewaretoken", page.csrf), *values], files)
        return answer if answer.status == 302 else None

    def _look_after(self, submission: str, pays: float) -> None:
        path = f"/status/{submission}"
        page = self._ask(lambda: self._page(path))
        if page.value(_QUESTION):
            question = _QUESTION.findall(page.text)[0][1]
            file, before = pdf(self.chance), page.text.count(_WAS_ANSWERED)
            page = self._ask(lambda: self._answered(path, question, file))
            if page.text.count(_WAS_ANSWERED) > before:  # else it is asked no more
                self.journal.note("answered", submission=submission, question=question, sha256=hashed(file))
        if page.value(_PAY) and self.chance.random() < pays:
            page = self._ask(lambda: self._paid(path))
            if paid := page.value(_WAS_PAID):  # else nothing is owed any more
                self.journal.note("paid", submission=submission, cents=int(paid.replace(",", "")))
        if f"{path}/wallet" in page.text and submission not in self.to_take:
            self.to_take.append(submission)
        if submission in self.to_take and self.chance.random() < TAKES_INTO_WALLET:
            self._take_into_wallet(submission)

    def _take_into_wallet(self, submission: str) -> None:
        if place := Wallet(self.browser, self.code).take(submission):
            self.journal.note("credential", submission=submission, **place)

    def _paid(self, path: str) -> Answer | None:
        """Until the status page asks for no money any more."""
        page = self.browser.get(path)
        if page.status != 200 or not page.value(_PAY):
            return page
        order = self._post(page, page.value(_PAY), [])
        choosing = self.browser.get(order.path) if order else Answer(0)
        self._post(choosing, order.path if order else "", [("choice", "pay")])
        return None

    def _answered(self, path: str, question: str, proof: bytes) -> Answer | None:
        """Until the status page asks this no more."""
        page = self.browser.get(path)
        found = _QUESTION.search(page.text)
        if page.status != 200 or found is None or found[2] != question:
            return page
        file = {"file-question": ("Antwort.pdf", "application/pdf", proof)}
        again = [(HASTE, HASTY)] if page.value(_AGAIN) else []
        self._post(page, found[1], [("text-question", "Ja, so ist es."), *again], file)
        return None


def hashed(data: bytes) -> str:
    """By which a file is known again."""
    return hashlib.sha256(data).hexdigest()
