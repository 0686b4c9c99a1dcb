"""A headless Chromium for pages."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The browser; its pages come from `chromium.new_context(…).new_page()`."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def assets() -> None:
    """The built style sheets and scripts."""
    from stadttor.ground.web.assets import build

    build()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, from the npm packages of the lock file."""
    source = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
    return source.read_text("utf-8")
