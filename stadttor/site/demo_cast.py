"""The demo's people, units, parameters and applications. Invented, except the places."""

from typing import Any

PASSWORD = "stadttor-demo"  # noqa: S105  # printed on every start of the demo

UNITS = {
    "Bürgerbüro": ["wohnsitzanmeldung", "fuehrungszeugnis"],
    "Straßenverkehr": ["bewohnerparkausweis"],
    "Steueramt": ["hundesteuer"],
}

COLLEAGUES: list[tuple[str, str, list[str], list[str]]] = [
    ("olsen", "Herr Olsen", ["clerk"], ["Bürgerbüro", "Straßenverkehr", "Steueramt"]),
    ("adler", "Frau Adler", ["clerk", "lead", "post"], ["Bürgerbüro", "Straßenverkehr"]),
    ("kern", "Frau Kern", ["organiser"], []),
    ("brandt", "Herr Brandt", ["warden"], []),
]

# Which service a town handles for a neighbour: responsible, helping, service, unit, who works on it.
HELP = ("vg-ellingen", "weissenburg", "wohnsitzanmeldung", "Bürgerbüro", "Herr Olsen")
HELP_BASIS = "Zweckvereinbarung über das Meldewesen, Art. 7 KommZG (Beispiel der Vorführung)"

# Sees how far the services are in Bavaria, and never a case; edits the packages of the demo.
STEERING = ("steuerung", "Koordinierungsstelle Bayern", ("09",), "sommer", "Frau Sommer")
STEERING_ROLES = ["organiser", "steering", "publisher"]

_STREETS = [
    {"strasse": "Bahnhofstraße", "von": 1, "bis": 40, "zone": "A"},
    {"strasse": "Bahnhofstraße", "von": 41, "bis": 120, "zone": "B"},
    {"strasse": "Luitpoldstraße", "von": 1, "bis": 60, "zone": "A"},
    {"strasse": "Marktplatz", "von": 1, "bis": 30, "zone": "C"},
]
_PERMIT: dict[str, Any] = {"zonen": ["A", "B", "C"], "strassen": _STREETS}
_APPOINTMENT = "Telefon 09141 907-0, montags bis freitags 8 bis 12 Uhr"
_EVERYWHERE: dict[str, dict[str, Any]] = {
    "bewohnerparkausweis": _PERMIT,
    "hundesteuer": {},
    "wohnsitzanmeldung": {},
    "fuehrungszeugnis": {},
}


def _with_codes(services: dict[str, dict[str, Any]], *codes: str) -> dict[str, dict[str, Any]]:
    """The services of a small town, which know its postal codes and refuse addresses elsewhere."""
    return {slug: own | {"postleitzahlen": list(codes)} for slug, own in services.items()}


# Aschaffenburg has adopted nothing yet: there an organiser can try it. A Kreis offers what small places leave to it.
PARAMETERS: dict[str, dict[str, dict[str, Any]]] = {
    "weissenburg": _with_codes(
        _EVERYWHERE | {"wohnsitzanmeldung": {"termin": _APPOINTMENT}, "fuehrungszeugnis": {"termin": _APPOINTMENT}},
        "91781",
    ),
    "muenchen": _EVERYWHERE | {"hundesteuer": {"satz_erster_cents": 10_000}},
    "stuttgart": _EVERYWHERE,
    "aschaffenburg": {},
    "vg-ellingen": _with_codes(
        {"hundesteuer": {}, "wohnsitzanmeldung": {}, "fuehrungszeugnis": {}}, "91792", "91796", "91798"
    ),
    "landkreis-weissenburg-gunzenhausen": {"bewohnerparkausweis": {"zonen": ["A"], "strassen": []}},
}

# Municipalities of the association: rates and statutes are invented, the accounts are banks' own examples.
MEMBERS: dict[str, dict[str, Any]] = {
    "095775534125": {
        "places": ["Stopfenheim"],
        "settings": {
            "hundesteuer": {
                "satz_erster_cents": 4_000, "satz_zweiter_cents": 6_000, "satz_weitere_cents": 8_000,
                "satzung": "Satzung der Stadt Ellingen für die Erhebung der Hundesteuer (Beispiel der Vorführung)",
            },
        },
        "account": {"holder": "Stadt Ellingen (Beispiel)", "iban": "DE02500105170137075030", "bic": "INGDDEFF"},
    },
    "095775534127": {
        "places": [],
        "settings": {
            "hundesteuer": {
                "satz_erster_cents": 2_500, "satz_zweiter_cents": 5_000, "satz_weitere_cents": 7_500,
                "satzung": "Satzung der Gemeinde Ettenstatt für die Erhebung der Hundesteuer (Beispiel der Vorführung)",
            },
        },
        "account": {"holder": "Gemeinde Ettenstatt (Beispiel)", "iban": "DE02300209000106531065", "bic": "CMCIDEDD"},
    },
}  # fmt: skip
# Invented for the demo: which places do it themselves is a question of each Land's law.
COMPETENCE: dict[str, Any] = {
    "land": "09",
    "level": "kreis",
    "themselves": ("grosse_kreisstadt",),
    "source": "Beispiel der Vorführung, keine Rechtsgrundlage",
}

_AMIRA = {
    "vorname": "Amira",
    "nachname": "Yılmaz",
    "geburtsdatum": "1988-05-24",
    "anschrift": {
        "street": "Bahnhofstraße",
        "house_number": "12",
        "postal_code": "91781",
        "city": "Weißenburg i. Bay.",
    },
    "email": "amira.yilmaz@example.org",
}
_JONAS = {
    "vorname": "Jonas",
    "nachname": "Weber",
    "geburtsdatum": "1975-02-11",
    "anschrift": {
        "street": "Luitpoldstraße",
        "house_number": "7",
        "postal_code": "91781",
        "city": "Weißenburg i. Bay.",
    },
    "email": "jonas.weber@example.org",
}
_SINA = {
    "vorname": "Sina",
    "nachname": "Brandl",
    "geburtsdatum": "1991-09-03",
    "anschrift": {
        "street": "Luitpoldstraße",
        "house_number": "21",
        "postal_code": "91781",
        "city": "Weißenburg i. Bay.",
    },
    "email": "sina.brandl@example.org",
}


def _permit(person: dict[str, Any], plate: str) -> dict[str, Any]:
    return {
        "antrag": {"art": "verlust", "ausweis_nummer": "2025-0815", "verlust_grund": "verloren"},
        "person": person,
        "wohnung": {"art": "hauptwohnung", "zone": "A"},
        "fahrzeug": {"nutzung": "eigenes", "zulassung": "deutschland", "kennzeichen": plate},
    }


_SECOND_HOME: dict[str, Any] = {
    "einzug": {"art": "weitere_wohnung", "einzugsdatum": "2026-11-15", "nutzung": "neben"},
    "person": _JONAS
    | {
        "anschrift": {
            "street": "Weißenburger Straße",
            "house_number": "4",
            "postal_code": "91792",
            "city": "Ellingen",
        },
    },
    "bisher": {"anschrift": _JONAS["anschrift"], "rolle": "haupt"},
    "angaben": {
        "geburtsort": "Ansbach",
        "geschlecht": "maennlich",
        "staatsangehoerigkeit": "DE",
        "familienstand": "ledig",
    },
    "religion": {"zugehoerigkeit": "am_schalter"},
    "haushalt": {"mit_familie": False},
    "nachweis": {
        "art": "zuordnungsmerkmal",
        "name": "Hausverwaltung Seiler",
        "zuordnungsmerkmal": "ZM-48213-77",
    },
    "widerspruch": {"gegen": ["adressbuch"]},
    "besuch": {"ausweise": ["personalausweis"]},
}

APPLICATIONS: list[dict[str, Any]] = [
    {
        "key": "amira-verlust",
        "authority": "weissenburg",
        "service": "bewohnerparkausweis",
        "language": "tr",
        "answers": _permit(_AMIRA, "WUG-AY 88"),
    },
    {
        "key": "jonas-verlust",
        "authority": "weissenburg",
        "service": "bewohnerparkausweis",
        "language": "de",
        "answers": _permit(_JONAS, "WUG-JW 77"),
    },
    {
        "key": "jonas-muenchen",
        "authority": "muenchen",
        "service": "bewohnerparkausweis",
        "language": "de",
        "answers": _permit(_JONAS, "M-JW 77"),
    },
    {
        "key": "jonas-ellingen",
        "authority": "vg-ellingen",
        "service": "wohnsitzanmeldung",
        "language": "de",
        "answers": _SECOND_HOME,
    },
    {
        "key": "sina-verlust",
        "authority": "weissenburg",
        "service": "bewohnerparkausweis",
        "language": "de",
        "answers": _permit(_SINA, "WUG-SB 91"),
        "protected": "Auskunftssperre im Melderegister",
    },
]
