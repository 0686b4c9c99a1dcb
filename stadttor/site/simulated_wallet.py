"""The wallet of the demo: one page on which anybody shows the wallet of one of its invented people. It proves nothing.

It speaks the real protocol (adapters/eudi_wallet/simulated.py): it reads the signed question, shows what is asked for, and
answers with an encrypted presentation, which is verified as any other. Whom the demo believes stands in a file that it wrote
itself; outside of the demo there is neither page nor file, and such a file is refused (adapters/eudi_wallet/setting.py).
"""

import json
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.core.network import address_parts
from stadttor.core.refused import Refused, not_found
from stadttor.ground import authorities
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity import ports, wallet_access, wallet_sign_in
from stadttor.identity.issuing.signing import put_signer, signer_of
from stadttor.portal.prefill import CLAIM_NAMES
from stadttor.site.simulated_holdings import Kept, held, title_in
from stadttor.site.simulated_people import DEMO_WALLETS, PEOPLE, wallet_people

if TYPE_CHECKING:
    from adapters.eudi_wallet.simulated import Asked, Keys

PATH = "../../simulierte-wallet"
KEYS = "demo/wallet-keys.json"
LONGEST = 100
PID = "pid"
NOT_HELD = N_("This wallet does not hold it. Choose another wallet, or show the identity card alone.")


@require_http_methods(["GET", "POST"])
def simulated_wallet(request: Any) -> HttpResponse:
    """Who asks, for what, and whose wallet shall it be? Then back to the town, as from a wallet on the same device."""
    if request.authority is None or not settings.STADTTOR_DEMO:
        raise not_found()
    state = address_parts(request.GET.get("request_uri", "")).path.rpartition("/")[2][:LONGEST]
    asked = _asked(request.authority.id, state)
    if request.method == "POST":
        return _answered(request, state, asked)
    return _page(request, asked)


def _page(request: Any, asked: "Asked", problem: str = "") -> HttpResponse:
    people = [{"value": key, "label": one.name, "hint": _(one.says)} for key, one in wallet_people().items()]
    choices = _choices(request, asked)
    context = {
        "asked": [_(CLAIM_NAMES[name]) for name in asked.claims],
        "who": asked.client_id,
        "people": people,
        "person": request.POST.get("person") or people[0]["value"],
        "choices": choices if len(choices) > 1 else [],
        "show": request.POST.get("show") or choices[0]["value"],
        "problem": problem,
    }
    response = render(request, "site/simulated_wallet.html", context, status=422 if problem else 200)
    # Its address opens the question.
    response.headers["Cache-Control"] = "no-store"
    return response


def _choices(request: Any, asked: "Asked") -> list[dict[str, str]]:
    """What may be shown together, as far as anybody's wallet holds it; the identity card alone always can be."""
    titles = {PID: _("Identity card")}
    for person in wallet_people():
        titles |= {id_: title_in(one.titles) for id_, one in _held(request, asked, person).items()}
    options = [one for one in asked.options if set(one) <= titles.keys()]
    return [{"value": " ".join(one), "label": " + ".join(titles[id_] for id_ in one)} for one in options]


def _held(request: Any, asked: "Asked", person: str) -> dict[str, Kept]:
    """What is asked for and this wallet has received, by the id under which it is asked for."""
    if not asked.own:
        return {}
    found = held(request.authority.slug, person)
    return {id_: found[type_] for id_, (type_, _names) in asked.own.items() if type_ in found}


def _asked(authority_id: UUID, state: str) -> "Asked":
    """The question, as the wallet fetches it. Refused as not found when it is no open one."""
    from adapters.eudi_wallet import simulated

    return simulated.asking(
        wallet_sign_in.request_object(authority_id=authority_id, state=state, wallet_nonce="", now=now())
    )


def _answered(request: Any, state: str, asked: "Asked") -> HttpResponse:
    from adapters.eudi_wallet import simulated

    answer = partial(wallet_sign_in.answer, authority_id=request.authority.id, state=state, now=now())
    chosen = request.POST.get("person", "")
    if chosen not in wallet_people():
        code = answer(posted="", error="access_denied")
    else:
        values = {name: claim.value for name, claim in PEOPLE[chosen].claims.items()}
        show, own = request.POST.get("show", PID).split(), _held(request, asked, chosen)
        if tuple(show) not in asked.options or not set(show) <= {PID, *own}:
            return _page(request, asked, _(NOT_HELD))
        shown = {id_: simulated.Held(one.credential, one.key) for id_, one in own.items() if id_ in show}
        posted = simulated.answered(asked, values if PID in show else {}, _keys()["issuer"], now(), shown)
        try:
            code = answer(posted=posted, error="")
        except Refused:
            # As a real wallet would say it: the town does not accept this; where she began she reads why.
            return render(request, "site/simulated_wallet_done.html", {"refused": True}, status=400)
    if code is None:
        return render(request, "site/simulated_wallet_done.html", {})
    return HttpResponseRedirect(f"{url('identity:wallet_done')}?response_code={code}", status=303)


def set_up(authority_id: UUID, moment: datetime) -> None:
    """Let a town of the demo ask the demo's wallet, and issue into it. Safe to repeat; one that asks real wallets is left alone."""
    if not settings.STADTTOR_DEMO or _asks_real_ones():
        return
    _write_file(moment)
    if ports.wallets() is None:
        return
    row = authorities.by_id(authority_id)
    from adapters.eudi_wallet.simulated import new_keys

    name = row.name if row else "Demo"
    if signer_of(authority_id) is None:
        signer = new_keys(name, moment)
        put_signer(
            authority_id=authority_id,
            key=wallet_access.key_of(signer.key),
            chain=signer.certificate,
            actor=SYSTEM,
            now=moment,
        )
    if wallet_access.access_of(authority_id) is not None:
        return
    access = new_keys(name, moment)
    wallet_access.renew(
        authority_id=authority_id,
        key=access.key,
        chain=access.certificate,
        prefix="x509_hash",
        actor=SYSTEM,
        now=moment,
    )


def _asks_real_ones() -> bool:
    import os

    return bool(os.environ.get("STADTTOR_WALLETS"))


def _write_file(moment: datetime) -> None:
    """The demo's issuer, its root, and the file that believes it for the PID."""
    path = settings.VAR / DEMO_WALLETS
    if path.exists():
        return
    from adapters.eudi_wallet.simulated import new_keys
    from adapters.eudi_wallet.vocabulary import PID_SD_JWT

    issuer = new_keys("Simulated issuer", moment)
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = settings.VAR / KEYS
    keys.touch(mode=0o600)
    keys.write_text(json.dumps({"issuer": asdict(issuer)}))
    root = path.with_name("wallet-root.pem")
    root.write_text(issuer.root)
    path.write_text(json.dumps({"anchors": {PID_SD_JWT: [root.name]}, "simulated": PATH}))


def _keys() -> "dict[str, Keys]":
    from adapters.eudi_wallet.simulated import Keys

    said = json.loads((settings.VAR / KEYS).read_text())
    return {name: Keys(**kept) for name, kept in said.items()}
