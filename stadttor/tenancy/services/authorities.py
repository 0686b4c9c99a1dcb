"""Authorities: create them, say which areas they cover and what describes them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from stadttor.core.ars import BadRegionalKey, Level, parse_prefix
from stadttor.core.german_sort import search_key
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.models import Authority
from stadttor.ground.work import common, work
from stadttor.tenancy import queries
from stadttor.tenancy.models import Area, Coverage, Profile
from stadttor.tenancy.rules.look import check_accent, check_crest
from stadttor.tenancy.rules.names import split, title
from stadttor.tenancy.rules.phones import written

# One label of a host name (RFC 1035 §2.3.4 allows 63), as the slug is the portal's first label.
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
BATCH = 1_000
# Holidays of single municipalities: 15 August in Catholic Bavaria, 8 August in Augsburg, Corpus Christi in parts of
# Saxony and Thuringia. Those of a Land need no setting.
HOLIDAYS = ("assumption", "augsburg_peace", "corpus_christi")


class Description(TypedDict, total=False):
    """What may be set about an authority; see `models.Profile`."""

    lines: Sequence[str]
    phone: str
    email: str
    website: str
    imprint: str
    accent: str
    crest: str
    hours: Sequence[Mapping[str, object]]
    holidays: Sequence[str]
    remedy: str
    officer: str
    parts_off: Sequence[str]
    court: str
    setup_aside: bool
    example: bool


def create_authority(*, slug: str, name: str, kind: str, covers: Iterable[str], actor: Actor, now: datetime) -> UUID:
    """Create an authority with its coverage; its portal then answers under `slug`.

    Refused when the slug is taken or no host name, or a prefix of `covers` is no regional key.
    """
    if not _SLUG.fullmatch(slug):
        raise Refused("slug.format", "Use lower-case letters, digits and hyphens only.", field="slug")
    prefixes = _checked(covers)
    authority_id = new_id()
    with work(authority_id):
        if Authority.objects.filter(slug=slug).exists():
            raise Refused("slug.taken", "Another authority has this address already.", field="slug")
        Authority.objects.create(id=authority_id, slug=slug, name=name, kind=kind)
        Coverage.objects.bulk_create([Coverage(authority_id=authority_id, ars_prefix=prefix) for prefix in prefixes])
        _record(authority_id, "authority.created", actor, now, covers=prefixes)
    queries.forget()
    return authority_id


def set_coverage(authority_id: UUID, covers: Iterable[str], *, actor: Actor, now: datetime) -> None:
    """Replace the areas an authority serves. Refused when a prefix is no regional key."""
    prefixes = _checked(covers)
    with work(authority_id):
        Coverage.objects.filter(authority_id=authority_id).delete()
        Coverage.objects.bulk_create([Coverage(authority_id=authority_id, ars_prefix=prefix) for prefix in prefixes])
        _record(authority_id, "authority.coverage_set", actor, now, covers=prefixes)
    queries.forget()


def _checked(covers: Iterable[str]) -> list[str]:
    try:
        return sorted({parse_prefix(prefix) for prefix in covers})
    except BadRegionalKey as error:
        raise Refused("ars.format", "This is no regional key: {reason}", field="covers", reason=str(error)) from None


def describe(authority_id: UUID, *, actor: Actor, now: datetime, **values: Unpack[Description]) -> None:
    """Set what describes an authority; what is not named stays. Refused: a pale accent, an unsafe crest, bad hours."""
    checked = _checked_description(values)
    with work(authority_id):
        Profile.objects.update_or_create(authority_id=authority_id, defaults=checked)
        _record(authority_id, "authority.described", actor, now, fields=sorted(checked))
    queries.forget()


def _checked_description(values: Description) -> dict[str, object]:
    checked: dict[str, object] = dict(values)
    if "accent" in values:
        checked["accent"] = check_accent(values["accent"])
    if "crest" in values:
        checked["crest"] = check_crest(values["crest"])
    if "hours" in values:
        checked["hours"] = [_checked_span(span) for span in values["hours"]]
    if "phone" in values:
        checked["phone"] = written(values["phone"])
    if "holidays" in values:
        checked["holidays"] = _checked_holidays(values["holidays"])
    if "lines" in values:
        checked["lines"] = [line.strip() for line in values["lines"] if line.strip()]
    if "parts_off" in values:
        checked["parts_off"] = sorted(set(values["parts_off"]))
    return checked


def _checked_holidays(names: Sequence[str]) -> list[str]:
    for name in names:
        if name not in HOLIDAYS:
            raise Refused("holidays.unknown", "This holiday is not known: {name}", field="holidays", name=name)
    return sorted(set(names))


def _checked_span(span: Mapping[str, object]) -> dict[str, object]:
    day, start, end = span.get("day"), str(span.get("from")), str(span.get("until"))
    if day not in range(7) or not _TIME.fullmatch(start) or not _TIME.fullmatch(end) or start >= end:
        raise Refused("hours.format", "Enter opening hours like this: Monday 08:00 to 12:00.", field="hours")
    return {"day": day, "from": start, "until": end}


def _record(authority_id: UUID, act: str, actor: Actor, now: datetime, **details: object) -> None:
    audit.record(authority_id, act=act, actor=actor, subject=("authority", authority_id), at=now, details=details)


@dataclass(frozen=True, slots=True)
class _Administration:
    """An administration that the register implies: a Verband, or a municipality that belongs to none."""

    prefix: str
    slug: str
    name: str
    kind: str


def create_authorities_from_register(*, kreise: bool = False) -> int:
    """Create every administration the register implies (about 4,400) that is not there yet; gives how many were new.

    For load tests and the national roll-out: all Verbände and all municipalities outside of them; with `kreise` those
    of the Kreise too, which are asked where there is no municipality (unincorporated areas).
    """
    with common(write=True):
        covered = set(Coverage.objects.values_list("ars_prefix", flat=True))
        slugs = set(Authority.objects.values_list("slug", flat=True))
        new = [item for item in _administrations(slugs, kreise) if item.prefix not in covered]
        authorities = [Authority(slug=item.slug, name=item.name, kind=item.kind) for item in new]
        Authority.objects.bulk_create(authorities, batch_size=BATCH)
        Coverage.objects.bulk_create(
            [
                Coverage(authority=authority, ars_prefix=item.prefix)
                for authority, item in zip(authorities, new, strict=True)
            ],
            batch_size=BATCH,
        )
    queries.forget()
    return len(new)


def _administrations(taken: set[str], kreise: bool) -> Iterator[_Administration]:
    """In the order of their keys, so that slugs do not depend on chance. `taken` grows by the slugs given away."""
    for row in Area.objects.filter(level__in=("gemeinde", "verband"), valid_until=None).order_by("ars"):
        if row.level == "gemeinde" and row.ars[5] != "0":
            continue
        level: Level = "verband" if row.level == "verband" else "gemeinde"
        slug = _free_slug(split(row.name).base, row.code, taken)
        yield _Administration(row.ars, slug, title(row.name, row.kind, level), level)
    # A kreisfreie Stadt does the work of the Kreis itself.
    rows = Area.objects.filter(level="kreis", valid_until=None).exclude(kind__in=("kreisfreie_stadt", "stadtkreis"))
    for row in rows.order_by("ars") if kreise else ():
        name = title(row.name, row.kind, "kreis")
        yield _Administration(row.ars, _free_slug(name, row.code, taken), name, "kreis")


def _free_slug(base: str, code: str, taken: set[str]) -> str:
    """The name as a host label; several of one name are told apart by their key."""
    plain = re.sub(r"[^a-z0-9]+", "-", search_key(base)).strip("-")[:40].strip("-") or "ort"
    slug = plain if plain not in taken else f"{plain}-{code}"
    taken.add(slug)
    return slug
