"""What the forms of the studio make of the files: parts are added, changed, moved and taken away, texts in German with them.

Nothing is saved here: each gives the new contents, for `services.save`. Unknown keys, order and comments stay.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from stadttor.catalog.services.drafting import add_item, move_item, put, swap_items, take_away
from stadttor.core.classify import DataClass
from stadttor.core.refused import Refused, not_found
from stadttor.forms.definition import MAX_OPTIONS, FieldType
from stadttor.ground.web.language import N_
from stadttor.studio.rules.naming import made_of, must_be_free
from stadttor.studio.rules.parts import (
    CHOICES,
    FITS,
    NEW,
    TEXTS,
    WHOLE,
    Part,
    Place,
    Target,
    every,
    find,
    outline,
    page_of,
    rules_of,
)
from stadttor.studio.services.draft import GERMAN, Draft

FORM = "form.yaml"
TYPES: tuple[str, ...] = get_args(FieldType)
LONGEST_LINE = 2_000
LAST = N_("It is the last one here. Take away what it stands in, or add another one first.")
EMPTY_LIST = N_("Write at least one choice.")
Changes = Mapping[str, str]


def part_of(form: object, target: Target) -> Part:
    """Raises Refused (404)."""
    if found := find(form, target):
        return found
    raise not_found()


# Adding


def add(files: Mapping[str, bytes], kind: str, into: Target, typed: Changes) -> tuple[dict[str, bytes], Target]:
    """The contents with a new field in a group, a group on a page, or a page; both begin with their first field.

    Refused for what is not filled in and for a name that cannot be; 404 when `into` is not there.
    """
    draft = Draft(files)
    form = draft.data(FORM)
    pages = outline(form)
    groups = {one.target.group for one in every(pages) if one.target.kind == "group"}
    title = typed.get("title", "").strip()
    if kind == "field":
        group = part_of(form, into)
        field = _new_field(draft, into.group, {one.target.field for one in group.parts}, typed)
        draft.do(add_item, FORM, (*group.place, "fields"), field)
        return draft.changed, Target(group=into.group, field=field["id"])
    page = part_of(form, into) if kind == "group" else None
    taken = groups if page else {one.target.page for one in pages}
    if not title and not page:
        raise Refused("part_words", "Write a heading.", field="title")
    name = _name(typed, "id", title or typed.get("label", ""), taken, "teil")
    group_name = name if page else made_of(name, groups, "teil")
    new = {"id": group_name, "fields": [_new_field(draft, group_name, (), typed, own_name=False)]}
    if page:
        draft.do(add_item, FORM, (*page.place, "groups"), new)
        draft.say(("groups", name, "title"), title)
        return draft.changed, Target(group=name)
    draft.do(add_item, FORM, ("pages",), {"id": name, "groups": [new]})
    draft.say(("pages", name, "title"), title)
    return draft.changed, Target(page=name)


def _name(typed: Changes, key: str, words: str, taken: Any, otherwise: str) -> str:
    said = typed.get(key, "").strip()
    return must_be_free(said, taken) if said else made_of(words, taken, otherwise)


def _new_field(draft: Draft, group: str, taken: Any, typed: Changes, own_name: bool = True) -> dict[str, Any]:
    label, kind = typed.get("label", "").strip(), typed.get("type", "")
    if not label:
        raise Refused("part_words", "Write what is asked.", field="label")
    if kind not in TYPES:
        raise Refused("part_type", "Choose what kind of answer it is.", field="type")
    name = _name(typed if own_name else {}, "id", label, taken, "frage")
    field: dict[str, Any] = {"id": name, "type": kind}
    place = (group, name)
    if kind in CHOICES:
        chosen = _choices(typed.get("options", ""), ())
        if not chosen:
            raise Refused("part_choices", EMPTY_LIST, field="options")
        field["options"] = list(chosen)
        draft.say_all(GERMAN, ("options", *place), chosen)
    if kind != "info" and typed.get("required") == "yes":
        field["required"] = True
    draft.say(("fields", *place, "label"), label)
    draft.say(("fields", *place, "help"), typed.get("help", ""))
    return field


def _choices(typed: str, known: Any) -> dict[str, str]:
    """Lines as `key: words`, or words alone, of which a key is made. Refused for too many, and for a key given twice."""
    lines = [line.strip() for line in typed.split("\n") if line.strip()]
    if len(lines) > MAX_OPTIONS:
        raise Refused("too_many_choices", "There is room for {most} choices.", field="options", most=MAX_OPTIONS)
    found: dict[str, str] = {}
    for line in lines:
        if len(line) > LONGEST_LINE:
            raise Refused("long_choice", "A choice has at most {most} characters.", field="options", most=LONGEST_LINE)
        key, colon, words = line.partition(":")
        if not colon or (key not in known and not key.replace("_", "").isalnum()) or not key.isascii() or " " in key:
            key, words = "", line
        key = key or made_of(line, set(found) | set(known), "wahl")
        if key in found:
            raise Refused("choice_twice", "The choice “{name}” stands twice.", field="options", name=key)
        found[key] = words.strip()
    return found


# Changing


def change(
    files: Mapping[str, bytes], target: Target, changes: Changes, without: Sequence[int] = ()
) -> dict[str, bytes]:
    """The contents with these values, by the names of `rules.parts.values`, and `without` the checks of these numbers.

    Refused (404) when it is not there.
    """
    draft = Draft(files)
    part = part_of(draft.data(FORM), target)
    for name in TEXTS[target.kind]:
        if name in changes:
            if name == "label" and not changes[name].strip():
                raise Refused("part_words", "Write what is asked.", field=name)
            draft.say((*target.text_place, name), changes[name])
    {"page": _change_page, "group": _change_group, "field": _change_field}[target.kind](draft, part, changes)
    if target.kind == "group" and "page" in changes:
        _change_page_of(draft, target, changes["page"])
    for number in sorted(without, reverse=True):
        _remove_rule(draft, target, number)
    return draft.changed


def _set(draft: Draft, part: Part, key: str, value: object) -> None:
    """A value of the part; an empty one is taken away."""
    if value in ("", None):
        draft.do(take_away, FORM, (*part.place, key))
    else:
        draft.do(put, FORM, (*part.place, key), value)


def _whole(changes: Changes, name: str) -> int | None:
    said = changes[name].strip()
    if not said:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) < 9):
        raise Refused("part_number", "Write a whole number.", field=name)
    return int(said)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _change_page(draft: Draft, part: Part, changes: Changes) -> None:
    if "show_if" in changes:
        _set(draft, part, "show_if", _one_line(changes["show_if"]))
    for number, rule in rules_of(part):
        place = (*part.place, "checks", number)
        for key in ("if", "refuse"):
            if (name := f"rule-{number}-{key}") in changes:
                if not changes[name].strip():
                    raise Refused("rule_empty", "Fill this in, or take the rule away.", field=name)
                draft.do(put, FORM, (*place, key), _one_line(changes[name]))
        if (name := f"rule-{number}-text") in changes:
            draft.say(("checks", str(rule.get("text", ""))), changes[name])
    new = {key: changes.get(f"rule-{NEW}-{key}", "").strip() for key in ("if", "refuse", "text")}
    if any(new.values()):
        for key, value in new.items():
            if not value:
                raise Refused(
                    "rule_part", "A rule has a condition, a question and a sentence.", field=f"rule-{NEW}-{key}"
                )
        checks = draft.data(GERMAN).get("checks")
        name = made_of(new["text"], set(checks) if isinstance(checks, Mapping) else (), "regel")
        item = {"if": _one_line(new["if"]), "refuse": new["refuse"], "text": name}
        draft.do(add_item, FORM, (*part.place, "checks"), item)
        draft.say(("checks", name), new["text"])


def _change_page_of(draft: Draft, target: Target, page: str) -> None:
    """The group goes to the end of another page; its fields keep their paths."""
    form = draft.data(FORM)
    part, goal = part_of(form, target), part_of(form, Target(page=page))
    if goal.place == part.place[:2]:
        return
    if len(part_of(form, Target(page=page_of(form, part))).parts) == 1:
        raise Refused("last_part", LAST, field="page")
    draft.do(move_item, FORM, part.place[:-1], part.place[-1], (*goal.place, "groups"))


def _change_group(draft: Draft, part: Part, changes: Changes) -> None:
    if "show_if" in changes:
        _set(draft, part, "show_if", _one_line(changes["show_if"]))
    if not {"repeat", "repeat_min", "repeat_max"} & changes.keys():
        return
    said = part.said.get("repeat")
    counts = dict(said) if isinstance(said, Mapping) else {}
    for key in ("min", "max"):
        if f"repeat_{key}" in changes:
            counts.pop(key, None)
            if (count := _whole(changes, f"repeat_{key}")) is not None:
                counts[key] = count
    if changes.get("repeat", "yes" if said else "no") == "yes":
        _set(draft, part, "repeat", counts or {"min": 1, "max": 20})
    else:
        _set(draft, part, "repeat", None)


def _change_field(draft: Draft, part: Part, changes: Changes) -> None:
    kind = changes.get("type", str(part.said.get("type", "")))
    if "type" in changes:
        if kind not in TYPES:
            raise Refused("part_type", "Choose what kind of answer it is.", field="type")
        draft.do(put, FORM, (*part.place, "type"), kind)
    changes = {name: value for name, value in changes.items() if kind in FITS.get(name, (kind,))}
    for name in changes.keys() & {"show_if", "options_from", "pattern", "prefill", "fim", "evidence"}:
        text = _one_line(changes[name]) if name != "pattern" else changes[name]
        _set(draft, part, name, text)
    for name in changes.keys() & set(WHOLE):
        _set(draft, part, name, _whole(changes, name))
    for name in changes.keys() & {"min", "max"}:
        _set(draft, part, name, _bound(kind, _one_line(changes[name])))
    if "class" in changes:
        if changes["class"] not in ("", *DataClass):
            raise not_found()
        _set(draft, part, "class", changes["class"])
    if changes.keys() & {"required", "required_if"}:
        _change_required(draft, part, changes)
    if "options" in changes:
        _change_choices(draft, part, changes["options"])
    for key, kinds in FITS.items():
        if "type" in changes and key in part.said and kind not in kinds:
            _set(draft, part, key, None)
            if key == "options":
                draft.be_silent(("options", part.target.group, part.target.field))


def _bound(kind: str, said: str) -> str | int:
    number = said.removeprefix("-")
    whole = kind in ("integer", "money") and number.isascii() and number.isdecimal() and len(number) < 16
    return int(said) if whole else said


def _change_required(draft: Draft, part: Part, changes: Changes) -> None:
    said = part.said.get("required", False)
    now = "if" if isinstance(said, str) else "yes" if said is True else "no"
    choice = changes.get("required", now)
    condition = _one_line(changes.get("required_if", said if isinstance(said, str) else ""))
    if choice == "if" and not condition:
        raise Refused("required_if", "Write the condition.", field="required_if")
    _set(draft, part, "required", True if choice == "yes" else condition if choice == "if" else None)


def _change_choices(draft: Draft, part: Part, typed: str) -> None:
    place = ("options", part.target.group, part.target.field)
    said = part.said.get("options")
    before = [str(one) for one in said] if isinstance(said, list) else []
    chosen = _choices(typed, before)
    if not chosen and "options_from" not in part.said:
        raise Refused("part_choices", EMPTY_LIST, field="options")
    _set(draft, part, "options", list(chosen) or None)
    draft.say_all(GERMAN, place, chosen)
    if set(before) - set(chosen):
        draft.forget_others(place, chosen)


# Moving and taking away


def move(files: Mapping[str, bytes], target: Target, down: bool) -> dict[str, bytes]:
    """The contents with the part one place further among its neighbours. Refused (404) when there is no such place."""
    draft = Draft(files)
    part = part_of(draft.data(FORM), target)
    number = int(part.place[-1]) - (not down)
    neighbours = draft.data(FORM)
    for step in part.place[:-1]:
        neighbours = neighbours[step]
    if not 0 <= number < len(neighbours) - 1:
        raise not_found()
    draft.do(swap_items, FORM, part.place[:-1], number)
    return draft.changed


def remove(files: Mapping[str, bytes], target: Target) -> dict[str, bytes]:
    """The contents without the part and its texts in every language. Refused (404), and for the last one of its list."""
    draft = Draft(files)
    form = draft.data(FORM)
    part = part_of(form, target)
    neighbours = form
    for step in part.place[:-1]:
        neighbours = neighbours[step]
    if len(neighbours) == 1:
        raise Refused("last_part", LAST)
    draft.do(take_away, FORM, part.place)
    for one in every((part,)):
        for place in _texts_of(one.target, target):
            draft.be_silent(place)
    _silence_rules(draft, part)
    return draft.changed


def _texts_of(one: Target, gone: Target) -> Iterator[Place]:
    """Where the texts of a part are that goes with `gone`; those of a group's fields go with their group."""
    if one.field and one != gone:
        return
    yield one.text_place
    if one.field:
        yield ("options", one.group, one.field)
    elif one.group:
        yield from (("fields", one.group), ("options", one.group))


def _remove_rule(draft: Draft, target: Target, number: int) -> None:
    part = part_of(draft.data(FORM), target)
    rules = dict(rules_of(part))
    if number not in rules:
        raise not_found()
    draft.do(take_away, FORM, part.place + (("checks",) if len(rules) == 1 else ("checks", number)))
    _silence_rules(draft, Part(target, part.place, {"checks": [rules[number]]}))


def _silence_rules(draft: Draft, gone: Part) -> None:
    """Sentences that no other check says."""
    still = {str(rule.get("text", "")) for page in outline(draft.data(FORM)) for _number, rule in rules_of(page)}
    for name in _sentences(gone):
        if name and name not in still:
            draft.be_silent(("checks", name))


def _sentences(part: Part) -> Iterator[str]:
    yield from (str(rule.get("text", "")) for _number, rule in rules_of(part))
