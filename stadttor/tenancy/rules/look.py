"""What an authority may set about its look: an accent colour that can be read, a crest that carries no script and can be set."""

import math
import re
from collections.abc import Mapping
from xml.parsers import expat

from stadttor.core.colours import contrast
from stadttor.core.refused import Refused

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: text on white; the accent carries links and headings
LARGEST_CREST = 64 * 1024
# A drawing program's groups in groups stay far below; browsers and the typesetter have limits of their own somewhere above.
DEEPEST, MOST_PARTS = 32, 2_000
SVG = "http://www.w3.org/2000/svg"
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_ALLOWED = {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polygon", "polyline", "title", "desc", "defs"}
_NAMES = {f"{SVG} {name}" for name in _ALLOWED}
_TAG = re.compile(r"<\s*/?\s*([^\s/>]+)")
_HARMFUL = re.compile(r"\son\w+\s*=|javascript:|data:|href\s*=|url\(|<!|<\?|&", re.IGNORECASE)
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_LENGTH = re.compile(rf"\s*({_NUMBER})(|px|pt|pc|mm|cm|in|em|ex|%)\s*")
_BOX = re.compile(rf"\s*{_NUMBER}[\s,]+{_NUMBER}[\s,]+({_NUMBER})[\s,]+({_NUMBER})\s*")


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
    """The drawing as it is. Refused unless it is one small SVG of plain shapes, without links, scripts or entities.

    Every letter carries it, and the typesetter refuses a whole letter over one that it cannot read: so it is read here too.
    """
    svg = svg.strip()
    tags = {tag.lower() for tag in _TAG.findall(svg)}
    if svg and (len(svg) > LARGEST_CREST or not svg.startswith("<svg") or tags - _ALLOWED or _HARMFUL.search(svg)):
        raise Refused(
            "crest.format",
            "The crest must be an SVG drawing of plain shapes, at most 64 kB, without scripts, links or pictures.",
            field="crest",
        )
    if svg:
        _check_drawing(svg)
    return svg


def _check_drawing(svg: str) -> None:
    """Refused when it is no whole SVG document, has too much in it, or no size. Entities were refused before."""
    depth = parts = 0
    root: Mapping[str, str] = {}

    def begin(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth, parts, root
        depth, parts = depth + 1, parts + 1
        if depth > DEEPEST or parts > MOST_PARTS:
            raise Refused(
                "crest.parts",
                "The drawing has too many parts, or too many groups within groups. Please join shapes and save it again.",
                field="crest",
            )
        if name not in _NAMES:
            raise Refused(
                "crest.namespace",
                'The file does not say that it is an SVG drawing. Save it in the drawing program as "plain SVG".',
                field="crest",
            )
        root = root or dict(attributes)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    reader = expat.ParserCreate(namespace_separator=" ")
    reader.StartElementHandler, reader.EndElementHandler = begin, end
    try:
        reader.Parse(svg.encode(), True)
    except (expat.ExpatError, UnicodeEncodeError):
        raise Refused(
            "crest.broken",
            'A part of this file is missing or broken. Save it again in the drawing program as "plain SVG".',
            field="crest",
        ) from None
    if not _has_size(root):
        raise Refused(
            "crest.size",
            "The drawing does not say how large it is. Set the size of the page in the drawing program, and save it again.",
            field="crest",
        )


def _has_size(attributes: Mapping[str, str]) -> bool:
    """Whether a view box, or width and height, give it a size above zero (SVG 2, 8.2 and 8.6)."""
    given = [attributes[name] for name in ("width", "height") if name in attributes]
    lengths = [_LENGTH.fullmatch(one) for one in given]
    if not all(one and _is_positive(one[1]) for one in lengths):
        return False
    if "viewBox" in attributes:
        box = _BOX.fullmatch(attributes["viewBox"])
        return box is not None and _is_positive(box[1]) and _is_positive(box[2])
    return len(lengths) == 2 and not any(one and one[2] in ("%", "em", "ex") for one in lengths)


def _is_positive(number: str) -> bool:
    return 0 < float(number) < math.inf
