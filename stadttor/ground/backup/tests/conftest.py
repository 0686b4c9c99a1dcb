"""A small cell, and empty places to come back to."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stadttor.ground.backup.cell import Cell
from stadttor.ground.backup.folder import Folder
from stadttor.ground.launcher.postgres import Cluster, find_binaries, short_temporary_folder
from stadttor.ground.launcher.testing import FAST_AND_SMALL


@pytest.fixture
def living(authority, database, tmp_path, settings_folders):
    """A town with three files and a sealed audit chain, and an empty folder of backups."""
    from stadttor.ground import sealing
    from stadttor.ground.backup.tests.living import Living

    one = Living(authority.id, database["STADTTOR_BACKUP_URL"], settings_folders, Folder(tmp_path / "backups"))
    for number in range(3):
        one.keep(f"Nachweis {number}")
    sealing.seal_waiting(authority.id, datetime.now(UTC))
    return one


@pytest.fixture
def settings_folders(tmp_path):
    """Files and heads of this test alone; keys are those of the run."""
    from django.conf import settings

    before = settings.STADTTOR_FILES, settings.STADTTOR_HEADS
    settings.STADTTOR_FILES, settings.STADTTOR_HEADS = tmp_path / "var/files", tmp_path / "var/audit-heads"
    yield Cell(settings.STADTTOR_FILES, settings.STADTTOR_HEADS, Path(settings.STADTTOR_KEYS))
    settings.STADTTOR_FILES, settings.STADTTOR_HEADS = before


@pytest.fixture
def elsewhere(tmp_path, living):
    """Another machine: empty folders, and the keys from where they were kept."""
    return Cell(tmp_path / "new/files", tmp_path / "new/audit-heads", living.cell.keys)


@pytest.fixture
def empty_server():
    """An empty cluster of its own; gives a superuser's address."""
    place = short_temporary_folder("stadttor-test-")
    cluster = Cluster(place, find_binaries(wanted=os.environ.get("STADTTOR_POSTGRES", "")), settings=FAST_AND_SMALL)
    with cluster.running(log=place / "postgres.log"):
        yield cluster.url()
    shutil.rmtree(place)
