"""What an account service and a citizen's browser reach of us: our metadata, and the place where answers arrive."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from stadttor.core.refused import not_found
from stadttor.ground.clock import now
from stadttor.ground.web import cookies
from stadttor.ground.web.addresses import origin_of, url
from stadttor.identity import signing_in
from stadttor.identity.account_services import service
from stadttor.identity.assertions import BROWSER_KEPT, browser_cookie
from stadttor.identity.ports import accounts

METADATA_LASTS = timedelta(days=30)
LONGEST_RELAY = 80
"""SAML 2.0 Bindings 3.5.3."""


@require_safe
def metadata(request: Any, provider_id: UUID) -> HttpResponse:
    """Who we are, for the operator of the service: names, address, certificates; signed."""
    if request.authority is None:
        raise not_found()
    us = service(request.authority.id, provider_id).us(origin_of(request), request.authority.name)
    xml = accounts().metadata(us, now() + METADATA_LASTS)
    return HttpResponse(xml, content_type="application/samlmetadata+xml")


@csrf_exempt
@require_POST
def answer(request: Any, provider_id: UUID) -> HttpResponse:
    """Another site posts here, so no token of ours is in the form: the cookie of this browser says whose sign-in it is.

    Then on to a page of ours by GET, where the cookies of the application come along again.
    """
    if request.authority is None:
        raise not_found()
    arrival = signing_in.receive(
        authority_id=request.authority.id,
        service_id=provider_id,
        relay=request.POST.get("RelayState", "")[:LONGEST_RELAY],
        browser=cookies.kept(request, signing_in.COOKIE),
        posted=request.POST.get("SAMLResponse", ""),
        base=origin_of(request),
        name=request.authority.name,
        now=now(),
    )
    if arrival.purpose == "account":
        # What came back is looked up by this browser's secret, so it keeps that a little longer.
        return HttpResponseRedirect(_account(arrival), status=303)
    if arrival.failure:
        target = f"{url('portal:identify', draft_id=arrival.draft_id)}?problem={arrival.failure}"
    else:
        target = url("portal:identified", draft_id=arrival.draft_id)
    response = HttpResponseRedirect(target, status=303)
    if not arrival.failure:
        browser = cookies.kept(request, signing_in.COOKIE)
        cookies.keep(response, browser_cookie(arrival.draft_id), browser, seconds=int(BROWSER_KEPT.total_seconds()))
    cookies.drop(response, signing_in.COOKIE)
    return response


def _account(arrival: signing_in.Arrival) -> str:
    """To the account, or to why she is not signed in."""
    return f"{url('account:sign_in')}?problem={arrival.failure}" if arrival.failure else url("account:arrived")
