"""Hostile packages by name, each signed by a publisher who is trusted: only what is in them can refuse them."""

import hashlib
import io
import zipfile
from collections.abc import Callable

from joserfc import jws

from stadttor.catalog import archive as archives
from stadttor.catalog import signing
from stadttor.catalog.cli import SKELETON
from stadttor.catalog.rules import limits
from stadttor.catalog.rules.files import Files, read_folder
from stadttor.catalog.tests.builders import KEY, NAME, a_package
from stadttor.catalog.tests.test_hostile import BPMN, FIELD

VERSION = "0.1.0"
LETTER = '#import "/platform/letter.typ": *\n#show: letter\n'
OUTSIDE = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def signed(files: Files, *, package_id: str = NAME, version: str = VERSION) -> bytes:
    """The archive as somebody makes it who has a key and tools of his own: nothing is looked at."""
    manifest = archives.manifest_of(files, package_id, version)
    header = {"alg": signing.ALGORITHM, "kid": KEY.thumbprint(), "typ": signing.MEDIA_TYPE}
    signature = jws.serialize_compact(header, manifest, KEY, algorithms=[signing.ALGORITHM])
    return archives.pack(files, manifest, jws.detach_content(signature))


def sound() -> bytes:
    """The harmless twin of all: the skeleton with its letter."""
    return signed(read_folder(SKELETON))


def _with(**changes: bytes | tuple[str, str] | None) -> Callable[[], bytes]:
    return lambda: signed(a_package(**changes))


def _and(path: str, content: bytes) -> Callable[[], bytes]:
    return lambda: signed({**a_package(), path: content})


def _field(definition: str) -> Callable[[], bytes]:
    return _with(form=(FIELD, f"{FIELD}\n          - {definition}"))


def _when(condition: str) -> Callable[[], bytes]:
    return _field(f'{{id: x, type: text, show_if: "{condition}"}}')


def _letter(*lines: str) -> Callable[[], bytes]:
    return lambda: signed(
        {**read_folder(SKELETON), "letters/bescheid.typ": (LETTER + "\n".join(lines) + "\n").encode()}
    )


def _process(inside: str) -> Callable[[], bytes]:
    """A process that does this between its start and its end."""
    xml = (
        f'<definitions xmlns="{OUTSIDE}" targetNamespace="x"><process id="p" isExecutable="true"><startEvent id="s"/>'
        f'{inside}<endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
        '<sequenceFlow id="g" sourceRef="t" targetRef="e"/></process></definitions>'
    )
    return _with(process=xml.encode())


def _zipped(change: Callable[[zipfile.ZipFile], None], mode: int = zipfile.ZIP_STORED) -> Callable[[], bytes]:
    """The sound archive, opened and changed by an ordinary tool."""

    def make() -> bytes:
        out = io.BytesIO(sound())
        with zipfile.ZipFile(out, "a", mode) as opened:
            change(opened)
        return out.getvalue()

    return make


def _link(opened: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("texts/tr.yaml")
    info.external_attr = 0o120777 << 16
    opened.writestr(info, "/etc/passwd")


def _comment(opened: zipfile.ZipFile) -> None:
    opened.comment = b"evil"


def _changed(at: int) -> Callable[[], bytes]:
    """One byte of the archive is another one."""

    def make() -> bytes:
        whole = bytearray(sound())
        whole[at] ^= 1
        return bytes(whole)

    return make


def _many(prefix: str, count: int, content: bytes = b"title: x\n") -> Callable[[], bytes]:
    return lambda: signed({**a_package(), **{f"{prefix}{number}.yaml": content for number in range(count)}})


def _levels(count: int) -> bytes:
    return b"".join(b" " * level + b"a:\n" for level in range(count))


def _fields(count: int) -> str:
    return "\n          - ".join(f"{{id: f{number}, type: text}}" for number in range(count))


def _bombs() -> bytes:
    return b"a: &a [1, 1]\n" + b"".join(b"b%d: &b%d [*%s, *%s]\n" % (n, n, b, b) for n, b in _chain(40))


def _chain(count: int) -> list[tuple[int, bytes]]:
    return [(number, b"a" if number == 0 else b"b%d" % (number - 1)) for number in range(count)]


def _laughs() -> bytes:
    words = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{words}]><definitions>&l9;</definitions>'.encode()


def _circle() -> str:
    one = "{id: x, type: text, show_if: \"a.anliegen.y != ''\"}"
    return f"{one}\n          - {{id: y, type: text, show_if: \"a.anliegen.x != ''\"}}"


def _huge_number(_: object = None) -> bytes:
    return b"- {id: a, cents: " + b"9" * 5_000 + b", text: a}\n"


PACKAGES: dict[str, Callable[[], bytes]] = {
    # What is no archive, or more than one.
    "nothing": lambda: b"",
    "something else": lambda: b"hello" * 99,
    "an archive larger than allowed": lambda: b"PK\3\4" + bytes(limits.ARCHIVE_BYTES),
    "a packed bomb": _zipped(lambda it: it.writestr("LICENSE", bytes(100_000_000)), zipfile.ZIP_DEFLATED),
    "a link": _zipped(_link),
    "a file twice": _zipped(lambda it: it.writestr("form.yaml", b"pages: []")),
    "a comment": _zipped(_comment),
    "something behind the archive": lambda: sound() + b"MZ" + bytes(99),
    "something before the archive": lambda: b"#!/bin/sh\n" + sound(),
    "a byte changed in the middle": _changed(3_000),
    "a byte changed in the signature": _changed(900),
    "cut off": lambda: sound()[:-99],
    "a list of sums nested without end": lambda: archives.pack(a_package(), b"[" * 100_000, "x..y"),
    "an endless signature": lambda: archives.pack(
        a_package(), archives.manifest_of(a_package(), NAME, VERSION), "x" * 9_999
    ),
    "not signed": lambda: archives.pack(a_package(), archives.manifest_of(a_package(), NAME, VERSION), ""),
    "another name signed than inside": lambda: signed(a_package(), package_id="de.example.anderes"),
    "another version signed than inside": lambda: signed(a_package(), version="9.9.9"),
    "a name of somebody else": lambda: signed(a_package(), package_id="de.stadttor.bewohnerparkausweis"),
    # Paths.
    "a path upwards": _and("../evil.yaml", b"x"),
    "a path upwards, twice": _and("texts/../../evil.yaml", b"x"),
    "a path upwards for Windows": _and("texts\\..\\evil.yaml", b"x"),
    "an absolute path": _and("/etc/cron.d/evil", b"x"),
    "a drive": _and("C:/evil.yaml", b"x"),
    "a program": _and("run.py", b"import os"),
    "a hidden file": _and(".git/config", b"x"),
    "a path of 9,999 letters": _and("texts/" + "a" * 9_999 + ".yaml", b"x"),
    "a path that reads backwards": _and("texts/\u202elmay.ed", b"x"),
    # Limits.
    "more files than allowed": _many("examples/e", limits.FILES + 1),
    "a file larger than allowed": _and("LICENSE", bytes(limits.FILE_BYTES + 1)),
    "more examples than allowed": _many("examples/e", limits.EXAMPLES + 1),
    "more fields than allowed": _field(_fields(limits.FIELDS + 1)),
    "more letters than allowed": lambda: signed(
        a_package() | {f"letters/l{number}.typ": LETTER.encode() for number in range(limits.LETTERS + 1)}
    ),
    "YAML larger than allowed": _with(fees=b"# " + b"x" * limits.YAML_BYTES),
    "more values than allowed": _with(fees=b"[" + b"1," * limits.YAML_NODES + b"1]"),
    "nested deeper than allowed": _with(fees=_levels(limits.MAPPING_DEPTH + 1)),
    "nested without end": _with(fees=b"[" * 50_000),
    "a text longer than allowed": _with(texts=("title: Muster", "title: " + "x" * (limits.TEXT_BYTES + 1))),
    "more options than allowed": _field(
        "{id: x, type: select, options: [" + ", ".join(f"o{n}" for n in range(5_000)) + "]}"
    ),
    "a repetition without end": _with(
        form=("- id: anliegen\n        fields", "- id: anliegen\n        repeat: {max: 1000000}\n        fields")
    ),
    # YAML.
    "an alias bomb": _with(fees=_bombs()),
    "a tag that makes objects": _with(fees=b"!!python/object/apply:os.system ['id']\n"),
    "a merge key": _with(fees=b"a: {b: 1}\n<<: {c: 1}\n"),
    "two documents": _with(fees=b"[]\n---\n[]\n"),
    "a key twice": _with(package=("trust: none", "trust: hoch\ntrust: none")),
    "a zero byte": _with(fees=b'- "a\\0b"\n'),
    "no text at all": _with(fees=b"\xff\xfe\x00\x01"),
    "a number without end": _with(fees=_huge_number()),
    # Conditions and patterns.
    "a condition longer than allowed": _when(" && ".join(["a.anliegen.art == 'neu'"] * 40)),
    "an endless condition": _when("[1].all(x, [1].all(y, [1].all(z, x + y + z > 0)))"),
    "brackets without end": _when("(" * 200 + "true" + ")" * 200),
    "a pattern inside a condition": _when("a.anliegen.art.matches('(a+)+$')"),
    "a division": _when("1 / 0 == 1"),
    "somebody else's names": _when("settings.SECRET_KEY == ''"),
    "conditions in a circle": _field(_circle()),
    "a catastrophic pattern with look-around": _field('{id: x, type: text, pattern: "(?=(a+)+)b"}'),
    "a pattern that explodes": _field('{id: x, type: text, pattern: "((a{1,100}){1,100}){1,100}"}'),
    "a pattern longer than allowed": _field(f'{{id: x, type: text, pattern: "{"a" * (limits.PATTERN_LENGTH + 1)}"}}'),
    "a fee without end": _with(fees=b'- {id: a, cents: "' + b"9 * " * 500 + b'9", text: a}\n'),
    # Processes.
    "a script task": _with(process=BPMN),
    "a service task of its own": _process('<serviceTask id="t" implementation="os.system"/>'),
    "a script in a listener": _process(
        '<userTask id="t"><extensionElements><script xmlns="http://camunda.org/schema/1.0/bpmn">x</script>'
        "</extensionElements></userTask>"
    ),
    "a billion laughs": _with(process=_laughs()),
    "a file of the machine": _with(
        process=b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><definitions>&a;</definitions>'
    ),
    "tags without end": _with(process=b"<definitions>" * 20_000),
    # Letters.
    "a letter that reads a file": _letter('#read("/etc/passwd")'),
    "a letter that loads a module": _letter('#import "@preview/evil:1.0.0": *'),
    "a letter that takes from above": _letter('#include "../../secret.typ"'),
    "a letter that runs text": _letter('#eval("1 + 1")'),
    "a letter that runs a program": _letter('#let spy = plugin("spy.wasm")'),
    "a letter that never ends": _letter("#let i = 0", "#while i >= 0 { i += 1 }"),
    "a letter that calls itself": _letter("#let f(n) = f(n + 1)", "#f(0)"),
    "a letter of a million pages": _letter("#for i in range(1000000) { pagebreak(weak: false) }"),
    "a letter that eats memory": _letter('#let x = "a" * 1000000000', "#x.len()"),
    "a letter that grows": _letter('#let x = "a"', "#for i in range(60) { x = x + x }", "#x.len()"),
    "a picture with a script": _and(
        "letters/w.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>"
    ),
    "a picture of something else": _and("letters/w.png", b"MZ" + bytes(99)),
    # Texts.
    "a link that runs": _with(texts=("declaration: Ich", "declaration: '[hier](javascript:alert(1))' #")),
    "a portal that runs": _with(package=("search:", "elsewhere: {url: 'javascript:alert(1)'}\nsearch:")),
}
"""Each is made anew when called."""


def fingerprint(archive: bytes) -> str:
    return hashlib.sha256(archive).hexdigest()[:16]
