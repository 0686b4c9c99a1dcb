"""The town's landing page, its services, one service with its form."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from stadttor.appointments.queries import has_appointments
from stadttor.catalog import queries as catalog
from stadttor.catalog.queries import AdoptedForm
from stadttor.citizens.browser import citizen_here
from stadttor.core.german_sort import sort_key
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.prose import package_prose
from stadttor.ground.web.render import render
from stadttor.insights.queries.triage import published_answers
from stadttor.insights.services import visited
from stadttor.portal import access, services
from stadttor.portal.addresses import portal_of
from stadttor.portal.pages import descriptions, listing
from stadttor.portal.pages.competent import competent
from stadttor.portal.pages.listing import must_be_a_town
from stadttor.portal.prices import price_list
from stadttor.tenancy.queries import all_authorities, handled_by, hours_today, next_opening, profile

SERVICE_PARTS = ("who", "need", "cost", "duration", "deadline", "next")
MOST = 200


@require_safe
def home(request: Any) -> HttpResponse:
    """A town's landing page; on the bare domain, the way to one's town."""
    if request.authority is None:
        return render(request, "portal/entrance.html", {"authorities": _towns()})
    offered = catalog.offered(request.authority.id, request.language)
    context = {
        "services": listing.as_cards(offered[:8], request.language),
        "situations": listing.situations(request.language),
        "profile": profile(request.authority.id),
        "hours": hours_today(profile(request.authority.id), now()),
        "opens": next_opening(profile(request.authority.id), now()),
    }
    return render(request, "portal/home.html", context)


def _towns() -> list[dict[str, str]]:
    """The authorities of this installation with their portals' addresses, by name."""
    rows = [{"name": row.name, "address": portal_of(row.slug)} for row in all_authorities()]
    return sorted(rows, key=lambda row: sort_key(row["name"]))[:MOST]


@require_safe
def service(request: Any, slug: str) -> HttpResponse:
    """One service: can I, what do I need, what does it cost, how long does it take, start."""
    try:
        form = _form(request, slug)
    except Refused:
        return competent(request, slug) or descriptions.described(request, slug) or _not_offered(request, slug)
    texts = form.texts(request.language)
    elsewhere = form.elsewhere
    context = {
        "form": form,
        "texts": texts,
        "parts_of": [
            (part, package_prose(texts.text(f"service.{part}")))
            for part in SERVICE_PARTS
            if texts.text(f"service.{part}")
        ],
        "prices": price_list(form, texts, german_day(now())),
        "payment": form.manifest.payment,
        "other_ways": package_prose(texts.text("service.other_ways")),
        "law": package_prose(texts.text("service.law")),
        "elsewhere": package_prose(texts.text(elsewhere.text)) if elsewhere else None,
        "elsewhere_url": elsewhere.url if elsewhere else "",
        "elsewhere_site": urlsplit(elsewhere.url).netloc.removeprefix("www.") if elsewhere else "",
        "profile": profile(request.authority.id),
        "answers": published_answers(request.authority.id, slug),
        "handled": handled_by(request.authority.id, slug, german_day(now())),
        "test": form.state == "test",
        "online": "online" in form.manifest.channels,
        "appointment": has_appointments(request.authority.id, slug),
        "pages": [texts.text(f"pages.{page.id}.title") for page in form.form.pages if page.show_if is None],
    }
    if form.state != "test" and request.method == "GET":
        visited(authority_id=request.authority.id, service=slug, today=german_day(now()))
    return render(request, "portal/service.html", context)


def _not_offered(request: Any, slug: str) -> HttpResponse:
    """Who kept the address of a service that is closed now learns so; of one never opened there is nothing to learn."""
    title = catalog.once_offered(must_be_a_town(request).id, slug, request.language)
    if not title:
        raise not_found()
    context = {"title": title, "profile": profile(request.authority.id)}
    return render(request, "portal/not_offered.html", context, status=404)


@require_POST
def start(request: Any, slug: str) -> HttpResponse:
    """Begin an application: a draft of one's own, opened by a secret in this browser."""
    form = _form(request, slug)
    token = access.new_token()
    draft_id = services.start(form=form, token=token, language=request.language, now=now())
    # Where it must be known who applies, that comes first: nobody fills in a form she cannot send.
    if citizen_here(request):
        response = HttpResponseRedirect(url("account:earlier", draft_id=draft_id))
    elif form.manifest.trust != "none":
        response = HttpResponseRedirect(url("portal:identify", draft_id=draft_id))
    else:
        response = HttpResponseRedirect(url("portal:page", draft_id=draft_id, page_id=form.form.pages[0].id))
    access.hand_over(request, response, "draft", draft_id, token)
    return response


def _form(request: HttpRequest, slug: str) -> AdoptedForm:
    """The service as citizens see it; colleagues also see what is in test mode."""
    authority = must_be_a_town(request)
    return catalog.adopted_form(authority.id, slug, include_test=getattr(request, "staff", None) is not None)
