"""What an authority may set about its look: an accent colour that can be read, a crest that carries no script."""

import re

from stadttor.core.colours import contrast
from stadttor.core.refused import Refused

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: text on white; the accent carries links and headings
LARGEST_CREST = 64 * 1024
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_ALLOWED = {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polygon", "polyline", "title", "desc", "defs"}
_TAG = re.compile(r"<\s*/?\s*([^\s/>]+)")
_HARMFUL = re.compile(r"\son\w+\s*=|javascript:|data:|href\s*=|url\(|<!|<\?|&", re.IGNORECASE)


def check_accent(colour: str) -> str:
    """The colour in lower case. Refused when it is none or too pale to be read on white."""
    colour = colour.strip().lower()
    if not _COLOUR.fullmatch(colour):
        raise Refused("accent.format", "Enter the colour like this: #0b4f8a.", field="accent")
    ratio = contrast(colour, "#ffffff")
    if ratio < LEAST_CONTRAST:
        raise Refused(
            "accent.contrast",
            "This colour is too pale on white (contrast {ratio}, at least {least} is needed). Choose a darker one.",
            field="accent",
            ratio=f"{ratio:.1f}",
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
