"""What other installations may have of this one's catalogue."""

from datetime import datetime

from stadttor.catalog.models import IssuedIndex, PackageVersion
from stadttor.core.refused import not_found
from stadttor.ground.work import common


def issued_index(now: datetime) -> tuple[int, str]:
    """Number and content of the index that is in force. Raises Refused (404) where there is none, or it has expired."""
    with common():
        row = IssuedIndex.objects.order_by("-number").values_list("number", "content", "expires_at").first()
    if row is None or row[2] <= now:
        raise not_found()
    return row[0], row[1]


def has_expired(now: datetime) -> bool:
    """Whether others were once given an index and get none any more."""
    with common():
        last = IssuedIndex.objects.order_by("-number").values_list("expires_at", flat=True).first()
    return last is not None and last <= now


def shared_archive(package: str, version: str, now: datetime) -> tuple[str, bytes]:
    """SHA-256 and archive of a version that others may have. Raises Refused (404): private, withdrawn, no catalogue."""
    with common():
        if not IssuedIndex.objects.filter(expires_at__gt=now).exists():
            raise not_found()
        rows = PackageVersion.objects.filter(package__name=package, version=version, signed_by__revoked_at=None)
        row = rows.filter(withheld=None, imported=None).values_list("sha256", "archive").first()
    if row is None:
        raise not_found()
    return row[0], bytes(row[1])
