from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

import pytest

from stadttor.cases import events, ports, queries, services
from stadttor.cases.tests.fakes import FakeApplications, FakeLetters
from stadttor.core.ids import new_id
from stadttor.ground.actor import Actor
from stadttor.ground.models import Authority
from stadttor.ground.work import work
from stadttor.identity.models import Unit
from stadttor.identity.queries import Staff


@pytest.fixture
def applications() -> Iterator[FakeApplications]:
    """The submissions of this test, connected to the cases."""
    before = ports.wired
    ports.wired = ports.Wiring()
    fake = FakeApplications()
    ports.connect(applications=fake, letters=FakeLetters())
    yield fake
    ports.wired = before


@pytest.fixture
def traffic(authority: Authority) -> UUID:
    """The unit that handles parking permits."""
    with work(authority.id):
        return Unit.objects.create(authority=authority, name="Straßenverkehr", services=["bewohnerparkausweis"]).id


def staff(authority: Authority, name: str, *roles: str, units: tuple[UUID, ...] = ()) -> Staff:
    email = f"{name.split()[-1].lower()}@weissenburg.example"
    return Staff(new_id(), name, email, authority.id, frozenset(roles or ("clerk",)), frozenset(units))


@pytest.fixture
def adler(authority: Authority, traffic: UUID) -> Staff:
    return staff(authority, "Frau Adler", units=(traffic,))


@pytest.fixture
def olsen(authority: Authority, traffic: UUID) -> Staff:
    return staff(authority, "Herr Olsen", units=(traffic,))


@pytest.fixture
def lead(authority: Authority) -> Staff:
    return staff(authority, "Frau Wagner", "lead")


class System(Staff):
    """Another system of the authority, as the interface lets it in by a token."""

    def actor(self) -> Actor:
        return Actor("api", self.id, self.name)


@pytest.fixture
def system(authority: Authority) -> Staff:
    return System(new_id(), "Fachverfahren", "", authority.id, frozenset({"clerk", "lead"}), frozenset())


@pytest.fixture
def opened(authority: Authority, applications: FakeApplications, traffic: UUID, now: datetime) -> Callable[..., UUID]:
    """Open the case of a new submission; gives its id."""

    def open_one(**submission: object) -> UUID:
        submission_id = applications.submitted(**submission)  # type: ignore[arg-type]  # passed on as they are
        return services.open_case(authority_id=authority.id, submission_id=submission_id, now=now)

    return open_one


@pytest.fixture
def version(now: datetime) -> Callable[[Staff, UUID], int]:
    """The version of a case as it is now."""
    return lambda who, case_id: queries.case_for(who, case_id, now).version


@pytest.fixture
def heard() -> Iterator[list[events.CaseFact]]:
    """Every fact that cases publish during the test."""
    facts: list[events.CaseFact] = []
    kinds = events.CaseFact.__subclasses__()
    for kind in kinds:
        events.listen(kind, facts.append)
    yield facts
    for kind in kinds:
        events.forget(kind, facts.append)
