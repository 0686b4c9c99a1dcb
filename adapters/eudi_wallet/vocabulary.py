"""Our words for what a person's identification data (PID) says, and where each format keeps it.

Names by the German PID (SD-JWT VC `urn:eudi:pid:de:1`, mdoc `eu.europa.ec.eudi.pid.1`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from stadttor.core.trust import Trust
from stadttor.identity.ports import LONGEST_VALUE, Claim, NotProven

PID_SD_JWT = "urn:eudi:pid:de:1"
PID_MDOC = "eu.europa.ec.eudi.pid.1"
PID_MDOC_DE = "eu.europa.ec.eudi.pid.de.1"

Path = tuple[str | int | None, ...]


@dataclass(frozen=True)
class Place:
    """Where a claim stands: path in the SD-JWT VC; name space and element of the mdoc."""

    sd_jwt: Path
    mdoc: tuple[str, str]


PLACES: Mapping[str, Place] = {
    "family_name": Place(("family_name",), (PID_MDOC, "family_name")),
    "given_name": Place(("given_name",), (PID_MDOC, "given_name")),
    "birth_date": Place(("birthdate",), (PID_MDOC, "birth_date")),
    "birth_name": Place(("birth_name",), (PID_MDOC_DE, "birth_name")),
    "title": Place(("title",), (PID_MDOC_DE, "academic_title")),
    "place_of_birth": Place(("place_of_birth", "locality"), (PID_MDOC, "place_of_birth")),
    "nationality": Place(("nationalities", None), (PID_MDOC, "nationality")),
    "street_address": Place(("address", "street_address"), (PID_MDOC, "resident_street")),
    "postal_code": Place(("address", "postal_code"), (PID_MDOC, "resident_postal_code")),
    "locality": Place(("address", "locality"), (PID_MDOC, "resident_city")),
    "country": Place(("address", "country"), (PID_MDOC, "resident_country")),
}


def values_at(claims: Any, path: Sequence[str | int | None]) -> list[Any]:
    """What a DCQL path leads to (OpenID4VP 1.0 §7.1); nothing where it leads nowhere."""
    if not path:
        return [claims]
    step, rest = path[0], path[1:]
    if step is None:
        return [found for one in (claims if isinstance(claims, list) else []) for found in values_at(one, rest)]
    if isinstance(step, str) and isinstance(claims, dict) and step in claims:
        return values_at(claims[step], rest)
    if isinstance(step, int) and isinstance(claims, list) and 0 <= step < len(claims):
        return values_at(claims[step], rest)
    return []


def spoken(paths: Mapping[str, Path], claims: Mapping[str, Any], level: Trust, source: str = "") -> dict[str, Claim]:
    """The claims by our words. What is empty is absent: the German PID has a `title` without a title in it.

    `source`: what their origin begins with, for credentials beside the person's data.
    """
    texts = {name: _text(next(iter(values_at(claims, path)), None)) for name, path in paths.items()}
    if any(len(text) > LONGEST_VALUE for text in texts.values()):
        raise NotProven("claim_size")
    return {name: Claim(text, level, source + _written(paths[name])) for name, text in texts.items() if text}


def said_in_full(paths: Mapping[str, Path], claims: Mapping[str, Any]) -> dict[str, str]:
    """What a proof says, each claim with all its values. Refuses one that leaves a claim empty or says what is no text."""
    found = {name: ", ".join(_written_out(one) for one in values_at(claims, path)) for name, path in paths.items()}
    if not all(found.values()):
        raise NotProven("claim_empty")
    if any(len(text) > LONGEST_VALUE for text in found.values()):
        raise NotProven("claim_size")
    return found


def _written_out(value: Any) -> str:
    """`true` and numbers as JSON has them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _text(value)


def _text(value: Any) -> str:
    """One line: the first of several, a place by its town, a date of an mdoc as the SD-JWT writes it."""
    if isinstance(value, list):
        return _text(next(iter(value), None))
    if isinstance(value, dict):
        return _text(value.get("locality"))
    if isinstance(value, date):
        return value.isoformat()[:10]
    return value.strip() if isinstance(value, str) else ""


def _written(path: Path) -> str:
    """`address.street_address`."""
    return ".".join(str(step) for step in path if step is not None)


def known(names: Iterable[str]) -> list[str]:
    """The names in the order of the vocabulary. Raises KeyError for one that is not in it."""
    wanted = set(names)
    if unknown := wanted - PLACES.keys():
        raise KeyError(", ".join(sorted(unknown)))
    return [name for name in PLACES if name in wanted]
