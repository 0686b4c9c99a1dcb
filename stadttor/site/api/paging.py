"""Lists page by page, with links to the next and the previous one (RFC 8288 relations as fields)."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest

T = TypeVar("T")
SIZE = 100


def links(request: HttpRequest, page: int, *, has_next: bool) -> dict[str, str | None]:
    """Absolute addresses of this page, the next and the previous one; none where there is none."""
    return {
        "self": _address(request, page=page),
        "next": _address(request, page=page + 1) if has_next else None,
        "prev": _address(request, page=page - 1) if page > 1 else None,
    }


def page_of(request: HttpRequest, rows: Sequence[T], page: int) -> dict[str, Any]:
    """One page of a list that is read as a whole."""
    shown = rows[(page - 1) * SIZE : page * SIZE]
    has_next = page * SIZE < len(rows)
    return {"items": shown, "total": len(rows), "page": page, "links": links(request, page, has_next=has_next)}


def links_after(request: HttpRequest, last: UUID | None) -> dict[str, str | None]:
    """Absolute addresses of these rows and of those behind the last of them, none at the end; there is no way back."""
    return {
        "self": request.build_absolute_uri(),
        "next": _address(request, after=last) if last else None,
        "prev": None,
    }


def _address(request: HttpRequest, **place: object) -> str:
    query = request.GET.copy()
    for name, value in place.items():
        query[name] = str(value)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
