"""The pictures of the handbook (docs/handbuch): the story writes them at moments named here, so that each run renews them."""

import io
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.measuring.circumstances import ROOT

FOLDER = ROOT / "docs" / "handbuch" / "bilder"
MOMENTS = {
    "phone": ("vorgaenge", "aufnehmen", "vorgang", "entscheiden", "poststelle"),
    "paper": ("rueckfrage",),
    "wedding": ("besuch",),
    "plate": ("widerrufen",),
    "holiday": ("bekanntgabe",),
    "leads": ("verteilen", "schutz", "auskunft", "gebuehr", "tagesabschluss"),
    "new_town": ("einrichtung", "auswaehlen", "einstellungen", "oeffnen"),
    "parts": ("teile", "nachbarn"),
    "publisher": ("seiten", "bedingung", "pruefung", "wunsch"),
}
"""Which journey takes which pictures."""
COLORS, LONGEST, ABOVE = 64, 1_400, 110
"""A page has few colours; what lies further down is cut off. Above the part that is shown stays its label."""


def names() -> frozenset[str]:
    """All pictures the script makes, without their ending."""
    return frozenset(name for ones in MOMENTS.values() for name in ones)


def path_of(name: str, folder: Path = FOLDER) -> Path:
    return folder / f"{name}.png"


def keep(
    page: Page, journey: str, name: str, *, start: Locator | None = None, height: int = LONGEST, folder: Path = FOLDER
) -> None:
    """The page, or `height` pixels from `start` on, in few colours. Raises KeyError for a moment that is not named above."""
    if name not in MOMENTS[journey]:
        raise KeyError(f"{journey} takes no picture {name}")
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")
    folder.mkdir(parents=True, exist_ok=True)
    box = start.bounding_box() if start is not None else None
    top = max(0, int(box["y"]) - ABOVE) if box else 0
    path_of(name, folder).write_bytes(small(page.screenshot(full_page=True), top, height))


def small(png: bytes, top: int = 0, height: int = LONGEST) -> bytes:
    """A part of a screen with a small palette; the same pixels give the same bytes."""
    from PIL import Image

    whole = Image.open(io.BytesIO(png)).convert("RGB")
    part = whole.crop((0, top, whole.width, min(whole.height, top + height)))
    data = io.BytesIO()
    part.quantize(COLORS, dither=Image.Dither.NONE).save(data, "PNG", optimize=True)
    return data.getvalue()


def missing(journey: str, since: float, folder: Path = FOLDER) -> Iterator[str]:
    """Pictures of a journey that it did not write since a moment (as files count)."""
    for name in MOMENTS.get(journey, ()):
        path = path_of(name, folder)
        if not path.exists() or path.stat().st_mtime < since:
            yield name
