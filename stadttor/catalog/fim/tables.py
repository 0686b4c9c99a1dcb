"""Which parts an element of XDatenfelder has, in the order of the standard, and which codes it knows."""

from collections.abc import Mapping

from stadttor.catalog.fim.model import Kind

_LISTS = "urn:xoev-de:fim:codeliste:xdatenfelder."

COMMON = (
    "name", "beschreibung", "definition", "bezug", "freigabestatus", "statusGesetztAm", "statusGesetztDurch",
    "gueltigAb", "gueltigBis", "versionshinweis", "veroeffentlichungsdatum", "letzteAenderung", "relation", "stichwort",
)  # fmt: skip
_LABELS = ("bezeichnungEingabe", "bezeichnungAusgabe", "schemaelementart", "hilfetextEingabe", "hilfetextAusgabe")
PARTS: Mapping[Kind, tuple[str, ...]] = {
    "schema": (
        *COMMON, "bezeichnung", "hilfetext", "ableitungsmodifikationenStruktur", "ableitungsmodifikationenRepraesentation",
        "dokumentsteckbrief", "regel", "struktur",
    ),
    "group": (*COMMON, *_LABELS, "art", "regel", "struktur"),
    "field": (
        *COMMON, *_LABELS, "feldart", "datentyp", "praezisierung", "inhalt", "vorbefuellung", "werte", "codelisteReferenz",
        "codeKey", "nameKey", "helpKey", "maxSize", "mediaType", "regel",
    ),
}  # fmt: skip
RULE_PARTS = (
    "name", "beschreibung", "freitextRegel", "bezug", "stichwort", "fachlicherErsteller", "letzteAenderung", "typ",
    "param", "ziel", "skript", "fehler",
)  # fmt: skip
OPAQUE = ("param", "ziel", "fehler")
"""Parts of rules for machines, kept as they are."""
REPEATED = frozenset({"bezug", "relation", "stichwort", "regel", "struktur", "mediaType", *OPAQUE})
STRUCTURED = frozenset({*REPEATED, "praezisierung", "werte", "codelisteReferenz", "dokumentsteckbrief"})
"""Parts that are no single text."""
DATES = frozenset({"statusGesetztAm", "gueltigAb", "gueltigBis", "veroeffentlichungsdatum", "freigabedatum"})
CODE_LIST = ("canonicalIdentification", "version", "canonicalVersionUri")
BOUNDS = ("minLength", "maxLength", "minValue", "maxValue", "pattern")

CODES: Mapping[str, frozenset[str]] = {
    "freigabestatus": frozenset("12345678"),
    "schemaelementart": frozenset({"ABS", "HAR", "RNG"}),
    "feldart": frozenset({"input", "select", "label", "hidden", "locked"}),
    "datentyp": frozenset(
        {"text", "text_latin", "date", "time", "datetime", "bool", "num", "num_int", "num_currency", "file", "obj"}
    ),
    "vorbefuellung": frozenset({"keine", "optional", "verpflichtend"}),
    "art": frozenset({"X"}),
    "typ": frozenset("KMVB"),
    "praedikat": frozenset({"ABL", "ERS", "EQU", "VKN"}),
    "ableitungsmodifikationenStruktur": frozenset("0123"),
    "ableitungsmodifikationenRepraesentation": frozenset("01"),
}
LISTS: Mapping[str, tuple[str, str]] = {
    "freigabestatus": ("urn:xoev-de:xprozess:codeliste:status", "2020-03-19"),
    "schemaelementart": (_LISTS + "schemaelementart", "1.0"),
    "feldart": (_LISTS + "feldart", "2.0"),
    "datentyp": (_LISTS + "datentyp", "2.0"),
    "vorbefuellung": (_LISTS + "vorbefuellung", "1.0"),
    "art": (_LISTS + "gruppenart", "1.0"),
    "typ": (_LISTS + "regeltyp", "1.0"),
    "praedikat": (_LISTS + "relation", "1.1"),
    "ableitungsmodifikationenStruktur": (_LISTS + "ableitungsmodifikationenStruktur", "1.0"),
    "ableitungsmodifikationenRepraesentation": (_LISTS + "ableitungsmodifikationenRepraesentation", "1.0"),
}
"""The code list of each coded part and its version, as the standard's own converter writes them."""

# XDatenfelder 2 calls some parts otherwise.
_COMMON_2 = (
    "name", "bezeichnungEingabe", "bezeichnungAusgabe", "beschreibung", "definition", "bezug", "status", "gueltigAb",
    "gueltigBis", "fachlicherErsteller", "versionshinweis", "freigabedatum", "veroeffentlichungsdatum",
)  # fmt: skip
_LABELS_2 = ("schemaelementart", "hilfetextEingabe", "hilfetextAusgabe")
PARTS_2: Mapping[Kind, tuple[str, ...]] = {
    "schema": (
        *_COMMON_2, "hilfetext", "ableitungsmodifikationenStruktur", "ableitungsmodifikationenRepraesentation",
        "regel", "struktur",
    ),
    "group": (*_COMMON_2, *_LABELS_2, "regel", "struktur"),
    "field": (
        *_COMMON_2, *_LABELS_2, "feldart", "datentyp", "praezisierung", "inhalt", "codelisteReferenz", "regel",
    ),
}  # fmt: skip
RULE_PARTS_2 = (*_COMMON_2, "script")
REPEATED_2 = frozenset({"regel", "struktur"})
STATUS_2 = frozenset({"inVorbereitung", "aktiv", "inaktiv"})
RENAMED_2 = {"fachlicherErsteller": "statusGesetztDurch", "freigabedatum": "statusGesetztAm"}
