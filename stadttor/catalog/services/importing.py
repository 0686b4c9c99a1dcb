"""A version of another installation's catalogue becomes one of this."""

import hashlib
from datetime import datetime

from stadttor.catalog import ports
from stadttor.catalog.federation.addresses import archive_address
from stadttor.catalog.federation.index import Index, Listed, read
from stadttor.catalog.federation.refusals import CatalogueRefused
from stadttor.catalog.models import Imported, Subscription
from stadttor.catalog.queries import trusted_keys
from stadttor.catalog.services.following import followed
from stadttor.catalog.services.publishing import Published, publish_with
from stadttor.ground.work import must_be_shut


def import_version(*, name: str, package: str, version: str = "", now: datetime) -> Published:
    """Fetch a version, without a number the highest, and publish it here after all checks that publishing makes.

    Raises CatalogueRefused and PackageRefused; then nothing is stored. Importing the same again changes nothing.
    """
    row = followed(name)
    index = read(row.index.encode()).index
    if index.expires_at <= now:
        raise CatalogueRefused("expired", row.title)
    wanted = _offered(index, package, version)
    if wanted.publisher not in {key.kid for key in trusted_keys()}:
        raise CatalogueRefused("unknown_publisher", f"{package} {wanted.version}")
    archive = _fetched(row, wanted)

    def note_origin(published: Published) -> None:
        """Under the lock of the catalogue: what was taken back in the meantime is not stored."""
        now_said = read(Subscription.objects.select_for_update().get(id=row.id).index.encode()).index
        _offered(now_said, package, wanted.version)
        Imported.objects.create(version_id=published.version_id, subscription=row, number=now_said.number, at=now)

    return publish_with(archive=archive, now=now, more=note_origin)


def _offered(index: Index, package: str, version: str) -> Listed:
    """Raises CatalogueRefused for what is not in it, or was taken back."""
    if version:
        found = index.listed(package, version)
    else:
        all_of_it = [one for one in index.versions if one.package == package]
        if not all_of_it:
            raise CatalogueRefused("not_listed", package)
        found = next((one for one in reversed(all_of_it) if one.state == "offered"), all_of_it[-1])
    if found.state != "offered":
        raise CatalogueRefused("withdrawn", f"{package} {found.version}")
    return found


def _fetched(row: Subscription, wanted: Listed) -> bytes:
    """The archive that the index means: its bytes, its name, its version, its signer. Raises what refuses it."""
    from stadttor.catalog import signing

    must_be_shut("asking another catalogue")
    about = f"{wanted.package} {wanted.version}"
    archive = ports.fetching().get(archive_address(row.address, wanted.package, wanted.version), most=wanted.size)
    if (len(archive), hashlib.sha256(archive).hexdigest()) != (wanted.size, wanted.sha256):
        raise CatalogueRefused("changed_archive", about)
    verified = signing.verify(archive, trusted_keys())
    if (verified.id, verified.version, verified.signer.kid) != (wanted.package, wanted.version, wanted.publisher):
        raise CatalogueRefused("changed_archive", about)
    return archive
