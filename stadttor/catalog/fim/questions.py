"""What a data field asks, as an entry of form.yaml, and what cannot be said there."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import re2

from stadttor.catalog.fim.model import Element, Value
from stadttor.forms.definition import MAX_OPTIONS, MAX_PATTERN

MEDIA = {"application/pdf": "pdf", "image/jpeg": "jpeg", "image/png": "png"}
LONG_TEXT = 500
"""From so many characters on people get several lines."""
_LONGEST = 20_000
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
_MOMENT = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_TIME}"
_TYPES = {"bool": "boolean", "date": "date", "num": "decimal", "num_int": "integer", "num_currency": "money"}
_HIDDEN = "hidden"


@dataclass
class Question:
    """`entry` is the field in form.yaml without id and cardinality; `notes` are what a person has to do."""

    entry: dict[str, Any]
    options: tuple[Value, ...] = ()
    notes: list[str] = field(default_factory=list)


def is_asked(one: Element) -> bool:
    """Hidden fields are filled by systems, never by people."""
    return one.text("feldart") != _HIDDEN


def question_of(one: Element, listed: tuple[Value, ...] = ()) -> Question:
    """The question a data field asks; `listed` are the entries of its code list, where they are known."""
    found = Question({"fim": one.id})
    kind, way = one.text("datentyp"), one.text("feldart")
    if way == "label" or kind == "obj":
        found.entry["type"] = "info"
        return found
    if way == "select":
        _choice(one, found, one.values or listed)
    elif kind == "file":
        _file(one, found)
    elif kind in _TYPES:
        found.entry["type"] = _TYPES[kind]
        _bounds(one, found)
    else:
        _text(one, kind, found)
    if way == "locked":
        found.notes.append("Das Feld ist in FIM gesperrt (vorbelegt): Vorbelegung oder Bedingung ergänzen.")
    if one.text("inhalt"):
        found.notes.append(f"Vorgegebener Inhalt in FIM: {one.text('inhalt')[:200]}")
    if one.bounds.get("text"):
        found.notes.append(f"Präzisierung in Worten: {one.bounds['text'][:200]}")
    return found


def _choice(one: Element, found: Question, values: tuple[Value, ...]) -> None:
    codes = [value.code for value in values]
    if (
        codes
        and len(codes) <= MAX_OPTIONS
        and len(set(codes)) == len(codes)
        and all(len(code) <= 100 for code in codes)
    ):
        found.entry |= {"type": "select", "options": codes}
        found.options = values
        return
    found.entry["type"] = "text"
    name = one.code_list.get("canonicalVersionUri") or one.code_list.get("canonicalIdentification")
    if name and not codes:
        found.notes.append(f"Auswahl aus der Codeliste {name}: als `options` übernehmen.")
    elif codes:
        found.notes.append("Die Werteliste ist so nicht verwendbar (doppelte, zu lange oder zu viele Codes).")
    else:
        found.notes.append("Auswahlfeld ohne Liste: `options` ergänzen.")


def _file(one: Element, found: Question) -> None:
    found.entry["type"] = "file"
    accept = [MEDIA[media] for media in one.media if media in MEDIA]
    if accept and len(accept) == len(one.media):
        found.entry["accept"] = list(dict.fromkeys(accept))
    elif one.media:
        found.notes.append(f"Dateiformate in FIM: {', '.join(one.media)[:200]}; möglich sind PDF, JPEG, PNG.")
    largest = one.text("maxSize")
    if re.fullmatch(r"[1-9]|1[0-9]|20", largest):
        found.entry["max_mb"] = int(largest)
    elif largest:
        found.notes.append(f"Größte Datei in FIM: {largest[:20]} MB; möglich sind höchstens 20.")


def _text(one: Element, kind: str, found: Question) -> None:
    found.entry["type"] = "text"
    if kind in ("time", "datetime"):
        found.entry["pattern"] = _TIME if kind == "time" else _MOMENT
        found.notes.append("Uhrzeiten gibt es als Feldtyp nicht: besser in Datum und Uhrzeit teilen.")
        return
    most, least = _length(one, "maxLength", found), _length(one, "minLength", found)
    if most and most > LONG_TEXT:
        found.entry["type"] = "textarea"
    if most:
        found.entry["max_length"] = most
    if least and least <= (most or 200):
        found.entry["min_length"] = least
    _pattern(one, found)


def _length(one: Element, name: str, found: Question) -> int:
    text = one.bounds.get(name, "")
    if not text:
        return 0
    if not re.fullmatch(r"\d{1,9}", text) or int(text) > _LONGEST:
        found.notes.append(f"{name} in FIM ist {text[:40]}: nicht verwendbar.")
        return 0
    return int(text)


def _pattern(one: Element, found: Question) -> None:
    if not (pattern := one.bounds.get("pattern", "")):
        return
    if len(pattern) <= MAX_PATTERN and is_linear(pattern):
        found.entry["pattern"] = pattern
    else:
        found.notes.append(f"Muster in FIM, hier nicht verwendbar: {pattern[:200]}")


def is_linear(pattern: str) -> bool:
    """Whether the engine of forms takes the pattern; those of XML Schema know a few things more."""
    options = re2.Options()
    options.log_errors, options.max_mem = False, 1 << 20
    try:
        re2.compile(pattern, options=options)
    except re2.error:
        return False
    return True


def _bounds(one: Element, found: Question) -> None:
    for name, key in (("minValue", "min"), ("maxValue", "max")):
        text = one.bounds.get(name, "")
        if not text:
            continue
        value = bound(found.entry["type"], text)
        if value is None:
            found.notes.append(f"{name} in FIM ist {text[:40]}: nicht verwendbar.")
        else:
            found.entry[key] = value
    if one.bounds.get("pattern"):
        found.notes.append(f"Muster in FIM, hier nicht verwendbar: {one.bounds['pattern'][:200]}")


def bound(kind: str, text: str) -> int | str | None:
    """A bound of FIM for a field of this type: cents for money. None when it is none."""
    try:
        if kind == "date":
            return date.fromisoformat(text).isoformat() if len(text) == 10 else None
        number = Decimal(text)
    except (ValueError, InvalidOperation):
        return None
    if kind == "boolean" or not number.is_finite() or abs(number) > 10**12:
        return None
    if kind == "decimal":
        return text
    scaled = number * 100 if kind == "money" else number
    return int(scaled) if scaled == int(scaled) else None
