"""A small country: the demo's places, an authority for each administration in them, one package."""

from collections.abc import Iterator
from datetime import datetime, timedelta
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


@pytest.fixture
def country_under_way(first: "ReleaseRow", now: datetime) -> "ReleaseRow":
    """Bavaria has it with its values, Hamburg without; Köln is planned, to Leipzig it does not apply; four are open."""
    from stadttor.catalog import services as adoptions
    from stadttor.catalog.tests.builders import ADLER
    from stadttor.rollout import services
    from stadttor.rollout.rules.groups import Group
    from stadttor.rollout.tests.builders import OPEN, applied, at, id_of, planned, run

    services.does_not_apply(
        package_id=first.package_id, authority_id=id_of("leipzig"), reason="gibt es nicht", actor=ADLER, now=now
    )
    run(planned(first, now, group=Group(("09", "02")), key09={"gebuehr_cents": 900}), now)
    planned(first, now, group=Group(("05",)))
    for slug in OPEN:
        own = at(first, slug)
        assert own
        adoptions.go_live(authority_id=own.authority_id, adoption_id=own.adoption_id, actor=ADLER, now=now)
        when = now - timedelta(days=31 if slug == "nuernberg" else 1)
        if slug != "weissenburg":
            applied(slug, own.adoption_id, when, test=slug == "aschaffenburg")
    return first
