"""Fixtures of tests that cross modules: a town with a published, adopted, live package."""

from pathlib import Path

import pytest

from tests.journeys.fixtures import amira, assets, axe, chromium, olsen, product, visitors  # noqa: F401  # for all tests here

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def permit(authority, now, tmp_path):
    """Weißenburg offers what the demo offers there; gives the adopted form of the resident parking permit."""
    from django.conf import settings

    from stadttor.catalog import demo, queries, services
    from stadttor.ground.actor import SYSTEM
    from stadttor.site.demo_cast import PARAMETERS

    demo.load_packages(settings.STADTTOR_PACKAGES, keys=tmp_path, now=now)
    offered = [version for version in queries.versions() if version.slug in PARAMETERS["weissenburg"]]
    for version in offered:
        wanted = PARAMETERS["weissenburg"][version.slug]
        adoption_id = services.adopt(
            authority_id=authority.id, version_id=version.id, parameters=wanted, actor=SYSTEM, now=now
        )
        services.go_live(authority_id=authority.id, adoption_id=adoption_id, actor=SYSTEM, now=now)
    return queries.adopted_form(authority.id, "bewohnerparkausweis")
