"""Citizens with an account: they show who they are, have a proof fetched from a register, and open decisions in the account."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from tests.safety.hostile.files import pdf
from tests.safety.kills.citizens import HAS_FILE, PAUSE_S, Citizen, hashed
from tests.safety.live.browser import NUMBER, Answer
from tests.safety.live.service import FILE, PAGE

_DRAFT = re.compile(r"([0-9a-f-]{36})")
_WAY = re.compile(r'name="way" value="([0-9a-f-]{36})"')
_POSTS_TO = re.compile(r'action="([^"]+/(?:simuliertes-konto|anmelden/[0-9a-f-]{36}/antwort))"')
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_ASKS, _CAME = 'name="consent"', 'value="add"'
TRIES = 6
"""So often she turns to the register for one application; then she uploads the document."""
DECLINES, LEAVES, OPENS = 0.2, 0.2, 0.3
"""Chances that she does not agree at first, throws away what came, opens a decision at a look."""


@dataclass
class Holder(Citizen):
    """`person` is whom she chooses at the simulated account service."""

    person: str = "amira"

    def run(self) -> None:
        while not self.stop.is_set() and not self._account():  # it begins while PostgreSQL is killed
            self.stop.wait(PAUSE_S)
        super().run()

    def _apply(self) -> None:
        draft = _DRAFT.findall(self._ask(self._start).path)[0]
        self._from_register(draft)
        form, file = f"/antrag/{draft}/seite/{PAGE}", pdf(self.chance)
        brought = self._ask(lambda: self._page(form)).value(HAS_FILE)
        status, page = self.send(form, file)
        submission = _DRAFT.findall(status.path)[0]
        told = {} if brought else {"sha256": hashed(file)}
        self.journal.note("receipt", submission=submission, number=page.value(NUMBER), **told)
        self.applied.append(submission)

    def _look_after(self, submission: str, pays: float) -> None:
        super()._look_after(submission, pays)
        if not self.wishes("leave_unopened") and self._does(OPENS, "open"):
            self._open(submission)

    def _does(self, likely: float, act: str) -> bool:
        """By chance, and for certain where somebody waits for it."""
        return self.wishes(act) or self.chance.random() < likely

    # Her account

    def _account(self) -> Answer | None:
        """Signed in, in an account that gets decisions."""
        home = self.browser.get("/konto")
        if home.status != 200:
            if self._shows_herself("/konto/anmelden"):
                arrived = self.browser.get("/konto/angekommen")
                if arrived.status == 200:
                    self._post(arrived, "/konto/angekommen", [("choice", "open")])
            return None
        agreed = self._post(home, "/konto/bescheide", [("choice", "agree")])
        return agreed if agreed and "agreed" in agreed.location else None

    def _shows_herself(self, page: str) -> Answer | None:
        """Away to the account service and back; gives what led back."""
        ways = self.browser.get(page)
        if ways.status != 200 or not ways.value(_WAY):
            return None
        leaving = self._sent(ways, page, [("csrfmiddlewaretoken", ways.csrf), ("way", ways.value(_WAY))])
        there = self._carried(leaving, [("person", self.person)])
        back = self._carried(there, [])
        return back if back.status == 303 else None

    def _sent(self, page: Answer, path: str, values: list[tuple[str, str]]) -> Answer:
        return self.browser.post(path, values) if page.status == 200 else Answer(0)

    def _carried(self, page: Answer, more: list[tuple[str, str]]) -> Answer:
        """The one button of a page that takes somebody to another site, or back from it."""
        target = urlsplit(unescape(page.value(_POSTS_TO))).path
        hidden = [
            (name, unescape(value))
            for name, value in _HIDDEN.findall(page.text)
            if name.isalpha() and name[0].isupper()
        ]
        return self._sent(page, target, [*hidden, *more]) if target else Answer(0)

    def _open(self, submission: str) -> None:
        """Every document of it: of more than the summary one is the letter, and she has it in her hands."""
        page = self._ask(lambda: self._page(f"/status/{submission}"))
        found = sorted(set(re.findall(rf"/status/{submission}/dokument/[0-9a-f-]+", page.text)))
        if len(found) > 1 and all(self.browser.get(path).status == 200 for path in found):
            self.journal.note("opened", submission=submission, documents=len(found))

    # A register

    def _from_register(self, draft: str) -> None:
        """Until the proof is in her form, or she has had enough and uploads it."""
        path = f"/antrag/{draft}/abruf/{FILE}"
        for _ in range(TRIES):
            page = self.browser.get(path)
            if _CAME in page.text:
                if self._came(draft, path, page):
                    return
            elif _ASKS in page.text:
                self._asked_for_consent(path, page)
            elif page.status == 200:
                self._identified(draft)

    def _came(self, draft: str, path: str, page: Answer) -> bool:
        if self._does(LEAVES, "throw_away"):
            self._choose(page, path, "leave")
            return False
        added = self._choose(page, path, "add")
        if added:
            self.journal.note("register_added", draft=draft)
        return added

    def _asked_for_consent(self, path: str, page: Answer) -> None:
        if self._does(DECLINES, "decline"):
            self._choose(page, path, "decline")
        self._choose(page, path, "fetch", ("consent", "yes"))

    def _choose(self, page: Answer, path: str, choice: str, *more: tuple[str, str]) -> bool:
        values = [("csrfmiddlewaretoken", page.csrf), ("choice", choice), *more]
        return self._sent(page, path, values).status == 303

    def _identified(self, draft: str) -> None:
        """She takes over what the account service says of her."""
        there = f"/antrag/{draft}/angemeldet"
        said = self.browser.get(there)
        if said.status != 200 and self._shows_herself(f"/antrag/{draft}/ausweisen"):
            said = self.browser.get(there)
        self._post(said, there, [("choice", "take")])


Looks = Callable[[str], bool]
