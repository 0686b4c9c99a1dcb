"""The page on which an organiser sets the parameters of a package, for her authority or for one of its members."""

from collections.abc import Collection
from typing import Any

from django.http import HttpResponse

from stadttor.catalog import wording
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.parameters import ParameterFault, ParameterSchema
from stadttor.catalog.settings_form import (
    edited,
    edited_as_text,
    errors,
    fault_texts,
    labels_of,
    posted_values,
    settings,
)
from stadttor.core.refused import Refused
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render

PLACES = {"source_missing": "source", "nothing_differs": "reason"}
"""The field beside which a refusal stands that names none; the day is that of all others."""


class SettingsPage:
    """The form of settings: what was posted, or what is set now. With `only` these are asked and all others stay."""

    def __init__(
        self, request: Any, content: PackageContent, current: dict[str, Any], only: Collection[str] | None = None
    ) -> None:
        self.request, self.content, self.current = request, content, current
        found = content.parameters.parameters
        self.schema = ParameterSchema(tuple(one for one in found if only is None or one.name in only))
        self.faults: list[ParameterFault] = []
        self.refused: dict[str, str] = {}
        posted = request.POST
        self.is_save = "save" in posted
        edits_rows = {"add_item", "remove_item"} & posted.keys()
        self.values = current
        if request.method == "POST":
            taken = edited(self.schema, posted) if edits_rows else posted_values(self.schema, posted)
            self.values = taken if only is None else {**current, **taken}
        self.wants_preview = "preview" in posted
        if self.wants_preview:
            self.faults = content.check_parameters(self.values)

    def refuse(self, error: Refused) -> None:
        """What is wrong with day, statute or reason: said beside its field and above the form."""
        self.refused = {"field": error.field or PLACES.get(error.code, "since"), "text": _(error.text, **error.values)}

    def render(self, context: dict[str, Any]) -> HttpResponse:
        schema = self.schema
        as_text = edited_as_text(schema, self.request.POST)
        texts = self.content.texts_in(self.request.language)
        labels = labels_of(schema, texts.section("options"))
        said = fault_texts(self.faults, texts.section("parameter_checks"))
        shown = settings(schema, self.values, said, as_text, labels)
        preview = None
        if self.wants_preview and not self.faults:
            preview = wording.fee_preview(self.content, self.current, self.values)
        found = errors(schema, shown, said) + ([self.refused] if self.refused else [])
        context |= {"settings": shown, "errors": found, "refused": self.refused, "preview": preview}
        return render(self.request, "catalog/settings.html", context, status=422 if found else 200)
