"""The child process that parses one file: `python -I inspector.py KIND < file`.

Prints one JSON line `{"ok": true, "pages": 2}` or `{"ok": false, "code": "…"}`. Bounds its own memory and time before it
reads the first byte; imports nothing of the product.
"""

import io
import json
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

SECONDS = 8
MEMORY = 512 * 1024 * 1024
MAX_PIXELS = 60_000_000
MAX_PAGES = 200
MAX_OBJECTS = 100_000
MAX_DEPTH = 100
MAX_UNPACKED = 100_000_000
CHUNK = 1_000_000
# What acts by itself, hides another file, or talks to somebody; a plain link to a web page is none of these.
ACTIVE = frozenset({
    "/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA", "/SubmitForm",
    "/ImportData", "/GoToE", "/GoToR", "/Movie", "/Sound", "/Rendition",
})  # fmt: skip
# What happens without a touch may not even open a web page: whoever sent the file would learn when and where it is read.
BY_ITSELF = ("/OpenAction", "/AA")
PACKERS = ("/FlateDecode", "/LZWDecode", "/RunLengthDecode")
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
        if picture.width * picture.height > MAX_PIXELS:
            return {"ok": False, "code": "file_pixels"}
        picture.draft("L", (64, 64))
        picture.load()
    return {"ok": True, "pages": 1}


def inspect_pdf(data: bytes) -> dict[str, object]:
    """Readable without a password, not huge, and without anything that acts by itself."""
    import pikepdf

    if data.count(b" obj") > MAX_OBJECTS:
        return {"ok": False, "code": "file_pages"}
    try:
        pdf = pikepdf.open(io.BytesIO(data), attempt_recovery=False)
    except pikepdf.PasswordError:
        return {"ok": False, "code": "file_locked"}
    with pdf:
        if len(pdf.objects) > MAX_OBJECTS or len(pdf.pages) > MAX_PAGES:
            return {"ok": False, "code": "file_pages"}
        if any(_acts(one) for root in pdf.objects for one in _within(root)):
            return {"ok": False, "code": "file_active"}
        if not len(pdf.pages) or any(_swells(one) for one in pdf.objects if isinstance(one, pikepdf.Stream)):
            return {"ok": False, "code": "file_broken"}
        return {"ok": True, "pages": len(pdf.pages)}


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


def _swells(stream: Any) -> bool:
    """Whether a packed stream unpacks to more than any page needs. Pictures are bounded by their pixels."""
    if str(stream.get("/Subtype", "")) == "/Image":
        return int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > MAX_PIXELS
    filters = _filters(stream)
    if sum(name in PACKERS for name in filters) > 1:
        return True
    return filters[:1] == ["/FlateDecode"] and _unpacks_beyond(stream.read_raw_bytes())


def _filters(stream: Any) -> list[str]:
    import pikepdf

    named = stream.get("/Filter", [])
    return [str(one) for one in named] if isinstance(named, list | pikepdf.Array) else [str(named)]


def _unpacks_beyond(packed: bytes) -> bool:
    unpacking, total = zlib.decompressobj(), 0
    while packed and not unpacking.eof:
        total += len(unpacking.decompress(packed, CHUNK))
        packed = unpacking.unconsumed_tail
        if total > MAX_UNPACKED:
            return True
    return False


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
