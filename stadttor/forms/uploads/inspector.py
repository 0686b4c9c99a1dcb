"""The child process that parses one file: `python -m stadttor.forms.uploads.inspector KIND < file`.

Prints one JSON line `{"ok": true, "pages": 2}` or `{"ok": false, "code": "…"}`. Runs under limits of memory and time set
by its parent; imports nothing of the product.
"""

import io
import json
import sys

MAX_PIXELS = 60_000_000
MAX_PAGES = 200
MAX_OBJECTS = 100_000
ACTIVE = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/RichMedia", "/XFA")


def inspect_image(data: bytes) -> dict[str, object]:
    """Whole and of a size that a screen can show."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    with Image.open(io.BytesIO(data)) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            return {"ok": False, "code": "file_pixels"}
        picture.draft("L", (64, 64))
        picture.load()
    return {"ok": True, "pages": 1}


def inspect_pdf(data: bytes) -> dict[str, object]:
    """Readable without a password, not huge, and without anything that acts by itself."""
    import pikepdf

    try:
        pdf = pikepdf.open(io.BytesIO(data), attempt_recovery=False)
    except pikepdf.PasswordError:
        return {"ok": False, "code": "file_locked"}
    with pdf:
        if len(pdf.objects) > MAX_OBJECTS or len(pdf.pages) > MAX_PAGES:
            return {"ok": False, "code": "file_pages"}
        if any(_acts(one) for one in pdf.objects):
            return {"ok": False, "code": "file_active"}
        return {"ok": True, "pages": len(pdf.pages)} if len(pdf.pages) else {"ok": False, "code": "file_broken"}


def _acts(thing: object) -> bool:
    import pikepdf

    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return False
    names = {str(key) for key in thing.keys()} | {str(thing.get("/S", "")), str(thing.get("/Type", ""))}  # noqa: SIM118
    return not names.isdisjoint(ACTIVE)


def main() -> None:
    """Anything the parsers cannot read is a broken file, not an error."""
    data = sys.stdin.buffer.read()
    try:
        verdict = inspect_pdf(data) if sys.argv[1] == "pdf" else inspect_image(data)
    except Exception:  # parsers of strangers' files raise whatever they like
        verdict = {"ok": False, "code": "file_broken"}
    sys.stdout.write(json.dumps(verdict))


if __name__ == "__main__":
    main()
