"""The catalogue that this installation signs and serves to others."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models.functions import Length

from stadttor.catalog.archive import TrustedKey
from stadttor.catalog.federation.index import Index, Listed, State, canonical, contents, read
from stadttor.catalog.models import IssuedIndex, PackageVersion, PublisherKey, Withheld
from stadttor.catalog.rules import limits
from stadttor.catalog.rules.faults import refuse
from stadttor.catalog.rules.texts import OFFICIAL
from stadttor.catalog.stored import content_by_id
from stadttor.ground.work import common

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from stadttor.catalog.services.own_keys import OwnKeys

VALID = timedelta(days=7)
"""How long an index is valid. It is made anew in the middle of that, so that a weekend's failure harms nobody."""


@dataclass(frozen=True)
class Issued:
    """The newest index; `is_new` is False when the one that was there still says what there is."""

    number: int
    versions: int
    expires_at: datetime
    is_new: bool


def issue(*, now: datetime) -> Issued | None:
    """Sign what there is to share, when it changed or the index grows old. None where there is no catalogue for others.

    Its number is the time in seconds, or one more than the last: it grows even after a restored backup.
    """
    from stadttor.catalog.services.own_keys import own_keys

    own = own_keys()
    if own is None:
        return None
    with common(write=True):
        last = IssuedIndex.objects.order_by("-number").first()
        publishers, versions = _publishers(), _versions(_titles(last))
        digest = _digest(own, publishers, versions)
        if last and last.contents_sha256 == digest and last.expires_at - now > VALID / 2:
            return Issued(last.number, len(versions), last.expires_at, is_new=False)
        number = max(int(now.timestamp()), last.number + 1 if last else 0)
        return _store(own, number, publishers, versions, digest, now)


def _store(
    own: "OwnKeys", number: int, publishers: tuple[TrustedKey, ...], versions: tuple[Listed, ...], digest: str,
    now: datetime,
) -> Issued:  # fmt: skip
    from stadttor.catalog.federation.sealing import sealed

    made_at = now.replace(microsecond=0)
    key = {name: own.key.as_dict(private=False)[name] for name in ("crv", "kty", "x")}
    index = Index(own.name, number, made_at, made_at + VALID, key, publishers, versions)
    content = sealed(index, (own.key, *own.earlier))
    # What nobody could read is better not said.
    read(content)
    IssuedIndex.objects.create(
        number=number, content=content.decode(), contents_sha256=digest, made_at=made_at, expires_at=index.expires_at
    )
    return Issued(number, len(versions), index.expires_at, is_new=True)


def withdraw_version(*, package: str, version: str, reason: str, now: datetime) -> None:
    """Take a version back: nobody adopts it any more, here and wherever this catalogue is followed. For ever.

    What is adopted goes on. Raises PackageRefused for an unknown version, or without a reason of one line.
    """
    if not 1 <= len(reason) <= limits.INDEX_TEXT or not reason.isprintable():
        raise refuse("reason", 0, "A reason is one line of at most 200 characters.", "Say why, for those who use it.")
    with common(write=True):
        row = _version(package, version)
        if not row.is_withdrawn:
            Withheld.objects.filter(version=row).delete()
            Withheld.objects.create(version=row, kind="withdrawn", reason=reason, at=now)


def offer_version(*, package: str, version: str) -> None:
    """Share a version that was private until now. Raises PackageRefused for an unknown version."""
    with common(write=True):
        Withheld.objects.filter(version=_version(package, version), kind="private").delete()


def shared_versions() -> tuple[Listed, ...]:
    """What the next index will name."""
    with common():
        return _versions({})


def _version(package: str, version: str) -> PackageVersion:
    rows = PackageVersion.objects.select_related("withheld").defer("archive")
    row = rows.filter(package__name=package, version=version).first()
    if row is None:
        raise refuse(package, 0, f"Version {version} is not in the catalogue.", "Look: stadttor catalogue show")
    return row


def _publishers() -> tuple[TrustedKey, ...]:
    used = shared().values("signed_by_id")
    rows = PublisherKey.objects.filter(revoked_at=None, id__in=used).order_by("kid")
    return tuple(TrustedKey(_public(row.public_jwk), row.publisher, row.namespace) for row in rows)


def _public(jwk: Mapping[str, str]) -> dict[str, str]:
    return {name: jwk[name] for name in ("crv", "kty", "x")}


def shared() -> "QuerySet[PackageVersion]":
    """The versions that were published here and are not private."""
    return PackageVersion.objects.filter(imported=None).exclude(withheld__kind="private")


def _versions(titles: Mapping[str, str]) -> tuple[Listed, ...]:
    rows = shared().select_related("package", "signed_by", "withheld").defer("archive").annotate(size=Length("archive"))
    ordered: Iterable[PackageVersion] = rows.order_by("package__name", "major", "minor", "patch")
    # PostgreSQL orders names by language, an index by signs.
    listed = [_listed(row, titles) for row in ordered]
    return tuple(sorted(listed, key=lambda one: (one.package, one.number)))


def _listed(row: PackageVersion, titles: Mapping[str, str]) -> Listed:
    state: State = "revoked" if row.signed_by.revoked_at else "withdrawn" if row.is_withdrawn else "offered"
    return Listed(
        package=row.package.name,
        version=row.version,
        title=titles.get(row.sha256) or _title(row),
        sha256=row.sha256,
        size=row.size,  # type: ignore[attr-defined]  # annotated above
        publisher=row.signed_by.kid,
        state=state,
        reason=row.withheld.reason if state == "withdrawn" else "",
    )


def _title(row: PackageVersion) -> str:
    title = content_by_id(row.id, row.sha256).texts_in(OFFICIAL).text("title")
    return "".join(sign for sign in title if sign.isprintable())[: limits.INDEX_TEXT] or row.package.name


def _titles(last: IssuedIndex | None) -> dict[str, str]:
    """Those said before: else every archive would be read anew for each look."""
    return {one.sha256: one.title for one in read(last.content.encode()).index.versions} if last else {}


def _digest(own: "OwnKeys", publishers: tuple[TrustedKey, ...], versions: tuple[Listed, ...]) -> str:
    said = {"name": own.name, "keys": own.kids, **contents(publishers, versions)}
    return hashlib.sha256(canonical(said)).hexdigest()
