"""Addresses of the product's pages: Django works the form of each out once, ids and slugs are put in each time."""

import re
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

SLUG = re.compile(r"[-a-zA-Z0-9_]+")
# Stand-ins made of every kind of character that the value they stand for may have.
_STAND_IN = {UUID: "{:08x}-face-4ace-8ace-0123456789ab", str: "Zz09_-{:d}-_"}


def url(name: str, **values: object) -> str:
    """The address of a page: `url("cases:case", case_id=row.id)`. Raises NoReverseMatch."""
    if all(isinstance(value, UUID) or _is_slug(value) for value in values.values()):
        kinds = tuple((key, UUID if isinstance(value, UUID) else str) for key, value in values.items())
        if form := _form(name, kinds, get_script_prefix(), get_urlconf()):
            return form.format(**values)
    return reverse(name, kwargs=values)


def origin_of(request: HttpRequest) -> str:
    """Scheme and host of this request's portal, without a path: `https://weissenburg.example.org`."""
    return f"{'https' if settings.STADTTOR_HTTPS else 'http'}://{request.get_host()}"


def portal_of(slug: str) -> str:
    """The address of an authority's portal, without a path: `https://weissenburg.example.org`."""
    scheme = "https" if settings.STADTTOR_HTTPS else "http"
    port = "" if settings.STADTTOR_PORT in ("80", "443") else f":{settings.STADTTOR_PORT}"
    return f"{scheme}://{slug}.{settings.STADTTOR_DOMAIN}{port}"


def _is_slug(value: object) -> bool:
    """Such a text stands in an address as it is."""
    return isinstance(value, str) and SLUG.fullmatch(value) is not None


@lru_cache(maxsize=1_000)
def _form(name: str, kinds: tuple[tuple[str, type], ...], prefix: str, urlconf: str | None) -> str | None:
    """The address with `{key}` in the places of its values; none where a value does not stand in it as it is."""
    stand_ins = {key: _STAND_IN[kind].format(place) for place, (key, kind) in enumerate(kinds)}
    try:
        form = reverse(name, kwargs=stand_ins).replace("{", "{{").replace("}", "}}")
    except NoReverseMatch:
        return None
    if any(form.count(stand_in) != 1 for stand_in in stand_ins.values()):
        return None
    for key, stand_in in stand_ins.items():
        form = form.replace(stand_in, f"{{{key}}}")
    return form
