"""Who may open a page: one decorator at each staff page, found by a test that walks all addresses."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web import cookies
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity import demo
from stadttor.identity.kept_form import KeptForm, kept_form, page_before
from stadttor.identity.openid_settings import sign_in_label
from stadttor.identity.passkeys import own_passkeys
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.identity.rules import CASEWORK
from stadttor.identity.sessions import is_proved, way_of

Page = Callable[..., HttpResponseBase]
MEMBER = "member"


def require_role(role: str) -> Callable[[Page], Page]:
    """Only for members of this authority with this role. Nobody signed in: to the sign-in page and back.

    Refused with who can help when the role is missing. Whoever has a password of somebody else's choice chooses her own
    first; whoever came without the passkey her authority asks for confirms with it first.
    """

    def guard(page: Page) -> Page:
        @wraps(page)
        def guarded(request: Any, *args: object, **kwargs: object) -> HttpResponseBase:
            if elsewhere := _signed_in_first(request):
                return elsewhere
            if request.staff.must_change:
                return HttpResponseRedirect(reverse("identity:own_password"))
            if request.staff.passkey_missing:
                return HttpResponseRedirect(reverse("identity:passkeys"))
            if not request.staff.may(role):
                raise Refused(
                    "role_missing",
                    "You need the role “{role}” for this page. A colleague with the role organiser can give it to you.",
                    status=403,
                    role=_(demo.DUTIES[role]),
                )
            return page(request, *args, **kwargs)

        guarded.required_role = role  # type: ignore[attr-defined]  # read by the test that walks all addresses
        return guarded

    return guard


def require_casework(page: Page) -> Page:
    """Where a page shows or changes one person's cases alone: for clerks, and for a neighbour's who help by an agreement.

    Whoever uses it asks `cases` whether the case is hers to see; every page for clerks besides stays shut to neighbours.
    """
    return require_role(CASEWORK)(page)


def require_member(page: Page) -> Page:
    """For every member of this authority, whatever her roles."""

    @wraps(page)
    def guarded(request: Any, *args: object, **kwargs: object) -> HttpResponseBase:
        return _signed_in_first(request) or page(request, *args, **kwargs)

    guarded.required_role = MEMBER  # type: ignore[attr-defined]  # read by the test that walks all addresses
    return guarded


def prove_first(page: Page) -> Page:
    """Inside `require_role`, where something is decided: if the authority asks for it, whoever posts this proves who she
    is, unless she did a moment ago. What she posted is not lost.
    """
    return prove_first_where(lambda request, **values: False)(page)


def prove_first_where(asks: Callable[..., bool]) -> Callable[[Page], Page]:
    """The same also where `asks`, called with the request and the values of its address, says so."""

    def guard(page: Page) -> Page:
        @wraps(page)
        def guarded(request: Any, *args: object, **kwargs: object) -> HttpResponseBase:
            if request.method != "POST" or _is_proved(request):
                return page(request, *args, **kwargs)
            if request.staff.proof_for_decisions or asks(request, **kwargs):
                context = confirm_context(request, reverse("desk"), kept=kept_form(request))
                return render(request, "identity/confirm_me.html", context, status=401)
            return page(request, *args, **kwargs)

        return guarded

    return guard


def prove_before_access(page: Page) -> Page:
    """Inside `require_role`, where access to the desk or to what it holds is opened: whoever posts this proves who she is,
    unless she did a moment ago, whatever her authority asks for (OWASP ASVS 5.0, 7.5).

    What she posted is not lost, passwords and files excepted.
    """

    @wraps(page)
    def guarded(request: Any, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "POST" and not _is_proved(request):
            return _proving(request)
        return page(request, *args, **kwargs)

    return guarded


def _proving(request: Any) -> HttpResponseBase:
    """The page of proving; then on to what she had written, or back to the form where that cannot be kept."""
    kept = None if request.FILES else kept_form(request)
    back = page_before(request) or reverse("desk")
    context = {**confirm_context(request, back, kept=kept), "again": kept is None}
    return render(request, "identity/confirm_me.html", context, status=401)


def _is_proved(request: Any) -> bool:
    return is_proved(cookies.kept(request, STAFF_COOKIE), now())


def confirm_context(
    request: Any, target: str, error: Refused | None = None, kept: KeptForm | None = None
) -> dict[str, object]:
    """What the page of proving shows: a passkey first, if she has one for this host; her provider, if she came from it."""
    by_openid = way_of(cookies.kept(request, STAFF_COOKIE)).startswith("openid")
    return {
        "next": target,
        "error": error,
        "kept_form": kept,
        "has_passkey": bool(own_passkeys(request.staff.id, host_of(request))),
        "openid_label": sign_in_label(request.authority.id) if by_openid else "",
    }


def host_of(request: HttpRequest) -> str:
    """The host without its port: whom a passkey belongs to."""
    return request.get_host().rpartition(":")[0] or request.get_host()


def _signed_in_first(request: Any) -> HttpResponseBase | None:
    """Where to go first when nobody is signed in, none when somebody is. What she posted is not lost."""
    if request.authority is None:
        raise not_found()
    if request.staff is None and (form := kept_form(request)):
        return render(request, "identity/sign_in.html", sign_in_context(request, form.page, kept=form), status=401)
    if request.staff is None:
        back = request.get_full_path() if request.method == "GET" else page_before(request)
        return HttpResponseRedirect(f"{reverse('identity:sign_in')}?{urlencode({'next': back})}")
    return None


def sign_in_context(
    request: Any, target: str, email: str = "", error: Refused | None = None, kept: KeptForm | None = None
) -> dict[str, object]:
    """What the sign-in page shows; the demo names its logins."""
    logins = partial(demo.lines, settings.VAR / "demo") if settings.STADTTOR_DEMO else list
    return {
        "next": target,
        "email": email,
        "error": error,
        "kept_form": kept,
        "demo_logins": logins,
        "openid_label": sign_in_label(request.authority.id),
    }
