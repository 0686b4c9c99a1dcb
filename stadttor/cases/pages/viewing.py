"""Turns and enlarges documents for the viewer without JavaScript. Pure: bytes in, bytes out.

What reads PDFs and pictures is imported when somebody turns one: it takes 8 MB of every web worker.
"""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

TURNS = (0, 90, 180, 270)
ZOOMS = (100, 150, 200, 300)
LONGEST_SIDE = 6_000
MOST_PIXELS = 40_000_000


def turned(data: bytes, media_type: str, degrees: int) -> bytes:
    """The document turned clockwise by a quarter, half or three quarters; unchanged when that is not possible."""
    if degrees not in TURNS[1:]:
        return data
    if media_type == "application/pdf":
        return _turned_pdf(data, degrees)
    return _picture(data, degrees, 100) if media_type in ("image/png", "image/jpeg") else data


def enlarged(data: bytes, media_type: str, percent: int) -> bytes:
    """A picture enlarged; a PDF stays as it is, its viewer enlarges it."""
    if media_type not in ("image/png", "image/jpeg") or percent not in ZOOMS[1:]:
        return data
    return _picture(data, 0, percent)


def _turned_pdf(data: bytes, degrees: int) -> bytes:
    import pikepdf

    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            for page in pdf.pages:
                page.rotate(degrees, relative=True)
            pdf.save(out)
    except pikepdf.PdfError:
        return data
    return out.getvalue()


def _picture(data: bytes, degrees: int, percent: int) -> bytes:
    from PIL import Image, UnidentifiedImageError

    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return data
            kind = picture.format or "PNG"
            _sized(picture.rotate(-degrees, expand=True), percent).save(out, format=kind)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return data
    return out.getvalue()


def _sized(picture: "Picture", percent: int) -> "Picture":
    factor = min(percent / 100, LONGEST_SIDE / max(picture.width, picture.height, 1))
    if factor <= 1:
        return picture
    return picture.resize((round(picture.width * factor), round(picture.height * factor)))
