"""One headless Chromium and one running product for all tests in a browser; `tests/conftest.py` hands them out."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.people import Colleague, Visitor
from tests.journeys.product import Product, running
from tests.journeys.quiet import read_for

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
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


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory, chromium: Any) -> Iterator[Product]:
    """The demo as `make demo` starts it, in a folder of its own; journeys meet in it and never reset it; its log names nobody."""
    with running(tmp_path_factory.mktemp("product")) as started:
        yield started
    whole = started.logs.whole()
    assert [name for name in ("web.log", "worker.log") if not whole.get(name)] == [], "nothing was written"
    assert read_for("all together", whole) == {}


@pytest.fixture
def visitors(product: Product, chromium: Any) -> Iterator[Callable[..., Visitor]]:
    """Makes people with a browser each: `visitors(language="ar")`, `visitors(Colleague)`. None of them may complain."""
    met: list[Visitor] = []

    def meet(kind: type[Visitor] = Visitor, **how: Any) -> Visitor:
        met.append(kind(chromium, product.at, **how))
        return met[-1]

    yield meet
    complaints = [complaint for visitor in met for complaint in visitor.complaints]
    for visitor in met:
        visitor.close()
    assert complaints == []


@pytest.fixture
def amira(visitors: Callable[..., Visitor]) -> Visitor:
    """A citizen who reads German."""
    return visitors()


@pytest.fixture
def olsen(visitors: Callable[..., Visitor]) -> Colleague:
    """A clerk, not signed in yet."""
    return visitors(Colleague)  # type: ignore[return-value]  # the kind that was asked for
