"""The organiser's desk: what is in the catalogue, what this authority offers, and how."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.catalog import dated_pages, queries, services, wording
from stadttor.catalog.member_pages import listed
from stadttor.catalog.ports import coming
from stadttor.catalog.rules.differences import compare
from stadttor.catalog.rules.upgrades import carried
from stadttor.catalog.settings_form import labels_of
from stadttor.catalog.settings_form import shown as shown_value
from stadttor.catalog.settings_page import SettingsPage
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.language import _, ngettext
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.identity.queries import members

Change = Callable[..., object]
MOST_NEWS = 50


@require_safe
@require_role("organiser")
def catalogue(request: Any) -> HttpResponse:
    """Services this authority offers, and packages it could offer."""
    mine = queries.adoptions(request.authority.id)
    adopted = {row.package for row in mine}
    newest: dict[str, queries.VersionRow] = {}
    for row in queries.versions():
        if not row.is_revoked:
            newest.setdefault(row.package, row)
    context = {
        "mine": [{"row": row, "state": wording.state(row.state)} for row in mine],
        "offers": [row for name, row in newest.items() if name not in adopted],
        "news": queries.news()[:MOST_NEWS],
    }
    return render(request, "catalog/catalogue.html", context)


@require_safe
@require_role("organiser")
def package(request: Any, version_id: UUID) -> HttpResponse:
    """What a package is: law, languages, questions, fees, versions."""
    row, content = queries.version_for(version_id)
    context = {
        "row": row,
        "facts": wording.facts(row, content),
        "languages": wording.languages(row),
        "texts": content.texts_in("de"),
        "pages": content.form.pages,
        "fees": wording.fee_preview(content, content.parameters.defaults()),
        "versions": [one for one in queries.versions() if one.package == row.package],
        "adoption": next((one for one in queries.adoptions(request.authority.id) if one.package == row.package), None),
    }
    return render(request, "catalog/package.html", context)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def adopt(request: Any, version_id: UUID) -> HttpResponse:
    """Settings for a package this authority takes over; it begins in test."""
    row, content = queries.version_for(version_id)
    page = SettingsPage(request, content, content.parameters.defaults())
    if request.method == "POST" and page.is_save:
        try:
            adoption_id = services.adopt(
                authority_id=request.authority.id,
                version_id=version_id,
                parameters=page.values,
                actor=request.staff.actor(),
                now=now(),
            )
        except services.ParametersRefused as refused:
            page.faults = refused.faults
        else:
            return _to(adoption_id, "adopted")
    context = {"title": _("Adopt: {service}", service=row.title), "save": _("Adopt and try it"), "is_new": True}
    back = reverse("catalog:package", kwargs={"version_id": version_id})
    return page.render(context | {"back": back})


@require_safe
@require_role("organiser")
def adoption(request: Any, adoption_id: UUID) -> HttpResponse:
    """One service: its state, what can be done, its settings, its history."""
    row = queries.adoption(request.authority.id, adoption_id)
    version, content = queries.version_for(row.version_id)
    labels = labels_of(content.parameters, content.texts_in(request.language).section("options"))
    rows = [
        {
            "label": parameter.title,
            "value": shown_value(parameter, row.parameters.get(parameter.name), labels.get(parameter.name, {})),
        }
        for parameter in content.parameters.parameters
    ]
    names = {one.account_id: one.name for one in members(request.authority.id)}
    context = {
        "row": row,
        "version": version,
        "state": wording.state(row.state),
        "settings": rows,
        "members": listed(request, row, content),
        "by_day": dated_pages.by_day(request, row, content, names),
        "fees": wording.fee_preview(content, row.parameters),
        "service_url": reverse("portal:service", kwargs={"slug": row.slug}),
        "history": _history(request.authority.id, row.id, names),
        "coming": coming(request.authority.id, row.package),
        "done": wording.done(request.GET.get("done", "")),
    }
    return render(request, "catalog/adoption.html", context)


def _history(authority_id: UUID, adoption_id: UUID, names: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """What happened when and by whom; a colleague who left this authority is not named any more."""
    return [
        {"title": wording.act(one), "at": one.at, "who": names.get(one.actor_id, "") if one.actor_id else ""}
        for one in queries.history(authority_id, adoption_id)
    ]


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def change_settings(request: Any, adoption_id: UUID) -> HttpResponse:
    """The settings of an adopted service, with what they mean for citizens."""
    row = queries.adoption(request.authority.id, adoption_id)
    _version, content = queries.version_for(row.version_id)
    page = SettingsPage(request, content, dict(row.parameters))
    said = dated_pages.typed(request)
    if request.method == "POST" and page.is_save:
        try:
            since = dated_pages.day_in(said)
            services.plan_parameters(
                authority_id=request.authority.id,
                adoption_id=adoption_id,
                parameters=page.values,
                since=since,
                source=said["source"],
                actor=request.staff.actor(),
                now=now(),
            )
        except services.ParametersRefused as refused:
            page.faults = refused.faults
        except Refused as refused:
            if refused.code not in dated_pages.ABOUT_THE_DAY:
                raise
            page.refuse(refused)
        else:
            return _to(adoption_id, "planned" if since else "saved")
    context = {"title": _("Settings: {service}", service=row.title), "save": _("Save settings"), "is_new": False}
    context |= {"dated": said}
    back = reverse("catalog:adoption", kwargs={"adoption_id": adoption_id})
    return page.render(context | {"back": back, "state": row.state})


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def go_live(request: Any, adoption_id: UUID) -> HttpResponse:
    """Open a service to citizens, after a look at what that means."""
    row = queries.adoption(request.authority.id, adoption_id)
    effects = [
        _("Everybody finds the service on your portal and can apply."),
        _("Applications arrive in the work list of your clerks."),
        _("Fees are those of the settings on the page before."),
        *_still_proposed(row),
    ]
    context = {
        "title": _("Open “{service}” to citizens?", service=row.title),
        "yes": _("Open the service"),
        "effects": effects,
        "kind": "info",
    }
    return _confirmed(request, row, services.go_live, context, "live")


def _still_proposed(row: queries.AdoptionRow) -> list[str]:
    """Which settings nobody has changed yet: many packages propose examples."""
    _version, content = queries.version_for(row.version_id)
    names = [one.title for one in content.parameters.parameters if row.parameters.get(one.name) == one.default]
    text = _("Still as the package proposes it, perhaps only as an example: {names}.", names="; ".join(names))
    return [text] if names else []


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def to_test(request: Any, adoption_id: UUID) -> HttpResponse:
    """Back to test: citizens no longer see the service, staff do."""
    row = queries.adoption(request.authority.id, adoption_id)
    effects = [
        _("Citizens no longer find the service. Staff can still try it."),
        _("Applications that were sent are worked on as before."),
    ]
    context = {
        "title": _("Set “{service}” back to test?", service=row.title),
        "yes": _("Set back to test"),
        "effects": effects,
        "kind": "info",
    }
    return _confirmed(request, row, services.to_test, context, "test")


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def withdraw(request: Any, adoption_id: UUID) -> HttpResponse:
    """Offer a service no longer; to be confirmed by typing its address."""
    row = queries.adoption(request.authority.id, adoption_id)
    effects = [
        _("Nobody can begin a new application. The service disappears from your portal."),
        _("Forms that are begun can be sent, and applications are worked on to their end."),
        _("Settings are kept. You can set the service to test again at any time."),
    ]
    context = {
        "title": _("Withdraw “{service}”?", service=row.title),
        "yes": _("Withdraw the service"),
        "effects": effects,
        "kind": "danger",
        "word": row.slug,
    }
    return _confirmed(request, row, services.withdraw, context, "withdrawn")


def _confirmed(
    request: Any, row: queries.AdoptionRow, change: Change, context: dict[str, Any], done: str
) -> HttpResponse:
    """Ask, and do it when confirmed; a word that was not typed right is asked for again."""
    word = context.get("word", "")
    if request.method == "POST":
        if not word or request.POST.get("word", "").strip() == word:
            change(authority_id=request.authority.id, adoption_id=row.id, actor=request.staff.actor(), now=now())
            return _to(row.id, done)
        context["error"] = _("To confirm, type exactly: {word}", word=word)
    back = reverse("catalog:adoption", kwargs={"adoption_id": row.id})
    return render(request, "catalog/confirm.html", {**context, "back": back}, 422 if "error" in context else 200)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def upgrade(request: Any, adoption_id: UUID, version_id: UUID) -> HttpResponse:
    """Change to a higher version, after reading the difference."""
    row = queries.adoption(request.authority.id, adoption_id)
    version, after = queries.version_for(version_id)
    if version.package != row.package:
        raise not_found()
    before = queries.package_content(row.version_id)
    faults = after.check_parameters(carried(after, before.manifest.version, row.parameters))
    if request.method == "POST" and not faults:
        services.upgrade(
            authority_id=request.authority.id,
            adoption_id=adoption_id,
            version_id=version_id,
            actor=request.staff.actor(),
            now=now(),
        )
        return _to(adoption_id, "upgraded")
    difference = compare(before, after)
    if difference.step in ("same", "lower"):
        raise Refused("not_higher", "Only a higher version can be adopted.", status=409)
    error = ngettext(
        "One setting does not fit the new version. Change it first.",
        "{count} settings do not fit the new version. Change them first.",
        len(faults),
    )
    context = {
        "title": _("Change “{service}” to version {version}?", service=row.title, version=version.version),
        "yes": _("Change to version {version}", version=version.version),
        "effects": wording.difference(difference),
        "kind": "info",
        "error": error if faults else "",
        "back": reverse("catalog:adoption", kwargs={"adoption_id": adoption_id}),
    }
    return render(request, "catalog/confirm.html", context, status=422 if faults else 200)


def _to(adoption_id: UUID, done: str) -> HttpResponse:
    """The page of the service, which says what was done."""
    address = reverse("catalog:adoption", kwargs={"adoption_id": adoption_id})
    return HttpResponseRedirect(f"{address}?{urlencode({'done': done})}")
