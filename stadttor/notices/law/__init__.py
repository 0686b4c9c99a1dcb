"""The law of delivery as data: when a decision counts as made known, and until when which remedy is open.

The table is `delivery.toml` beside this file: each row with its area of law, Land, first day and source; the courts are in
`courts.toml`. Pure.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from stadttor.core.periods import months_later, rolled

Channel = Literal["post", "account", "counter", "abroad"]
Area = Literal["general", "tax"]
Event = Literal["posted", "opened", "handed", "received"]
RemedyKind = Literal["objection", "tax_objection", "action", "choice"]
CHANNELS: tuple[Channel, ...] = ("post", "account", "counter")
HERE = "DE"
EVERYWHERE = "*"
FILE = Path(__file__).with_name("delivery.toml")
COURTS = Path(__file__).with_name("courts.toml")


@dataclass(frozen=True)
class KnownRule:
    """A decision delivered so counts as made known `months` and `days` after the event; `rolls`: on a working day only.

    `unopened` are the days after which what nobody opened is no delivery. `checked` is false where the row is not sure.
    """

    area: Area
    land: str
    channel: Channel
    since: date
    event: Event
    days: int
    rolls: bool
    checked: bool
    source: str
    unopened: int | None = None
    months: int = 0


@dataclass(frozen=True)
class RemedyRule:
    """What is open against a decision, for how many months after it was made known."""

    area: Area
    land: str
    since: date
    kind: RemedyKind
    months: int
    checked: bool
    source: str


@dataclass(frozen=True)
class Court:
    """A court with its seat, for areas whose regional key begins with one of `areas`; unless `checked`, it is a guess."""

    name: str
    seat: str
    areas: tuple[str, ...]
    since: date
    checked: bool
    source: str
    address: str = ""

    @property
    def said(self) -> str:
        """As it stands behind "beim": the seat is what § 58 Abs. 1 VwGO asks for."""
        return f"{self.name}, {self.address}," if self.address else f"{self.name} mit Sitz in {self.seat}"


@dataclass(frozen=True)
class Table:
    """The whole file; `texts` are the German remedies by kind."""

    known: tuple[KnownRule, ...]
    remedies: tuple[RemedyRule, ...]
    courts: tuple[Court, ...]
    texts: Mapping[str, str]


@lru_cache(maxsize=1)
def table() -> Table:
    """The table as shipped. Raises for a row that is not whole."""
    read, courts = tomllib.loads(FILE.read_text("utf-8")), tomllib.loads(COURTS.read_text("utf-8"))
    return Table(
        tuple(KnownRule(**_row(one)) for one in read["known"]),
        tuple(RemedyRule(**_row(one)) for one in read["remedy"]),
        tuple(Court(**{**_row(one), "areas": tuple(one["areas"])}) for one in courts["court"]),
        {one["kind"]: one["text"] for one in read["text"]},
    )


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    """`from` is a word of the language."""
    return {("since" if name == "from" else name): value for name, value in one.items()}


Rule = TypeVar("Rule", KnownRule, RemedyRule)


def _fitting(rows: Iterable[Rule], area: str, land: str, on: date) -> Rule | None:
    """The newest row of the Land that holds on this day, else the newest for all of Germany."""
    found = [one for one in rows if one.area == area and one.land in (land, EVERYWHERE) and one.since <= on]
    return max(found, key=lambda one: (one.land != EVERYWHERE, one.since), default=None)


def known_rule(area: str, calendar: str, channel: str, on: date) -> KnownRule | None:
    """How a decision delivered so becomes known; none where the law knows no such way. `calendar` as BY or BY+assumption."""
    return _fitting((one for one in table().known if one.channel == channel), area, land_of(calendar), on)


def channel_of(channel: str, country: str) -> str:
    """What the table calls a way: the post to another country (its code) has rows of its own."""
    return "abroad" if channel == "post" and country not in ("", HERE) else channel


def last_day_unopened(area: str, calendar: str, provided: date) -> date | None:
    """The last day on which what was put into the account on a day can be opened with effect (§ 41 Abs. 2a VwVfG)."""
    rule = known_rule(area, calendar, "account", provided)
    return provided + timedelta(days=rule.unopened) if rule and rule.unopened is not None else None


def remedy_rule(area: str, calendar: str, on: date) -> RemedyRule | None:
    """Which remedy is open against a decision of this day."""
    return _fitting(table().remedies, area, land_of(calendar), on)


def land_of(calendar: str) -> str:
    """The Land of a calendar of holidays."""
    return calendar.split("+")[0]


def known_on(rule: KnownRule, event: date, calendar: str) -> date:
    """The day on which a decision counts as made known."""
    day = (months_later(event, rule.months) if rule.months else event) + timedelta(days=rule.days)
    return rolled(day, calendar) if rule.rolls else day


def remedy_until(rule: RemedyRule, known: date, calendar: str, months: int | None = None) -> date:
    """The last day of the remedy (§ 57 Abs. 2 VwGO, § 222 ZPO, §§ 187–193 BGB); `months` where the rule's do not count."""
    return rolled(months_later(known, rule.months if months is None else months), calendar)


def court_of(prefixes: Iterable[str]) -> Court | None:
    """The court for an authority by the regional keys of its areas; none where the table is not sure of it."""
    found = likely_court(prefixes)
    return found if found and found.checked else None


def likely_court(prefixes: Iterable[str]) -> Court | None:
    """The same, also where nobody compared its district with the law: to be asked about, never for a letter."""
    keys = [str(one) for one in prefixes]
    fitting = [one for one in table().courts if keys and all(key.startswith(one.areas) for key in keys)]
    return fitting[0] if fitting else None


def remedy_text(kind: RemedyKind, *, authority: str, court: Court | str | None) -> str:
    """The German remedy; empty where it needs a court that nobody is sure of. `court` as the authority itself says it, too."""
    template = table().texts[kind]
    if "{court}" in template and not court:
        return ""
    # The sentence ends behind it: an address that ends with an abbreviation ("i. Bay.") brings its full stop along.
    authority = authority.removesuffix(".")
    said = court.said if isinstance(court, Court) else f"{(court or '').strip().rstrip(',.')},"
    return template.format(authority=authority, court=said)
