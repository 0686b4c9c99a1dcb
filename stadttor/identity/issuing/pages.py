"""What wallets reach of us to receive credentials, and verifiers to ask for their status: without cookie and session."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from stadttor.core.refused import not_found
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import portal_of
from stadttor.ground.web.language import N_, _
from stadttor.identity.issuing import exchange
from stadttor.identity.issuing.exchange import Place
from stadttor.identity.issuing.nonces import new_nonce
from stadttor.identity.issuing.services import ROOT
from stadttor.identity.issuing.signing import issues
from stadttor.identity.issuing.status import public_list
from stadttor.identity.ports import IssuerAddresses, NotIssued, issuables, issuer

log = logging.getLogger("stadttor.identity")
BODY_MAX = 256 * 1024
FORM_TYPE = "application/x-www-form-urlencoded"
STATUS_TYPE = "application/statuslist+jwt"
SAYS = {True: N_("We sent you the code by e-mail."), False: N_("The code is on the page where you began.")}


@require_safe
def metadata(request: Any) -> HttpResponse:
    """Who issues what (OpenID4VCI 1.0 §12.2)."""
    place = _issuing(request)
    kinds = issuables().kinds(place.authority_id)
    return JsonResponse(dict(issuer().metadata(place.at, request.authority.name, kinds)))


@require_safe
def server_metadata(request: Any) -> HttpResponse:
    """Where codes count (RFC 8414)."""
    return JsonResponse(dict(issuer().server_metadata(_issuing(request).at)))


@require_safe
def offer(request: Any, secret: str) -> HttpResponse:
    """An open offer; it never says more about a person than that there is something for her."""
    said = exchange.offer_for(_issuing(request), secret, {mailed: _(text) for mailed, text in SAYS.items()}, now())
    return _kept_nowhere(JsonResponse(dict(said)))


@csrf_exempt
@require_POST
def token(request: Any) -> HttpResponse:
    """A token for a code."""
    place = _issuing(request)
    try:
        given = exchange.token_for(place, _form(request), now())
    except NotIssued as refused:
        return _told(refused)
    return _kept_nowhere(JsonResponse(given))


@csrf_exempt
@require_POST
def nonce(request: Any) -> HttpResponse:
    """A nonce for whoever asks (§7)."""
    return _kept_nowhere(JsonResponse({"c_nonce": new_nonce(_issuing(request).authority_id, now())}))


@csrf_exempt
@require_POST
def credential(request: Any) -> HttpResponse:
    """Credentials for a token."""
    place = _issuing(request)
    try:
        given = exchange.credentials_for(place, _bearer(request), _json_body(request), now())
    except NotIssued as refused:
        return _told(refused)
    return _kept_nowhere(JsonResponse(given))


@require_safe
def status(request: Any, list_number: int) -> HttpResponse:
    """A status list, for anybody: it says nothing of anybody."""
    place = _place(request)
    text = public_list(place.authority_id, list_number, f"{place.status}{list_number}", now())
    response = HttpResponse(text, content_type=STATUS_TYPE)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def place_of(authority_id: Any, origin: str) -> Place:
    """The addresses of an authority below its portal's."""
    at = IssuerAddresses(origin, f"{origin}{ROOT}token", f"{origin}{ROOT}nonce", f"{origin}{ROOT}credential")
    return Place(authority_id, at, f"{origin}{ROOT}status/")


def _place(request: Any) -> Place:
    """By our own address, whatever name and port the request came in with."""
    if request.authority is None:
        raise not_found()
    return place_of(request.authority.id, portal_of(request.authority.slug))


def _issuing(request: Any) -> Place:
    place = _place(request)
    if not issues(place.authority_id, now()):
        raise not_found()
    return place


def _form(request: HttpRequest) -> dict[str, str]:
    """What was posted, each name once (RFC 6749 §3.2)."""
    if request.content_type != FORM_TYPE or _size(request) > BODY_MAX:
        raise NotIssued("invalid_request")
    if any(len(values) > 1 for _name, values in request.POST.lists()):
        raise NotIssued("invalid_request", "twice")
    return {name: str(value) for name, value in request.POST.items()}


def _json_body(request: HttpRequest) -> bytes:
    if request.content_type != "application/json" or _size(request) > BODY_MAX:
        raise NotIssued("invalid_credential_request", "body")
    return request.body


def _size(request: HttpRequest) -> int:
    size = request.META.get("CONTENT_LENGTH") or "0"
    return int(size) if size.isdigit() else BODY_MAX + 1


def _bearer(request: HttpRequest) -> str:
    kind, _space, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not given.strip():
        raise NotIssued("invalid_token", "missing", status=401)
    return given.strip()


def _told(refused: NotIssued) -> HttpResponse:
    """As OAuth says it (RFC 6749 §5.2, RFC 6750 §3); why exactly stays with us."""
    log.info("A wallet was refused: %s %s", refused.code, refused.reason)
    response = JsonResponse({"error": refused.code}, status=refused.status)
    if refused.status == 401:
        response.headers["WWW-Authenticate"] = f'Bearer error="{refused.code}"'
    return _kept_nowhere(response)


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
