"""What wallets reach of us, without cookie and token, and where her browser comes back to.

None of it ever leads elsewhere: a wallet follows no redirection (OpenID4VP 1.0 §5.10, §8.2), and whoever fails learns no reason.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web import cookies
from stadttor.ground.web.addresses import url
from stadttor.identity import wallet_sign_in
from stadttor.identity.assertions import BROWSER_KEPT, browser_cookie

REQUEST_TYPE = "application/oauth-authz-req+jwt"
FORM_TYPE = "application/x-www-form-urlencoded"
BODY_MAX = 1024 * 1024
NONCE_MAX = 512


@csrf_exempt
@require_http_methods(["GET", "POST"])
def request(request: Any, state: str) -> HttpResponse:
    """The signed question; a wallet that posts gets its nonce back in it."""
    try:
        nonce = _form(request).get("wallet_nonce", "") if request.method == "POST" else ""
        if len(nonce) > NONCE_MAX:
            raise not_found()
        text = wallet_sign_in.request_object(
            authority_id=_authority(request), state=state, wallet_nonce=nonce, now=now()
        )
    except Refused as refused:
        return _told(refused)
    return _kept_nowhere(HttpResponse(text, content_type=REQUEST_TYPE))


@csrf_exempt
@require_POST
def answer(request: Any, state: str) -> HttpResponse:
    """The encrypted answer, or that there is none."""
    form = _form(request)
    try:
        code = wallet_sign_in.answer(
            authority_id=_authority(request),
            state=state,
            posted=form.get("response", ""),
            error=form.get("error", ""),
            now=now(),
        )
    except Refused as refused:
        return _told(refused)
    # On another device the wallet ends here: the browser that waits looks by itself.
    back = {"redirect_uri": request.build_absolute_uri(f"{url('identity:wallet_done')}?response_code={code}")}
    return _kept_nowhere(JsonResponse(back if code else {}))


@require_safe
def done(request: Any) -> HttpResponse:
    """Her browser is back from the wallet: on to the values, or to why there are none."""
    arrival = wallet_sign_in.arrive(
        authority_id=_authority(request),
        code=request.GET.get("response_code", "")[:100],
        browser_of=lambda draft_id: cookies.kept(request, wallet_sign_in.cookie_name(draft_id)),
        now=now(),
    )
    response = HttpResponseRedirect(wallet_sign_in.after(arrival))
    _hand_on(request, response, arrival)
    return _kept_nowhere(response)


def _hand_on(request: HttpRequest, response: HttpResponse, arrival: wallet_sign_in.Arrival) -> None:
    """The secret of the question becomes that of the sign-in, if there is one; that of a proof stays what it is, until she
    has decided about it."""
    name = wallet_sign_in.cookie_name(arrival.draft_id)
    if arrival.proof and not arrival.problem:
        seconds = int(wallet_sign_in.TO_TAKE_OVER.total_seconds())
        cookies.keep(response, name, cookies.kept(request, name), seconds=seconds)
        return
    if not arrival.problem:
        seconds = int(BROWSER_KEPT.total_seconds())
        cookies.keep(response, browser_cookie(arrival.draft_id), cookies.kept(request, name), seconds=seconds)
    cookies.drop(response, name)


def _form(request: HttpRequest) -> dict[str, str]:
    """What was posted; nothing where it is larger than any answer, or no form."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdigit() or int(size) > BODY_MAX or request.content_type != FORM_TYPE:
        return {}
    return {name: str(value) for name, value in request.POST.items()}


def _authority(request: Any) -> UUID:
    if request.authority is None:
        raise not_found()
    authority_id: UUID = request.authority.id
    return authority_id


def _told(refused: Refused) -> HttpResponse:
    """As OAuth says it (RFC 6749 §5.2), the same for every reason."""
    return _kept_nowhere(JsonResponse({"error": "invalid_request"}, status=404 if refused.status == 404 else 400))


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
