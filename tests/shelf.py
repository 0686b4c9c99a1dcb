"""Packages of the demo for tests: published once in a run, later put back as the rows that publishing left.

Publishing sets every letter of a package in every language, seconds of processor time which a test about something else
would spend anew on the emptied database.
"""

import shutil
import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings

from stadttor.catalog.demo import load_packages
from stadttor.catalog.models import Package, PackageVersion, PublisherKey
from stadttor.ground.work import common

ROWS = (PublisherKey, Package, PackageVersion)

_left: dict[tuple[str, ...], list[list[PublisherKey] | list[Package] | list[PackageVersion]]] = {}


def publish(*names: str, now: datetime) -> None:
    """Has these packages of the demo in the catalogue, by the names of their folders; safe to repeat."""
    with common():
        is_empty = not PublisherKey.objects.exists()
    if is_empty and names in _left:
        with common(write=True):
            for kind, rows in zip(ROWS, _left[names], strict=True):
                kind.objects.bulk_create(rows)
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            shutil.copytree(settings.STADTTOR_PACKAGES / name, Path(folder) / name)
        load_packages(Path(folder), keys=Path(_keys().name), now=now)
    if is_empty:
        with common():
            _left[names] = [list(kind.objects.all()) for kind in ROWS]


@cache
def _keys() -> tempfile.TemporaryDirectory[str]:
    """The folder of the key that publishes: one for all tests, so that a package's archive is read once and known again."""
    return tempfile.TemporaryDirectory(prefix="stadttor-publisher-")
