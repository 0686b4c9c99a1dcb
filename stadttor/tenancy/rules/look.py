"""What an authority may set about its look: an accent colour that can be read, a crest that carries no script."""

import re

from stadttor.core.refused import Refused

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: text on white; the accent carries links and headings
LARGEST_CREST = 64 * 1024
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_ALLOWED = {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polygon", "polyline", "title", "desc", "defs"}
_TAG = re.compile(r"<\s*/?\s*([^\s/>]+)")
_HARMFUL = re.compile(r"\son\w+\s*=|javascript:|data:|href\s*=|url\(|<!|<\?|&", re.IGNORECASE)


def contrast_on_white(colour: str) -> float:
    """The contrast ratio of `#rrggbb` against white, 1 to 21 (WCAG 2.2, relative luminance)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def check_accent(colour: str) -> str:
    """The colour in lower case. Refused when it is none or too pale to be read on white."""
    colour = colour.strip().lower()
    if not _COLOUR.fullmatch(colour):
        raise Refused("accent.format", "Enter the colour like this: #0b4f8a.", field="accent")
    if contrast_on_white(colour) < LEAST_CONTRAST:
        raise Refused(
            "accent.contrast",
            "This colour is too pale on white (contrast {ratio}, at least {least} is needed). Choose a darker one.",
            field="accent",
            ratio=f"{contrast_on_white(colour):.1f}",
            least=LEAST_CONTRAST,
        )
    return colour


def check_crest(svg: str) -> str:
    """The drawing as it is. Refused unless it is one small SVG of plain shapes, without links, scripts or entities."""
    svg = svg.strip()
    tags = {tag.lower() for tag in _TAG.findall(svg)}
    if svg and (len(svg) > LARGEST_CREST or not svg.startswith("<svg") or tags - _ALLOWED or _HARMFUL.search(svg)):
        raise Refused(
            "crest.format",
            "The crest must be an SVG drawing of plain shapes, at most 64 kB, without scripts, links or pictures.",
            field="crest",
        )
    return svg
