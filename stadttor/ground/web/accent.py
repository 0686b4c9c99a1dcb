"""The accent colour of an authority, as a small style sheet of its own (a strict policy allows no style attributes).

On light pages the colour is used as it is set, if white text on it can be read, else darkened until it can; on dark
pages it is lightened in the same way against black. 5.5 to 1 leaves room above the 4.5 of WCAG 2.2, 1.4.3, for pages
that are not quite white.
"""

import re
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from stadttor.core.colours import contrast, parts_of
from stadttor.ground.web import look

COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
ENOUGH = 5.5
STEP = 0.04


@require_safe
def serve(request: HttpRequest) -> HttpResponse:
    """The style sheet of the request's authority, empty when it has no colour of its own."""
    found = look.of(request)
    sheet = style_sheet(found.accent if found else "")
    return HttpResponse(sheet, content_type="text/css; charset=utf-8", headers={"Cache-Control": look.AN_HOUR})


@lru_cache(maxsize=10_000)
def style_sheet(colour: str) -> str:
    """Sets KERN's colour of action (buttons, links) for light and dark pages; empty for anything but `#rrggbb`."""
    if not COLOUR.match(colour):
        return ""
    light, dark = readable(colour, "#ffffff"), readable(colour, "#000000")
    return (
        f":root{{--kern-color-action-default:{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{--kern-color-action-default:{dark}}}}}\n"
    )


def readable(colour: str, against: str) -> str:
    """The colour, moved away from `against` in small steps until the contrast is enough."""
    red, green, blue = parts_of(colour)
    goal = 0.0 if against == "#ffffff" else 1.0
    while contrast(_written(red, green, blue), against) < ENOUGH:
        red, green, blue = (part + (goal - part) * STEP + (STEP / 10) * (goal * 2 - 1) for part in (red, green, blue))
        red, green, blue = (min(1.0, max(0.0, part)) for part in (red, green, blue))
    return _written(red, green, blue)


def _written(*parts: float) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
