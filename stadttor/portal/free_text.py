"""Free text on a page that is not German: she is asked for German, writes as she can, and it is marked (§ 23 VwVfG)."""

from collections.abc import Iterator, Mapping
from typing import Any

from stadttor.core.languages import OFFICIAL
from stadttor.forms.definition import Field, Page
from stadttor.ground.web.language import _

KIND = "textarea"


def is_marked(tag: str) -> bool:
    """Whether what is written on a page in this language is marked: plain German is German."""
    return tag.split("-")[0] != OFFICIAL


def help_for(one: Field, tag: str, text: str) -> str:
    """The help of a field, with which language to write in; in the current language, which is `tag`."""
    return f"{text} {hint(tag)}".strip() if one.type == KIND else text


def hint(tag: str) -> str:
    """Which language to write in; nothing on a German page."""
    if not is_marked(tag):
        return ""
    return _("Please write in German if you can. If not, write in your language: we mark it for the town hall.")


def written_in(
    page: Page, before: Mapping[str, Any], after: Mapping[str, Any], known: Mapping[str, str], tag: str
) -> dict[str, str]:
    """In which language each free text of the form was written, by path: on this page what is new was written in `tag`.

    A text keeps its mark when it moves, as an element of a repeated group before it is taken away. German has none.
    """
    marks = {text: known[path] for path, text in _texts(page, before) if path in known}
    old = {text for _path, text in _texts(page, before)}
    here = {path for path, _text in (*_texts(page, before), *_texts(page, after))}
    found = {path: mark for path, mark in known.items() if path not in here}
    for path, text in _texts(page, after):
        mark = marks.get(text, "") if text in old else tag if is_marked(tag) else ""
        if mark:
            found[path] = mark
    return found


def _texts(page: Page, answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The free texts of a page, by path; what is no text yet is none."""
    for one in page.fields:
        given = answers.get(one.group) if one.type == KIND else None
        elements = (
            [(f"{one.group}.{place}", element) for place, element in enumerate(given)]
            if isinstance(given, list)
            else [(one.group, given)]
        )
        for start, element in elements:
            text = element.get(one.id) if isinstance(element, dict) else None
            if isinstance(text, str) and text.strip():
                yield f"{start}.{one.id}", text
