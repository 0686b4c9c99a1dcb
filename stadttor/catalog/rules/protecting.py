"""The question whether information about a person is blocked (§ 51 BMG), which the product asks in every form about a person.

It stands behind the applicant's name and nobody has to answer it; whoever says yes is a protected person from the first moment on.
A form that asks itself, by a field with `protects`, is asked for nothing more.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from stadttor.catalog.rules.representing import APPLICANT
from stadttor.core.languages import LANGUAGES
from stadttor.ground.web.language import N_, translations

GROUP = "auskunftssperre"
PATH = f"{GROUP}.besteht"
_TEXTS = {
    f"groups.{GROUP}.title": N_("Protection of the address"),
    f"fields.{PATH}.label": N_(
        "Is there a block on information (Auskunftssperre) about this person in the register of residents, or was one asked for?"
    ),
    f"fields.{PATH}.help": N_(
        "If yes, only those who work on the application see name and address (§ 51 BMG). You need not answer."
    ),
}


def with_protection(form: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data of form.yaml with the question in it; unchanged where it asks for nobody's name, or asks this itself."""
    pages = form.get("pages")
    if not isinstance(pages, list) or any(_asks_itself(group) for page in pages for group in _groups(page)):
        return form
    place = next((number for number, page in enumerate(pages) if any(map(_names_her, _groups(page)))), None)
    if place is None:
        return form
    asked = {"id": GROUP, "fields": [{"id": "besteht", "type": "boolean", "class": "K3", "protects": True}]}
    page = {**pages[place], "groups": [*pages[place]["groups"], asked]}
    return {**form, "pages": [*pages[:place], page, *pages[place + 1 :]]}


def texts_of(language: str) -> dict[str, str]:
    """The product's texts for the question in a language; none in one it does not speak."""
    if language not in LANGUAGES:
        return {}
    said = translations(language)
    return {key: text for key, msgid in _TEXTS.items() if (text := said.gettext(msgid)) != msgid or language == "en"}


def _groups(page: Any) -> Iterator[Mapping[str, Any]]:
    groups = page.get("groups") if isinstance(page, dict) else None
    return (one for one in groups if isinstance(one, dict)) if isinstance(groups, list) else iter(())


def _fields(group: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    fields = group.get("fields")
    return (one for one in fields if isinstance(one, dict)) if isinstance(fields, list) else iter(())


def _asks_itself(group: Mapping[str, Any]) -> bool:
    return group.get("id") == GROUP or any(one.get("protects") for one in _fields(group))


def _names_her(group: Mapping[str, Any]) -> bool:
    return group.get("id") in APPLICANT and any(one.get("type") == "name" for one in _fields(group))
