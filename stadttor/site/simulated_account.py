"""The account service of the demo: one page on which anybody may be one of its invented people. It proves nothing.

It speaks the real protocol (adapters/saml/simulated.py), so that the demo walks the way of BundID: question, sign-in, answer.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from stadttor.core.refused import Refused, not_found
from stadttor.ground import authorities
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import origin_of
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity import account_services
from stadttor.identity.account_services import Service
from stadttor.identity.ports import KeyPair, SignInFailed, accounts
from stadttor.portal.addresses import portal_of
from stadttor.site.simulated_people import PEOPLE

FILE = "account-key.json"


@csrf_exempt
@require_POST
def simulated_account(request: Any) -> HttpResponse:
    """Whom do you want to be? Then a page with one button that brings the answer back.

    Without a token of ours: an account service is another site, and changes nothing here.
    """
    if request.authority is None or not settings.STADTTOR_DEMO:
        raise not_found()
    town = _town_of(request.authority.id)
    person = request.POST.get("person", "")
    try:
        answer = _answered(request, town, person)
    except SignInFailed:
        raise Refused("no_question", "This is no question of this town.") from None
    relay = request.POST.get("RelayState", "")
    if answer is None:
        return _choice(request, relay)
    fields = {"SAMLResponse": answer, "RelayState": relay}
    us = town.us(origin_of(request), request.authority.name)
    return render(request, "site/simulated_answer.html", {"address": us.answer_url, "fields": fields})


def _answered(request: Any, town: Service, person: str) -> str | None:
    """The answer for whoever was chosen; none before that."""
    from adapters.saml import simulated

    asked = simulated.asking(request.POST.get("SAMLRequest", ""))
    us, entity_id, moment = town.us(origin_of(request), request.authority.name), town.them.entity_id, now()
    if (asked.issuer, asked.answer_url) != (us.entity_id, us.answer_url):
        raise SignInFailed("denied", "a question of somebody else")
    if person == "nobody":
        return simulated.refused(asked, entity_id, "AuthnFailed", moment)
    if person not in PEOPLE:
        return None
    one = PEOPLE[person]
    who = simulated.Person(one.level, one.method, one.claims, one.pseudonym)
    return simulated.answered(asked, who, entity_id, _keys(), us.keys[0].certificate, moment)


def _choice(request: Any, relay: str) -> HttpResponse:
    people = [{"value": key, "label": one.name, "hint": f"{_(one.says)} ({one.level})"} for key, one in PEOPLE.items()]
    fields = {"SAMLRequest": request.POST.get("SAMLRequest", ""), "RelayState": relay}
    return render(request, "site/simulated_account.html", {"people": people, "fields": fields})


def _town_of(authority_id: UUID) -> Service:
    """How the town set up the simulated service; not found where it did not."""
    found = [one for one in account_services.services(authority_id) if one.them.source == "simulated"]
    if not found:
        raise not_found()
    return found[0]


def set_up(authority_id: UUID, slug: str, moment: datetime) -> None:
    """Let a town of the demo use it. Safe to repeat, also on another port."""
    from adapters.saml.simulated import own_metadata

    row = authorities.by_id(authority_id)
    name = row.name if row else slug
    address = f"{portal_of(slug)}{reverse('simulated_account')}"
    known = [one for one in account_services.services(authority_id) if one.them.source == "simulated"]
    if any(one.them.sign_in_url == address for one in known):
        return
    for one in known:
        account_services.remove(authority_id=authority_id, service_id=one.id, actor=SYSTEM, now=moment)
    service_id = account_services.set_up(
        authority_id=authority_id, source="simulated", metadata=own_metadata(address, address, _keys()), name=name,
        online_service="", actor=SYSTEM, now=moment,
    )  # fmt: skip
    account_services.agree(
        authority_id=authority_id, service_id=service_id, signed="assertion", encrypted=True, older_signatures=False,
        active=True, actor=SYSTEM, now=moment,
    )  # fmt: skip


def _keys() -> KeyPair:
    """The simulated service's own key: of the demo, worth nothing; made when it is first needed."""
    path: Path = settings.VAR / "demo" / FILE
    if not path.exists():
        made = accounts().new_keys("Simulated account", now())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([made.private.decode(), made.certificate.decode()]))
        path.chmod(0o600)
    private, certificate = json.loads(path.read_text())
    return KeyPair(private.encode(), certificate.encode())
