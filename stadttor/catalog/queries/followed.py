"""Other installations' catalogues, as they were last believed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stadttor.catalog.federation.index import read
from stadttor.catalog.federation.refusals import AWAY
from stadttor.catalog.models import PackageVersion, PublisherKey, Subscription
from stadttor.catalog.rules.semver import parse_version
from stadttor.ground.work import common

if TYPE_CHECKING:
    from django.db.models import QuerySet

FRESH = timedelta(days=1)
"""How old the last good reading may be: the clock reads every hour."""


@dataclass(frozen=True)
class FollowedRow:
    """A catalogue that is followed. `problem` is the word of the last refusal, empty after a good reading."""

    name: str
    title: str
    address: str
    kid: str
    number: int
    expires_at: datetime
    good_at: datetime
    tried_at: datetime
    problem: str

    def is_stale(self, now: datetime) -> bool:
        """Refused for what it says, or silent for too long; an hour's outage is neither."""
        refused = bool(self.problem) and self.problem not in AWAY
        return refused or self.expires_at <= now or self.good_at < now - FRESH


@dataclass(frozen=True)
class NewsRow:
    """The highest version another catalogue offers of a package, and not had here yet. `here` is the highest one here."""

    catalogue: str
    title_of_catalogue: str
    package: str
    version: str
    title: str
    publisher: str
    here: str
    is_trusted: bool
    good_at: datetime


@dataclass(frozen=True)
class PublisherRow:
    """A publisher that a catalogue names: `state` is trusted, revoked or unknown here."""

    kid: str
    publisher: str
    namespace: str
    state: str


def followed_catalogues() -> list[FollowedRow]:
    """By name."""
    columns = ("name", "title", "address", "kid", "number", "expires_at", "good_at", "tried_at", "problem")
    with common():
        return [FollowedRow(*row) for row in _followed().values_list(*columns)]


def stale_catalogues(now: datetime) -> list[str]:
    """The names of those that an operator must look at."""
    return [one.name for one in followed_catalogues() if one.is_stale(now)]


def news() -> list[NewsRow]:
    """What other catalogues have and this one does not: a package that is unknown here, or a higher version."""
    with common():
        rows = list(_followed().values_list("name", "title", "newest", "good_at"))
        trusted = frozenset(PublisherKey.objects.filter(revoked_at=None).values_list("kid", flat=True))
        ordered = PackageVersion.objects.order_by("major", "minor", "patch")
        here = dict(ordered.values_list("package__name", "version"))
    found = [
        NewsRow(name, title, one["package"], one["version"], one["title"], one["publisher"], here.get(one["package"], ""),
                one["kid"] in trusted, good_at)
        for name, title, newest, good_at in rows
        for one in newest
    ]  # fmt: skip
    return [row for row in found if not row.here or parse_version(row.here) < parse_version(row.version)]


def publishers_in(name: str) -> Sequence[PublisherRow]:
    """Whom a catalogue names; empty for one that nobody follows."""
    with common():
        index = _followed().filter(name=name).values_list("index", flat=True).first()
        known = dict(PublisherKey.objects.values_list("kid", "revoked_at"))
    keys = read(index.encode()).index.publishers if index else ()
    states = {
        key.kid: "unknown" if key.kid not in known else "revoked" if known[key.kid] else "trusted" for key in keys
    }
    return [PublisherRow(key.kid, key.publisher, key.namespace, states[key.kid]) for key in keys]


def _followed() -> "QuerySet[Subscription]":
    return Subscription.objects.filter(ended_at=None).order_by("name")
