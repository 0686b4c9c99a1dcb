"""The wallet of the demo receives: an offer of the town, the number that goes with it, and what is in the wallet afterwards.

It walks the way of a real wallet (OpenID4VCI 1.0: offer, token for code and transaction code, nonce, proof, credential), by
calls instead of over the network. Outside of the demo there is no such page, and nobody signs anything for it.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.core.network import address_parts
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import portal_of, url
from stadttor.ground.web.blocks import Row
from stadttor.ground.web.formats import day
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.issuing import exchange
from stadttor.identity.issuing.nonces import new_nonce
from stadttor.identity.issuing.pages import place_of
from stadttor.identity.issuing.signing import issues
from stadttor.identity.ports import CredentialKind, NotIssued, issuables
from stadttor.site.simulated_holdings import Kept, held, keep, title_in
from stadttor.site.simulated_people import PEOPLE, wallet_people

LONGEST = 100
DAYS = frozenset({"first_day", "last_day"})
BACK = re.compile(r"/status/[0-9a-f-]{36}/wallet")
WRONG = N_("This number is wrong. After three wrong numbers the attempt is over.")


@require_http_methods(["GET", "POST"])
def receive(request: Any) -> HttpResponse:
    """What is offered, by whom; the number, and whose wallet it shall be. Then what is in it."""
    place = _place(request)
    secret = address_parts(request.GET.get("credential_offer_uri", "")).path.rpartition("/")[2][:LONGEST]
    try:
        offered = exchange.offer_for(place, secret, {True: "mail", False: "page"}, now())
    except Refused:
        return _over(request)
    kind = _kind(place, offered["credential_configuration_ids"][0])
    if request.method == "GET" or request.POST.get("person", "") not in wallet_people():
        return _asking(request, offered, kind)
    match _received(request, place, offered, kind):
        case "":
            back = _began_at(request)
            words = {"person": request.POST["person"], **({"back": back} if back else {})}
            return HttpResponseRedirect(f"{url('simulated:holdings')}?{urlencode(words)}", status=303)
        case "wrong":
            return _asking(request, offered, kind, _(WRONG))
        case _:
            return _over(request)


def _asking(request: Any, offered: Mapping[str, Any], kind: CredentialKind, problem: str = "") -> HttpResponse:
    context = {
        "state": "ask",
        "title": title_in(kind.titles),
        "says": [title_in(labels) for labels in kind.claims.values()],
        "mailed": offered["grants"][exchange.GRANT]["tx_code"]["description"] == "mail",
        "people": [{"value": key, "label": one.name} for key, one in wallet_people().items()],
        "person": request.POST.get("person", ""),
        "problem": problem,
        "back": _began_at(request),
    }
    return _page(request, context, status=422 if problem else 200)


def _over(request: Any) -> HttpResponse:
    return _page(request, {"state": "over", "back": _began_at(request)}, status=404)


@require_safe
def holdings(request: Any) -> HttpResponse:
    """What somebody's wallet has of this town."""
    place, person = _place(request), request.GET.get("person", "")
    if person not in wallet_people():
        raise not_found()
    kinds = {one.type: one for one in issuables().kinds(place.authority_id)}
    found = held(request.authority.slug, person).items()
    context = {
        "state": "held",
        "name": PEOPLE[person].name,
        "held": [{"title": title_in(one.titles), "rows": _rows(one, kinds.get(type_))} for type_, one in found],
        "back": _back(request.GET.get("back", "")),
    }
    return _page(request, context)


def _rows(one: Kept, kind: CredentialKind | None) -> list[Row]:
    from adapters.eudi_wallet.simulated_receiving import says

    labels = kind.claims if kind else {}
    return [
        Row(title_in(labels[name]) if name in labels else name, _said(name, value))
        for name, value in says(one.credential).items()
    ]


def _said(name: str, value: Any) -> str:
    if name in DAYS:
        return day(date.fromisoformat(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _received(request: Any, place: exchange.Place, offered: Mapping[str, Any], kind: CredentialKind) -> str:
    """Ask for it with the number that was typed; gives why nothing came: `wrong` number, or the attempt is `over`."""
    from adapters.eudi_wallet import simulated_receiving as wallet

    number = "".join(request.POST.get("tx_code", "").split())
    if not number:
        return "wrong"
    code = offered["grants"][exchange.GRANT]["pre-authorized_code"]
    form = {"grant_type": exchange.GRANT, "pre-authorized_code": code, "tx_code": number}
    key, moment = wallet.new_key(), now()
    try:
        token = exchange.token_for(place, form, moment)["access_token"]
        nonce = new_nonce(place.authority_id, moment)
        body = wallet.asking_for(kind.id, key, place.at.issuer, nonce, moment)
        [given] = exchange.credentials_for(place, token, body, moment)["credentials"]
    except NotIssued as refused:
        return "wrong" if refused.reason == "code_wrong" else "over"
    kept = Kept(given["credential"], key, dict(kind.titles))
    keep(request.authority.slug, request.POST["person"], wallet.type_of(given["credential"]), kept)
    return ""


def _place(request: Any) -> exchange.Place:
    """Refused as not found outside of the demo, and where nothing is issued."""
    if request.authority is None or not settings.STADTTOR_DEMO or not issues(request.authority.id, now()):
        raise not_found()
    return place_of(request.authority.id, portal_of(request.authority.slug))


def _kind(place: exchange.Place, kind_id: str) -> CredentialKind:
    return next(one for one in issuables().kinds(place.authority_id) if one.id == kind_id)


def _began_at(request: Any) -> str:
    return _back(request.POST.get("back") or request.headers.get("Referer", ""))


def _back(address: str) -> str:
    """The page where she began, if she came from one; nothing else."""
    path = address_parts(address).path
    return path if BACK.fullmatch(path) else ""


def _page(request: Any, context: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    response = render(request, "site/simulated_receiving.html", context, status=status)
    # Its address holds the offer.
    response.headers["Cache-Control"] = "no-store"
    return response
