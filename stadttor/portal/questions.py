"""What the town hall asks back, in the applicant's language where the package has it."""

from collections.abc import Mapping, Sequence
from typing import Any

from stadttor.catalog.queries import AdoptedForm
from stadttor.catalog.rules.texts import Texts
from stadttor.core.languages import OFFICIAL


def in_words_of(language: str, items: Sequence[Mapping[str, Any]], form: AdoptedForm) -> list[dict[str, Any]]:
    """The items with `text` and `language`. Own words of the clerk, also over a package's, stay German as they are."""
    return [{**item, **_said(item, form, form.texts(language), form.texts(OFFICIAL))} for item in items]


def _said(item: Mapping[str, Any], form: AdoptedForm, texts: Texts, german: Texts) -> dict[str, str]:
    path, place = _asked_for(item, form)
    if path and _label(german, path, place) == item["text"]:
        return {"text": _label(texts, path, place), "language": texts.language_of(f"fields.{path}.label")}
    return {"text": str(item["text"]), "language": OFFICIAL}


def _asked_for(item: Mapping[str, Any], form: AdoptedForm) -> tuple[str, str]:
    """The field an item is about, and its number in a repeated group; empty for a question in the clerk's words."""
    key = str(item["key"])
    if item["kind"] == "document":
        # The clerk reads the label of the last field that gives this proof.
        fields = [one.path for one in form.form.fields.values() if one.evidence == key]
        return (fields[-1] if fields else ""), ""
    path = ".".join(part for part in key.split(".") if not part.isdecimal())
    place = next((str(int(part) + 1) for part in key.split(".") if part.isdecimal()), "")
    return (path, place) if path in form.form.fields else ("", "")


def _label(texts: Texts, path: str, place: str) -> str:
    label = texts.text(f"fields.{path}.label")
    item = texts.text(f"groups.{path.split('.')[0]}.item")
    return f"{item} {place}: {label}" if place else label
