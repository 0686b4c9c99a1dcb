"""Cases as those of `stadttor.cases.tests`, closed at a time of the test's choice."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest

from stadttor.appointments.tests.conftest import book, pool_of
from stadttor.cases.tests.conftest import adler, applications, lead, opened, staff, traffic, version
from stadttor.ground.models import Authority
from stadttor.identity.queries import Staff

__all__ = ["adler", "applications", "book", "lead", "opened", "pool_of", "traffic", "version"]


@pytest.fixture
def organiser(authority: Authority) -> Staff:
    return staff(authority, "Frau Kern", "organiser")


@pytest.fixture
def closed(authority: Authority, opened: Callable[..., UUID]) -> Callable[..., UUID]:
    """A case whose work ended at a time; gives its id."""

    def close_one(at: datetime, *, retention: str = "P3Y", state: str = "closed", **submission: object) -> UUID:
        case_id = opened(**submission)
        ended = {"active": False, "state": state, "closed_at": at, "outcome": "granted", "retention": retention}
        from stadttor.cases.models import Case
        from stadttor.ground.work import work

        with work(authority.id):
            Case.objects.filter(authority_id=authority.id, id=case_id).update(**ended)
        return case_id

    return close_one


@pytest.fixture
def applied(authority: Authority, applications: object, lead: Staff, now: datetime) -> Callable[..., UUID]:
    """`applied(person)`: an application with all that comes to be about it; gives its id."""
    from stadttor.privacy.tests.people import apply

    return lambda person, **how: apply(authority, applications, lead, now, person, **how)
