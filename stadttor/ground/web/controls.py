"""What `kern/fields.html` asks for each field: id, attributes of the control and of the element around it.

Plain functions because a page has dozens of fields and a macro call costs ten times as much.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from markupsafe import Markup, escape

from stadttor.ground.web.blocks import Field

KNOWN = frozenset(field.name for field in fields(Field))


def as_field(value: Any) -> Any:
    """A field given as a dict becomes a Field; keys a Field does not know are left out."""
    if isinstance(value, Mapping):
        return Field(**{"type": "text", **{key: value[key] for key in value if key in KNOWN}})
    return value


def control_id(field: Field) -> str:
    """The HTML id of the field's first control: its own, else made of its name."""
    return field.id or field_id(field.name)


def field_id(name: str) -> str:
    """`fahrzeug.kennzeichen` becomes `f-fahrzeug-kennzeichen`; an id stays as it is."""
    return name if name.startswith("f-") else f"f-{name.replace('.', '-')}"


def wrapper(field: Field) -> Markup:
    """Attributes of the element around a field: which answer it is, hidden until a condition shows it."""
    return Markup(' data-field="%s"%s') % (field.path or field.name, "" if field.shown else Markup(" hidden"))


def described_by(field: Field, html_id: str) -> Markup:
    """aria-describedby with help, example and error, as far as they are there."""
    parts = [f"{html_id}-help"] if field.help else []
    if field.example:
        parts.append(f"{html_id}-example")
    if field.error:
        parts.append(f"{html_id}-error")
    return Markup(' aria-describedby="%s"') % " ".join(parts) if parts else NOTHING


def control(field: Field, html_id: str = "") -> Markup:
    """Attributes every control has: description (unless a fieldset carries it), error, readonly, disabled, own ones."""
    if not (field.help or field.example or field.error or field.readonly or field.disabled or field.attributes):
        return NOTHING
    text = described_by(field, html_id) if html_id else NOTHING
    if field.error and html_id:
        text += Markup(' aria-invalid="true"')
    if field.readonly:
        text += Markup(" readonly")
    if field.disabled:
        text += Markup(" disabled")
    for name, value in field.attributes.items():
        text += Markup(' %s="%s"') % (name, value)
    return text


def given_text(value: object) -> str:
    """An answer as text for a value attribute; nothing is an empty string, 0 is `0`."""
    return "" if value is None else str(value)


def chosen_values(value: object) -> frozenset[str]:
    """The posted values that are chosen: of a string, a yes or no, or a list of strings."""
    if value is None or value == "":
        return frozenset()
    if isinstance(value, bool):
        return frozenset({"true" if value else "false"})
    if isinstance(value, Iterable) and not isinstance(value, str):
        return frozenset(str(one) for one in value)
    return frozenset({str(value)})


# What is typed into one line: type of the input, inputmode, autocomplete, the width that shows how much is expected.
LINES = {
    "integer": ("text", "numeric", "", "short"),
    "decimal": ("text", "decimal", "", "short"),
    "money": ("text", "decimal", "", "short"),
    "email": ("email", "email", "email", "long"),
    "phone": ("tel", "tel", "tel", "medium"),
    "password": ("password", "", "current-password", "long"),
    "search": ("search", "search", "", "long"),
    "plate": ("text", "", "", "medium"),
}
ORDINARY = ("text", "", "", "long")
FREE_TEXT = frozenset({"text", "name", "search"})
CAPITALS = frozenset({"plate", "iban"})
NOTHING = Markup("")


def line(field: Field, html_id: str) -> Markup:
    """All attributes of a one-line input."""
    kind, mode, token, width = LINES.get(field.type, ORDINARY)
    mode, token, width = field.inputmode or mode, field.autocomplete or token, field.width or width
    error = " kern-form-input__input--error" if field.error else ""
    value = "" if field.value is None else field.value
    text = (
        f'class="kern-form-input__input st-width-{escape(width)}{error}" type="{kind}" id="{escape(html_id)}"'
        f' name="{escape(field.name)}" value="{escape(str(value))}"'
    )
    if mode:
        text += f' inputmode="{escape(mode)}"'
    if token:
        text += f' autocomplete="{escape(token)}"'
    if field.maxlength:
        text += f' maxlength="{field.maxlength}"'
    text += ' dir="auto"' if field.type in FREE_TEXT else ' dir="ltr" spellcheck="false"'
    if field.type in CAPITALS:
        text += ' autocapitalize="characters"'
    return Markup(text) + control(field, html_id)  # noqa: S704  # every value above is escaped
