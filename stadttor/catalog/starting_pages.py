"""What an authority begins with: several services chosen in one go, and what must be set of them on one page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.catalog import queries, services
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.parameters import Parameter
from stadttor.catalog.settings_form import fault_texts, field_of, labels_of, value_of
from stadttor.core.ars import Ars, is_kreisfrei
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.blocks import Field
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.identity.queries import UnitRow, units
from stadttor.identity.services import assign_services
from stadttor.tenancy.queries import areas_of

FIRST = 10
POSTCODES = "postleitzahlen"
"""What packages of ours call the postal codes of the authority's area."""
SHOWN = f"{POSTCODES}.shown"
"""The list that stood in the field when the page was made."""


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def choose(request: Any) -> HttpResponse:
    """What is not adopted yet, the first ten that fit ticked; all are taken over in test."""
    offers, error, wanted = _offers(request.authority.id), None, list[UUID]()
    if request.method == "POST":
        chosen = set(request.POST.getlist("versions"))
        wanted = [row.id for row in offers if str(row.id) in chosen]
        if not wanted:
            error = _("Choose at least one service.")
        else:
            try:
                services.adopt_together(
                    authority_id=request.authority.id, version_ids=wanted, proposed=_proposed(request.authority.id),
                    actor=request.staff.actor(), now=now(),
                )  # fmt: skip
                return HttpResponseRedirect(url("catalog:first_settings"), status=303)
            except Refused as refused:
                if refused.field != "versions":
                    raise
                error = _(refused.text, **refused.values)
    fitting = [row for row in offers if _is_ours(request.authority.id, request.authority.kind, row.manifest.competent)]
    ticked = {row.id for row in fitting[:FIRST]} if request.method == "GET" else set(wanted)
    context = {
        "offers": [
            {"value": str(row.id), "label": row.title, "hint": _hint(row.summary, row in fitting)} for row in offers
        ],
        "ticked": [str(row_id) for row_id in ticked],
        "error": error,
    }
    return render(request, "catalog/choose.html", context, status=422 if error else 200)


def _offers(authority_id: UUID) -> list[queries.VersionRow]:
    """The newest version of each package that the authority has not adopted."""
    adopted = {row.package for row in queries.adoptions(authority_id)}
    newest: dict[str, queries.VersionRow] = {}
    for row in queries.versions():
        if not row.is_revoked and row.package not in adopted:
            newest.setdefault(row.package, row)
    return list(newest.values())


def _is_ours(authority_id: UUID, kind: str, competent: str) -> bool:
    """Whether a service is usually the business of an authority of this kind: a kreisfreie Stadt does its Kreis's too."""
    if kind == "kreis" or competent == "gemeinde":
        return competent in ("kreis", "gemeinde") and (kind == "kreis") == (competent == "kreis")
    return competent == "kreis" and any(is_kreisfrei(Ars(area.ars)) for area in areas_of(authority_id))


def _hint(summary: str, ours: bool) -> str:
    return summary if ours else _("{summary} Usually another authority does this.", summary=summary)


def _proposed(authority_id: UUID) -> dict[str, Any]:
    """The postal codes of the area, where the register knows all of them."""
    areas = areas_of(authority_id)
    if not areas or any(area.several_postal_codes or not area.postal_code for area in areas):
        return {}
    return {POSTCODES: sorted({area.postal_code for area in areas})}


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def first_settings(request: Any) -> HttpResponse:
    """For each service that is in test: its unit, its fees, and what else is missing. Everything else has its own page."""
    page = FirstSettings(request)
    if request.method == "POST" and page.is_sound:
        try:
            page.save()
            return HttpResponseRedirect(url("setup:overview") + "?done=saved", status=303)
        except Refused as refused:
            if refused.status == 404:
                raise
            page.refused = _(refused.text, **refused.values)
    return page.render()


class FirstSettings:
    """The form: what was posted, or what is set now."""

    refused = ""

    def __init__(self, request: Any) -> None:
        self.request, self.authority_id = request, request.authority.id
        self.rows = [row for row in queries.adoptions(self.authority_id) if row.state == "test"]
        self.contents = {row.id: queries.package_content(row.version_id) for row in self.rows}
        self.units = units(self.authority_id)
        self.posted = request.POST if request.method == "POST" else {}
        self.values = {row.id: self._values(row) for row in self.rows}
        self.said = {row.id: self._faults(row) if self.posted else {} for row in self.rows}

    @property
    def is_sound(self) -> bool:
        return not any(self.said.values())

    def save(self) -> None:
        """Settings that changed, then who works on what."""
        actor, moment = self.request.staff.actor(), now()
        changed = {row.id: self.values[row.id] for row in self.rows if self.values[row.id] != row.parameters}
        services.change_together(authority_id=self.authority_id, parameters=changed, actor=actor, now=moment)
        known = {str(unit.id): unit.id for unit in self.units}
        chosen = {row.slug: known.get(self.posted.get(f"{row.slug}.unit", "")) for row in self.rows}
        unit_of = {slug: unit_id for slug, unit_id in chosen.items() if unit_id}
        assign_services(authority_id=self.authority_id, unit_of=unit_of, actor=actor, now=moment)

    def render(self) -> HttpResponse:
        shown = [self._shown(row) for row in self.rows]
        errors = [{"field": one.name, "text": f"{group['title']}: {one.label}: {one.error}"}
                  for group in shown for one in group["fields"] if one.error]  # fmt: skip
        if self.refused:
            errors.append({"field": "", "text": self.refused})
        context = {
            "groups": shown,
            "errors": errors,
            "units": self.units,
            "postcodes": self._postcodes() if any(self._has_postcodes(row) for row in self.rows) else None,
            "shown": {"type": "hidden", "name": SHOWN, "value": self._shown_codes()},
            "of_their_own": self._of_their_own(),
        }
        return render(self.request, "catalog/first_settings.html", context, status=422 if errors else 200)

    def _values(self, row: queries.AdoptionRow) -> dict[str, Any]:
        """The settings as they would be: what was posted over what is set."""
        found = dict(row.parameters)
        for parameter in self.contents[row.id].parameters.parameters:
            if (name := f"{row.slug}.{parameter.name}") in self.posted:
                found[parameter.name] = value_of(parameter, self.posted, name)
            elif parameter.name == POSTCODES and self._is_common(row):
                found[POSTCODES] = _codes(self.posted[POSTCODES])
        return found

    def _is_common(self, row: queries.AdoptionRow) -> bool:
        """Whether what was typed is meant for this service: its list is the one that was shown, and another was typed.

        A service that has a list of its own, of one district or none at all, keeps it; it is changed on its own page.
        """
        if POSTCODES not in self.posted or SHOWN not in self.posted:
            return False
        shown, own = _codes(self.posted[SHOWN]), row.parameters.get(POSTCODES, [])
        return set(own) == set(shown) != set(_codes(self.posted[POSTCODES]))

    def _faults(self, row: queries.AdoptionRow) -> dict[str, str]:
        content = self.contents[row.id]
        checks = content.texts_in(self.request.language).section("parameter_checks")
        return fault_texts(content.check_parameters(self.values[row.id]), checks)

    def _shown(self, row: queries.AdoptionRow) -> dict[str, Any]:
        content, said = self.contents[row.id], self.said[row.id]
        labels = labels_of(content.parameters, content.texts_in(self.request.language).section("options"))
        faulty = {path.split(".")[0]: text for path, text in said.items() if path.split(".")[0] != POSTCODES}
        fields = [
            field_of(one, f"{row.slug}.{one.name}", self.values[row.id].get(one.name), faulty.get(one.name, ""),
                     labels=labels.get(one.name, {}))
            for one in asked(content, row.parameters, faulty)
        ]  # fmt: skip
        return {
            "title": row.title,
            "id": row.id,
            "fields": [self._unit(row), *fields] if self.units else fields,
            "left": [one.title for one in content.parameters.parameters if self._is_left(row, one)],
        }

    def _is_left(self, row: queries.AdoptionRow, parameter: Parameter) -> bool:
        """Whether a setting that is not asked here is as the package proposes it, perhaps as an example only."""
        return not _is_asked(parameter, row.parameters) and row.parameters.get(parameter.name) == parameter.default

    def _unit(self, row: queries.AdoptionRow) -> Field:
        name = f"{row.slug}.unit"
        now_there = next((str(unit.id) for unit in self.units if row.slug in unit.services), "")
        only = str(self.units[0].id) if len(self.units) == 1 else ""
        return Field("select", name, _("Unit that works on it"), value=self.posted.get(name, now_there or only),
                     options=_unit_options(self.units), radios=False)  # fmt: skip

    def _has_postcodes(self, row: queries.AdoptionRow) -> bool:
        return POSTCODES in self.values[row.id]

    def _common(self) -> list[str]:
        """The list that most of these services have now; of as many the longer one, so that an empty one never wins a draw."""
        lists = [
            tuple(row.parameters[POSTCODES]) for row in self.rows if isinstance(row.parameters.get(POSTCODES), list)
        ]
        sets = Counter(frozenset(one) for one in lists)
        if not sets:
            return []
        most = max(sets, key=lambda one: (sets[one], len(one), sorted(one)))
        return list(next(one for one in lists if frozenset(one) == most))

    def _shown_codes(self) -> str:
        """As it stood in the field when the page was first made, also after something was refused."""
        return str(self.posted.get(SHOWN, " ".join(self._common())))

    def _of_their_own(self) -> list[dict[str, Any]]:
        """Services with another list than the one shown: what is typed here is not for them."""
        shown = set(_codes(self._shown_codes()))
        return [
            {"id": row.id, "title": row.title}
            for row in self.rows
            if POSTCODES in row.parameters and set(row.parameters[POSTCODES]) != shown
        ]

    def _postcodes(self) -> Field:
        typed = self.posted.get(POSTCODES, " ".join(self._common()))
        wrong = [text for said in self.said.values() for path, text in said.items() if path.startswith(POSTCODES)]
        field = Field("text", POSTCODES, _("Postal codes of your area"), value=typed, required=False, maxlength=2_000)
        text = _(
            "An address elsewhere is refused, and the form says who is responsible. Leave it empty to check nothing."
        )
        return replace(field, help=text, example="91781 91782", error=wrong[0] if wrong else "")


def _codes(typed: str) -> list[str]:
    return typed.replace(",", " ").split()


def _unit_options(found: Sequence[UnitRow]) -> list[Mapping[str, str]]:
    return [{"value": str(unit.id), "label": unit.name} for unit in found]


def asked(content: PackageContent, values: Mapping[str, Any], faulty: Mapping[str, str]) -> list[Parameter]:
    """What is asked of a package on the page of all services: money, what is empty and must not be, what is wrong."""
    return [
        one
        for one in content.parameters.parameters
        if one.kind != "table" and (_is_asked(one, values) or one.name in faulty)
    ]


def _is_asked(parameter: Parameter, values: Mapping[str, Any]) -> bool:
    if parameter.name == POSTCODES:
        return False
    return parameter.unit == "cents" or (parameter.required and values.get(parameter.name) in (None, "", []))
