"""A town with something in every table, and a neighbour with a case."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stadttor.ground.launcher.dsn import changed
from stadttor.ground.launcher.postgres import SUPERUSER


@pytest.fixture
def folders(tmp_path):
    """Files and heads of this test alone; keys are those of the run."""
    from django.conf import settings

    before = settings.STADTTOR_FILES, settings.STADTTOR_HEADS
    settings.STADTTOR_FILES, settings.STADTTOR_HEADS = tmp_path / "var/files", tmp_path / "var/audit-heads"
    yield tmp_path / "var"
    settings.STADTTOR_FILES, settings.STADTTOR_HEADS = before


@pytest.fixture
def superuser(database):
    """Whom no wall stops."""
    return changed(database["STADTTOR_OWNER_URL"], user=SUPERUSER)


@pytest.fixture
def full(authority, folders, superuser):
    """Weißenburg with one of everything, its chain sealed."""
    from stadttor.ground import sealing
    from tests.isolation.world import made
    from tests.safety.backup.filling import fill_rest

    made(authority)
    sealing.seal_waiting(authority.id, datetime.now(UTC))
    fill_rest(superuser, authority.id)
    return authority


@pytest.fixture
def beside(neighbour, folders):
    """München with a case in work."""
    from tests.isolation.world import in_work

    in_work(neighbour)
    return neighbour


@pytest.fixture
def take_along(database, tmp_path):
    """Exports an authority; gives the file."""
    from stadttor.site.leaving.exporting import export
    from stadttor.site.leaving.house import this_house

    def act(one, name="export.zip", **given) -> Path:
        target = tmp_path / name
        house = given.pop("house", None) or this_house()
        export(
            one.id, target, url=database["STADTTOR_DATABASE_URL"], house=house, now=datetime.now(UTC), out=io.StringIO()
        )
        return target

    return act
