"""A publisher at work."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """No test sees what an earlier one made this process remember."""
    from stadttor.tenancy import queries

    queries.forget()
    yield
    queries.forget()


@pytest.fixture
def body(_clean: None) -> UUID:
    """The publisher."""
    from stadttor.studio.tests.builders import a_body

    return a_body()


@pytest.fixture
def copy_id(body: UUID, now: datetime) -> UUID:
    """A working copy of a published package."""
    from stadttor.studio.tests.builders import a_copy

    return a_copy(body, now)


@pytest.fixture
def desk(body: UUID) -> Any:
    """Frau Sommer, reading English."""
    from stadttor.studio.tests.builders import signed_in

    return signed_in(body, "redaktion")
