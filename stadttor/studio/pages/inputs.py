"""The inputs with which a page, a group or a field is edited, in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from stadttor.core.classify import DataClass
from stadttor.ground.web.language import N_, _
from stadttor.studio.rules.parts import FITS, NEW, Target

TYPE_NAMES = {
    "text": N_("One line of text"), "textarea": N_("Several lines of text"), "name": N_("Name of a person"), "date": N_("Date"),
    "integer": N_("Whole number"), "decimal": N_("Number with decimals"), "money": N_("Amount of money"), "boolean": N_("Yes or no"),
    "select": N_("One of several choices"), "multiselect": N_("Several of several choices"), "country": N_("Country"),
    "email": N_("E-mail address"), "phone": N_("Telephone number"), "iban": N_("Bank account (IBAN)"),
    "plate": N_("Number plate"), "address": N_("Address"), "file": N_("File"), "info": N_("Only a text to read"),
}  # fmt: skip
KINDS = {"page": N_("Page"), "group": N_("Group"), "field": N_("Field")}
CLASSES = {
    "K0": N_("public"), "K1": N_("internal"), "K2": N_("personal"), "K3": N_("specially protected"), "K4": N_("keys and passwords"),
}  # fmt: skip
RULES = {
    "if": N_("Is refused if this is true"),
    "refuse": N_("At which question"),
    "text": N_("What the person reads then"),
}
SHOW_IF = N_("Is shown only if this is true")
WHY_CONDITION = N_("A condition like a.person.alter > 17. Empty: always.")


def type_name(kind: object) -> str:
    """What a type of field is called; its own name where it is none."""
    return _(TYPE_NAMES[kind]) if isinstance(kind, str) and kind in TYPE_NAMES else str(kind)


def types() -> list[dict[str, str]]:
    """All types, to choose from."""
    return [{"value": one, "label": _(name)} for one, name in TYPE_NAMES.items()]


def inputs_of(
    target: Target,
    values: Mapping[str, str],
    lists: Sequence[str] = (),
    fields: Sequence[str] = (),
    pages: Sequence[dict[str, str]] = (),
) -> "Inputs":
    """What is shown for this part.

    `lists` are the settings that hold lists of texts, `fields` the paths of the page's fields, `pages` all there are.
    """
    made = Inputs(values)
    if target.kind == "page":
        _page(made, fields)
    elif target.kind == "group":
        _group(made, pages)
    else:
        _field(made, lists)
    return made


class Inputs:
    """`first` are always seen, `more` below a heading that opens; `rules` are the checks of a page, by number."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.first: list[dict[str, Any]] = []
        self.more: list[dict[str, Any]] = []
        self.rules: dict[str, list[dict[str, Any]]] = {}

    def labels(self) -> dict[str, str]:
        """What each input is called, by its name."""
        found = {str(one["name"]): str(one["label"]) for one in (*self.first, *self.more)}
        for number, rule in self.rules.items():
            start = _("A new rule") if number == NEW else _("Rule {number}", number=int(number) + 1)
            found |= {str(one["name"]): f"{start}: {one['label']}" for one in rule}
        return found

    def one(self, name: str, label: str, help_text: str = "", kind: str = "text", **more: object) -> dict[str, Any]:
        if kind == "text" and "\n" in self.values.get(name, ""):
            # An input of one line would take the ends of lines out, and the next save would write that.
            kind, more = "textarea", {"rows": 4, **more}
        return {
            "type": kind, "name": name, "label": _(label), "help": _(help_text) if help_text else "",
            "value": self.values.get(name, ""), "required": False, **more,
        }  # fmt: skip

    def choice(self, name: str, label: str, options: list[dict[str, str]], help_text: str = "") -> dict[str, Any]:
        there = self.values.get(name, "")
        if there and there not in [one["value"] for one in options]:
            # What the file says and nobody knows stays until somebody chooses.
            options = [*options, {"value": there, "label": there}]
        return self.one(name, label, help_text, kind="select", options=options, radios=False)

    def condition(self, name: str, label: str, help_text: str = "") -> dict[str, Any]:
        return self.one(name, label, help_text, kind="textarea", rows=2, maxlength=500, condition=True)


def _page(made: Inputs, fields: Sequence[str]) -> None:
    made.first = [
        made.one("title", N_("Heading"), required=True),
        made.one("intro", N_("Text at its beginning"), kind="textarea", rows=3),
        made.condition("show_if", SHOW_IF, WHY_CONDITION),
    ]
    numbers = [name.split("-")[1] for name in made.values if name.startswith("rule-") and name.endswith("-if")]
    paths = [{"value": one, "label": one} for one in fields]
    for number in [*(one for one in numbers if one != NEW), NEW]:
        start = f"rule-{number}-"
        made.rules[number] = [
            made.condition(f"{start}if", RULES["if"]),
            made.choice(f"{start}refuse", RULES["refuse"], paths),
            made.one(f"{start}text", RULES["text"], kind="textarea", rows=2),
        ]


def _group(made: Inputs, pages: Sequence[dict[str, str]]) -> None:
    repeats = [
        {"value": "no", "label": _("Once")},
        {"value": "yes", "label": _("Several times, for example for several dogs")},
    ]
    made.first = [
        made.one("title", N_("Heading")),
        made.one("intro", N_("Text at its beginning"), kind="textarea", rows=3),
        made.condition("show_if", SHOW_IF, WHY_CONDITION),
        made.one("repeat", N_("How often it is answered"), kind="select", options=repeats, radios=True, required=True),
    ]
    made.more = [
        {
            **made.choice("page", N_("On which page"), list(pages), N_("Another page is saved with the button.")),
            "required": True,
        },
        made.one("repeat_min", N_("At least how often"), kind="integer", width="short"),
        made.one("repeat_max", N_("At most how often"), kind="integer", width="short"),
        made.one("item", N_("What one of them is called")),
        made.one("add", N_("What the button says that adds one")),
    ]


def _field(made: Inputs, lists: Sequence[str]) -> None:
    needed = [
        {"value": "no", "label": _("It may be left out")},
        {"value": "yes", "label": _("It must be answered")},
        {"value": "if", "label": _("It must be answered if the condition below is true")},
    ]
    kind = made.values.get("type", "")
    made.first = [
        made.one("label", N_("What is asked"), required=True),
        made.one("help", N_("Explanation"), kind="textarea", rows=2),
        made.one("example", N_("Example of an answer")),
        {
            **made.choice("type", N_("Kind of answer"), types(), N_("Another kind is saved with the button.")),
            "required": True,
        },
    ]
    if kind in FITS["options"]:
        settings = [{"value": f"p.{one}", "label": one} for one in lists]
        made.first += [
            made.one("options", N_("Choices, one a line"),
                     N_("A short name that stays, a colon, the words. Without a short name one is made of the words."),
                     kind="textarea", rows=min(12, max(4, made.values.get("options", "").count("\n") + 2))),
            made.choice("options_from", N_("Or the choices each authority sets"), settings),
        ]  # fmt: skip
    if kind != "info":
        made.first += [
            made.one(
                "required", N_("Whether it must be answered"), kind="select", options=needed, radios=True, required=True
            ),
            made.condition("required_if", N_("Must be answered if this is true")),
        ]
    made.first.append(made.condition("show_if", SHOW_IF, WHY_CONDITION))
    bound = N_("A number, a date like 2026-12-31, or a calculation like today. Money in cents.")
    more = [
        made.one("min", N_("Smallest value"), bound), made.one("max", N_("Greatest value"), bound),
        made.one("min_length", N_("Fewest characters"), kind="integer", width="short"),
        made.one("max_length", N_("Most characters"), kind="integer", width="short"),
        made.one("pattern", N_("Pattern of the answer"), N_("A regular expression (RE2).")),
        made.one("evidence", N_("What it proves"), N_("The short name of a proof, like zulassungsbescheinigung.")),
        made.one("max_mb", N_("Megabytes of a file at most"), kind="integer", width="short"),
        made.one("max_files", N_("Files at most"), kind="integer", width="short"),
        made.one("prefill", N_("Filled in from"), N_("claim:given_name and so on from the account, or previous:group.field.")),
        made.choice("class", N_("How well it must be protected"),
                    [{"value": str(one), "label": f"{one}: {_(CLASSES[one])}"} for one in DataClass],
                    N_("Without a choice it is K2: personal.")),
        made.one("fim", N_("Number in FIM")),
    ]  # fmt: skip
    made.more = [one for one in more if kind in FITS.get(one["name"], (kind,))]
    if kind == "info":
        made.more = []
