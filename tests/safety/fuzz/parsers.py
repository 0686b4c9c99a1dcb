"""Every reader of what strangers write: it understands or refuses in the way it declares, and within a second."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from hypothesis import strategies as st

from stadttor.catalog import archive as archives
from stadttor.catalog import signing
from stadttor.catalog.federation.index import read as read_index
from stadttor.catalog.federation.refusals import CatalogueRefused
from stadttor.catalog.federation.tests.builders import a_file
from stadttor.catalog.fim.model import Value
from stadttor.catalog.fim.reading import read_message
from stadttor.catalog.fim.tests.builders import a_field, a_group, a_message, export_of, files_of, times
from stadttor.catalog.fim.writing import write_message
from stadttor.catalog.rules import strict_yaml
from stadttor.catalog.rules.checking import Checks, check_package
from stadttor.catalog.rules.faults import Fault, PackageRefused
from stadttor.catalog.rules.semver import parse_version
from stadttor.catalog.tests.builders import KEY, NAME, a_package
from stadttor.core import ars, din91379, german_sort
from stadttor.core.cel import Declared, Expression, ProfileError
from stadttor.core.refused import Refused
from stadttor.forms.definition import FormFaults
from stadttor.forms.parsing import parse_form
from stadttor.forms.rules import formats
from stadttor.forms.rules.problems import Unreadable
from stadttor.forms.rules.receipt import is_well_formed
from stadttor.forms.uploads.kinds import NAME_MAX, safe_name
from stadttor.ground.web import language
from stadttor.ground.web.prose import package_prose, prose
from stadttor.notices import rules as mails
from stadttor.processes.queries import BUILTIN
from stadttor.processes.rules import check_bpmn, drawn
from stadttor.processes.rules import engine as processes
from stadttor.tenancy.rules import files, look, names, phones
from stadttor.tenancy.rules.register import BadRegister
from stadttor.tenancy.tests.test_gv100ad import ELLINGEN, file, line
from stadttor.tenancy.tests.test_keylist import HANAU, WEISSENBURG, csv
from tests.cel.test_corpus import NAMES, SOURCES
from tests.safety.fuzz import answers, leaving, strangers, tables
from tests.safety.fuzz.inputs import Reader, Strategy, spoiled, spoiled_binary, spoiled_bytes, spoiled_data, texts

DAY, TOWN = date(2026, 11, 23), "095770177177"
FORM: dict[str, Any] = {
    "pages": [
        {"id": "one", "groups": [{"id": "g", "fields": [
            {"id": "art", "type": "select", "options": ["neu", "alt"], "required": True},
            {"id": "ab", "type": "date", "show_if": "a.g.art == 'neu'", "min": "today"},
            {"id": "betrag", "type": "money", "required": "a.g.art == 'alt'", "max": 5000},
            {"id": "beleg", "type": "file", "accept": ["pdf"], "max_mb": 2},
            {"id": "nummer", "type": "text", "pattern": "[0-9]{4}", "max_length": 4},
        ]}]},
        {"id": "two", "show_if": "a.g.betrag > 1", "groups": [
            {"id": "r", "repeat": {"min": 0, "max": 3}, "fields": [{"id": "name", "type": "name"}]},
        ], "checks": [{"if": "a.r.exists(x, x.name == '')", "refuse": "r.name", "text": "leer"}]},
    ]
}  # fmt: skip


def readers() -> list[Reader]:
    """All of them."""
    own = [*_registers(), *_packages(), *_schemas(), *_typed(), *_mails_and_files(), *_texts()]
    return [*own, *answers.readers(), *strangers.readers(), *tables.readers(), *leaving.readers()]


def _registers() -> list[Reader]:
    """What Destatis publishes, and lists of keys made of it."""
    larger = line("40", "09577", "Weißenburg-Gunzenhausen", kind="44", seat="Weißenburg i.Bay.")
    gv100ad = file(line("10", "09", "Bayern"), larger, ELLINGEN)
    keys = {
        "latest": {
            "source": {"snapshotDate": "2026-06-30"}, "bundeslaender": {"09": "Bayern"}, "regierungsbezirke": {},
            "kreise": {"09577": "Weißenburg-Gunzenhausen"}, "gemeindeverbaende": {"095775534": "Ellingen (VGem)"},
            "gemeindenByArs": {"095770177177": "Weißenburg i.Bay., GKSt"},
        },
        "obsolete": {
            "maps": {"gemeindenByArs": {"095770111111": "Alesheim"}, "gemeindenByAgs": {"09577111": "Alesheim"}},
            "lastContainedInYear": {"gemeindenByAgs": {"09577111": "2020"}},
        },
    }  # fmt: skip
    read: Callable[[bytes], object] = lambda data: files.parse(data, as_of=DAY)  # noqa: E731  # as the table wants it
    return [
        Reader("GV100AD", gv100ad, spoiled_bytes(gv100ad), read, (BadRegister,)),
        Reader("keys, CSV of 2026", csv(WEISSENBURG), spoiled_bytes(csv(WEISSENBURG, HANAU)), read, (BadRegister,)),
        Reader("keys, JSON", json.dumps(keys).encode(), spoiled_bytes(json.dumps(keys).encode()), read, (BadRegister,)),
        Reader("regional key", TOWN, texts | spoiled([TOWN, "09 5 77 0177 177"]), ars.parse_ars, (ars.BadRegionalKey,)),
        Reader("name of a place", "Ellingen, St", texts | spoiled(["Hanau, Brüder-Grimm-Stadt", "Ellingen, St"]), names.split),
    ]  # fmt: skip


def _packages() -> list[Reader]:
    sound = a_package()
    archive = signing.build(sound, NAME, "0.1.0", KEY)
    index = a_file()
    yamls = {path: content for path, content in sound.items() if path.endswith(".yaml")}
    return [
        Reader("YAML", sound["form.yaml"], spoiled_bytes(*yamls.values()), _strict, (PackageRefused,)),
        Reader("package", {}, st.sampled_from(sorted(yamls)).flatmap(_one_spoiled), _package, (PackageRefused,)),
        Reader("manifest", sound["package.yaml"], spoiled_bytes(sound["package.yaml"]), _manifest, (PackageRefused,)),
        Reader("form", FORM, spoiled_data(FORM), lambda raw: parse_form(raw, {}), (FormFaults,)),
        Reader("archive", archive, spoiled_binary(archive) | st.binary(max_size=200), archives.open_archive, (PackageRefused,)),
        Reader("index of a catalogue", index, spoiled_bytes(index), read_index, (CatalogueRefused,)),
        Reader("version", "1.10.0", texts | spoiled(["1.10.0"]), parse_version, (ValueError,)),
        Reader("BPMN", BUILTIN, spoiled_bytes(BUILTIN), _process, (PackageRefused,)),
        Reader("BPMN of another program", BUILTIN, spoiled_bytes(BUILTIN), drawn, (Refused,)),
        Reader("CEL", SOURCES[0], spoiled(SOURCES) | texts, lambda text: Expression.parse(text, NAMES), (ProfileError,)),
        Reader("CEL without names", "today > '2026-01-01'", texts, lambda text: Expression.parse(text, Declared()), (ProfileError,)),
    ]  # fmt: skip


def _schemas() -> list[Reader]:
    """FIM's data schemas: what is read becomes a package without faults, and the same schema again."""
    choice = replace(a_field(2, feldart="select"), values=(Value("a", "Eins"), Value("b", "Zwei")))
    inner = a_group(2, replace(a_field(1), bounds={"maxLength": "7", "pattern": "[a-z]+"}), choice)
    message = a_message(times("0:*", a_group(1, times("2:5", a_field(3)), inner)), a_field(4, datentyp="num_currency"))
    schema = write_message(message)
    files = files_of(message)
    return [
        Reader("XDatenfelder", schema, spoiled_bytes(schema), _schema, (PackageRefused,)),
        Reader(
            "fim.yaml", files["fim.yaml"], spoiled_bytes(files["fim.yaml"]), _sidecar_read(files), (PackageRefused,)
        ),
    ]


def _schema(xml: bytes) -> None:
    message = read_message(xml, "schema.xml")
    files = files_of(message)
    assert export_of(files).message == message, "the schema is another after import and export"
    _package_of(files)


def _sidecar_read(files: Mapping[str, bytes]) -> Callable[[bytes], object]:
    def read(content: bytes) -> object:
        changed = {**files, "fim.yaml": content}
        _package_of(changed)
        return write_message(export_of(changed).message)

    return read


def _package_of(files: Mapping[str, bytes]) -> None:
    check_package(files, Checks(letter=lambda kind, content: [])).accepted()


def _typed() -> list[Reader]:
    """What people type into fields: read, then known again as what is stored."""
    pairs: tuple[tuple[str, list[str], Callable[[str], Any], Callable[[Any], bool]], ...] = (
        ("date", ["22.11.2026", "2026-11-22", "1/2/26", "٢٢.١١.٢٠٢٦"], formats.read_date, formats.is_date),
        ("integer", ["1.234", "-7", "3.500 kg"], formats.read_integer, lambda found: type(found) is int),
        ("decimal", ["1.234,5", "1234.5", "1'000"], formats.read_decimal, _is_decimal),
        ("money", ["30,70 €", "1.234,56 EUR", "12"], formats.read_money, lambda found: type(found) is int),
        ("yes or no", ["ja", "false"], formats.read_boolean, lambda found: type(found) is bool),
        ("mail address", ["amira@example.org", "jonas@münchen.de", "a.b+c@xn--a.de"], formats.read_email, formats.is_email),
        ("telephone", ["09141 / 907-0", "+49 (0)9141 907"], formats.read_phone, formats.is_phone),
        ("IBAN", ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"], formats.read_iban, formats.is_iban),
        ("plate", ["wug ab 123 e", "M-A 1H"], formats.read_plate, formats.is_plate),
    )  # fmt: skip
    return [
        Reader(name, samples[0], texts | spoiled(samples), _read_and_known(read, known), (Unreadable,))
        for name, samples, read, known in pairs
    ]


def _mails_and_files() -> list[Reader]:
    addresses = ["amira@example.org", '"a b"@example.org', "a@b", "müller@köln.de"]
    languages = ["de-DE,de;q=0.9,en;q=0.8", "*;q=0", "tr"]
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>'
    return [
        Reader("receiver of a mail", addresses[0], texts | spoiled(addresses), _mailed),
        Reader(
            "subject of a mail", "Ihre Quittung", texts.map(_storable), lambda text: _built(text, "amira@example.org")
        ),
        Reader(
            "file name", "nachweis.pdf", texts | spoiled(["../../etc/passwd", "nachweis.pdf", "C:\\a\\b.exe"]), _named
        ),
        Reader(
            "wanted languages", languages[0], texts | spoiled(languages), lambda text: language.chosen(text, text, text)
        ),
        Reader("crest", svg, texts | spoiled([svg]), look.check_crest, (Refused,)),
        Reader("accent colour", "#0b4f8a", texts | spoiled(["#0b4f8a"]), look.check_accent, (Refused,)),
    ]


def _texts() -> list[Reader]:
    prosaic = ["# A\n\n- b\n- c\n\n**d** [e](https://f.example)", "1. a\n2. b", "*a*"]
    return [
        Reader("DIN 91379", "Amira Yılmaz", texts | spoiled(["Amira Yılmaz", "Ångström-Łukasiewicz"]), _repertoire),
        Reader(
            "German sort key",
            "Weißenburg",
            texts,
            lambda text: (german_sort.sort_key(text), german_sort.search_key(text)),
        ),
        Reader("prose", prosaic[0], texts | spoiled(prosaic), lambda text: (prose(text), package_prose(text))),
        Reader("receipt number", "WEI-2026-4F7K-92QM", texts | spoiled(["WEI-2026-4F7K-92QM"]), is_well_formed),
        Reader("telephone of an authority", "(09141) 907 - 0", texts | spoiled(["(09141) 907 - 0"]), phones.written),
    ]


def _strict(data: bytes) -> object:
    return strict_yaml.load(data, "form.yaml")


def _manifest(data: bytes) -> object:
    return _package({"package.yaml": data})


def _one_spoiled(path: str) -> Strategy:
    return spoiled_bytes(_sound()[path]).map(lambda content: {path: content})


@cache
def _sound() -> Mapping[str, bytes]:
    return a_package()


def _package(changed: Mapping[str, bytes]) -> object:
    """Faults with a place, or a package."""
    process = lambda xml: [Fault("process.bpmn", one.line, one.text) for one in check_bpmn(xml)]  # noqa: E731
    report = check_package({**_sound(), **changed}, Checks(letter=lambda kind, content: [], process=process))
    assert report.faults or report.content
    return report.accepted()


def _process(xml: bytes) -> None:
    """What is not refused can be run: it is parsed and started."""
    if faults := check_bpmn(xml):
        raise PackageRefused([Fault("process.bpmn", one.line, one.text) for one in faults])
    assert processes.parse(xml)


def _read_and_known(read: Callable[[str], Any], known: Callable[[Any], bool]) -> Callable[[str], None]:
    def check(text: str) -> None:
        assert known(read(text)), "what was read is not known again"

    return check


def _is_decimal(found: str) -> bool:
    return formats.canonical_decimal(found) == found and found.isascii()


def _storable(text: str) -> str:
    """What a database can hold: no halves of characters."""
    return text.encode("utf-8", "ignore").decode()


def _mailed(address: str) -> None:
    if mails.is_address(address):
        _built("Ihre Quittung", address)


def _built(subject: str, address: str) -> None:
    """The bytes of the mail have one line for each header: nobody adds one."""
    from datetime import UTC, datetime
    from uuid import UUID

    text = mails.MailText(subject, f"{subject}\n")
    mail = mails.build(
        text, mail_id=UUID(int=7), to=address, sender_name=subject, sender_address="post@weissenburg.example",
        language="de", at=datetime(2026, 11, 23, tzinfo=UTC),
    )  # fmt: skip
    heads = mail.as_bytes().partition(b"\r\n\r\n")[0].split(b"\r\n")
    known = {name.lower().encode() for name in mail}
    assert all(head[:1] in b" \t" or head.partition(b":")[0].lower() in known for head in heads), "a header too much"


def _named(name: str) -> None:
    kept = safe_name(name, "pdf")
    assert kept.isprintable(), kept
    assert not set(kept) & set('/\\<>:"|?*'), kept
    assert 4 < len(kept) <= NAME_MAX + 4, kept


def _repertoire(text: str) -> None:
    tidied = din91379.tidy(text)
    assert din91379.tidy(tidied) == tidied, "tidied twice is not tidied once"
    assert din91379.printable(tidied) == (din91379.unprintable(tidied) == "")
    din91379.is_name(tidied)
