"""The page of the wallet in a real browser: in each of its states, in two directions of writing, on a narrow screen."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.journeys.fixtures import CHROMIUM, FLAGS
from tests.measuring.circumstances import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LANGUAGES = ("de", "ar")
NARROW = {"width": 320, "height": 900}


@contextmanager
def browser_page(origin: str) -> Iterator[Page]:
    """A narrow one; it takes the certificates of this run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(ignore_https_errors=True, viewport=NARROW, base_url=origin, bypass_csp=True)
        yield context.new_page()
        browser.close()


def begin(page: Page, service: str) -> str:
    """Begin an application; gives the path of its wallet's page."""
    page.goto(f"/leistungen/{service}")
    page.locator("form[action$='/antrag'] button").first.click()
    return "/antrag/" + page.url.split("/antrag/")[1].split("/")[0] + "/wallet"


def faults(page: Page, path: str) -> list[str]:
    """What axe finds, or what is wider than the screen, in each language."""
    found = []
    for language in LANGUAGES:
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        page.evaluate(AXE.read_text())
        seen: dict[str, Any] = page.evaluate(f"axe.run({json.dumps(RULES)})")
        found += [f"{language}: {one['id']}" for one in seen["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{language}: wider than the screen")
    return found


def of_organiser(page: Page, login: dict[str, str]) -> list[str]:
    """The page on which she puts in with what wallets are asked."""
    page.goto("/desk/sign-in?lang=de")
    for name, value in login.items():
        page.locator(f"[name={name}]").fill(value)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return faults(page, "/desk/wallet")


def cookie_of(path: str) -> str:
    """The cookie in which the browser keeps its secret for a wallet's page."""
    return f"wallet-{path.split('/')[2].replace('-', '')[-12:]}"
