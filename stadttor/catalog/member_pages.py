"""The settings of member municipalities: what each of them has otherwise than the authority that serves them all."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from stadttor.catalog import queries, services
from stadttor.catalog.queries import AdoptionRow
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.settings_form import labels_of, shown
from stadttor.catalog.settings_page import SettingsPage
from stadttor.core.refused import not_found
from stadttor.ground.clock import now
from stadttor.ground.web.language import _
from stadttor.identity.guards import require_role
from stadttor.tenancy.queries import member, members


def listed(request: Any, row: AdoptionRow, content: PackageContent) -> list[dict[str, Any]]:
    """Each member with what it has otherwise; none where no address picks a member."""
    if content.manifest.member is None:
        return []
    given = queries.member_values(request.authority.id, row.id)
    return [
        {
            "name": one.name,
            "href": reverse("catalog:member_settings", kwargs={"adoption_id": row.id, "ars": one.ars}),
            "settings": _said(request.language, content, given.get(one.ars, {})),
        }
        for one in members(request.authority.id)
    ]


def _said(language: str, content: PackageContent, given: Mapping[str, Any]) -> list[dict[str, str]]:
    labels = labels_of(content.parameters, content.texts_in(language).section("options"))
    return [
        {"label": one.title, "value": shown(one, given[one.name], labels.get(one.name, {}))}
        for one in content.parameters.parameters
        if one.name in given
    ]


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def member_settings(request: Any, adoption_id: UUID, ars: str) -> HttpResponse:
    """The settings of one member of an adopted service, beginning with those of the authority."""
    authority_id = request.authority.id
    row, found = queries.adoption(authority_id, adoption_id), member(authority_id, ars)
    _version, content = queries.version_for(row.version_id)
    if found is None or content.manifest.member is None:
        raise not_found()
    given = queries.member_values(authority_id, adoption_id).get(ars, {})
    page = SettingsPage(request, content, content.parameters.merged({**row.parameters, **given}))
    back = reverse("catalog:adoption", kwargs={"adoption_id": adoption_id})
    if request.method == "POST" and page.is_save:
        try:
            services.change_member_parameters(
                authority_id=authority_id,
                adoption_id=adoption_id,
                ars=ars,
                parameters=page.values,
                actor=request.staff.actor(),
                now=now(),
            )
        except services.ParametersRefused as refused:
            page.faults = refused.faults
        else:
            return HttpResponseRedirect(f"{back}?done=saved")
    return page.render(
        {
            "title": _("Settings: {service}, {member}", service=row.title, member=found.name),
            "save": _("Save settings"),
            "is_new": False,
            "back": back,
            "state": row.state,
            "member": found.name,
        }
    )
