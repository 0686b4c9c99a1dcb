"""The town's landing page, its services, one service."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from stadttor.catalog import queries as catalog
from stadttor.catalog.queries import AdoptedForm, ServiceSummary
from stadttor.core.german_sort import sort_key
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.prose import package_prose
from stadttor.ground.web.render import render
from stadttor.portal import access, services
from stadttor.portal.addresses import portal_of
from stadttor.portal.prices import price_list
from stadttor.portal.search import Hits, found
from stadttor.tenancy.queries import all_authorities, hours_today, next_opening, profile

SERVICE_PARTS = ("who", "need", "cost", "duration", "deadline", "next")
MOST = 200


@require_safe
def home(request: Any) -> HttpResponse:
    """A town's landing page; on the bare domain, the way to one's town."""
    if request.authority is None:
        return render(request, "portal/entrance.html", {"authorities": _towns()})
    offered = catalog.offered(request.authority.id, request.language)
    context = {
        "services": _as_cards(offered[:8], request.language),
        "more": len(offered) > 8,
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
def listing(request: Any) -> HttpResponse:
    """All services, or those that everyday words find."""
    _must_be_a_town(request)
    words = request.GET.get("q", "")[:100]
    offered = catalog.offered(request.authority.id, request.language)
    hits = found(offered, words) if words.strip() else Hits(offered)
    context = {"services": _as_cards(hits.services, request.language), "words": words, "guessed": hits.guessed}
    return render(request, "portal/listing.html", context)


def _as_cards(rows: Sequence[ServiceSummary], language: str) -> list[dict[str, str]]:
    """Services as cards; a text that is not in the reader's language names its own."""
    return [
        {
            "title": row.title,
            "text": row.summary,
            "href": reverse("portal:service", args=[row.slug]),
            "lang": row.language if row.language.split("-")[0] != language.split("-")[0] else "",
        }
        for row in rows
    ]


@require_safe
def service(request: Any, slug: str) -> HttpResponse:
    """One service: can I, what do I need, what does it cost, how long does it take, start."""
    try:
        form = _form(request, slug)
    except Refused:
        return _not_offered(request, slug)
    texts = form.texts(request.language)
    elsewhere = form.manifest.elsewhere
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
        "test": form.state == "test",
        "online": "online" in form.manifest.channels,
        "pages": [texts.text(f"pages.{page.id}.title") for page in form.form.pages if page.show_if is None],
    }
    return render(request, "portal/service.html", context)


def _not_offered(request: Any, slug: str) -> HttpResponse:
    """Who kept the address of a service that is closed now learns so; of one never opened there is nothing to learn."""
    title = catalog.once_offered(_must_be_a_town(request).id, slug, request.language)
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
    response = HttpResponseRedirect(url("portal:page", draft_id=draft_id, page_id=form.form.pages[0].id))
    access.remember(response, draft_id, token)
    return response


def _form(request: HttpRequest, slug: str) -> AdoptedForm:
    """The service as citizens see it; colleagues also see what is in test mode."""
    authority = _must_be_a_town(request)
    return catalog.adopted_form(authority.id, slug, include_test=getattr(request, "staff", None) is not None)


def _must_be_a_town(request: Any) -> Any:
    if request.authority is None:
        raise not_found()
    return request.authority
