"""What every request passes: errors become pages, the host names the authority, staff is known.

No transaction is opened here: a failing view would commit half its work and slow uploads would pin connections.
"""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import set_script_prefix

from stadttor.core.refused import Refused
from stadttor.ground import authorities
from stadttor.ground.clock import now
from stadttor.ground.web import cookies
from stadttor.ground.web.addresses import url
from stadttor.identity import queries as identity
from stadttor.site import errors
from stadttor.site.navigation import navigation
from stadttor.site.parts import refused_by_part, without
from stadttor.site.setup.needed import is_to_be_set_up

View = Callable[[HttpRequest], HttpResponse]
PREFIX = re.compile(r"^/~([a-z0-9-]{1,60})(?=/|$)")


class Errors:
    """`Refused` becomes an explanation, anything else a page with a reference number."""

    def __init__(self, get_response: View):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Django calls this for what a view raises."""
        if isinstance(error, Refused):
            return errors.refused(request, error)
        if isinstance(error, errors.NOT_OURS):
            return errors.bad_request(request, error)
        # Not found by Django's own word: handler404 of site/urls answers.
        return None if isinstance(error, Http404) else errors.broken(request, error)


class AuthorityFromHost:
    """`weissenburg.example.org` is the portal of Weißenburg; the bare domain is everybody's entrance.

    In the demo `/~weissenburg/` on the bare domain does the same; not in production, where one origin would let one
    town's pages reach another's.
    """

    def __init__(self, get_response: View):
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.authority = None
        set_script_prefix("/")
        host = request.get_host().split(":")[0].lower().rstrip(".")
        slug = host.removesuffix(f".{settings.STADTTOR_DOMAIN}")
        prefixed = PREFIX.match(request.path_info) if settings.STADTTOR_DEMO and slug == host else None
        if prefixed:
            slug = prefixed.group(1)
            request.path_info = request.path_info[prefixed.end() :] or "/"
        if slug != host or prefixed:
            request.authority = authorities.by_slug(slug)
            # The explanation, too, needs its style sheet.
            if request.authority is None and not request.path_info.startswith("/static/"):
                return errors.unknown_authority(request)
        if prefixed:
            set_script_prefix(f"/~{slug}/")
        return self.get_response(request)


class Principals:
    """`request.staff`: who of this authority's staff is signed in, none without a valid session of theirs."""

    def __init__(self, get_response: View):
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.staff = None
        token = cookies.kept(request, identity.STAFF_COOKIE)
        if token and request.authority:
            request.staff = identity.staff_of(token, request.authority.id, now())
        request.navigation = []
        if request.staff:
            off = without(request.authority.id)
            request.navigation = navigation(request.staff, request.path, request.authority.kind, off)
        request.live = _live_address(request)
        request.setting_up = _setting_up(request)
        return self.get_response(request)

    def process_view(self, request: Any, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Django calls this with the page that was found: one of a part that is switched off here is not there."""
        error = refused_by_part(request)
        return errors.refused(request, error) if error else None


def _setting_up(request: Any) -> str:
    """Where an organiser goes on with the set-up of her town, on every page of the desk outside of it; else nothing."""
    if not request.path_info.startswith("/desk/") or request.path_info.startswith("/desk/setup"):
        return ""
    return url("setup:overview") if is_to_be_set_up(request.authority, request.staff) else ""


def _live_address(request: HttpRequest) -> str:
    """Where this host's live events are: below itself, in the demo on the live process's own port."""
    if not settings.STADTTOR_LIVE_PORT:
        return "/events"
    return f"http://{request.get_host().split(':')[0]}:{settings.STADTTOR_LIVE_PORT}/events"
