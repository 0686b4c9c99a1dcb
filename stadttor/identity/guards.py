"""Who may open a page: one decorator at each staff page, found by a test that walks all addresses."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from stadttor.core.refused import Refused, not_found

Page = Callable[..., HttpResponseBase]
MEMBER = "member"


def require_role(role: str) -> Callable[[Page], Page]:
    """Only for members of this authority with this role. Nobody signed in: to the sign-in page and back.

    Refused with who can help when the role is missing. Whoever has a password of somebody else's choice chooses her own
    first.
    """

    def guard(page: Page) -> Page:
        @wraps(page)
        def guarded(request: Any, *args: object, **kwargs: object) -> HttpResponseBase:
            if elsewhere := _signed_in_first(request):
                return elsewhere
            if request.staff.must_change:
                return HttpResponseRedirect(reverse("identity:own_password"))
            if not request.staff.may(role):
                raise Refused(
                    "role_missing",
                    "You need the role “{role}” for this page. A colleague with the role organiser can give it to you.",
                    status=403,
                    role=role,
                )
            return page(request, *args, **kwargs)

        guarded.required_role = role  # type: ignore[attr-defined]  # read by the test that walks all addresses
        return guarded

    return guard


def require_member(page: Page) -> Page:
    """For every member of this authority, whatever her roles."""

    @wraps(page)
    def guarded(request: Any, *args: object, **kwargs: object) -> HttpResponseBase:
        return _signed_in_first(request) or page(request, *args, **kwargs)

    guarded.required_role = MEMBER  # type: ignore[attr-defined]  # read by the test that walks all addresses
    return guarded


def _signed_in_first(request: Any) -> HttpResponseRedirect | None:
    """Where to go first when nobody is signed in, none when somebody is."""
    if request.authority is None:
        raise not_found()
    if request.staff is None:
        return HttpResponseRedirect(f"{reverse('identity:sign_in')}?{urlencode({'next': _back_to(request)})}")
    return None


def _back_to(request: HttpRequest) -> str:
    return request.get_full_path() if request.method == "GET" else ""
