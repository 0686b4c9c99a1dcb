"""A small country: the demo's places, an authority for each administration in them, one package."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from stadttor.catalog.queries import ReleaseRow


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """No test sees what an earlier one made this process remember."""
    from stadttor.tenancy import queries

    queries.forget()
    yield
    queries.forget()


@pytest.fixture
def country(_clean: None, now: datetime) -> int:
    """Gives how many authorities there are."""
    from stadttor.tenancy import demo, queries, services

    demo.load(now=now)
    services.create_authorities_from_register(kreise=True)
    return len(queries.all_authorities())


@pytest.fixture
def first(country: int, now: datetime) -> "ReleaseRow":
    """Version 0.1.0 of the package."""
    from stadttor.catalog.queries import release
    from stadttor.catalog.tests.builders import NAME, published

    published(now)
    return release(NAME)


@pytest.fixture
def second(first: "ReleaseRow", now: datetime) -> "ReleaseRow":
    """Version 0.2.0 of it."""
    from stadttor.catalog.queries import release
    from stadttor.catalog.tests.builders import NAME, published

    published(now, "0.2.0")
    return release(NAME, "0.2.0")
