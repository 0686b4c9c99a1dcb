"""How an authority looks: its accent colour and its crest, served as `/accent.css` and `/crest.svg`.

Who knows them is told once by the composition root: `look.use(tenancy.queries.profile)`; until then pages show the
product's own colour and sign.
"""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from stadttor.ground.web.manifest import asset

AN_HOUR = "private, max-age=3600"
# A crest comes from outside: as a picture it runs nothing, opened by itself it must not either. Pictures keep their own
# styles whatever the policy of their file says: it counts where the file is opened by itself.
HARMLESS = "default-src 'none'; frame-ancestors 'self'; sandbox"


class Look(Protocol):
    """`accent` is `#rrggbb` or empty, `crest` the source of an SVG or empty."""

    @property
    def accent(self) -> str: ...

    @property
    def crest(self) -> str: ...


_source: Callable[[UUID], Look] | None = None


def use(source: Callable[[UUID], Look] | None) -> None:
    """Sets who tells the look of an authority."""
    global _source
    _source = source


def known(request: Any) -> bool:
    """Whether this request's authority has a look of its own to be linked."""
    return _source is not None and getattr(request, "authority", None) is not None


def of(request: Any) -> Look | None:
    """The look of the request's authority."""
    return _source(request.authority.id) if _source is not None and known(request) else None


@require_safe
def crest(request: HttpRequest) -> HttpResponse:
    """The authority's crest, the product's sign when it has none."""
    look = of(request)
    if look is None or not look.crest:
        return HttpResponseRedirect(asset("icon.svg"))
    headers = {"Cache-Control": AN_HOUR, "Content-Security-Policy": HARMLESS}
    return HttpResponse(look.crest, content_type="image/svg+xml", headers=headers)
