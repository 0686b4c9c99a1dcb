"""What the people of the story do in their browsers, one verb each. Fields are named by the answer they hold."""

import base64
import io
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect

from stadttor.ground.clock import german_day, now
from stadttor.site.demo_cast import PASSWORD

NARROW, WIDE = 390, 1280
FETCH = """async address => {
  const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer())
  return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))
}"""
# A browser reports every answer of 400 and above as if it were a fault of the page; explained errors are no fault.
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of 4")

LOST = {
    "antrag.art": "verlust",
    "antrag.ausweis_nummer": "2025-0815",
    "antrag.verlust_grund": "gestohlen",
}
AMIRA = {
    "person.vorname": "Amira",
    "person.nachname": "Yılmaz",
    "person.geburtsdatum": "24.5.1988",
    "person.anschrift.street": "Bahnhofstraße",
    "person.anschrift.house_number": "12",
    "person.anschrift.postal_code": "91781",
    "person.anschrift.city": "Weißenburg i. Bay.",
    "person.email": "amira.yilmaz@example.org",
}
JONAS = AMIRA | {
    "person.vorname": "Jonas",
    "person.nachname": "Weber",
    "person.geburtsdatum": "11.2.1975",
    "person.anschrift.street": "Luitpoldstraße",
    "person.anschrift.house_number": "7",
    "person.email": "jonas.weber@example.org",
}
HOME = {"wohnung.art": "hauptwohnung", "wohnung.zone": "A"}
# A replacement is valid as long as the lost permit was: the clerk knows until when.
VALID_UNTIL = {"day": "30", "month": "6", "year": str(german_day(now()).year + 1)}
CAR = {"fahrzeug.nutzung": "eigenes", "fahrzeug.zulassung": "deutschland", "fahrzeug.kennzeichen": "WUG-AY 88"}


class Visitor:
    """Somebody with a browser of her own. What the browser complains about is kept in `complaints`."""

    def __init__(
        self,
        browser: Browser,
        address: Callable[..., str],
        *,
        language: str = "de",
        width: int = WIDE,
        any_certificate: bool = False,
    ):
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 900},
            locale=language,
            reduced_motion="reduce",
            bypass_csp=False,
            ignore_https_errors=any_certificate,
        )
        self.page: Page = self.context.new_page()
        self.language = language
        self.complaints: list[str] = []
        self.status = 0
        self._address = address
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED.match(message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and response.request.resource_type != "document"):
            self.complaints.append(f"{response.status}: {response.url}")

    def open(self, town: str, path: str = "/") -> "Visitor":
        """Open a page of a town, in this visitor's language; `status` is then that of the answer."""
        mark = "&" if "?" in path else "?"
        answer = self.page.goto(self._address(town, f"{path}{mark}lang={self.language}"))
        self.status = answer.status if answer else 0
        return self

    def fill(self, answers: Mapping[str, str]) -> None:
        """Answer fields in order, so that conditions have shown what is needed by then."""
        for name, value in answers.items():
            fill(self.page, name, value)

    def press(self, name: str, value: str = "") -> None:
        """Press the button with this name and value."""
        chosen = f'[value="{value}"]' if value else ""
        self.page.locator(f'button[name="{name}"]{chosen}:visible:not([tabindex="-1"])').click()

    def go_on(self) -> None:
        """Save this page of the form and go to the next one."""
        here = self.page.url
        self.press("go", "on")
        self.page.wait_for_url(lambda url: url != here)

    def send(self) -> None:
        """Confirm the declaration and send the application."""
        self.page.locator('[name="declared"]').check()
        self.page.locator("main form button[type=submit]").last.click()
        self.page.wait_for_url("**/status/**")

    def pay(self) -> None:
        """Pay the fee from the status page, in the simulator."""
        self.page.locator('form[action$="/zahlen"] button').click()
        self.press("choice", "pay")
        self.page.wait_for_url("**/status/**")

    @property
    def number(self) -> str:
        """The number of the application whose status is shown."""
        return self.page.locator(".st-number").first.inner_text()

    def download(self, address: str) -> bytes:
        """What the browser gets from an address of this town, with its cookies (only browsers know *.localhost)."""
        return base64.b64decode(self.page.evaluate(FETCH, address))

    def close(self) -> None:
        self.context.close()


def fill(page: Page, name: str, value: str) -> None:
    """Answer one field, whatever its kind: `24.5.1988` for a date, the option's value for a choice, a path for a file."""
    control = page.locator(f'[name="{name}"]:not([type="hidden"])')
    if control.count() == 0:
        for part, text in zip(("day", "month", "year"), value.split("."), strict=True):
            page.locator(f'[name="{name}.{part}"]').fill(text)
        return
    kind = control.first.evaluate("e => e.type")
    if kind in ("radio", "checkbox"):
        page.locator(f'[name="{name}"][value="{value}"]').check()
    elif kind.startswith("select"):
        control.select_option(value)
    elif kind == "file":
        control.set_input_files(value)
    else:
        control.fill(value)


class Colleague(Visitor):
    """Somebody who works for a town."""

    def sign_in(self, town: str, name: str) -> "Colleague":
        """Sign in as one of the demo's colleagues."""
        self.open(town, "/desk/sign-in")
        self.page.locator('[name="email"]').fill(f"{name}@{town}.example")
        self.page.locator('[name="password"]').fill(PASSWORD)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url(re.compile("/desk/(cases|services|check|cockpit|setup)"))
        return self

    def begin_entry(self, town: str, service: str, channel: str, *, received: str = "", language: str = "") -> None:
        """Open a service's form for somebody at the counter, on the phone or whose letter came; `received` like 3.11.2026."""
        self.open(town, "/desk/entries/")
        chosen = {"service": service, "channel": channel, "received_on": received, "language": language}
        self.fill({name: value for name, value in chosen.items() if value})
        self.page.locator("main form button[type=submit]").click()
        self.page.wait_for_url("**/antrag/**")

    def send_entry(self) -> None:
        """Accept what was entered."""
        self.page.locator('[name="declared"]').check()
        self.page.locator("main form button[type=submit]").last.click()
        self.page.wait_for_url("**/desk/entries/**")

    def open_case(self, town: str, number: str) -> str:
        """Find a case by its number in the work list and open it; gives its path. New ones appear within seconds."""
        until(lambda: self._lists(town, number), 90, f"case {number}")
        self.page.get_by_role("link", name=number).click()
        self.page.wait_for_url(re.compile(r"/desk/cases/[0-9a-f-]{36}"))
        return re.search(r"/desk/cases/[0-9a-f-]{36}", self.page.url)[0]  # type: ignore[index]

    def _lists(self, town: str, number: str) -> bool:
        """Whether a page of the work list names it; that page is open then."""
        self.open(town, "/desk/cases/?scope=unit")
        while not self.page.get_by_role("link", name=number).count():
            further = self.page.locator('main a[rel="next"]')
            if not further.count():
                return False
            further.click()
            self.page.wait_for_load_state()
        return True

    def take(self) -> None:
        """Take the case that is open."""
        self.page.locator('form[action$="/take"] button').click()
        self.page.wait_for_url("**?done=**")

    def ask(self, question: str) -> None:
        """Ask the applicant back: the first document that the service knows, and a question in own words."""
        self.page.locator('main a[href$="/ask"]').click()
        self.page.locator('[name="evidence"]').first.check()
        self.page.locator('[name="question"]').fill(question)
        self.page.locator("main form button[type=submit]").last.click()
        self.page.wait_for_url("**?done=**")

    def protect(self, reason: str) -> None:
        """Protect the person of the case that is open."""
        self.page.locator('main a[href$="/protect"]').click()
        self.page.locator('[name="reason"]').fill(reason)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url("**?done=**")

    def begin_decision(self, outcome: str) -> None:
        """Open the decision and choose; nothing is decided yet."""
        self.page.locator('main a[href$="/decide"]').click()
        self.page.locator(f'[name="outcome"][value="{outcome}"]').check()
        last_day = self.page.locator('[name="valid_until.day"]')
        if last_day.is_visible() and not last_day.input_value():
            for part, text in VALID_UNTIL.items():
                self.page.locator(f'[name="valid_until.{part}"]').fill(text)

    def decide(self) -> None:
        """Decide as chosen, after reading what the page warns of; the letter leaves a minute later."""
        for box in self.page.locator('[name="cautions_seen"]:visible').all():
            box.check()
        for why in self.page.locator('[name="caution_reason"]:visible').all():
            why.fill("Es ist ein anderes Fahrzeug.")
        self.page.locator("#decision button[type=submit]:not([formaction])").click()
        self.page.wait_for_url("**?done=**")


def until(is_so: Callable[[], Any], seconds: float, what: str) -> None:
    """Look again and again until it is so; after `seconds` it never will be."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.5)


def photo(folder: Path, name: str = "Fahrzeugschein.jpg") -> str:
    """A photo of a paper, as a phone makes it; gives its path."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (900, 1200), "#e9e4d4")
    draw = ImageDraw.Draw(picture)
    for line, text in enumerate(("Zulassungsbescheinigung Teil I", "WUG-AY 88", "F.2  1850 kg", "Muster")):
        draw.text((80, 120 + 90 * line), text, fill="#222222", font_size=44)
    data = io.BytesIO()
    picture.save(data, "JPEG")
    path = folder / name
    path.write_bytes(data.getvalue())
    return str(path)


__all__ = [
    "AMIRA",
    "CAR",
    "HOME",
    "JONAS",
    "LOST",
    "NARROW",
    "WIDE",
    "Colleague",
    "Visitor",
    "expect",
    "fill",
    "photo",
    "until",
]
