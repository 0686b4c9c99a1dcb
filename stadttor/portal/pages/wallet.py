"""Showing a wallet: what is asked of it and why, the way into it on this device or by a code for another one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.citizens.browser import citizen_here
from stadttor.core.refused import not_found
from stadttor.ground.web import cookies, qr
from stadttor.ground.web.addresses import origin_of, url
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity import wallet_sign_in
from stadttor.identity.assertions import BROWSER_KEPT, browser_cookie
from stadttor.identity.ports import PERSON, IdentityAssertion
from stadttor.identity.wallet_sign_in import WITHOUT_IT, cookie_name
from stadttor.portal import access, services
from stadttor.portal.journey import Journey
from stadttor.portal.pages.filling import open_here, to_receipt
from stadttor.portal.prefill import for_people
from stadttor.portal.wallets import (
    Asked,
    asked_of_wallets,
    evidence_of,
    is_simulated,
    may_be_alone,
    questions_for,
    titles_of,
)
from stadttor.portal.ways import TRUST_NAMES, asked_for, asked_of_wallet, with_reasons

PLAIN, PLAIN_ACROSS = "plain", "plain-across"
"""Asked for her identity card and nothing beside it, on this device or by code."""
PROBLEMS = {
    "declined": N_(
        "You ended it in your wallet, or your wallet has no such document. Nothing was passed on. You can try again or go"
        " another way."
    ),
    "no_wallet": N_(
        "Your wallet could not answer. Try it again, with the wallet on another device, or go another way."
    ),
    "question": N_("Your wallet did not accept our question. This is not your fault. Please go another way."),
    "invalid": N_(
        "What your wallet showed could not be confirmed. It may have expired. Look into your wallet, then try again."
    ),
    "ended": N_(
        "What your wallet showed does not count any more: it has ended, or the office that issued it took it back. Nothing was"
        " taken over. You can go on without it."
    ),
    "card_ended": N_(
        "The identity card in your wallet does not count any more: it has expired, or was taken back. Renew it in your wallet,"
        " or go another way."
    ),
    "not_begun": N_(
        "What your wallet showed beside your identity card does not count yet: its first day is still to come. You can go on"
        " without it."
    ),
    "signer": N_(
        "We do not know the signature of what your wallet showed beside your identity card. If it is ours, we have a new key by"
        " now: then take it into your wallet again, on the page of the application with which you got it. You can go on"
        " without it."
    ),
    "own": N_("What your wallet showed beside your identity card could not be confirmed. You can go on without it."),
    "late": N_("It took too long, so the question does not count any more. Nothing was passed on. Please try again."),
}


@require_http_methods(["GET", "POST"])
def wallet(request: Any, draft_id: UUID) -> HttpResponse:
    """Asks, waits, shows what was proven: it counts when the person takes it over."""
    journey = open_here(request, draft_id)
    if journey.draft.submission_id:
        return to_receipt(request, journey)
    may_ask = wallet_sign_in.available(journey.form.authority_id, journey.form.slug, journey.now)
    asked = asked_of_wallets(journey)
    if may_ask is None or not asked:
        raise not_found()
    if request.method == "POST":
        return (
            _settle(request, journey, request.POST["choice"])
            if "choice" in request.POST
            else _begin(request, journey, asked)
        )
    return _shown(request, journey, asked, may_across=journey.form.slug in may_ask.across)


def _shown(request: Any, journey: Journey, asked: Asked, *, may_across: bool) -> HttpResponse:
    said = wallet_sign_in.waiting(journey.form.authority_id, journey.draft.id, journey.browser, journey.now)
    if said is not None:
        sure = said.level == "hoch"
        return _page(request, journey, {"state": "values", "rows": _values(journey, asked, said), "sure": sure})
    return _waiting(request, journey, may_across) or _asking(request, journey, asked, may_across)


def _values(journey: Journey, asked: Asked, said: IdentityAssertion) -> list[dict[str, str]]:
    """As the wallet proved them, by the fields that ask for them, each with how sure it is; at last what a permit said."""
    rows = [{"label": label, "value": _together(names, said) or _("not known")} for label, names in asked.items()]
    for one in evidence_of(journey):
        more = {name: label for name, label in questions_for(journey, one).items() if name not in PERSON}
        rows += [
            {"label": label, "value": said.claims[name].value, "note": _(TRUST_NAMES[said.trust_of(name)])}
            for name, label in more.items()
            if name in said.claims
        ]
    return rows


def _together(names: Sequence[str], said: IdentityAssertion) -> str:
    """What a field takes, on one line: an address as on a letter."""
    values = {name: for_people(name, said.claims[name].value) for name in names if name in said.claims}
    town = " ".join(values.pop(name) for name in ("postal_code", "locality") if name in values)
    return ", ".join([*values.values(), *([town] if town else [])])


def _settle(request: Any, journey: Journey, choice: str) -> HttpResponse:
    """She takes it over, or nothing of it is left."""
    response = HttpResponseRedirect(_form(journey), status=303)
    if choice == "take":
        token = services.take_over(journey=journey, way="wallet", citizen=citizen_here(request))
        access.renewed(request, response, journey.draft.id, token)
    else:
        wallet_sign_in.dismiss(authority_id=journey.form.authority_id, draft_id=journey.draft.id)
    return response


def _begin(request: Any, journey: Journey, asked: Asked) -> HttpResponse:
    """303 to the page of its own address: looking at it again asks nothing again."""
    way = request.POST.get("way")
    begun = wallet_sign_in.begin(
        authority_id=journey.form.authority_id,
        draft_id=journey.draft.id,
        service=journey.form.slug,
        claims=list(dict.fromkeys(name for names in asked.values() for name in names)),
        origin=origin_of(request),
        now=journey.now,
        across=way in ("across", PLAIN_ACROSS),
        evidence=[] if way in (PLAIN, PLAIN_ACROSS) else evidence_of(journey),
        alone=may_be_alone(journey),
    )
    response = HttpResponseRedirect(url("portal:wallet", draft_id=journey.draft.id), status=303)
    seconds = int(wallet_sign_in.LASTS.total_seconds())
    cookies.keep(response, cookie_name(journey.draft.id), begun.browser, seconds=seconds)
    return response


def _waiting(request: Any, journey: Journey, may_across: bool) -> HttpResponse | None:
    """The way into the wallet while a question of this browser is open, on to what its wallet elsewhere has answered."""
    arrival = _looked(request, journey)
    if arrival is not None and not arrival.problem:
        response = HttpResponseRedirect(wallet_sign_in.after(arrival))
        seconds = int(BROWSER_KEPT.total_seconds())
        cookies.keep(response, browser_cookie(journey.draft.id), _browser(request, journey), seconds=seconds)
        cookies.drop(response, cookie_name(journey.draft.id))
        return response
    asked = wallet_sign_in.open_question(
        authority_id=journey.form.authority_id,
        draft_id=journey.draft.id,
        browser=_browser(request, journey),
        now=journey.now,
    )
    if asked is None:
        return None
    context = {
        "state": "across" if asked.across else "here",
        "link": asked.link,
        "code": qr.picture(asked.link, _("QR code that opens your wallet")) if asked.across else "",
        "looked": request.GET.get("answered") == "yes",
        "may_across": may_across,
    }
    return _page(request, journey, context)


def _asking(request: Any, journey: Journey, asked: Asked, may_across: bool) -> HttpResponse:
    arrival = _looked(request, journey)
    problem = (arrival.problem if arrival else "") or request.GET.get("problem", "")
    context = {
        "state": "ask",
        "asked": asked_of_wallet(asked),
        "typed": len(asked_for(journey)) > len(asked_of_wallet(asked)),
        "may_across": may_across,
        "problem": _(PROBLEMS[problem]) if problem in PROBLEMS else "",
        "plain": _plain(arrival, may_across=may_across) if problem in WITHOUT_IT else "",
        **_evidence(journey),
    }
    return _page(request, journey, context)


def _plain(arrival: wallet_sign_in.Arrival | None, *, may_across: bool) -> str:
    """The way on without what was refused, in the way in which she was asked."""
    return PLAIN_ACROSS if arrival and arrival.across and may_across else PLAIN


def _evidence(journey: Journey) -> dict[str, object]:
    """What else she may show: a permit beside her identity card, or another credential of the town in its place."""
    evidence = evidence_of(journey)
    titles = titles_of(journey) if evidence else {}
    beside = [
        {"title": titles[one.id], "asked": with_reasons(questions_for(journey, one))} for one in evidence if one.beside
    ]
    instead = [titles[one.id] for one in evidence if may_be_alone(journey) and not one.beside]
    return {"beside": beside, "instead": instead}


def _looked(request: HttpRequest, journey: Journey) -> wallet_sign_in.Arrival | None:
    return wallet_sign_in.look(
        authority_id=journey.form.authority_id,
        draft_id=journey.draft.id,
        browser=_browser(request, journey),
        now=journey.now,
    )


def _page(request: Any, journey: Journey, context: dict[str, object]) -> HttpResponse:
    about = {
        "journey": journey,
        "service_title": journey.texts.text("title"),
        "form": _form(journey),
        "ways": url("portal:identify", draft_id=journey.draft.id),
        "simulated": is_simulated(),
    }
    response = render(request, "portal/wallet.html", {**about, **context})
    # The link in it opens the question.
    response.headers["Cache-Control"] = "no-store"
    return response


def _form(journey: Journey) -> str:
    return url("portal:page", draft_id=journey.draft.id, page_id=journey.steps[0].id)


def _browser(request: HttpRequest, journey: Journey) -> str:
    return cookies.kept(request, cookie_name(journey.draft.id))
