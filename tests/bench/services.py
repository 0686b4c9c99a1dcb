"""The two services of the bench, made as packages: one page of 25 fields, one page of 20."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

WIDE, NARROW = "messbogen25", "messbogen20"
PAGE = "antrag"
# (group, field, attributes, what is posted); the 20-field service leaves out those marked.
_FIELDS: list[tuple[str, str, dict[str, Any], dict[str, str], bool]] = [
    ("person", "vorname", {"type": "name", "required": True, "autocomplete": "given-name"}, {"": "Amira"}, True),
    ("person", "nachname", {"type": "name", "required": True, "autocomplete": "family-name"}, {"": "Yılmaz"}, True),
    ("person", "geburtsname", {"type": "name"}, {"": "Kaya"}, False),
    ("person", "geburtsdatum", {"type": "date", "required": True, "min": "1900-01-01", "max": "today"},
     {"day": "24", "month": "5", "year": "1988"}, True),
    ("person", "staat", {"type": "country", "required": True}, {"": "TR"}, True),
    ("person", "email", {"type": "email", "required": True, "autocomplete": "email"},
     {"": "amira.yilmaz@example.org"}, True),
    ("person", "telefon", {"type": "phone", "autocomplete": "tel"}, {"": "09141 907-0"}, False),
    ("wohnung", "anschrift", {"type": "address", "required": True},
     {"street": "Bahnhofstraße", "house_number": "12", "postal_code": "91781", "city": "Weißenburg i. Bay."}, True),
    ("wohnung", "seit", {"type": "date", "required": True, "max": "today"},
     {"day": "1", "month": "3", "year": "2021"}, True),
    ("wohnung", "art", {"type": "select", "required": True, "options": ["haupt", "neben", "zweit"]},
     {"": "haupt"}, True),
    ("wohnung", "stockwerk", {"type": "integer", "min": -3, "max": 60, "width": "short"}, {"": "2"}, False),
    ("wohnung", "eigentum", {"type": "boolean", "required": True}, {"": "false"}, True),
    ("wohnung", "vermieter", {"type": "name", "required": True, "show_if": "!a.wohnung.eigentum"},
     {"": "Jonas Weber"}, True),
    ("vorhaben", "art", {"type": "select", "required": True, "options": ["neu", "verlaengerung", "aenderung"]},
     {"": "neu"}, True),
    ("vorhaben", "nummer", {"type": "text", "max_length": 30, "show_if": "a.vorhaben.art == 'verlaengerung'"}, {}, True),
    ("vorhaben", "beginn", {"type": "date", "required": True}, {"day": "1", "month": "2", "year": "2031"}, True),
    ("vorhaben", "ende", {"type": "date"}, {"day": "28", "month": "2", "year": "2031"}, True),
    ("vorhaben", "kennzeichen", {"type": "plate", "required": True}, {"": "WUG-AY 88"}, True),
    ("vorhaben", "anzahl", {"type": "integer", "required": True, "min": 1, "max": 20}, {"": "3"}, True),
    ("vorhaben", "kosten", {"type": "money", "min": 0}, {"": "1.250,50"}, False),
    ("vorhaben", "laut", {"type": "boolean", "required": True}, {"": "true"}, True),
    ("vorhaben", "uhrzeit", {"type": "text", "max_length": 40}, {"": "von 9 bis 17 Uhr"}, False),
    ("vorhaben", "begruendung", {"type": "textarea", "required": True},
     {"": "Der Umzug dauert einen Tag. Wir brauchen zwei Plätze vor dem Haus."}, True),
    ("zahlung", "kontoinhaber", {"type": "name", "required": True}, {"": "Amira Yılmaz"}, True),
    ("zahlung", "iban", {"type": "iban", "required": True}, {"": "DE89 3704 0044 0532 0130 00"}, True),
]  # fmt: skip
_CHECKS = [
    {"if": "a.vorhaben.beginn != '' && a.vorhaben.beginn < today", "refuse": "vorhaben.beginn", "text": "vergangen"},
    {
        "if": "a.vorhaben.ende != '' && a.vorhaben.beginn != '' && a.vorhaben.ende < a.vorhaben.beginn",
        "refuse": "vorhaben.ende",
        "text": "verkehrt",
    },
]
_LETTER = """#import "/platform/letter.typ": *
#show: letter
#t("letters.bescheid." + data.outcome)
#answers-table("vorhaben")
#reasons-list()
"""


def posted(slug: str) -> dict[str, str]:
    """What a citizen types into the page of this service, as a browser posts it."""
    return {
        f"{group}.{field}" + (f".{part}" if part else ""): value
        for group, field, _attributes, typed in _fields(slug)
        for part, value in typed.items()
    }


def write_packages(folder: Path) -> None:
    """Both packages, a folder each."""
    for slug in (WIDE, NARROW):
        for name, content in _files(slug).items():
            path = folder / slug / name
            path.parent.mkdir(parents=True, exist_ok=True)
            is_text = isinstance(content, str)
            path.write_text(content if is_text else yaml.safe_dump(content, allow_unicode=True, sort_keys=False))


def _fields(slug: str) -> Iterator[tuple[str, str, dict[str, Any], dict[str, str]]]:
    return ((group, field, more, typed) for group, field, more, typed, both in _FIELDS if both or slug == WIDE)


def _files(slug: str) -> dict[str, Any]:
    return {
        "package.yaml": _manifest(slug),
        "form.yaml": _form(slug),
        "letters/bescheid.typ": _LETTER,
        "texts/de.yaml": _texts(slug),
        "examples/leer.yaml": {
            "title": "Ein leerer Antrag",
            "today": "2026-11-23",
            "answers": {},
            "expect": {"valid": False, "errors": _needed(slug)},
        },
    }


def _needed(slug: str) -> dict[str, str]:
    fields = ((f"{group}.{field}", attributes) for group, field, attributes, _typed in _fields(slug))
    return {path: "required" for path, attributes in fields if attributes.get("required")}


def _manifest(slug: str) -> dict[str, Any]:
    return {
        "format": 1,
        "id": f"de.stadttor.{slug}",
        "version": "1.0.0",
        "leistung": None,
        "publisher": "Stadttor-Redaktion",
        "competent": "gemeinde",
        "outcomes": ["granted", "refused", "withdrawn"],
        "trust": "none",
        "languages": ["de"],
        "law": ["§ 22 VwVfG"],
        "channels": ["online"],
        "due": "P14D",
        "retention": "P3Y",
        "payment": "none",
        "search": [slug],
        "parameters": {
            "type": "object",
            "properties": {"plaetze": {"type": "integer", "title": "Plätze", "default": 2, "minimum": 1, "maximum": 9}},
        },
    }


def _form(slug: str) -> dict[str, Any]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for group, field, attributes, _typed in _fields(slug):
        groups.setdefault(group, []).append({"id": field, **attributes})
    listed = [{"id": group, "fields": fields} for group, fields in groups.items()]
    return {"pages": [{"id": PAGE, "groups": listed, "checks": _CHECKS}]}


def _texts(slug: str) -> dict[str, Any]:
    labels: dict[str, dict[str, dict[str, str]]] = {}
    options: dict[str, dict[str, dict[str, str]]] = {}
    for group, field, attributes, _typed in _fields(slug):
        labels.setdefault(group, {})[field] = {"label": field.capitalize(), "help": "So steht es in Ihrem Ausweis."}
        if named := attributes.get("options"):
            options.setdefault(group, {})[field] = {option: option.capitalize() for option in named}
    text = "Bis zu {p.plaetze} Plätze. **Bitte** lesen Sie [die Hinweise](https://example.org/hinweise)."
    return {
        "title": f"Messbogen {slug[-2:]}",
        "summary": "Ein Antrag, an dem gemessen wird.",
        "service": dict.fromkeys(("who", "need", "cost", "duration", "deadline", "next", "other_ways"), text),
        "pages": {PAGE: {"title": "Ihr Antrag", "intro": text}},
        "groups": {group: {"title": group.capitalize()} for group in labels},
        "fields": labels,
        "options": options,
        "checks": {"vergangen": "Wählen Sie einen Tag ab heute.", "verkehrt": "Das Ende liegt vor dem Beginn."},
        "declaration": "Ich bestätige, dass meine Angaben stimmen.",
        "receipt": {"next": "Wir prüfen Ihren Antrag und schreiben Ihnen."},
        "outcomes": {"granted": "Bewilligt", "refused": "Abgelehnt", "withdrawn": "Zurückgenommen"},
        "outcome_help": {"granted": "Alles ist in Ordnung.", "refused": "Nennen Sie den Grund."},
        "reasons": {"voraussetzungen": "Sie erfüllen die Voraussetzungen."},
        "letters": {
            "bescheid": {
                "subject": "Ihr Antrag",
                "granted": "Bewilligt.",
                "refused": "Abgelehnt.",
                "withdrawn": "Ende.",
            }
        },
    }
