"""The child process that parses one file: `python -I inspector.py KIND < file`.

Prints one JSON line `{"ok": true, "pages": 2}` or `{"ok": false, "code": "…"}`. Bounds its own memory and time before it
reads the first byte; imports nothing of the product.
"""

import base64
import io
import json
import re
import resource
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

SECONDS = 2
MEMORY = 400 * 1024 * 1024
MAX_PIXELS = 60_000_000
MAX_PAGES = 200
MAX_OBJECTS = 50_000
MAX_PARTS = 200_000
MAX_SUSPECTS = 10_000
MAX_SLOW = 2_000_000
MAX_DEPTH = 100
MAX_UNPACKED = 100_000_000
MAX_UNPACKED_TO_OPEN = 30_000_000
MAX_PROGRESSIVE_PIXELS = 26_000_000
MAX_PAINTED = 500_000_000
CHUNK = 1_000_000
# What acts by itself, hides another file, or talks to somebody; a plain link to a web page is none of these.
ACTIVE = frozenset({
    "/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA", "/SubmitForm",
    "/ImportData", "/GoToE", "/GoToR", "/Movie", "/Sound", "/Rendition",
})  # fmt: skip
# What happens without a touch may not even open a web page: whoever sent the file would learn when and where it is read.
BY_ITSELF = ("/OpenAction", "/AA")
SLOW = frozenset({"/ASCII85Decode", "/LZWDecode", "/RunLengthDecode"})
PACKERS = ("/FlateDecode", "/LZWDecode", "/RunLengthDecode")
SUSPECT = re.compile(
    b"(?:" + b"|".join(re.escape(name.encode()) for name in (*ACTIVE, *BY_ITSELF)) + rb")(?![^\s()<>\[\]{}/%])"
)
BRACKETS = re.compile(rb"<<|>>|\[|\]")
STREAM = re.compile(rb"stream\r?\n")
OPENED = re.compile(rb"/(?:ObjStm|XRef)\b")
COUNTED = re.compile(rb"/N\s*([0-9]{1,18})\b")
MOST_BYTES_OF_A_PLACE = 20
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
PNG_BEGIN, JPEG_SCAN = b"\x89PNG\r\n\x1a\n", b"\xff\xda"
PDF_END, PNG_END, PADDING = b"%%EOF", b"IEND\xaeB`\x82", 1024


def inspect(data: bytes, kind: str) -> dict[str, object]:
    """One file that is one file only: none that a second program would take for an archive or anything else."""
    if zipfile.is_zipfile(io.BytesIO(data)) or _goes_on(data, kind):
        return {"ok": False, "code": "file_broken"}
    return inspect_pdf(data) if kind == "pdf" else inspect_image(data, kind)


def _goes_on(data: bytes, kind: str) -> bool:
    """Whether something follows the end of the file. Not asked of JPEG: phones add films and depth maps there."""
    if kind == "png":
        return len(data) - data.rfind(PNG_END) > len(PNG_END) + PADDING
    return kind == "pdf" and len(data) - data.rfind(PDF_END) > PADDING


def inspect_image(data: bytes, kind: str) -> dict[str, object]:
    """Whole and of a size that a screen can show."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our own bound is smaller and has its own words
    with Image.open(io.BytesIO(data), formats=[kind.upper()]) as picture:
        pixels = picture.width * picture.height
        if pixels > MAX_PIXELS or (pixels > MAX_PROGRESSIVE_PIXELS and "progressive" in picture.info):
            return {"ok": False, "code": "file_pixels"}
        if kind == "png":
            picture.verify()
            return {"ok": True, "pages": 1} if _is_whole(data) else {"ok": False, "code": "file_broken"}
        # Each scan of a progressive photo is computed over all of it, however few bytes it has.
        if "progressive" in picture.info and data.count(JPEG_SCAN) * pixels > MAX_PAINTED:
            return {"ok": False, "code": "file_broken"}
        picture.draft("L", (64, 64))
        picture.load()
    return {"ok": True, "pages": 1}


def _is_whole(png: bytes) -> bool:
    """Whether the packed rows are all there and nothing after them, without keeping any."""
    rows = _row_bytes(*struct.unpack_from("!IIBBxxB", png, len(PNG_BEGIN) + 8))
    unpacking, total, at = zlib.decompressobj(), 0, len(PNG_BEGIN)
    while at + 8 <= len(png) and not unpacking.eof:
        size = int.from_bytes(png[at : at + 4], "big")
        packed = png[at + 8 : at + 8 + size] if png[at + 4 : at + 8] == b"IDAT" else b""
        while packed and not unpacking.eof and total <= rows + CHUNK:
            total += len(unpacking.decompress(packed, CHUNK))
            packed = unpacking.unconsumed_tail
        at += size + 12
    return rows <= total <= rows + CHUNK and unpacking.eof


def _row_bytes(width: int, height: int, bits: int, colours: int, interlaced: int) -> int:
    """Bytes of all rows (PNG specification, 11.2.1 and 8.2): each begins with one that names its filter."""
    depth = bits * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colours]
    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    sizes = ((-(-(width - x) // right), -(-(height - y) // down)) for x, y, right, down in passes)
    return sum(high * (1 + -(-wide * depth // 8)) for wide, high in sizes if wide > 0 and high > 0)


def inspect_pdf(data: bytes) -> dict[str, object]:
    """Readable without a password, not huge, and without anything that acts by itself."""
    import pikepdf

    if data.count(b" obj") > MAX_OBJECTS:
        return {"ok": False, "code": "file_pages"}
    if _swells_when_opened(data):
        return {"ok": False, "code": "file_broken"}
    if _says_too_many(data):
        return {"ok": False, "code": "file_pages"}
    try:
        pdf = pikepdf.open(io.BytesIO(data), attempt_recovery=False)
    except pikepdf.PasswordError:
        return {"ok": False, "code": "file_locked"}
    with pdf:
        if len(pdf.objects) > MAX_OBJECTS or len(pdf.pages) > MAX_PAGES:
            return {"ok": False, "code": "file_pages"}
        parts, suspects = _looked_through(pdf.objects)
        if parts > MAX_PARTS:
            return {"ok": False, "code": "file_pages"}
        inside = list(islice((one for root in suspects for one in _within(root)), MAX_SUSPECTS + 1))
        if len(inside) > MAX_SUSPECTS or any(map(_acts, inside)):
            return {"ok": False, "code": "file_active"}
        if not len(pdf.pages) or _unpack_too_much(one for one in pdf.objects if isinstance(one, pikepdf.Stream)):
            return {"ok": False, "code": "file_broken"}
        return {"ok": True, "pages": len(pdf.pages)}


def _looked_through(objects: Iterable[Any]) -> tuple[int, list[Any]]:
    """How many arrays and dictionaries there are in all, and the objects in which a word of those that act is written:
    only in them each part is looked at, since that takes thirty times as long.
    """
    import pikepdf

    parts, suspects = 0, []
    for thing in objects:
        shown = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
        written = bytes(shown.unparse(resolved=True)) if isinstance(shown, pikepdf.Object) else b""
        own = written.count(b"[") + written.count(b"<<")
        if own > MAX_DEPTH and _depth(written) > MAX_DEPTH:
            raise ValueError("nested too deep")
        parts += own
        if parts > MAX_PARTS:
            break
        if SUSPECT.search(written):
            suspects.append(thing)
    return parts, suspects


def _depth(written: bytes) -> int:
    """How deep arrays and dictionaries lie in each other; brackets in texts count too."""
    depth = deepest = 0
    for bracket in BRACKETS.findall(written):
        depth += 1 if bracket in (b"[", b"<<") else -1
        deepest = max(deepest, depth)
    return deepest


def _within(thing: Any, depth: int = 0) -> Iterator[Any]:
    """The object and what is written inside it; what it refers to comes by its own number."""
    import pikepdf

    if depth > MAX_DEPTH:
        raise ValueError("nested too deep")
    yield thing
    if isinstance(thing, pikepdf.Array):
        inner = list(thing)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        inner = [thing[key] for key in thing.keys()]  # noqa: SIM118  # a stream's keys are those of its dictionary
    else:
        return
    for one in inner:
        if isinstance(one, pikepdf.Object) and not one.is_indirect:
            yield from _within(one, depth + 1)


def _acts(thing: Any) -> bool:
    import pikepdf

    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return False
    names = {str(key) for key in thing.keys()}  # noqa: SIM118  # as above
    names |= {str(thing.get(key, "")) for key in ("/S", "/Type", "/Subtype")}
    return not names.isdisjoint(ACTIVE) or any(_calls_out(thing[key]) for key in BY_ITSELF if key in thing)


def _calls_out(started: Any) -> bool:
    """Whether what starts by itself, or anything that follows it, opens an address. `/AA` holds an action per occasion."""
    occasions = _occasions(started)
    return any(str(action.get("/S", "")) == "/URI" for one in (started, *occasions) for action in _actions(one))


def _occasions(started: Any) -> list[Any]:
    import pikepdf

    if not isinstance(started, pikepdf.Dictionary) or "/S" in started:
        return []
    return [started[key] for key in started.keys()]  # noqa: SIM118  # as above


def _actions(first: Any) -> Iterator[Any]:
    """An action and those that follow it (ISO 32000-1 §12.6.2), each once: they may go in circles."""
    import pikepdf

    waiting, seen = [first], set()
    while waiting:
        one = waiting.pop()
        if not isinstance(one, pikepdf.Array | pikepdf.Dictionary) or one.objgen in seen:
            continue
        if one.is_indirect:
            seen.add(one.objgen)
        if isinstance(one, pikepdf.Array):
            waiting.extend(one)
        else:
            yield one
            waiting.append(one.get("/Next"))


def _swells_when_opened(data: bytes) -> bool:
    """Whether a stream that a reader must unpack to open the file at all (ISO 32000-1 §7.5.7 and §7.5.8) is a bomb."""
    left = MAX_UNPACKED_TO_OPEN
    for _, packed in _unpacked_to_open(data):
        left -= _inflated(packed, left)
        if left < 0:
            return True
    return False


def _says_too_many(data: bytes) -> bool:
    """Whether packed objects, or the places of objects, are more than any document needs: each costs a reader more memory
    than the file has bytes for it.
    """
    inside, places = 0, MAX_OBJECTS * MOST_BYTES_OF_A_PLACE
    for described, packed in _unpacked_to_open(data):
        inside += sum(map(int, COUNTED.findall(described)))
        if b"XRef" in described:
            places -= _inflated(packed, places)
        if inside > MAX_OBJECTS or places < 0:
            return True
    return False


def _unpacked_to_open(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """How each such stream is described, and its bytes with all that follows."""
    for begin in STREAM.finditer(data):
        described = data[data.rfind(b"obj", 0, begin.start()) : begin.start()]
        plain = ESCAPED.sub(lambda name: bytes([int(name[1], 16)]), described)
        if OPENED.search(plain):
            yield plain, memoryview(data)[begin.end() :]


def _unpack_too_much(streams: Iterable[Any]) -> bool:
    """Whether the packed streams together unpack to more than any document needs. Pictures are bounded by their pixels."""
    left, slow = MAX_UNPACKED, MAX_SLOW
    for stream in streams:
        if str(stream.get("/Subtype", "")) == "/Image":
            if int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > MAX_PIXELS:
                return True
        else:
            filters, packed = _filters(stream), stream.read_raw_bytes()
            slow -= len(packed) if not SLOW.isdisjoint(filters) else 0
            left -= _unpacked(filters, packed, left) if slow >= 0 else 0
        if left < 0 or slow < 0:
            return True
    return False


def _filters(stream: Any) -> list[str]:
    import pikepdf

    named = stream.get("/Filter", [])
    return [str(one) for one in named] if isinstance(named, list | pikepdf.Array) else [str(named)]


def _unpacked(filters: list[str], packed: bytes, most: int) -> int:
    """Bytes that the stream unpacks to, or something above `most`: counted, never kept."""
    if sum(name in PACKERS for name in filters) > 1:
        return most + 1
    for name in filters:
        match name:
            case "/ASCIIHexDecode":
                packed = bytes.fromhex(packed.partition(b">")[0].decode("ascii") + "0" * (packed.find(b">") % 2))
            case "/ASCII85Decode":
                packed = base64.a85decode(packed.partition(b"~>")[0].removeprefix(b"<~"))
            case "/FlateDecode":
                return _inflated(packed, most)
            case "/LZWDecode":
                return _lzw_length(packed, most)
            case "/RunLengthDecode":
                return _run_length(packed, most)
    return len(packed)


def _inflated(packed: bytes | memoryview, most: int) -> int:
    unpacking, total = zlib.decompressobj(), 0
    rest: bytes | memoryview = packed
    with suppress(zlib.error):  # what is broken unpacks so far and no further
        while rest and not unpacking.eof and total <= most:
            total += len(unpacking.decompress(rest[:CHUNK], CHUNK))
            rest = unpacking.unconsumed_tail or rest[CHUNK:]
    return total


def _run_length(packed: bytes, most: int) -> int:
    """ISO 32000-1 §7.4.5: a length below 128 copies that many and one more, above it repeats, 128 ends."""
    total = at = 0
    while at < len(packed) and packed[at] != 128 and total <= most:
        copied = packed[at] < 128
        total += packed[at] + 1 if copied else 257 - packed[at]
        at += packed[at] + 2 if copied else 2
    return total


def _lzw_length(packed: bytes, most: int) -> int:
    """ISO 32000-1 §7.4.4, the lengths of the words only: 256 clears the table, 257 ends."""
    lengths, width, total, before, bits, held = [1] * 258, 9, 0, 0, 0, 0
    for byte in packed:
        bits, held = bits << 8 | byte, held + 8
        if held < width:
            continue
        held -= width
        code, bits = bits >> held, bits & ((1 << held) - 1)
        if code == 257 or total > most:
            break
        if code == 256:
            lengths, width, before = [1] * 258, 9, 0
            continue
        if before:
            lengths.append(before + 1)
        before = lengths[code] if code < len(lengths) else before + 1
        total += before
        width = min(12, max(9, (len(lengths) + 1).bit_length()))
    return total


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Anything the parsers cannot read is a broken file, not an error."""
    _limit()
    try:
        verdict = inspect(sys.stdin.buffer.read(), sys.argv[1])
    except Exception:  # parsers of strangers' files raise whatever they like
        verdict = {"ok": False, "code": "file_broken"}
    sys.stdout.write(json.dumps(verdict))


if __name__ == "__main__":
    main()
