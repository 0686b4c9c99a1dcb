"""Guests who book, move and cancel appointments, and the clerk's part: who came, and what somebody wants deleted."""

import random
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from tests.safety.kills.journal import Journal
from tests.safety.kills.wishes import Wishes
from tests.safety.live.browser import NUMBER, Answer, Browser, Values
from tests.safety.live.service import SLUG

_TIME = re.compile(r'name="zeit" value="(\w+)"')
_POOL = re.compile(r'name="ort" value="([0-9a-f-]+)"')
_BOOKED = re.compile(r"/termin/([0-9a-f-]{36})")
PAUSE_S = 1.0
MOVES, CANCELS = 0.4, 0.4
AT = f"/leistungen/{SLUG}/termin"


@dataclass
class Guest:
    """One client: books again and again until `stop`; moves some of it, cancels some of it."""

    browser: Browser
    journal: Journal
    chance: random.Random
    stop: threading.Event
    wishes: Wishes

    def run(self) -> None:
        while not self.stop.is_set():
            booking = self._book()
            if self.wishes("move") or self.chance.random() < MOVES:
                self._move(booking)
            if self.wishes("cancel") or self.chance.random() < CANCELS:
                self._cancel(booking)
            self.stop.wait(self.chance.uniform(0.5, 1.5) * PAUSE_S)

    def _book(self) -> str:
        """The same form until it leads on; a time that was taken is exchanged for another one, the key stays."""
        key, email = secrets.token_urlsafe(32), f"{uuid4().hex}@example.org"
        sent = self.browser.patiently(lambda: self._send(key, email))
        booking = _BOOKED.findall(sent.path)[0]
        page = self.browser.patiently(lambda: self._page(f"/termin/{booking}"))
        self.journal.note("booked", booking=booking, number=page.value(NUMBER))
        return booking

    def _send(self, key: str, email: str) -> Answer | None:
        page = self.browser.get(AT)
        if page.status != 200 or not page.value(_TIME):
            return None
        form = self.browser.get(f"{AT}/angaben?zeit={self._any_time(page)}")
        who = [("key", key), ("name", "Amira Yılmaz"), ("email", email)]
        values = [("ort", page.value(_POOL)), ("zeit", form.value(_TIME)), *who]
        return self._post(form, f"{AT}/angaben", values)

    def _any_time(self, page: Answer) -> str:
        return self.chance.choice(_TIME.findall(page.text))

    def _move(self, booking: str) -> None:
        """Noted when the product says that it is so: it was not refused, and the page leads on."""
        path = f"/termin/{booking}/verschieben"
        page = self.browser.get(path)
        if page.status == 200 and page.value(_TIME):
            asking = self.browser.get(f"{path}?zeit={self._any_time(page)}")
            if self._post(asking, path, [("zeit", asking.value(_TIME)), ("confirm", "yes")]):
                self.journal.note("moved", booking=booking)

    def _cancel(self, booking: str) -> None:
        path = f"/termin/{booking}/absagen"
        if self._post(self.browser.get(path), path, [("confirm", "yes")]):
            self.journal.note("cancelled", booking=booking)

    def _page(self, path: str) -> Answer | None:
        page = self.browser.get(path)
        return page if page.status == 200 else None

    def _post(self, page: Answer, path: str, values: Values) -> Answer | None:
        """Gives the answer if it leads on."""
        if page.status != 200:
            return None
        answer = self.browser.post(path, [("csrfmiddlewaretoken", page.csrf), *values])
        return answer if answer.status == 303 else None


@dataclass
class Reception:
    """What a clerk does about appointments, in her own browser; `some` gives the ids of a few in a state."""

    browser: Browser
    journal: Journal
    some: Callable[[str], list[str]]

    def work(self) -> None:
        """Mark one that is expected, delete one that was cancelled."""
        page = self.browser.get("/desk/appointments/")
        if page.status != 200:
            return
        for state, act, values in (("booked", "mark", [("state", "came")]), ("cancelled", "delete", [])):
            for booking in self.some(state):
                known = [("csrfmiddlewaretoken", page.csrf), *values]
                answer = self.browser.post(f"/desk/appointments/{booking}/{act}", known)
                if answer.status == 303:
                    self.journal.note("marked" if act == "mark" else "deleted", booking=booking)
