from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.test import Client

from stadttor.ground import clock

# The product is imported inside: this file may be read before Django is set up.
if TYPE_CHECKING:
    from stadttor.ground.models import Authority


@pytest.fixture(autouse=True)
def full_buckets() -> Iterator[None]:
    from stadttor.site.api import limits

    limits.forget()
    yield
    limits.forget()


@pytest.fixture
def moment() -> datetime:
    """The views read the clock; so what they need to find began a little earlier."""
    return clock.now() - timedelta(minutes=1)


@pytest.fixture
def service(authority: "Authority", moment: datetime) -> UUID:
    """Weißenburg offers the model service; gives the adoption's id."""
    from stadttor.catalog.queries import forget_offered
    from stadttor.catalog.tests.builders import adopted

    forget_offered(authority.id)
    return adopted(authority.id, moment)


@pytest.fixture
def receipt(client: Client, service: UUID) -> dict[str, Any]:
    """Amira has handed in."""
    from stadttor.site.api.tests.builders import hand_in

    response = hand_in(client)
    assert response.status_code == 201, response.content
    found: dict[str, Any] = response.json()
    return found


@pytest.fixture
def case(authority: "Authority", receipt: dict[str, Any]) -> UUID:
    """The case of Amira's application."""
    from stadttor.cases.services import open_case

    return open_case(authority_id=authority.id, submission_id=UUID(receipt["id"]), now=clock.now())


@pytest.fixture
def elsewhere(neighbour: "Authority") -> Callable[[], Client]:
    """The same caller at the neighbour's host."""
    return lambda: Client(headers={"host": "muenchen.localhost"})
