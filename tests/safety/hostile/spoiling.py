"""Makes packages, sound ones and spoiled ones, as somebody does who has a key and tools of his own."""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from joserfc import jws

from stadttor.catalog import archive as archives
from stadttor.catalog import signing
from stadttor.catalog.cli import SKELETON
from stadttor.catalog.rules.files import Files, read_folder
from stadttor.catalog.tests.builders import KEY, NAME, a_package
from stadttor.catalog.tests.test_hostile import FIELD
from stadttor.processes.queries import BUILTIN

VERSION = "0.1.0"
LETTER = '#import "/platform/letter.typ": *\n#show: letter\n'
OUTSIDE = "http://camunda.org/schema/1.0/bpmn"
LABELS = "  anliegen:\n    art: {label"
STEP = '<userTask id="check" name="Angaben und Nachweise prüfen"/>'

Making = Callable[[], bytes]
Folder = Callable[[], Files]


def skeleton() -> Files:
    """The package from which all others are made, with its letter."""
    return read_folder(SKELETON)


@dataclass(frozen=True)
class Hostile:
    """`make` spoils an archive, `says` are words of which each must be in the refusal, `twin` is the same package without
    the harm: it must be taken, so that only the harm can have been refused.
    """

    make: Making
    says: tuple[str, ...]
    twin: Folder = field(default=skeleton)


def signed(files: Files, *, package_id: str = NAME, version: str = VERSION) -> bytes:
    """Signed by a publisher who is trusted; nothing is looked at."""
    return _signed_as(files, archives.manifest_of(files, package_id, version))


def _signed_as(files: Files, manifest: bytes) -> bytes:
    header = {"alg": signing.ALGORITHM, "kid": KEY.thumbprint(), "typ": signing.MEDIA_TYPE}
    signature = jws.serialize_compact(header, manifest, KEY, algorithms=[signing.ALGORITHM])
    return archives.pack(files, manifest, jws.detach_content(signature))


def sound() -> bytes:
    return signed(skeleton())


def renamed(files: Files, package_id: str) -> bytes:
    """The same package under another name, signed."""
    own = files["package.yaml"].replace(f"id: {NAME}".encode(), f"id: {package_id}".encode())
    return signed({**files, "package.yaml": own}, package_id=package_id)


def spoiled(bad: Folder, *says: str, twin: Folder = a_package) -> Hostile:
    """A folder that is signed as it is."""
    return Hostile(lambda: signed(bad()), says, twin)


def changed(bad: bytes | tuple[str, str], *says: str, of: str, good: bytes | tuple[str, str] | None = None) -> Hostile:
    """One file, or a part of it, is another; `good` stands in the same place of the twin."""
    twin: Folder = a_package if good is None else lambda: a_package(**{of: good})
    return spoiled(lambda: a_package(**{of: bad}), *says, twin=twin)


def added(path: str, content: bytes, *says: str, good: tuple[str, bytes] | None = None) -> Hostile:
    twin: Folder = a_package if good is None else lambda: {**a_package(), good[0]: good[1]}
    return spoiled(lambda: {**a_package(), path: content}, *says, twin=twin)


def many(bad: Mapping[str, bytes], *says: str, good: Mapping[str, bytes], base: Folder = a_package) -> Hostile:
    """So many more files; fewer of them in the twin."""
    return spoiled(lambda: {**base(), **bad}, *says, twin=lambda: {**base(), **good})


def fields(lines: Iterable[str], labelled: Iterable[str], options: str = "") -> Files:
    """More fields, with all texts that they need."""
    form = "".join(f"\n          - {line}" for line in lines)
    labels = "".join(f"    {name}: {{label: L}}\n" for name in labelled)
    files = a_package(form=(FIELD, f"{FIELD}{form}"), texts=(LABELS, f"  anliegen:\n{labels}    art: {{label"))
    texts = files["texts/de.yaml"].replace(b"options:\n  anliegen:\n", f"options:\n  anliegen:\n{options}".encode())
    return {**files, "texts/de.yaml": texts}


def one_field(bad: str, *says: str, good: str) -> Hostile:
    """A field x with these keys."""
    make = lambda keys: fields([f"{{id: x, {keys}}}"], ["x"])  # noqa: E731  # the twin is made by the same one
    return spoiled(lambda: make(bad), *says, twin=lambda: make(good))


def condition(bad: str, *says: str, good: str = "a.anliegen.art == 'neu'") -> Hostile:
    return one_field(f'type: text, show_if: "{bad}"', *says, good=f'type: text, show_if: "{good}"')


def setting(bad: str, *says: str, good: str) -> Hostile:
    """Settings beside the one of the skeleton."""
    place = lambda schema: ("  properties:\n", f"  properties:\n{schema}")  # noqa: E731  # for both
    return changed(place(bad), *says, of="package", good=place(good))


def letter(lines: str, *says: str) -> Hostile:
    """The letter says this in addition; what its twin says is harmless."""
    with_letter = lambda text: {**skeleton(), "letters/bescheid.typ": f"{LETTER}{text}\n".encode()}  # noqa: E731
    return spoiled(lambda: with_letter(lines), *says, twin=lambda: with_letter("#let x = 1\n#reasons-list()"))


def process(step: str, *says: str, good: str = STEP) -> Hostile:
    """The built-in process with another first step."""
    assert STEP.encode() in BUILTIN
    made = lambda one: BUILTIN.replace(STEP.encode(), one.encode())  # noqa: E731  # for both
    return changed(made(step), *says, of="process", good=made(good))


def xml(bad: bytes, *says: str, good: bytes = BUILTIN) -> Hostile:
    return changed(bad, *says, of="process", good=good)


def task(inside: str) -> str:
    """A step with something of another program."""
    return f'<userTask id="check" name="Prüfen"><extensionElements>{inside}</extensionElements></userTask>'


def zipped(change: Callable[[zipfile.ZipFile], None], *says: str, mode: int = zipfile.ZIP_STORED) -> Hostile:
    """The sound archive, opened and changed by an ordinary tool."""

    def make() -> bytes:
        out = io.BytesIO(sound())
        with zipfile.ZipFile(out, "a", mode) as opened:
            change(opened)
        return out.getvalue()

    return Hostile(make, says)


def a_link(opened: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("texts/tr.yaml")
    info.external_attr = 0o120777 << 16
    opened.writestr(info, "/etc/passwd")


def a_comment(opened: zipfile.ZipFile) -> None:
    opened.comment = b"evil"


def one_byte(at: int) -> Making:
    """One byte of the archive is another one."""

    def make() -> bytes:
        whole = bytearray(sound())
        whole[at] ^= 1
        return bytes(whole)

    return make


def packed(files: Folder, manifest: Callable[[Files], bytes], signature: str | None = None) -> Making:
    """An archive with this list of sums; signed for it where no signature is given."""

    def make() -> bytes:
        sums = manifest(files())
        return _signed_as(files(), sums) if signature is None else archives.pack(files(), sums, signature)

    return make


def swapped(other: Folder) -> Making:
    """The sums and the signature of the sound package around other files."""
    return lambda: _repacked(sound(), other())


def _repacked(archive: bytes, files: Files) -> bytes:
    opened = archives.open_archive(archive)
    return archives.pack(files, opened.manifest, opened.signature)


def signature_of_another() -> bytes:
    """A signature that is right, of another list of sums."""
    other = archives.open_archive(signed(a_package()))
    return archives.pack(skeleton(), archives.manifest_of(skeleton(), NAME, VERSION), other.signature)


def sums_of(files: Files) -> bytes:
    return archives.manifest_of(files, NAME, VERSION)


def picture(size: int = 100) -> bytes:
    """A drawing of so many bytes."""
    return b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0h9v9z'/>" + b" " * size + b"</svg>"


def levels(count: int) -> bytes:
    return b"".join(b" " * level + b"a:\n" for level in range(count))


def alias_bomb() -> bytes:
    chain = [(number, b"a" if number == 0 else b"b%d" % (number - 1)) for number in range(40)]
    return b"a: &a [1, 1]\n" + b"".join(b"b%d: &b%d [*%s, *%s]\n" % (n, n, b, b) for n, b in chain)


def laughs() -> bytes:
    words = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{words}]><definitions>&l9;</definitions>'.encode()
