"""What the check finds, in the reader's language: its frequent sentences by kind, with what they put in.

The check speaks English, on the command line and wherever its faults are kept. A sentence of no kind here stays English and
is marked so. A test compares the kinds with what the check says.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from stadttor.ground.web.language import N_, _

KINDS = (
    N_("This is not valid YAML: {problem}."),
    N_("Check indentation, quotes and colons here."),
    N_("The file is empty."),
    N_("Fill it or remove it."),
    N_("The key `{key}` stands here twice."),
    N_("Remove one of the two."),
    N_("The file is not UTF-8."),
    N_("Save it as UTF-8."),
    N_("This file is missing."),
    N_("Add it."),
    N_("The file is not a mapping."),
    N_("Begin with `{start}`."),
    N_("A package has no file of this name."),
    N_("`{name}` is missing."),
    N_("Add the text."),
    N_("Add a line `{name}: …`."),
    N_("`{name}` is not known."),
    N_("`{name}` is not known here."),
    N_("{name} is not known here."),
    N_("Remove it. Known: {known}."),
    N_("Known: {known}."),
    N_("Correct the value."),
    N_("Use one of {known}."),
    N_("Write one of {known}."),
    N_("has the wrong form."),
    N_("Write it like `{example}`."),
    N_("“{title}” expects {key} {expected}, but it is {found}."),
    N_("Correct the example or the form."),
    N_("The package has no examples."),
    N_("Add one that is accepted and one that is refused."),
    N_("The form has no field `{name}`."),
    N_("Correct the name."),
    N_("`today` is not a date."),
    N_("The parameter does not fit: {fault}."),
    N_("Nothing asks for the text `{key}`."),
    N_("Correct the key, or remove the text."),
    N_("`{key}` is not a text."),
    N_("Put quotes around it."),
    N_("`{key}` links to `{target}`."),
    N_("Links begin with https://, mailto: or tel:."),
    N_("`{section}` is not a section of texts."),
    N_("package.yaml does not name this language."),
    N_("Add the language to `languages` in package.yaml, or remove the file."),
    N_("texts/{language}.yaml is missing."),
    N_("Add the file, or remove the language."),
    N_("{key} is missing or not a list."),
    N_("List the {key}, each with a dash."),
    N_("The id {value} is not usable."),
    N_("A letter, then a-z, 0-9 or _."),
    N_("The id {value} is reserved in CEL."),
    N_("Choose another id."),
    N_("The id {value} stands more than once."),
    N_("Give each its own id."),
    N_("The field type {value} is not known."),
    N_("Options are missing."),
    N_("Options and field type do not fit."),
    N_("Write options: [a, b] or options_from: p.list."),
    N_("Use type select or multiselect."),
    N_("An option stands twice, or there are too many."),
    N_("{name} is not a parameter with a list of texts."),
    N_("{key} has no meaning for {kind}."),
    N_("The pattern is not usable."),
    N_("Use RE2 syntax, without look-around."),
    N_("{path} is not a field."),
    N_("Name the field as group.field."),
    N_("The conditions of {names} depend on each other in a circle."),
    N_("Let one of them depend on something else."),
    N_("{key} is not a number from 0 to {most}."),
    N_("{name} is not declared"),
    N_("Known here: {names}."),
    N_("Names begin with {names}."),
    N_("The expression is empty"),
    N_("Expected {what}, found {found}"),
    N_("Unexpected {found}"),
    N_("Is an operator or a bracket missing?"),
    N_("The result is {kind}, not {expected}"),
    N_("It must be of kind {kind}."),
    N_("{operator} compares {kind} with {other}"),
    N_("Compare two numbers or two dates."),
    N_("A single = is no operator"),
    N_("Write == to compare."),
    N_("The text has no closing quotation mark"),
    N_("{name} is a list"),
    N_("{name} is a group, not a value"),
    N_("item exists only in a repeated group"),
    N_("{role} is {kind}, not {expected}"),
    N_("Write something of kind {kind}."),
    N_("The character {character} is not in the profile"),
    N_("Remove it."),
    N_("The function {name} is not in the profile"),
    N_("The expression has {count} characters, {most} are allowed"),
    N_("Split it into several checks."),
    N_("This is the working copy of {package}, but `id` says another package."),
)
"""In this order: what is said more closely comes before what it would also fit."""
AT_CHARACTER = N_("{fault} (at character {number}).")
_PLACED = re.compile(r"`(?P<place>[^`]+)`: (?P<rest>.+)", re.DOTALL)
_AT = re.compile(r"(?P<rest>.+) \(at character (?P<number>\d+)\)\.", re.DOTALL)
_LINE = re.compile(r"(?P<place>[^\s:]+(:\d+)?): (?P<text>.+?)( Mend: (?P<mend>.+))?")
LONGEST = 2_000


@dataclass(frozen=True)
class Said:
    """A sentence, and `en` where it is not in the reader's language."""

    text: str
    lang: str = ""


def said(sentence: str) -> Said:
    """A sentence of the check in the reader's language, or as it is."""
    found = _found(sentence) if len(sentence) <= LONGEST else None
    return Said(sentence, "en") if found is None else Said(found)


def said_line(line: str) -> tuple[Said, ...]:
    """A fault as one line of text (`catalog.rules.faults.Fault`): its place, what is wrong, how to mend it."""
    found = _LINE.fullmatch(line)
    if not found or said(found["text"]).lang:
        return (Said(line, "en"),)
    mend = said(found["mend"] or "")
    return (Said(f"{found['place']}:"), said(found["text"]), *((mend,) if mend.text else ()))


def _found(sentence: str) -> str | None:
    if not sentence:
        return ""
    for kind, pattern in _patterns():
        if found := pattern.fullmatch(sentence):
            return _(kind, **found.groupdict())
    if found := _AT.fullmatch(sentence):
        rest = _found(found["rest"])
        return None if rest is None else _(AT_CHARACTER, fault=rest, number=found["number"])
    if found := _PLACED.fullmatch(sentence):
        rest = _found(found["rest"])
        return None if rest is None else f"`{found['place']}`: {rest}"
    return None


@lru_cache(1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(_pattern(kind))) for kind in KINDS)


def _pattern(kind: str) -> str:
    """What is put in is one line; between backticks none of them, so that a name is not half a sentence."""
    escaped = re.sub(r"`\\\{(\w+)\\\}`", r"`(?P<\1>[^`\n]+)`", re.escape(kind))
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^`\n]+?)" if kind.startswith("{") else r"(?P<\1>[^\n]+?)", escaped)
