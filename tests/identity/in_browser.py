"""The sign-in pages of the outside account service and the outside OpenID provider, by hand of a person in a real browser."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.fixtures import CHROMIUM, FLAGS
from tests.journeys.people import fill

MS = 60_000
DOG_TAX = (
    {"haushalt.hunde_bisher": "0", "haushalt.dauer": "dauerhaft", "haushalt.weitere_halter": "false"},
    {
        "hund.0.name": "Bello", "hund.0.rasse": "Mischling", "hund.0.gelistet": "false", "hund.0.geschlecht": "maennlich",
        "hund.0.geburtsdatum": "1.3.2024", "hund.0.gehalten_seit": "1.10.2026",
    },
    {"herkunft.zugezogen": "false"},
    {"ermaessigung.gewuenscht": "false"},
    {"zahlung.art": "ueberweisung"},
)  # fmt: skip
"""The pages behind the person's."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """It runs for the length of the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def somebody(browser: Browser, origin: str) -> Iterator[Page]:
    """In a browser of her own, which takes the certificates of this run; content security policies hold."""
    context = browser.new_context(ignore_https_errors=True, base_url=origin, locale="de")
    context.set_default_timeout(MS)
    yield context.new_page()
    context.close()


def citizen(page: Page, slug: str, service: str, person: str) -> str:
    """Begins an application and signs in at the account service as this person (empty: she cancels there).

    Gives what she reads afterwards: `taken over: NAME`, or which problem.
    """
    page.goto(f"/leistungen/{slug}")
    page.locator("form[action$='/antrag'] button").first.click()
    draft = "/antrag/" + page.url.split("/antrag/")[1].split("/")[0]
    page.goto(f"{draft}/ausweisen")
    page.locator(f"form:has(input[value='{service}']) button").click()
    page.locator("main form button").first.click()
    page.locator("button[value=cancel]").wait_for()
    if person:
        page.locator(f"input[name=person][value='{person}']").check()
    page.locator(f"button[value={'login' if person else 'cancel'}]").click()
    page.wait_for_url(lambda url: url.partition("?")[0].endswith((f"{draft}/angemeldet", f"{draft}/ausweisen")))
    if "problem=" in page.url:
        explained = page.locator("#problem").is_visible()
        return page.url.rpartition("problem=")[2] + ("" if explained else ", not explained")
    page.locator("button[value=take]").click()
    page.wait_for_url(f"**{draft}/seite/**")
    page.goto(f"{draft}/seite/person")
    return f"taken over: {page.locator('#f-person-nachname').input_value()}"


def sends(page: Page) -> str:
    """Registers a dog, from the page on which she was taken over to the receipt; gives the title of the page she is on then."""
    fill(page, "person.email", "jemand@example.org")
    for answers in ({}, *DOG_TAX):
        for name, value in answers.items():
            fill(page, name, value)
        here = page.url
        page.locator('button[name="go"][value="on"]:visible:not([tabindex="-1"])').click()
        page.wait_for_url(lambda url, before=here: url != before)
    page.locator('[name="declared"]').check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/status/**")
    return "sent" if page.locator(".st-number").first.is_visible() else page.title()


def colleague(page: Page, user: str, sign_out_there: Callable[[str], int] | None = None) -> str:
    """Signs in by the town's provider as this user. Gives what is open to her, and after signing out there whether it still is."""
    page.goto("/desk/sign-in")
    page.locator("a[href^='/desk/sign-in/openid']").click()
    page.locator(f"input[name=user][value='{user}']").check()
    page.locator("button[value=login]").click()
    page.wait_for_url(lambda url: "/desk" in url and "/openid?" not in url)
    open_ = [name for name, path in {"cases": "/desk/cases/", "staff": "/desk/staff"}.items() if is_open(page, path)]
    told = ", ".join(open_) or "nothing"
    if sign_out_there is None:
        return told
    status = sign_out_there(user)
    return f"{told}; signed out there ({status}): {'still in' if is_open(page, '/desk/cases/') else 'out'}"


def is_open(page: Page, path: str) -> bool:
    """Whether the page is shown, and no other in its place."""
    answer = page.goto(path)
    return bool(answer and answer.ok and page.url.partition("?")[0].endswith(path))
