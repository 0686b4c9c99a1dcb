"""The service that is applied for: one page with a file, a fee due with it, another one for haste, a permit in the end."""

from pathlib import Path
from typing import Any

import yaml

SLUG, PAGE, CENTS, MORE_CENTS = "eilantrag", "antrag", 3_070, 1_500
OUTCOMES = ["granted", "refused", "withdrawn"]
TYPED = {"person.name": "Amira Yılmaz", "person.email": "amira.yilmaz@example.org"}
FILE, HASTE = "person.nachweis", "person.art"
CALM, HASTY = "normal", "eilig"
EVIDENCE = "zulassungsbescheinigung_teil_1"

_FILES: dict[str, Any] = {
    "package.yaml": {
        "format": 1, "id": f"de.stadttor.{SLUG}", "version": "1.0.0", "leistung": None,
        "publisher": "Stadttor-Redaktion", "competent": "gemeinde", "outcomes": OUTCOMES, "trust": "none",
        "languages": ["de"], "law": ["§ 22 VwVfG"], "channels": ["online"], "due": "P14D", "retention": "P3Y",
        "payment": "at_submission", "demands": ["refused"], "search": [SLUG],
        "permit": {
            "letter": "ausweis", "outcomes": ["granted"], "from": "today", "months": "12", "area": "a.person.name",
        },
        "parameters": {"type": "object", "properties": {}},
    },
    "form.yaml": {
        "pages": [{"id": PAGE, "groups": [{"id": "person", "fields": [
            {"id": "name", "type": "name", "required": True, "autocomplete": "name", "prefill": "claim:family_name"},
            {"id": "geburt", "type": "date", "autocomplete": "bday", "prefill": "claim:birth_date"},
            {"id": "email", "type": "email", "required": True, "autocomplete": "email"},
            {"id": "nachweis", "type": "file", "accept": ["pdf", "jpeg", "png"], "max_mb": 5,
             "max_files": 4, "evidence": EVIDENCE, "register": "fahrzeugregister"},
            {"id": "art", "type": "select", "options": [CALM, HASTY]},
        ]}]}],
    },
    "fees.yaml": [
        {"id": "grund", "cents": CENTS, "text": "grund"},
        {"id": "eile", "cents": MORE_CENTS, "text": "eile", "if": f"a.person.art == '{HASTY}'"},
    ],
    "handover.yaml": {
        "target": "Verzeichnis der Eilanträge", "at": "decided", "outcomes": ["granted", "refused"], "due": "P2D",
        "file": {"format": "json", "fields": [
            {"to": "Nummer", "from": "case.number"}, {"to": "Name", "from": "a.person.name"},
            {"to": "Ausgang", "from": "case.outcome"},
        ]},
    },
    "letters/bescheid.typ": """#import "/platform/letter.typ": *
#show: letter
#t("letters.bescheid." + data.outcome)
#reasons-list()
""",
    "letters/ausweis.typ": """#import "/platform/letter.typ": *
#show: record
#data.valid.at("from") #data.valid.at("until")
""",
    "texts/de.yaml": {
        "title": "Eilantrag",
        "summary": "Ein Antrag, bei dem Prozesse sterben.",
        "service": dict.fromkeys(("who", "need", "cost", "duration", "deadline", "next", "other_ways"), "Alle."),
        "pages": {PAGE: {"title": "Ihr Antrag", "intro": "Bitte füllen Sie alles aus."}},
        "groups": {"person": {"title": "Person"}},
        "fields": {"person": {
            "name": {"label": "Name"}, "geburt": {"label": "Geburtstag"},
            "email": {"label": "E-Mail"}, "nachweis": {"label": "Nachweis"},
            "art": {"label": "Wie eilig ist es?"},
        }},
        "options": {"person": {"art": {CALM: "Nicht eilig", HASTY: "Eilig"}}},
        "fees": {"grund": "Gebühr", "eile": "Zuschlag für Eile"},
        "declaration": "Ich bestätige, dass meine Angaben stimmen.",
        "receipt": {"next": "Wir prüfen Ihren Antrag."},
        "outcomes": {"granted": "Bewilligt", "refused": "Abgelehnt", "withdrawn": "Zurückgenommen"},
        "outcome_help": {"granted": "Alles ist in Ordnung.", "refused": "Nennen Sie den Grund."},
        "reasons": {"voraussetzungen": "Sie erfüllen die Voraussetzungen."},
        "letters": {
            "ausweis": {"subject": "Ausweis"},
            "bescheid": {
                "subject": "Ihr Antrag", "granted": "Bewilligt.", "refused": "Abgelehnt.", "withdrawn": "Ende.",
            },
        },
    },
    "examples/leer.yaml": {
        "title": "Ein leerer Antrag", "today": "2026-11-23", "answers": {},
        "expect": {"valid": False, "errors": dict.fromkeys(("person.name", "person.email"), "required")},
    },
}  # fmt: skip


def write_package(folder: Path) -> Path:
    """The package as a folder below `folder`; gives `folder`."""
    for name, content in _FILES.items():
        path = folder / SLUG / name
        path.parent.mkdir(parents=True, exist_ok=True)
        is_text = isinstance(content, str)
        path.write_text(content if is_text else yaml.safe_dump(content, allow_unicode=True, sort_keys=False))
    return folder
