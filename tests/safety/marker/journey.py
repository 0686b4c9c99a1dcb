"""One application through everything: draft, link by mail, receipt, payment, question, answer, decision, letter, mail."""

import re
from dataclasses import dataclass, field
from urllib.parse import quote

from tests.safety.live.browser import Answer, Browser, Values
from tests.safety.live.seed import PASSWORD, email
from tests.safety.live.service import FILE, SLUG
from tests.safety.marker.towns import Town

SEEN = re.compile(r'name="seen" value="([^"]+)"')
PAY = re.compile(r'action="(/status/[0-9a-f-]+/zahlen)"')
QUESTION = re.compile(r'action="(/status/[0-9a-f-]+/antwort/[0-9a-f-]+)"')
VERSION = re.compile(r'name="version" value="(\d+)"')


class Unexpected(RuntimeError):
    """A step was answered otherwise than it must be for the journey to go on."""


@dataclass
class Person:
    """Somebody at one town; `asked` keeps every address the product gave her."""

    port: int
    town: Town
    asked: list[str] = field(default_factory=list)
    host: str = ""
    """Another host than the town's."""

    def __post_init__(self) -> None:
        self.browser = Browser(self.port, self.host or self.town.slug, self._tell)

    def _tell(self, _method: str, path: str, _status: int) -> None:
        self.asked.append(path)

    def get(self, path: str) -> Answer:
        """Once more where a connection that was kept had ended."""
        answer = self.browser.get(path)
        return self.must(answer if answer.status else self.browser.get(path), 200, path)

    def post(self, at: str, values: Values, to: str = "", file: bytes = b"", name: str = FILE) -> Answer:
        """Send the form of the page `at`; gives the answer that leads on."""
        page = self.get(at)
        known = [("csrfmiddlewaretoken", page.csrf), *_known(page, "version", VERSION), *_known(page, "seen", SEEN)]
        files = {name: (f"{self.town.words.name}.pdf", "application/pdf", file)} if file else None
        answer = self.browser.post(to or at, [*known, *values], files)
        return self.must(answer, (302, 303), to or at)

    def must(self, answer: Answer, status: object, path: str) -> Answer:
        if answer.status not in (status if isinstance(status, tuple) else (status,)):
            raise Unexpected(f"{path} at {self.town.slug}: {answer.status} instead of {status}")
        return answer


def _known(page: Answer, name: str, pattern: "re.Pattern[str]") -> list[tuple[str, str]]:
    found = page.value(pattern)
    return [(name, found)] if found else []


@dataclass
class Citizen(Person):
    """She applies, with slips on the way."""

    status: str = ""
    draft: str = ""

    def look_around(self, file: bytes) -> None:
        """A search, a draft that stays one, a link with a slip in it."""
        words = self.town.words
        self.browser.get(f"/leistungen?q={quote(words.prefix)}")
        self.draft = self.begin(file)
        self.browser.get(f"/weiter/{words.name.split()[0]}")

    def apply(self, file: bytes) -> None:
        """Up to the receipt, pay, and an opinion."""
        page = self.begin(file)
        summary = page.rpartition("/seite/")[0] + "/zusammenfassung"
        self.post(summary, [("declared", "yes")])
        self.status = self.asked_last(page, summary)
        form = self.get(self.status).value(PAY)
        order = self.post(self.status, [], to=form)
        self.post(order.path, [("choice", "pay")])
        self.post(self.status, [("score", "2")], to=f"{self.status}/meinung")
        self.post(self.status, [("comment", self.town.words.text)], to=f"{self.status}/meinung")

    def begin(self, file: bytes) -> str:
        """A filled draft whose link was sent by mail; gives the address of its page."""
        words, service = self.town.words, f"/leistungen/{SLUG}"
        page = self.post(service, [], to=f"{service}/antrag").path
        typed = [("person.name", words.name), ("person.email", words.email)]
        self.browser.post(page, [("person.email", words.name)])
        self.post(page, [*typed, ("go", "on")], file=file)
        self.post(page.rpartition("/seite/")[0] + "/spaeter", [("email", words.email)])
        return page

    def asked_last(self, page: str, summary: str) -> str:
        """Where the summary leads once it was sent."""
        return self.must(self.browser.get(summary), 302, page).path

    def answer(self, file: bytes) -> None:
        form = self.get(self.status).value(QUESTION)
        self.post(self.status, [("text-question", self.town.words.text)], to=form, file=file, name="file-question")


@dataclass
class Colleague(Person):
    """Herr Olsen, Frau Kern, or Frau Sommer, who steers."""

    def sign_in(self, address: str) -> "Colleague":
        self.browser.post("/desk/sign-in", [("email", self.town.words.email), ("password", self.town.words.text)])
        self.post("/desk/sign-in", [("email", address), ("password", PASSWORD), ("next", "")])
        return self

    def clerk(self) -> "Colleague":
        return self.sign_in(email(self.town.slug))

    def organiser(self) -> "Colleague":
        return self.sign_in(f"kern@{self.town.slug}.example")

    def steering(self) -> "Colleague":
        return self.sign_in(f"sommer@{self.town.slug}.example")

    def search(self, word: str) -> Answer:
        """By a word that stands in no address; gives the list."""
        found = self.post("/desk/cases/?scope=all", [("q", word), ("scope", "all")], to="/desk/cases/search")
        return self.get(found.location)

    def ask_back(self, case: str) -> None:
        words = self.town.words
        self.post(case, [], to=f"{case}/take")
        self.post(case, [("text", words.text)], to=f"{case}/note")
        values = [("q", words.name), ("view_name", words.name), ("scope", "all")]
        self.post("/desk/cases/?scope=all", values, to="/desk/cases/views")
        self.post(f"{case}/ask", [("question", words.text)])

    def decide(self, case: str) -> None:
        self.post(f"{case}/decide", self._refusal())

    def preview(self, case: str) -> Answer:
        """The letter beside the form, before the decision is made."""
        form = self.get(f"{case}/decide")
        answer = self.browser.post(f"{case}/letter", [("csrfmiddlewaretoken", form.csrf), *self._refusal()])
        return self.must(answer, 200, f"{case}/letter")

    def _refusal(self) -> list[tuple[str, str]]:
        return [("outcome", "refused"), ("reasons", "voraussetzungen"), ("free_reason", self.town.words.text)]
