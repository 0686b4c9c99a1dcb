"""Fixtures of tests that cross modules: a town with a published, adopted, live package."""

from pathlib import Path

import pytest

from tests.journeys.fixtures import amira, assets, axe, chromium, olsen, product, visitors  # noqa: F401  # for all tests here

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def permit(authority, now):
    """Weißenburg offers the resident parking permit as it does in the demo; gives its adopted form."""
    from stadttor.catalog import queries, services
    from stadttor.ground.actor import SYSTEM
    from stadttor.site.demo_cast import PARAMETERS
    from tests.shelf import publish

    slug = "bewohnerparkausweis"
    publish(slug, now=now)
    (version,) = queries.versions()
    adoption_id = services.adopt(
        authority_id=authority.id,
        version_id=version.id,
        parameters=PARAMETERS["weissenburg"][slug],
        actor=SYSTEM,
        now=now,
    )
    services.go_live(authority_id=authority.id, adoption_id=adoption_id, actor=SYSTEM, now=now)
    return queries.adopted_form(authority.id, slug)
