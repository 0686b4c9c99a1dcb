"""What everybody may ask: who is responsible, what is offered, which answers a service takes."""

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from ninja import Query, Router

from stadttor.catalog import queries as catalog
from stadttor.catalog.queries import AdoptedForm, ServiceSummary
from stadttor.core.ars import Level
from stadttor.core.refused import not_found
from stadttor.ground.clock import german_day, now
from stadttor.rollout.queries import level_of_service
from stadttor.site.api import schemas
from stadttor.site.api.access import anybody, town_of
from stadttor.site.api.form_schema import form_schema
from stadttor.site.api.paging import page_of
from stadttor.tenancy.queries import LONGEST_QUERY, AreaRow, answer_as_json, portal_url, responsible

SCHEMA_TYPE = "application/schema+json"
PageNumber = Annotated[int, Query(ge=1, le=10_000)]
router = Router(auth=anybody, tags=["Everybody"])


@router.get("/responsible", response=schemas.Responsible)
def who_is_responsible(
    request: HttpRequest,
    place: Annotated[str, Query(min_length=1, max_length=LONGEST_QUERY, description="Name, postal code, ARS or AGS")],
    service: Annotated[str | None, Query(max_length=100, description="A service's slug")] = None,
) -> dict[str, Any]:
    """The authority responsible at a place, in general or for a service. Also works without an authority's host.

    The register knows only the postal code of each town hall: in doubt the answer is `several`, ask for the place.
    """
    level: Level | Callable[[AreaRow], Level] = _level(service) if service else "gemeinde"
    found = responsible(place, now=now(), level=level, service=service, offers=catalog.offering)
    answer = answer_as_json(found)
    for one in answer["candidates"]:  # type: ignore[attr-defined]  # a list of dicts, declared as object
        if one["authority"]:
            scheme = request.scheme or "https"
            one["authority"]["portal"] = portal_url(one["authority"]["slug"], scheme=scheme, host=request.get_host())
    return answer


def _level(service: str) -> Callable[[AreaRow], Level]:
    """Who is competent at a place: by the newest package and the table of the Länder. Refused as not found for an unknown one."""
    found = level_of_service(service, german_day(now()))
    if found is None:
        raise not_found()
    return found


@router.get("/services", response=schemas.Services)
def services(request: HttpRequest, language: schemas.LanguageTag = "de", page: PageNumber = 1) -> dict[str, Any]:
    """The services this authority offers, by title."""
    rows = catalog.offered(town_of(request).id, language)
    return page_of(request, [_summary(request, row) for row in rows], page)


@router.get("/services/{slug}", response=schemas.ServiceDetail)
def service(request: HttpRequest, slug: str, language: schemas.LanguageTag = "de") -> dict[str, Any]:
    """One service."""
    form = _form(request, slug)
    texts, manifest = form.texts(language), form.manifest
    summary = catalog.service_summary(form.authority_id, form.adoption_id, slug, form.state, form.content, language)
    return _summary(request, summary) | {
        "version": form.version,
        "law": manifest.law,
        "trust": manifest.trust,
        "due": manifest.due,
        "languages": manifest.languages,
        "declaration": texts.text("declaration"),
    }


@router.get("/services/{slug}/schema", url_name="form_schema")
def schema_of_answers(request: HttpRequest, slug: str, language: schemas.LanguageTag = "de") -> JsonResponse:
    """The answers a service takes, as JSON Schema 2020-12. Conditions stand beside as CEL (`x-show-if` …)."""
    address = f"{_schema_address(request, slug)}?language={language}"
    return JsonResponse(form_schema(_form(request, slug), language, address), content_type=SCHEMA_TYPE)


def _summary(request: HttpRequest, row: ServiceSummary) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "title": row.title,
        "summary": row.summary,
        "language": row.language,
        "leistung": row.leistung,
        "package": row.package,
        "channels": row.channels,
        "payment": row.payment,
        "form_schema": _schema_address(request, row.slug),
    }


def _schema_address(request: HttpRequest, slug: str) -> str:
    return request.build_absolute_uri(reverse("api:form_schema", args=[slug]))


def _form(request: HttpRequest, slug: str) -> AdoptedForm:
    return catalog.adopted_form(town_of(request).id, slug)
