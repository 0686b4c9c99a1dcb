"""A proof from a wallet: what is asked of it and why, her consent, what it said, her decision; uploading stays open."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.citizens.browser import citizen_here
from stadttor.core.refused import Refused, not_found
from stadttor.forms.definition import Field
from stadttor.forms.rules.filled import Shown
from stadttor.forms.services.retrieving import NO_CONSENT, must_have_room
from stadttor.forms.services.showing import throw_away_shown
from stadttor.ground.web import cookies, qr
from stadttor.ground.web.addresses import origin_of, url
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity import wallet_sign_in
from stadttor.identity.ports import ShownProof
from stadttor.identity.wallet_proofs import waiting_proof
from stadttor.identity.wallet_sign_in import Arrival, cookie_name
from stadttor.portal import access, services
from stadttor.portal.journey import Journey, signed_in
from stadttor.portal.pages.filling import open_here, to_receipt
from stadttor.portal.proofs import (
    Offer,
    asked_of,
    must_not_be_of_another,
    offer_for,
    origin_of_proof,
    paper,
    said,
    title_of,
)
from stadttor.portal.wallets import is_simulated

UNCONFIRMED = N_(
    "What your wallet showed could not be confirmed, or does not say all that we asked for. Please upload the document."
)
PROBLEMS = {
    "declined": N_(
        "You ended it in your wallet, or your wallet does not hold this. Nothing was passed on. You can try again, or upload the"
        " document."
    ),
    "no_wallet": N_(
        "Your wallet could not answer. Try it again, with the wallet on another device, or upload the document."
    ),
    "question": N_("Your wallet did not accept our question. This is not your fault. Please upload the document."),
    "ended": N_(
        "What your wallet showed does not count any more: it has ended, or whoever issued it took it back. Please upload a document"
        " that counts."
    ),
    "not_begun": N_(
        "What your wallet showed does not count yet: its first day is still to come. Please upload another document."
    ),
    "signer": N_(
        "We do not know the signature of what your wallet showed. Perhaps it is from another office than the one that we believe."
        " Please upload the document."
    ),
    "own": UNCONFIRMED,
    "invalid": UNCONFIRMED,
    "late": N_("It took too long, so the question does not count any more. Nothing was passed on. Please try again."),
}


@require_http_methods(["GET", "POST"])
def show_proof(request: Any, draft_id: UUID, proof: str) -> HttpResponse:
    """Asks, waits, shows what came: it counts when the person adds it. `proof` is the path of the field."""
    journey = open_here(request, draft_id)
    if journey.draft.submission_id:
        return to_receipt(request, journey)
    field = journey.form.form.fields.get(proof)
    offer = offer_for(journey, field) if field else None
    if field is None or offer is None:
        raise not_found()
    if request.method == "GET":
        return _shown(request, journey, field, offer)
    try:
        return _done(request, journey, field, offer)
    except Refused as error:
        if error.status == 404:
            raise
        return _shown(request, journey, field, offer, error)


def _done(request: Any, journey: Journey, field: Field, offer: Offer) -> HttpResponse:
    about: dict[str, Any] = {"authority_id": journey.form.authority_id, "browser": _browser(request, journey)}
    response = HttpResponseRedirect(_back(journey, field), status=303)
    match request.POST.get("choice") or request.POST.get("way"):
        case "here" | "across" as way:
            return _begin(request, journey, field, offer, across=way == "across")
        case "add":
            shown = waiting_proof(draft_id=journey.draft.id, proof=field.path, now=journey.now, **about)
            if shown is None:
                raise not_found()
            must_not_be_of_another(shown, signed_in(journey).assertion)
            made = paper(journey, field, shown, request.authority.name)
            citizen = citizen_here(request)
            browser = _browser(request, journey)
            token = services.add_proof(journey=journey, field=field, paper=made, browser=browser, citizen=citizen)
            access.renewed(request, response, journey.draft.id, token)
        case "leave":
            title = title_of(journey, field, journey.language)
            throw_away_shown(draft_id=journey.draft.id, field=field, title=title, now=journey.now, **about)
        case _:
            raise not_found()
    cookies.drop(response, cookie_name(journey.draft.id))
    return response


def _begin(request: Any, journey: Journey, field: Field, offer: Offer, *, across: bool) -> HttpResponse:
    """303 to the page of its own address: looking at it again asks nothing again."""
    if request.POST.get("consent") != "yes":
        raise Refused("no_consent", NO_CONSENT, field="consent")
    must_have_room(authority_id=journey.form.authority_id, draft=journey.draft, field=field)
    begun = wallet_sign_in.begin(
        authority_id=journey.form.authority_id,
        draft_id=journey.draft.id,
        service=journey.form.slug,
        claims=(),
        origin=origin_of(request),
        now=journey.now,
        across=across,
        evidence=[offer.evidence],
        alone=True,
        proof=field.path,
    )
    response = HttpResponseRedirect(_here(journey, field), status=303)
    seconds = int(wallet_sign_in.LASTS.total_seconds())
    cookies.keep(response, cookie_name(journey.draft.id), begun.browser, seconds=seconds)
    return response


def _shown(request: Any, journey: Journey, field: Field, offer: Offer, error: Refused | None = None) -> HttpResponse:
    about: dict[str, Any] = {
        "authority_id": journey.form.authority_id,
        "draft_id": journey.draft.id,
        "proof": field.path,
        "browser": _browser(request, journey),
        "now": journey.now,
    }
    if found := waiting_proof(**about):
        return _page(request, journey, field, offer, _looked_at(journey, field, found), error)
    arrival = wallet_sign_in.look(**about)
    if arrival is not None and not arrival.problem:
        return _arrived(request, journey, field)
    if asked := wallet_sign_in.open_question(**about):
        context = {
            "state": "across" if asked.across else "here",
            "link": asked.link,
            "code": qr.picture(asked.link, _("QR code that opens your wallet")) if asked.across else "",
            "looked": request.GET.get("answered") == "yes",
        }
        return _page(request, journey, field, offer, context, error)
    return _page(request, journey, field, offer, {"state": "ask", "problem": _problem(request, arrival)}, error)


def _looked_at(journey: Journey, field: Field, found: ShownProof) -> dict[str, object]:
    return {"state": "preview", "says": said(journey, field, found), "about": origin_of_proof(found)}


def _arrived(request: HttpRequest, journey: Journey, field: Field) -> HttpResponse:
    """Her wallet on another device has answered: her browser keeps its secret for as long as she may look at it."""
    response = HttpResponseRedirect(_here(journey, field))
    seconds = int(wallet_sign_in.TO_TAKE_OVER.total_seconds())
    cookies.keep(response, cookie_name(journey.draft.id), _browser(request, journey), seconds=seconds)
    return response


def _problem(request: HttpRequest, arrival: Arrival | None) -> str:
    problem = (arrival.problem if arrival else "") or request.GET.get("problem", "")
    return _(PROBLEMS[problem]) if problem in PROBLEMS else ""


def _page(
    request: Any, journey: Journey, field: Field, offer: Offer, context: dict[str, object], error: Refused | None
) -> HttpResponse:
    about = {
        "journey": journey,
        "service_title": journey.texts.text("title"),
        "proof": journey.label(Shown(field, field.path, None)),
        "title": offer.title,
        "asked": asked_of(journey, field),
        "may_across": offer.across,
        "simulated": is_simulated(),
        "back": _back(journey, field),
        "problem": "",
        "looked": False,
        "error": error,
    }
    response = render(request, "portal/show_proof.html", {**about, **context}, status=error.status if error else 200)
    # The link in it opens the question.
    response.headers["Cache-Control"] = "no-store"
    return response


def _here(journey: Journey, field: Field) -> str:
    return url("portal:show_proof", draft_id=journey.draft.id, proof=field.path)


def _back(journey: Journey, field: Field) -> str:
    """To the place of the form where it is uploaded."""
    page = journey.form.form.page_of(field.path)
    return f"{url('portal:page', draft_id=journey.draft.id, page_id=page.id)}#f-{field.path.replace('.', '-')}"


def _browser(request: HttpRequest, journey: Journey) -> str:
    return cookies.kept(request, cookie_name(journey.draft.id))
