"""Every journey is quiet: what it leaves in the product's log names nobody."""

from collections.abc import Iterator, Sequence

import pytest

from tests.journeys.quiet import listening, read_for, tell

LEFT = pytest.StashKey[list[str]]()


def is_journey(item: pytest.Item) -> bool:
    """Whether somebody goes through the product in it; the others look at the tools of journeys."""
    return any(item.get_closest_marker(name) for name in ("db", "browser"))


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    for item in items:
        if is_journey(item):
            item.session.stash.setdefault(LEFT, []).append(item.nodeid)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Says which journeys there are, and which of them are gone now."""
    journeys = [item.nodeid for item in session.items if is_journey(item)]
    tell("journeys", chosen=journeys, left=session.stash.get(LEFT, []))


@pytest.fixture(autouse=True)
def quiet(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each journey the log of this process and those of the running product, if it met there, are read."""
    product = request.getfixturevalue("product") if "product" in request.fixturenames else None
    with listening() as said:
        yield
    logs = {"this process": said.getvalue(), **(product.logs.new() if product else {})}
    assert read_for(request.node.nodeid, logs) == {}
