"""Pages, groups and fields of form.yaml as the studio's forms show them: what there is, and each value as text by its name.

Whatever a file says is taken as it is: what has another shape than it should is passed over, the check names it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Place = tuple[str | int, ...]

CHOICES = ("select", "multiselect")
NUMBERS = ("integer", "money", "decimal")
SHORT_TEXTS = ("text", "textarea", "name")
FITS: Final[Mapping[str, tuple[str, ...]]] = {
    "options": CHOICES, "options_from": CHOICES, "min": (*NUMBERS, "date"), "max": (*NUMBERS, "date"),
    "min_length": SHORT_TEXTS, "max_length": SHORT_TEXTS, "pattern": ("text", "name"), "accept": ("file",), "max_mb": ("file",),
    "max_files": ("file",), "evidence": ("file",), "register": ("file",), "wallet": ("file",), "nationality": ("country",),
    "abroad": ("address",),
    "protects": ("boolean",),
}  # fmt: skip
"""Which attributes only fields of some types have."""
NEW = "new"


@dataclass(frozen=True)
class Target:
    """A page, a group, or a field in its group, by their ids."""

    page: str = ""
    group: str = ""
    field: str = ""

    @property
    def kind(self) -> str:
        return "page" if self.page else "field" if self.field else "group"

    @property
    def name(self) -> str:
        return self.page or (f"{self.group}.{self.field}" if self.field else self.group)

    @property
    def text_place(self) -> Place:
        """Where its texts stand in the file of a language."""
        if self.page:
            return ("pages", self.page)
        return ("fields", self.group, self.field) if self.field else ("groups", self.group)

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


def target_of(said: str) -> Target:
    """From what `str` makes of one; empty ids for anything else."""
    kind, _colon, name = said.partition(":")
    group, _dot, field = name.partition(".")
    if kind == "field":
        return Target(group=group, field=field) if field else Target()
    return Target(page=name) if kind == "page" else Target(group=name) if kind == "group" else Target()


@dataclass(frozen=True)
class Part:
    """One page, group or field: where it stands, what the file says, and what is in it."""

    target: Target
    place: Place
    said: Mapping[str, Any]
    parts: "tuple[Part, ...]" = ()
    number: int = 0
    """Among its neighbours, from 0."""


def outline(form: object) -> tuple[Part, ...]:
    """The pages with their groups and fields, in the order of the file."""
    return tuple(
        Part(Target(page=_id(page)), place, page, tuple(_groups(page, place)), at)
        for at, (place, page) in enumerate(_mappings(form, "pages", ()))
    )


def _groups(page: Mapping[str, Any], place: Place) -> Iterator[Part]:
    for number, (at, group) in enumerate(_mappings(page, "groups", place)):
        fields = tuple(
            Part(Target(group=_id(group), field=_id(one)), there, one, (), count)
            for count, (there, one) in enumerate(_mappings(group, "fields", at))
        )
        yield Part(Target(group=_id(group)), at, group, fields, number)


def _mappings(data: object, key: str, place: Place) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    found = data.get(key) if isinstance(data, Mapping) else None
    for number, one in enumerate(found if isinstance(found, list) else []):
        if isinstance(one, Mapping):
            yield (*place, key, number), one


def _id(data: Mapping[str, Any]) -> str:
    return str(data.get("id", ""))


def every(pages: tuple[Part, ...]) -> Iterator[Part]:
    """Pages, groups and fields, each before what is in it."""
    for one in pages:
        yield one
        yield from every(one.parts)


def find(form: object, target: Target) -> Part | None:
    """The part with these ids, none when there is none."""
    return next((one for one in every(outline(form)) if one.target == target and target.name), None)


def text_at(texts: object, *place: str | int) -> str:
    """A text of a language's file, empty where there is none."""
    for step in place:
        texts = texts.get(step) if isinstance(texts, Mapping) else None
    return str(texts) if isinstance(texts, str | int | float) and not isinstance(texts, bool) else ""


def page_of(form: object, part: Part) -> str:
    """The id of the page that a part is on."""
    return next((one.target.page for one in outline(form) if one.place[:2] == part.place[:2]), "")


# Values


def values(part: Part, texts: object, page: str = "") -> dict[str, str]:
    """What a form shows, by the name of its input. `texts` are the German ones, `page` is the id of its page."""
    said = part.said
    found = {key: text_at(texts, *part.target.text_place, key) for key in TEXTS[part.target.kind]}
    if part.target.kind == "page":
        return {**found, "show_if": _shown(said.get("show_if")), **_rules(said, texts)}
    if part.target.kind == "group":
        return {**found, "page": page, "show_if": _shown(said.get("show_if")), **_repeat(said.get("repeat"))}
    needed = said.get("required", False)
    return {
        **found,
        **{key: _shown(said.get(key)) for key in PLAIN},
        "required": "if" if isinstance(needed, str) else "yes" if needed is True else "no",
        "required_if": needed if isinstance(needed, str) else "",
        "options": _choices(said.get("options"), text_at, texts, part.target),
    }


TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "page": ("title", "intro"),
    "group": ("title", "intro", "item", "add"),
    "field": ("label", "help", "example"),
}
PLAIN = (
    "type", "show_if", "options_from", "min", "max", "min_length", "max_length", "pattern", "prefill", "class", "fim",
    "evidence", "max_mb", "max_files",
)  # fmt: skip
WHOLE = ("min_length", "max_length", "max_mb", "max_files", "repeat_min", "repeat_max")
CONDITIONS = ("show_if", "required_if")


def _shown(value: object) -> str:
    if value is None or isinstance(value, list | dict):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _repeat(said: object) -> dict[str, str]:
    counts = said if isinstance(said, Mapping) else {}
    return {
        "repeat": "yes" if said else "no",
        "repeat_min": _shown(counts.get("min")),
        "repeat_max": _shown(counts.get("max")),
    }


def _choices(options: object, read: Any, texts: object, target: Target) -> str:
    """One line for each: its key, a colon, its German words."""
    found = options if isinstance(options, list) else []
    return "\n".join(f"{one}: {read(texts, 'options', target.group, target.field, one)}".rstrip() for one in found)


def rules_of(part: Part) -> list[tuple[int, Mapping[str, Any]]]:
    """The checks of a page with the number each has in the file."""
    return [(int(place[-1]), one) for place, one in _mappings(part.said, "checks", part.place)]


def _rules(said: Mapping[str, Any], texts: object) -> dict[str, str]:
    found = {}
    for place, one in _mappings(said, "checks", ()):
        start = f"rule-{place[-1]}"
        found[f"{start}-if"] = _shown(one.get("if"))
        found[f"{start}-refuse"] = _shown(one.get("refuse"))
        found[f"{start}-text"] = text_at(texts, "checks", str(one.get("text", "")))
    return found | {f"rule-{NEW}-{key}": "" for key in ("if", "refuse", "text")}


def crossed_values(then: Mapping[str, str], now: Mapping[str, str], typed: Mapping[str, str]) -> tuple[str, ...]:
    """The names somebody else gave another value meanwhile, and not the one typed here."""
    return tuple(
        name for name, value in typed.items()
        if value != then.get(name, "") and now.get(name, "") not in (then.get(name, ""), value)
    )  # fmt: skip
