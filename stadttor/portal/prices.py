"""What a service costs here, as far as it is known before anything is answered, and what one choice would cost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from stadttor.catalog.queries import AdoptedForm
from stadttor.catalog.rules.texts import Texts
from stadttor.forms.definition import FeeItem, Field
from stadttor.forms.rules.filled import Filled, options_of
from stadttor.ground.web import formats
from stadttor.ground.web.blocks import Option
from stadttor.ground.web.language import _


@dataclass(frozen=True)
class Price:
    """A line of the list of fees; `cents` is None where the amount depends on answers."""

    label: str
    cents: int | None


def price_list(form: AdoptedForm, texts: Texts, today: date) -> list[Price]:
    """The fees this authority has set, in the package's order, without those for choices it does not offer."""
    nothing = Filled(form.form, {}, form.parameters, today)
    items = [item for item in form.fees if _may_be_owed(form, item, nothing)]
    return [Price(texts.text(f"fees.{item.text}", item.text), _known_cents(item, nothing)) for item in items]


def _known_cents(item: FeeItem, nothing: Filled) -> int | None:
    if not all(name.startswith("p.") for name in item.cents.references):
        return None
    return nothing.fees([FeeItem(item.id, item.cents, item.text)]).lines[0].cents


def _may_be_owed(form: AdoptedForm, item: FeeItem, nothing: Filled) -> bool:
    """False when the settings alone rule it out, or when it belongs to an option the authority leaves out."""
    if item.condition is None:
        return True
    if all(name.startswith("p.") for name in item.condition.references):
        return bool(nothing.fees([item]).lines)
    return not any(f"'{option}'" in item.condition.source for option in _left_out(form, item))


def _left_out(form: AdoptedForm, item: FeeItem) -> set[str]:
    """The options that the settings could offer for the item's questions, and do not."""
    references = item.condition.references if item.condition else frozenset()
    possible = {
        parameter.name: set(parameter.items.choices)
        for parameter in form.content.parameters.parameters
        if parameter.items
    }
    return {
        option
        for one in form.form.fields.values()
        if one.options_from and f"a.{one.path}" in references
        for option in possible.get(one.options_from, set()) - set(options_of(one, form.parameters))
    }


def prices_of_options(form: AdoptedForm, filled: Filled, one: Field) -> Mapping[str, int]:
    """What each option of a choice would cost with the other answers as they are, in cents; only what is certain."""
    items = [item for item in form.fees if item.condition and f"a.{one.path}" in item.condition.references]
    if one.type != "select" or not items or form.form.groups[one.group].repeat:
        return {}
    found = {}
    for option in options_of(one, form.parameters):
        given = filled.answers.get(one.group)
        group = {**(given if isinstance(given, dict) else {}), one.id: option}
        fees = Filled(form.form, {**filled.answers, one.group: group}, form.parameters, filled.today).fees(items)
        if fees.lines and fees.complete:
            found[option] = fees.total
    return found


def with_prices(options: Iterable[Option], prices: Mapping[str, int]) -> tuple[Option, ...]:
    """The options of a choice, each with its amount where it is certain."""
    return tuple(replace(option, hint=_said(prices.get(option.value))) for option in options)


def _said(cents: int | None) -> str:
    if cents is None:
        return ""
    return formats.money(cents) if cents else _("free of charge")
