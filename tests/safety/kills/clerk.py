"""The clerk: enters what is said on the phone, asks back in one half of the cases, takes questions, cases
and permits back, decides all, pays fees back,
hands decisions over or delivers them another way, prints and posts letters.
"""

import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from stadttor.ground.clock import BERLIN
from tests.safety.hostile.files import pdf
from tests.safety.kills.citizens import Citizen, hashed
from tests.safety.kills.counting import PART_CENTS
from tests.safety.kills.desk import HandOvers, Till
from tests.safety.kills.guests import Reception
from tests.safety.kills.journal import Journal
from tests.safety.kills.wishes import Wishes
from tests.safety.live.browser import Answer, Browser, Values
from tests.safety.live.seed import PASSWORD, email
from tests.safety.live.service import HASTE, SLUG

_VERSION = re.compile(r'name="version" value="(\d+)"')
_LEFT = re.compile(r'name="left" value="(\d+)"')
_RUN = re.compile(r'action="/desk/post/([0-9a-f-]{36})/posted"')
_KEY = re.compile(r'name="key" value="(\w+)"')
_SEEN = re.compile(r'name="seen" value="(\d+)"')
_RECEIPT = re.compile(r'href="(/desk/finance/cases/[0-9a-f-]+/receipts/[0-9a-f-]+)/undo"')
PAUSE_S = 0.3
TAKES_FEE = 0.15
STOPS_ASKING, GIVES_BACK, IS_CALLED, TAKES_PERMIT, LOOKS_AT_DAY, DELIVERS = 0.25, 0.25, 0.1, 0.2, 0.2, 0.3
COPIES, CLOSES_DAY = 0.2, 0.05
"""Chances at a look: that she takes an open question back, and a case of hers; that somebody calls, or gives a permit back;
that she looks who has an appointment, what is to be delivered, what no target has; that she closes a day."""
"""Each of it for certain while somebody is to die after what it leads to (`wishes`)."""
_NUMBER = re.compile(r"<title>(\S+) ")
DONE = {"ask": "asked", "decide": "decided", "stop-asking": "stopped_asking", "give-back": "given_back"}
DELIVERED = {"hand": "handed_over", "returned": "letter_returned", "again": "delivered_anew"}

HAND_OVER_ACTS = tuple(f"hand_over_{act}" for act in ("again", "give_up", "drop", "keep", "finish", "file"))

Waiting = Callable[[], list[tuple[str, str, bool, bool]]]
"""The cases that wait for the clerk or the applicant: (id, state, asked before, somebody has it)."""


@dataclass
class Clerk:
    """One colleague with a browser; `waiting` is her list."""

    browser: Browser
    journal: Journal
    chance: random.Random
    stop: threading.Event
    waiting: Waiting
    to_pay_back: Callable[[], list[tuple[str, int]]]
    """Cases that were refused although their fee came in: (id, cents of the whole fee)."""
    permits: Callable[[], list[str]]
    """Cases whose permits are valid."""
    bookings: Callable[[str], list[str]]
    """Appointments in a state."""
    deliveries: Callable[[], list[tuple[str, str, str]]]
    """Decisions on their way that she can deliver: (case, id, state)."""
    hand_overs: Callable[[], list[tuple[str, str]]]
    """Some that no target has: (id, state)."""
    next_day: Callable[[], str]
    """The first day of the books that is not closed."""
    wishes: Wishes

    def run(self) -> None:
        self.browser.patiently(self._sign_in)
        while not self.stop.is_set():
            self.work()
            self.stop.wait(PAUSE_S)

    def work(self) -> None:
        """One look at the list, and at what else there is to do; first at what somebody waits for."""
        chores = [
            (("asking", "change_fee", "stop_asking", "give_back", "grant", "refuse", "counter"), 1.0, self._cases),
            (("refuse",), 1.0, self._refunds),
            (("take_permit",), TAKES_PERMIT, self._permit),
            (("deliver",), DELIVERS, self._delivery),
            (("print",), DELIVERS, self._print),
            (("reception",), LOOKS_AT_DAY, Reception(self.browser, self.journal, self.bookings).work),
            (("enter",), IS_CALLED, self._enter),
            (
                HAND_OVER_ACTS,
                COPIES,
                HandOvers(self.browser, self.journal, self.chance, self.hand_overs, self.wishes).work,
            ),
            (("close_day",), CLOSES_DAY, Till(self.browser, self.journal, self.next_day).close),
        ]
        for acts, likely, do in sorted(chores, key=lambda chore: not self._is_wished(*chore[0])):
            if self._does(likely, *acts):
                do()

    def _cases(self) -> None:
        for case, state, asked, taken in self.waiting()[:4]:
            if taken and self._does(GIVES_BACK, "give_back"):
                self._act(case, "give-back", [], at=f"/desk/cases/{case}")
            elif state == "waiting_for_citizen":
                self._wait_or_stop(case)
            elif self._does(TAKES_FEE, "counter"):
                self._at_counter(case)
            elif state == "received" and not asked and self._does(0.5, "asking", "change_fee"):
                self._ask(case)
            else:
                self._decide(case)

    def _refunds(self) -> None:
        for case, whole in self.to_pay_back()[:2]:
            self._pay_back(case, whole)

    def _permit(self) -> None:
        for case in self.permits()[:1]:
            self._take_permit(case)

    def _delivery(self) -> None:
        """One of them; where somebody waits for an act, one with which it can be done."""
        wanted = [state for act, state in (("hand", "to_hand"), ("return", "posted")) if self.wishes(act)]
        for case, delivery, state in sorted(self.deliveries(), key=lambda one: one[2] not in wanted)[:1]:
            self._deliver(case, delivery, state)

    def _is_wished(self, *acts: str) -> bool:
        return any(self.wishes(act) for act in acts)

    def _does(self, likely: float, *acts: str) -> bool:
        """By chance, and for certain where somebody waits for one of these acts."""
        return self._is_wished(*acts) or self.chance.random() < likely

    def _sign_in(self) -> Answer | None:
        page = self.browser.get("/desk/sign-in")
        values = [("email", email(self.browser.slug)), ("password", PASSWORD), ("next", "")]
        answer = self.browser.post("/desk/sign-in", [("csrfmiddlewaretoken", page.csrf), *values])
        return answer if answer.status == 302 else None

    def _enter(self) -> None:
        """An application on the phone. One whose beginning had no answer is begun anew."""
        page = self.browser.get("/desk/entries/")
        today = datetime.now(UTC).date()
        received = [(f"received_on.{part}", str(getattr(today, part))) for part in ("day", "month", "year")]
        values = [("service", SLUG), ("channel", "phone"), ("language", "de"), *received]
        begun = self.browser.post("/desk/entries/", [("csrfmiddlewaretoken", page.csrf), *values])
        if begun.status == 302:
            writer, file = Citizen(self.browser, self.journal, self.chance, self.stop, self.wishes), pdf(self.chance)
            _status, receipt = writer.send(begun.path, file)
            self.journal.note("entered", number=receipt.value(_NUMBER), sha256=hashed(file))

    def _ask(self, case: str) -> None:
        """A question of her own, now and then with a field that makes another fee. No two of hers have the same words,
        so that one form that was sent twice can be told from two colleagues who both had something to ask.
        """
        again = [("field", HASTE), ("reason", "Bitte prüfen.")] if self._does(0.7, "change_fee") else []
        words = f"Stimmt das? ({uuid4().hex})"
        self._act(case, "ask", [("question", words), *again], words=words)

    def _wait_or_stop(self, case: str) -> None:
        if self._does(STOPS_ASKING, "stop_asking"):
            self._act(case, "stop-asking", [])

    def _decide(self, case: str) -> None:
        outcome = self.chance.choice(["granted", "refused"])
        if self.wishes("grant") != self.wishes("refuse"):
            outcome = "granted" if self.wishes("grant") else "refused"
        self._act(case, "decide", [("outcome", outcome), ("reasons", "voraussetzungen")])

    def _act(self, case: str, act: str, values: Values, at: str = "", **more: str) -> None:
        """One form; what the case refuses (its fee is open, somebody changed it) waits for the next look. Without an
        answer she sends it once more, as whoever reloads the page; `more` is noted with it.

        `at` is the page with the button, where the act has no page of its own.
        """
        path = f"/desk/cases/{case}/{act}"
        page = self.browser.get(at or path)
        if page.status == 200 and page.value(_VERSION):
            known = [("csrfmiddlewaretoken", page.csrf), ("version", page.value(_VERSION))]
            answer = self._send(path, [*known, *values])
            if "done=" in answer.location:
                self.journal.note(DONE[act], case=case, **more)

    def _send(self, path: str, values: Values) -> Answer:
        """A form, twice where the connection broke or the server was away."""
        answer = self.browser.post(path, values)
        return self.browser.post(path, values) if answer.status in (0, 503) else answer

    def _take_permit(self, case: str) -> None:
        """Somebody lays a permit on her table; from today on it is valid no more."""
        path = f"/desk/cases/{case}/permit/returned"
        page, today = self.browser.get(path), datetime.now(UTC).date()
        if page.status == 200:
            day = [(f"ended_from.{part}", str(getattr(today, part))) for part in ("day", "month", "year")]
            values = [("csrfmiddlewaretoken", page.csrf), *day, ("reason", "Zurückgegeben.")]
            if "done=" in self.browser.post(path, values).location:
                self.journal.note("permit_returned", case=case)

    def _deliver(self, case: str, delivery: str, state: str) -> None:
        """Somebody stands at the counter: she hands the letter over, or notes first that it is handed over. Or a letter
        came back.
        """
        act = "returned" if state == "posted" else "again"
        if state == "to_hand" and self._does(0.5, "hand"):
            act = "hand"
        path = f"/desk/cases/{case}/delivery/{act}"
        page = self.browser.get(path)
        if page.status == 200:
            channel = self.chance.choice(["counter", "post"])
            if self.wishes("print") != self.wishes("hand"):
                channel = "post" if self.wishes("print") else "counter"
            address = [("name", "Amira Yılmaz"), ("lines", "Weg 1\n91781 Weißenburg")]
            values = [("delivery", delivery), ("channel", channel), ("reason", "Steht am Schalter."), *address]
            if "done=" in self._send(path, [("csrfmiddlewaretoken", page.csrf), *values]).location:
                self.journal.note(DELIVERED[act], case=case)

    def _print(self) -> None:
        """What waits goes into a run; a run is posted today, or taken apart."""
        page = self.browser.get("/desk/post/")
        run = page.value(_RUN)
        ends = "undo" if self._does(0.3, "take_apart") and not self.wishes("post") else "posted"
        act = f"{run}/{ends}" if run else "make"
        today = datetime.now(BERLIN).date()
        day = [(f"day.{part}", str(getattr(today, part))) for part in ("day", "month", "year")]
        self.browser.post(f"/desk/post/{act}", [("csrfmiddlewaretoken", page.csrf), *day])

    def _at_counter(self, case: str) -> None:
        """An open fee is taken, its receipt printed, and all undone: the applicant pays it herself after all."""
        path = f"/desk/finance/cases/{case}/take"
        page = self.browser.get(path)
        key, seen = page.value(_KEY), page.value(_SEEN)
        if page.status == 200 and key and seen:
            self._press(path, page.csrf, [("key", key), ("seen", seen), ("method", "cash")])
        shown = self.browser.get(f"/desk/cases/{case}")
        receipt = shown.value(_RECEIPT)
        if not receipt:
            return
        self.browser.post(f"{receipt}.pdf", [("csrfmiddlewaretoken", shown.csrf)])
        page = self.browser.get(f"{receipt}/undo")
        if key := page.value(_KEY):
            self._press(f"{receipt}/undo", page.csrf, [("key", key), ("mistake", "other")])

    def _press(self, path: str, csrf: str, values: list[tuple[str, str]]) -> None:
        """Once, and once more where there was no answer."""
        for _ in range(2):
            if self.browser.post(path, [("csrfmiddlewaretoken", csrf), *values]).status:
                break

    def _pay_back(self, case: str, whole: int) -> None:
        """All that is left, or of the whole fee a part. Without an answer she presses once more, as people do."""
        path = f"/desk/cases/{case}/fee/refund"
        page = self.browser.get(path)
        left = int(page.value(_LEFT) or "0")
        if page.status != 200 or not left:
            return
        amount = f"{PART_CENTS // 100},00" if left == whole and self.chance.random() < 0.5 else ""
        values = [("left", str(left)), ("amount", amount), ("reason", "Abgelehnt.")]
        for _ in range(2):
            answer = self.browser.post(path, [("csrfmiddlewaretoken", page.csrf), *values])
            if "done=" in answer.location:
                self.journal.note("paid_back", case=case, cents=PART_CENTS if amount else left)
            if answer.status:
                break
