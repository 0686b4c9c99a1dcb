"""Following other installations' catalogues: agreed by their key, read again and again, believed only forwards."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from stadttor.catalog import ports
from stadttor.catalog.archive import TrustedKey
from stadttor.catalog.federation.addresses import catalogue_address, index_address
from stadttor.catalog.federation.index import Index, Read, file_of, must_follow, read
from stadttor.catalog.federation.refusals import WORDS, CatalogueRefused
from stadttor.catalog.models import Imported, Subscription, Withheld
from stadttor.catalog.rules import limits
from stadttor.catalog.services.trusting import trust_key
from stadttor.ground.work import common, must_be_shut

__all__ = ["WORDS", "followed", "refresh", "refresh_all", "subscribe", "trust_publisher", "unsubscribe"]

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,59}")
_KID = re.compile(r"[A-Za-z0-9_-]{43}")


def subscribe(*, address: str, kid: str, now: datetime, name: str = "") -> str:
    """Follow the catalogue at this address, signed with the key of this thumbprint; gives its name here.

    Again with another key: that is agreed from now on; what was seen stays seen. Raises CatalogueRefused, and then nothing
    is stored: it must be there and signed at once.
    """
    where = catalogue_address(address)
    called = name or (urlsplit(where).hostname or "")
    if not _KID.fullmatch(kid):
        raise CatalogueRefused("key", kid)
    if not _NAME.fullmatch(called):
        raise CatalogueRefused("name", called)
    found = _fetched(where)
    _must_be_signed(found, kid, None)
    with common(write=True):
        row = Subscription.objects.select_for_update().filter(address=where).first()
        if Subscription.objects.filter(name=called).exclude(address=where).exists():
            raise CatalogueRefused("name", called)
        must_follow(read(row.index.encode()) if row else None, found, now)
        values = {"name": called, "ended_at": None, **_values(found, now)}
        row, _ = Subscription.objects.update_or_create(address=where, defaults=values)
        _withdraw_what_was(row, found.index, now)
    return called


def unsubscribe(*, name: str, now: datetime) -> None:
    """Follow it no more. What was imported stays, and what was seen is remembered. Raises CatalogueRefused."""
    with common(write=True):
        if not Subscription.objects.filter(name=name, ended_at=None).update(ended_at=now):
            raise CatalogueRefused("unknown", name)


def refresh(*, name: str, now: datetime) -> Index:
    """Read the catalogue anew. Raises CatalogueRefused; then the last good state stays, with a note why."""
    row = followed(name)
    try:
        found = _fetched(row.address)
        _must_be_signed(found, row.kid, row.public_jwk)
        return _believed(row, found, now)
    except CatalogueRefused as refused:
        with common(write=True):
            Subscription.objects.filter(id=row.id).update(problem=refused.code, tried_at=now)
        raise


def refresh_all(*, now: datetime) -> dict[str, CatalogueRefused]:
    """Read every catalogue anew; one that is refused keeps nobody waiting. Gives those by name."""
    refused = {}
    for name in _names():
        try:
            refresh(name=name, now=now)
        except CatalogueRefused as error:
            refused[name] = error
    return refused


def trust_publisher(*, name: str, kid: str, namespace: str, now: datetime) -> TrustedKey:
    """Accept packages of a publisher that a catalogue names, below the namespace that the operator read and decided on.

    Raises CatalogueRefused, too, when the catalogue says another namespace by now: it is read again each hour.
    """
    row = followed(name)
    for key in read(row.index.encode()).index.publishers:
        if key.kid == kid and key.namespace != namespace:
            raise CatalogueRefused("other_namespace", f"{key.namespace}, not {namespace}")
        if key.kid == kid:
            trust_key(key, now=now)
            return key
    raise CatalogueRefused("not_listed", kid)


def followed(name: str) -> Subscription:
    """Raises CatalogueRefused for a catalogue that nobody follows."""
    with common():
        row = Subscription.objects.filter(name=name, ended_at=None).first()
    if row is None:
        raise CatalogueRefused("unknown", name)
    return row


def _names() -> Sequence[str]:
    with common():
        return list(Subscription.objects.filter(ended_at=None).order_by("name").values_list("name", flat=True))


def _fetched(address: str) -> Read:
    must_be_shut("asking another catalogue")
    return read(ports.fetching().get(index_address(address), most=limits.INDEX_BYTES))


def _must_be_signed(found: Read, kid: str, public_jwk: dict[str, Any] | None) -> None:
    # Here, because pages load this module for its other verbs and never verify.
    from stadttor.catalog.federation.sealing import must_be_signed

    must_be_signed(found, kid, public_jwk)


def _believed(before: Subscription, found: Read, now: datetime) -> Index:
    """What may follow is compared under the lock: two that read at once must not go back and forth."""
    with common(write=True):
        row = Subscription.objects.select_for_update().get(id=before.id)
        if row.kid != before.kid:
            raise CatalogueRefused("unknown_signer")
        must_follow(read(row.index.encode()), found, now)
        Subscription.objects.filter(id=row.id).update(**_values(found, now))
        _withdraw_what_was(row, found.index, now)
    return found.index


def _values(found: Read, now: datetime) -> dict[str, Any]:
    """What is kept of an index that is believed; its key is the agreed one from now on."""
    index = found.index
    return {
        "kid": TrustedKey(index.key, "", "").kid,
        "public_jwk": dict(index.key),
        "title": index.name,
        "number": index.number,
        "index": file_of(found.signed, found.signatures).decode(),
        "newest": _newest(index),
        "expires_at": index.expires_at,
        "good_at": now,
        "tried_at": now,
        "problem": "",
    }


def _newest(index: Index) -> list[dict[str, str]]:
    """Of each package the highest version that is offered; an index has them in order."""
    names = {key.kid: key.publisher for key in index.publishers}
    found = {
        one.package: {
            "package": one.package, "version": one.version, "title": one.title, "kid": one.publisher,
            "publisher": names.get(one.publisher, ""),
        }
        for one in index.versions
        if one.state == "offered"
    }  # fmt: skip
    return list(found.values())


def _withdraw_what_was(row: Subscription, index: Index, now: datetime) -> None:
    """What came from this catalogue and was taken back there is adopted by nobody here any more."""
    gone = {(one.package, one.version): one for one in index.versions if one.state != "offered"}
    here = Imported.objects.filter(
        subscription=row, version__withheld=None, version__package__name__in=[p for p, _ in gone]
    )
    for imported in here.select_related("version__package"):
        version = imported.version
        if one := gone.get((version.package.name, version.version)):
            Withheld.objects.create(version_id=version.id, kind="withdrawn", reason=one.reason, at=now)
