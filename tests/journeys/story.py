"""`make demo-story`: the whole story against the running demo, in a real browser, as numbered pictures in `var/story/`.

PORT says where the demo runs (8000). Each picture is explained on the screen. The letter's pages are drawn too.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.journeys.fixtures import CHROMIUM, FLAGS
from tests.journeys.people import AMIRA, CAR, NARROW, Colleague, Visitor, photo, until

ROOT = Path(__file__).resolve().parents[2]
TOWN, OTHER_TOWN = "weissenburg", "aschaffenburg"
SERVICE = "/leistungen/bewohnerparkausweis"
LETTER_S = 120


@dataclass
class Album:
    """The pictures of one run, numbered in the order they are taken."""

    folder: Path
    taken: list[str] = field(default_factory=list)

    def picture(self, visitor: Visitor, name: str, says: str, *, whole: bool = True) -> None:
        """The whole page, or what is on the screen."""
        visitor.page.wait_for_load_state("networkidle")
        if whole:
            visitor.page.evaluate("scrollTo(0, 0)")
        self._keep(name, says, lambda path: visitor.page.screenshot(path=path, full_page=whole))

    def drawn(self, pdf: bytes, name: str, says: str) -> None:
        """Every page of a letter."""
        for number, draw in enumerate(_pages(pdf), 1):
            self._keep(f"{name}-{number}", f"{says}, page {number}", draw)

    def _keep(self, name: str, says: str, draw: Callable[[str], object]) -> None:
        self.taken.append(name)
        path = self.folder / f"{len(self.taken):02}-{name}.png"
        draw(str(path))
        print(f"{path.relative_to(ROOT)}  {says}", flush=True)


def _pages(pdf: bytes) -> list[Callable[[str], object]]:
    """What writes each page as PNG: by pdftoppm, which Debian's poppler-utils brings."""
    if shutil.which("pdftoppm") is None:
        print("(no pictures of the letter: pdftoppm is missing, Debian: apt install poppler-utils)")
        return []
    folder = Path(tempfile.mkdtemp(prefix="stadttor-letter-"))
    (folder / "letter.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-png", "-r", "80", str(folder / "letter.pdf"), str(folder / "page")], check=True)
    return [lambda to, page=page: shutil.copy(page, to) for page in sorted(folder.glob("page*.png"))]


class Story:
    """One application from the adopted package to the filed letter."""

    def __init__(self, browser: Browser, port: int, album: Album):
        self.browser, self.port, self.album = browser, port, album
        self.visitors: list[Visitor] = []

    def address(self, town: str, path: str = "/") -> str:
        return f"http://{town}.localhost:{self.port}{path}"

    def play(self) -> None:
        self.adopt()
        amira = self.visitor("ar", NARROW)
        number = self.apply(amira)
        olsen = Colleague(self.browser, self.address)
        self.visitors.append(olsen)
        case = self.ask_back(olsen, number)
        self.answer(amira)
        self.decide(olsen, case)
        self.receive(amira)
        self.file(olsen, case)

    def visitor(self, language: str, width: int) -> Visitor:
        self.visitors.append(Visitor(self.browser, self.address, language=language, width=width))
        return self.visitors[-1]

    def adopt(self) -> None:
        """The municipality takes a package over and opens it to its citizens."""
        kern = Colleague(self.browser, self.address)
        self.visitors.append(kern)
        kern.sign_in(OTHER_TOWN, "kern").open(OTHER_TOWN, "/desk/services/")
        self.album.picture(kern, "services", f"{OTHER_TOWN.title()}: the organiser sees what her town could offer")
        offer = kern.page.locator('main a[href*="/versions/"]')
        if offer.count() == 0:
            print("(everything is adopted already: earlier runs did it; `make demo-reset` starts over)")
            return
        offer.first.click()
        self.album.picture(kern, "package", "The package: law, languages, questions, fees")
        kern.page.locator('main a[href$="/adopt"]').click()
        self.album.picture(kern, "settings", "Its settings, generated from the package's schema")
        kern.press("save")
        kern.page.wait_for_url(re.compile(r"/desk/services/[0-9a-f-]{36}/(\?.*)?$"))
        self.album.picture(kern, "test-mode", "Adopted: only colleagues see it")
        kern.page.locator('main a[href$="/go-live"]').click()
        self.album.picture(kern, "go-live", "What opening it means")
        kern.page.locator("main form button[type=submit]").click()
        kern.page.wait_for_url(re.compile(r"/desk/services/[0-9a-f-]{36}/(\?.*)?$"))
        citizen = self.visitor("de", 1280).open(OTHER_TOWN)
        self.album.picture(citizen, "open", "Citizens find it at once")

    def apply(self, amira: Visitor) -> str:
        """Amira applies in Arabic, on her phone."""
        album = self.album
        amira.open(TOWN)
        album.picture(amira, "town", "Amira opens the page of her town in Arabic")
        amira.open(TOWN, SERVICE)
        album.picture(amira, "service", "What the permit is, needs and costs")
        amira.page.locator('main form[action$="/antrag"] button').first.click()
        amira.fill({"antrag.art": "neu"})
        album.picture(amira, "form-1", "The first page of the form")
        amira.go_on()
        amira.fill(AMIRA)
        album.picture(amira, "form-2", "Her data")
        amira.go_on()
        amira.fill({"wohnung.art": "hauptwohnung"})
        album.picture(amira, "form-3", "The zone is found by her address")
        amira.go_on()
        amira.fill({**CAR, "fahrzeug.gesamtmasse_kg": "1850", "fahrzeug.zb1": photo(Path(tempfile.mkdtemp()))})
        amira.page.locator(".st-uploads").wait_for()
        album.picture(amira, "form-4", "The photo of her vehicle document, with preview")
        amira.go_on()
        amira.fill({"mehrere.gewuenscht": "false"})
        amira.go_on()
        begin = datetime.now(UTC).date() + timedelta(days=3)
        amira.fill({"laufzeit.gueltig_ab": _typed(begin), "laufzeit.dauer": "ein_jahr"})
        amira.go_on()
        album.picture(amira, "summary", "Everything at a glance, with the fee")
        amira.send()
        album.picture(amira, "receipt", "The receipt with its number")
        amira.page.locator('form[action$="/zahlen"] button').click()
        album.picture(amira, "payment", "The payment, a simulation that says so")
        amira.press("choice", "pay")
        amira.page.wait_for_url("**/status/**")
        album.picture(amira, "paid", "Paid")
        return amira.number

    def ask_back(self, olsen: Colleague, number: str) -> str:
        """Herr Olsen takes the case and asks back."""
        olsen.sign_in(TOWN, "olsen").open(TOWN, "/desk/cases/?scope=unit")
        case = olsen.open_case(TOWN, number)
        olsen.page.go_back()
        self.album.picture(olsen, "work-list", "Herr Olsen's work list")
        olsen.open(TOWN, case)
        self.album.picture(olsen, "case", "The case: answers left, documents right, the next act on top")
        olsen.take()
        olsen.page.locator('main a[href$="/ask"]').click()
        self.album.picture(olsen, "ask", "Asking back by ticking what is missing")
        olsen.open(TOWN, case)
        olsen.ask("Auf dem Foto fehlt die Rückseite. Bitte schicken Sie auch die Rückseite.")
        self.album.picture(olsen, "asked", "Amira has the turn, the clock of the deadline stands still")
        return case

    def answer(self, amira: Visitor) -> None:
        """Amira reads the mail and answers with a file."""
        mails = self.visitor("de", 1280)
        until(lambda: self._newest_mail(mails, "question"), 60, "the mail with the question")
        self.album.picture(mails, "mail", "The mail that tells her, in the demo's mail catcher")
        amira.page.reload()
        self.album.picture(amira, "question", "The open question on her status page")
        amira.page.locator('main input[type="file"]').first.set_input_files(
            photo(Path(tempfile.mkdtemp()), "Rückseite.jpg")
        )
        amira.page.locator("#question textarea").fill("إليكم الوجه الخلفي.")
        amira.page.locator("#question button[type=submit]").click()
        amira.page.wait_for_url("**/status/**")
        self.album.picture(amira, "answered", "Answered")

    def _newest_mail(self, visitor: Visitor, kind: str) -> bool:
        visitor.page.goto(f"http://localhost:{self.port}/demo/mail")
        return visitor.page.locator('main a[href*="/demo/mail/"]').count() > 1

    def decide(self, olsen: Colleague, case: str) -> None:
        """Herr Olsen looks at the answer and the letter, and decides."""
        olsen.open(TOWN, case)
        self.album.picture(olsen, "answer", "The answer in the case")
        olsen.begin_decision("granted")
        olsen.page.locator("#decision button[formaction]").first.click()
        olsen.page.wait_for_timeout(2500)
        olsen.page.locator("#letter-title").scroll_into_view_if_needed()
        self.album.picture(olsen, "decide", "The decision, the letter beside it as it will arrive", whole=False)
        olsen.decide()
        self.album.picture(olsen, "decided", "Decided: for one minute it can be taken back")

    def receive(self, amira: Visitor) -> None:
        """The letter arrives on the status page, in German and as a copy in her language."""
        letters = amira.page.locator('main a[href*="/dokument/"]')
        print(f"(the letter leaves in a minute; waiting up to {LETTER_S} s)", flush=True)
        until(lambda: (amira.page.reload(), letters.count())[1] >= 3, LETTER_S, "the letter")
        self.album.picture(amira, "letter-arrived", "The decision has arrived: steps, documents, message")
        for place in range(letters.count()):
            label = letters.nth(place).inner_text().strip()
            pdf = amira.download(letters.nth(place).evaluate("link => link.href"))
            self.album.drawn(pdf, f"document-{place + 1}", f"Document “{label}”")

    def file(self, olsen: Colleague, case: str) -> None:
        """Everything lies in the file, every step in the history."""
        olsen.open(TOWN, case)
        self.album.picture(olsen, "filed", "The case at its end: file, proofs of delivery, history")


def _typed(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


def _is_running(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def main() -> int:
    """Play, and say what the browser complained about. Exit codes: 0 done, 1 no demo, no browser or complaints."""
    port = int(os.environ.get("PORT") or 8000)
    if not _is_running(port):
        print(f"No demo answers on port {port}. Start it in another window: make demo")
        return 1
    if CHROMIUM is None:
        print("No Chromium on this machine. Debian: apt install chromium")
        return 1
    folder = ROOT / "var" / "story"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        story = Story(browser, port, Album(folder))
        story.play()
        complaints = [line for visitor in story.visitors for line in visitor.complaints]
        browser.close()
    print("\n".join(["", f"{len(story.album.taken)} pictures in {folder.relative_to(ROOT)}", *complaints]))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
