"""The demo's places and administrations: some thirty real towns as facts, six authorities with made-up contact data.

Names, keys, populations of 31 December 2020 and the seats' postal codes as the official register states them
(© Statistisches Bundesamt (Destatis)). Telephone numbers are from the range kept free for films; e-mail and web
addresses end in `.example`, so nobody real is ever reached. The shields are our own, not the towns' coats of arms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stadttor.core.ars import LAENDER, Ars, Level, ags_of
from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import common
from stadttor.tenancy import queries, services
from stadttor.tenancy.models import ImportRun
from stadttor.tenancy.rules.register import DEMO, Dissolved, Place, Register

# Eisenach gave up being its own Kreis on this day: the youngest change among these places.
AS_OF = date(2021, 7, 1)
COUNTED = date(2020, 12, 31)
VERSION = "demo-places-1"


def _town(ars: str, name: str, kind: str, population: int, postal_code: str, *, several: bool = False) -> Place:
    code = ags_of(Ars(ars))
    return Place(code, ars, "gemeinde", name, kind, "", population, COUNTED, None, postal_code, several)


def _larger(code: str, name: str, level: Level, kind: str, seat: str = "") -> Place:
    return Place(code, code, level, name, kind, seat)


TOWNS = (
    _town("095770177177", "Weißenburg i.Bay., GKSt", "grosse_kreisstadt", 18_578, "91781"),
    _town("095775534125", "Ellingen, St", "stadt", 3_960, "91792", several=True),
    _town("095775534127", "Ettenstatt", "gemeinde", 856, "91796", several=True),
    _town("095775534141", "Höttingen", "gemeinde", 1_092, "91798", several=True),
    _town("095770173173", "Treuchtlingen, St", "stadt", 13_099, "91757", several=True),
    _town("095770136136", "Gunzenhausen, St", "stadt", 16_665, "91710", several=True),
    _town("095770161161", "Pleinfeld, M", "markt", 7_589, "91785"),
    _town("095770158158", "Pappenheim, St", "stadt", 3_924, "91788"),
    _town("095770168168", "Solnhofen", "gemeinde", 1_742, "91807"),
    _town("091620000000", "München, Landeshauptstadt", "kreisfreie_stadt", 1_488_202, "80313", several=True),
    _town("081110000000", "Stuttgart, Landeshauptstadt", "stadtkreis", 630_305, "70173", several=True),
    _town("096610000000", "Aschaffenburg", "kreisfreie_stadt", 70_858, "63701", several=True),
    _town("096710121121", "Goldbach, M", "markt", 10_092, "63773", several=True),
    _town("096710130130", "Hösbach, M", "markt", 13_154, "63768", several=True),
    _town("095640000000", "Nürnberg", "kreisfreie_stadt", 515_543, "90403", several=True),
    _town("110000000000", "Berlin, Stadt", "kreisfreie_stadt", 3_664_088, "10178", several=True),
    _town("020000000000", "Hamburg, Freie und Hansestadt", "kreisfreie_stadt", 1_852_478, "20038", several=True),
    _town("040110000000", "Bremen, Stadt", "kreisfreie_stadt", 566_573, "28195", several=True),
    _town("053150000000", "Köln, Stadt", "kreisfreie_stadt", 1_083_498, "50667", several=True),
    _town("147130000000", "Leipzig, Stadt", "kreisfreie_stadt", 597_493, "04109", several=True),
    _town("146120000000", "Dresden, Stadt", "kreisfreie_stadt", 556_227, "01067", several=True),
    _town("064120000000", "Frankfurt am Main, Stadt", "kreisfreie_stadt", 764_104, "60311", several=True),
    _town("120530000000", "Frankfurt (Oder), Stadt", "kreisfreie_stadt", 57_015, "15230", several=True),
    _town("150020000000", "Halle (Saale), Stadt", "kreisfreie_stadt", 237_865, "06108", several=True),
    _town("095750153153", "Neustadt a.d.Aisch, St", "stadt", 13_224, "91413", several=True),
    _town("073160000000", "Neustadt an der Weinstraße, Stadt", "kreisfreie_stadt", 53_306, "67433", several=True),
    _town("160630105105", "Eisenach, Stadt", "stadt", 41_970, "99817"),
    _town("010545488164", "Wyk auf Föhr, Stadt", "stadt", 4_280, "25938"),
    _town("010545488143", "Utersum", "gemeinde", 406, "25938"),
    _town("130030000000", "Rostock, Hanse- und Universitätsstadt", "kreisfreie_stadt", 209_061, "18055", several=True),
    _town("120520000000", "Cottbus/Chóśebuz, Stadt", "kreisfreie_stadt", 98_693, "03046", several=True),
    _town("100410100100", "Saarbrücken, Landeshauptstadt", "stadt", 179_349, "66111", several=True),
    _town("091800117117", "Garmisch-Partenkirchen, M", "markt", 27_253, "82456", several=True),
    _town("100460117117", "St. Wendel, Kreisstadt", "stadt", 25_438, "66606"),
)
LARGER = (
    _larger("095775534", "Ellingen (VGem)", "verband", "verwaltungsgemeinschaft", "Ellingen"),
    _larger("010545488", "Föhr-Amrum", "verband", "amt", "Wyk auf Föhr"),
    _larger("01054", "Nordfriesland", "kreis", "kreis", "Husum"),
    _larger("02000", "Hamburg, Freie und Hansestadt", "kreis", "kreisfreie_stadt", "Hamburg"),
    _larger("04011", "Bremen, Stadt", "kreis", "kreisfreie_stadt", "Bremen"),
    _larger("05315", "Köln, Stadt", "kreis", "kreisfreie_stadt", "Köln"),
    _larger("06412", "Frankfurt am Main, Stadt", "kreis", "kreisfreie_stadt", "Frankfurt am Main"),
    _larger("07316", "Neustadt an der Weinstraße, kreisfreie Stadt", "kreis", "kreisfreie_stadt"),
    _larger("08111", "Stuttgart, Stadtkreis", "kreis", "stadtkreis", "Stuttgart"),
    _larger("09162", "München, Landeshauptstadt", "kreis", "kreisfreie_stadt", "München"),
    _larger("09180", "Garmisch-Partenkirchen", "kreis", "landkreis", "Garmisch-Partenkirchen"),
    _larger("09564", "Nürnberg", "kreis", "kreisfreie_stadt", "Nürnberg"),
    _larger("09575", "Neustadt a.d.Aisch-Bad Windsheim", "kreis", "landkreis", "Neustadt a.d.Aisch"),
    _larger("09577", "Weißenburg-Gunzenhausen", "kreis", "landkreis", "Weißenburg i.Bay."),
    _larger("09661", "Aschaffenburg", "kreis", "kreisfreie_stadt", "Aschaffenburg"),
    _larger("09671", "Aschaffenburg", "kreis", "landkreis", "Aschaffenburg"),
    _larger("10041", "Regionalverband Saarbrücken", "kreis", "regionalverband", "Saarbrücken"),
    _larger("10046", "St. Wendel", "kreis", "landkreis", "St. Wendel"),
    _larger("11000", "Berlin, Stadt", "kreis", "kreisfreie_stadt", "Berlin"),
    _larger("12052", "Cottbus, Stadt", "kreis", "kreisfreie_stadt", "Cottbus"),
    _larger("12053", "Frankfurt (Oder), Stadt", "kreis", "kreisfreie_stadt", "Frankfurt (Oder)"),
    _larger("13003", "Rostock", "kreis", "kreisfreie_stadt", "Rostock"),
    _larger("14612", "Dresden, Stadt", "kreis", "kreisfreie_stadt", "Dresden"),
    _larger("14713", "Leipzig, Stadt", "kreis", "kreisfreie_stadt", "Leipzig"),
    _larger("15002", "Halle (Saale), Stadt", "kreis", "kreisfreie_stadt", "Halle (Saale)"),
    _larger("16063", "Wartburgkreis", "kreis", "landkreis", "Bad Salzungen"),
    *(_larger(code, name, "land", "land") for code, name in LAENDER.items()),
)
GONE = (Dissolved(Place("16056000", "160560000000", "gemeinde", "Eisenach, Stadt", "kreisfreie_stadt"), 2020),)

REGISTER = Register(DEMO, AS_OF, (*LARGER, *TOWNS), GONE)


@dataclass(frozen=True, slots=True)
class Shield:
    """A plain shield: `field` and `charge` colours, `shape` the path drawn in the charge's colour (48 × 56 units)."""

    field: str
    charge: str
    shape: str

    def svg(self) -> str:
        """The drawing."""
        outline = "M4 4H44V28C44 42 34 49 24 53C14 49 4 42 4 28Z"
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 56">'
            f'<path d="{outline}" fill="{self.field}"/><path d="{self.shape}" fill="{self.charge}"/>'
            f'<path d="{outline}" fill="none" stroke="#23282d" stroke-width="2"/></svg>'
        )


_GATE = "M13 40V20H17V16H21V20H27V16H31V20H35V40H28V32C28 27 20 27 20 32V40Z"
_BAND = "M4 22H44V34H4Z"
_HALF = "M24 4H44V28C44 42 34 49 24 53Z"
_BEND = "M4 4H16L44 32C43 37 41 41 38 44L4 10Z"
_RING = "M24 16A10 10 0 1 1 23.9 16ZM24 21A5 5 0 1 0 24.1 21Z"
_HILLS = "M5 34L16 22L24 30L32 20L43 33C41 43 33 49 24 53C15 49 7 43 5 34Z"


@dataclass(frozen=True, slots=True)
class Demo:
    """One demo authority. Everything derived from `slug` is made up; `holidays` are those of its seat, as they are."""

    slug: str
    name: str
    kind: str
    covers: Sequence[str]
    place: str
    postal_code: str
    accent: str
    shield: Shield
    court: str
    holidays: Sequence[str] = ()


_ANSBACH = "Bayerischen Verwaltungsgericht Ansbach, Promenade 24–28, 91522 Ansbach"
_MUNICH = "Bayerischen Verwaltungsgericht München, Bayerstraße 30, 80335 München"
_WUERZBURG = "Bayerischen Verwaltungsgericht Würzburg, Burkarderstraße 26, 97082 Würzburg"

AUTHORITIES = (
    Demo(
        "weissenburg", "Große Kreisstadt Weißenburg i. Bay.", "gemeinde", ["095770177177"],
        "Weißenburg i. Bay.", "91781", "#8a1538", Shield("#f3e9ea", "#8a1538", _GATE), _ANSBACH,
    ),
    Demo(
        "muenchen", "Landeshauptstadt München", "gemeinde", ["091620000000"],
        "München", "80313", "#1b3a6b", Shield("#f2c200", "#23282d", _HALF), _MUNICH, ["assumption"],
    ),
    Demo(
        "stuttgart", "Landeshauptstadt Stuttgart", "gemeinde", ["081110000000"],
        "Stuttgart", "70173", "#7a4a00", Shield("#ffe07a", "#23282d", _BEND), "",
    ),
    Demo(
        "aschaffenburg", "Stadt Aschaffenburg", "gemeinde", ["096610000000"],
        "Aschaffenburg", "63701", "#00594f", Shield("#dbeeea", "#00594f", _BAND), _WUERZBURG, ["assumption"],
    ),
    Demo(
        "vg-ellingen", "Verwaltungsgemeinschaft Ellingen", "verband", ["095775534"],
        "Ellingen", "91792", "#3d5a1e", Shield("#eaf1e0", "#3d5a1e", _RING), _ANSBACH, ["assumption"],
    ),
    Demo(
        "landkreis-weissenburg-gunzenhausen", "Landratsamt Weißenburg-Gunzenhausen", "kreis", ["09577"],
        "Weißenburg i. Bay.", "91781", "#2f4b8f", Shield("#e6ebf7", "#2f4b8f", _HILLS), _ANSBACH,
    ),
)  # fmt: skip

_STREET = "Beispielstraße 1"
_MORNINGS = [{"day": day, "from": "08:00", "until": "12:00"} for day in range(5)]
_AFTERNOONS = [{"day": 0, "from": "13:30", "until": "16:00"}, {"day": 3, "from": "13:30", "until": "17:30"}]
HOURS: list[Mapping[str, object]] = [*_MORNINGS, *_AFTERNOONS]


def load(*, now: datetime) -> dict[str, UUID]:
    """Load the places and create the authorities that are not there yet; gives their ids by slug. Safe to repeat."""
    with common():
        known = ImportRun.objects.filter(sha256=VERSION).exists()
    if not known:
        services.store_register(REGISTER, file_name="demo", sha256=VERSION, now=now)
    return {demo.slug: _create(demo, now) for demo in AUTHORITIES}


def _create(demo: Demo, now: datetime) -> UUID:
    known = queries.authority_by_slug(demo.slug)
    authority_id = known.id if known else _found(demo, now)
    if not queries.profile(authority_id).lines:
        _describe(authority_id, demo, now)
    return authority_id


def _found(demo: Demo, now: datetime) -> UUID:
    return services.create_authority(
        slug=demo.slug, name=demo.name, kind=demo.kind, covers=demo.covers, actor=SYSTEM, now=now
    )


def _describe(authority_id: UUID, demo: Demo, now: datetime) -> None:
    services.describe(
        authority_id,
        actor=SYSTEM,
        now=now,
        lines=[demo.name, _STREET, f"{demo.postal_code} {demo.place}"],
        phone="+49 89 99998-100",
        email=f"buergerbuero@{demo.slug}.example",
        website=f"https://{demo.slug}.example",
        imprint=f"Beispieldaten für die Vorführung. {demo.name}, {_STREET}, {demo.postal_code} {demo.place}".rstrip(".")
        + ".",
        accent=demo.accent,
        crest=demo.shield.svg(),
        hours=HOURS,
        holidays=demo.holidays,
        remedy=_remedy(demo),
        example=True,
    )


def _remedy(demo: Demo) -> str:
    """§ 58 VwGO. In Bavaria the action is open at once (Art. 12 AGVwGO), elsewhere the objection comes first."""
    if demo.court:
        remedy = f"Klage beim {demo.court}, erhoben werden."
    else:
        address = f"{demo.name}, {_STREET}, {demo.postal_code} {demo.place}"
        remedy = f"Widerspruch erhoben werden. Einzulegen ist er bei: {address}."
    return f"Gegen diesen Bescheid kann innerhalb eines Monats nach seiner Bekanntgabe {remedy}"
