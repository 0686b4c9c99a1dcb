"""Published versions, read and kept: each process reads a version once, by the hash of its archive."""

import hashlib
from collections import OrderedDict
from threading import Lock
from uuid import UUID

from stadttor.catalog.archive import open_archive
from stadttor.catalog.models import PackageVersion
from stadttor.catalog.rules.content import PackageContent, read_package
from stadttor.catalog.rules.faults import PackageRefused, refuse
from stadttor.catalog.rules.manifest import published_manifest

KEPT = 200

_kept: OrderedDict[str, PackageContent] = OrderedDict()
_lock = Lock()


def content_of(version: PackageVersion) -> PackageContent:
    """The content of a published version; asks for the archive only when this process has not read it yet."""
    found = _kept.get(version.sha256)
    if found is None:
        found = _read(bytes(version.archive), version.sha256)
        _keep(version.sha256, found)
    return found


def content_by_id(version_id: UUID, sha256: str) -> PackageContent:
    """The same by id, inside a door of the database."""
    found = _kept.get(sha256)
    if found is None:
        archive = PackageVersion.objects.filter(id=version_id).values_list("archive", flat=True).get()
        found = _read(bytes(archive), sha256)
        _keep(sha256, found)
    return found


def _read(archive: bytes, sha256: str) -> PackageContent:
    if hashlib.sha256(archive).hexdigest() != sha256:
        raise refuse("archive", 0, "The stored archive was changed after publication.", "Publish the version anew.")
    reading = read_package(open_archive(archive).files, published_manifest, with_lines=False)
    if reading.content is None:
        raise PackageRefused(reading.faults)
    return reading.content


def _keep(sha256: str, content: PackageContent) -> None:
    with _lock:
        _kept[sha256] = content
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
