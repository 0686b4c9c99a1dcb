"""What fields and choices are called."""

from collections.abc import Mapping
from typing import Any

from stadttor.core.languages import LANGUAGES
from stadttor.descriptions.queries import situations
from stadttor.ground.web.language import N_, _, current

FIELD_WORDS: Mapping[str, str] = {
    "title": N_("Title"),
    "summary": N_("In one or two sentences"),
    "who": N_("Who can apply?"),
    "need": N_("What do I need?"),
    "cost": N_("What does it cost?"),
    "deadline": N_("Until when?"),
    "how": N_("How does it work?"),
    "unit": N_("Who is responsible: unit and telephone"),
    "where": N_("Where to go"),
    "when": N_("Opening hours"),
}
COST_WORDS: Mapping[str, str] = {
    "": N_("what the text says"),
    "free": N_("free of charge"),
    "statute": N_("set by the municipality"),
    "law": N_("set by federal or state law"),
}
OFFICE_WORDS: Mapping[str, str] = {
    "": N_("the town hall"),
    "registry": N_("the registry office"),
    "district": N_("often the district office"),
    "elsewhere": N_("another authority"),
}


def options(words: Mapping[str, str]) -> list[dict[str, str]]:
    """The choices of a field."""
    return [{"value": value, "label": _(label)} for value, label in words.items()]


def situation_options() -> list[dict[str, str]]:
    """Each life situation, in the reader's language or in German."""
    return [{"value": one.id, "label": one.title} for one in situations(current().tag)]


def languages(chosen: str, address: str, known: Any) -> list[dict[str, Any]]:
    """The languages as tabs; the official one first."""
    return [
        {
            "label": one.name + (" ✓" if tag in known else ""),
            "href": f"{address}?language={tag}",
            "current": tag == chosen,
        }
        for tag, one in LANGUAGES.items()
    ]
