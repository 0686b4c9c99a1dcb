"""The permit that a favourable decision brings along: which letter it is, for which outcomes, from when, how long, for what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.manifest import Manifest, Permit
from stadttor.catalog.rules.strict_yaml import Document
from stadttor.core.cel import DATE, INTEGER, TEXT, Environment, Expression, Kind, ProfileError
from stadttor.forms.definition import FormDefinition

CHOICES = ("select",)


@dataclass(frozen=True)
class Again:
    """How an application that renews or changes a permit is prefilled from it.

    `answers` are fixed answers by path, `number` and `plate` the paths where those of the permit go (empty: nowhere),
    `keep` the groups whose answers stay as they were.
    """

    answers: Mapping[str, str]
    number: str
    plate: str
    keep: tuple[str, ...]


@dataclass(frozen=True)
class PermitRule:
    """`letter` is a kind of letter of the package; what `begins` and `months` leave open the clerk says.

    `again` by its act: renew, change, lost.
    """

    letter: str
    outcomes: tuple[str, ...]
    begins: Expression
    months: Expression
    plates: tuple[Expression, ...] = ()
    area: Expression | None = None
    replaces: Expression | None = None
    again: Mapping[str, Again] = field(default_factory=dict)

    def proposed(self, environment: Environment) -> tuple[date | None, int | None]:
        """First day and number of months as the application has them, None for what it does not say."""
        day, months = self.begins.evaluate(environment), self.months.evaluate(environment)
        begins = date.fromisoformat(day) if isinstance(day, str) and day else None
        return begins, months if isinstance(months, int) and months > 0 else None

    def plates_of(self, environment: Environment) -> tuple[str, ...]:
        """What the application names as plates, each as a text; empty ones are left out."""
        return tuple(text for one in self.plates if (text := _text(one, environment)))

    def area_of(self, environment: Environment) -> str:
        """Where it is valid, as the application has it."""
        return _text(self.area, environment)

    def replaces_of(self, environment: Environment) -> str:
        """The number of the permit that this one takes the place of, as somebody typed it."""
        return _text(self.replaces, environment)


def _text(one: Expression | None, environment: Environment) -> str:
    value = one.evaluate(environment) if one else ""
    return value.strip() if isinstance(value, str) else ""


def parse_permit(
    document: Document, manifest: Manifest, form: FormDefinition, faults: list[Fault]
) -> PermitRule | None:
    """The rule, None where the package has none; what is wrong with its expressions is added to `faults`."""
    permit = manifest.permit
    if permit is None:
        return None
    said = (("from", permit.begins, DATE), ("months", permit.months, INTEGER))
    begins, months = (_parsed(document, name, source, kind, form, faults) for name, source, kind in said)
    plates = [_parsed(document, "plates", source, TEXT, form, faults) for source in permit.plates]
    area, replaces = (
        _parsed(document, name, source, TEXT, form, faults) if source else None
        for name, source in (("area", permit.area), ("replaces", permit.replaces))
    )
    faults += _wrong_paths(document, permit, form)
    if begins is None or months is None:
        return None
    return PermitRule(
        permit.letter,
        tuple(permit.outcomes),
        begins,
        months,
        tuple(one for one in plates if one),
        area,
        replaces,
        {act: _again(said) for act, said in permit.again.items()},
    )


def _again(said: Mapping[str, Any]) -> Again:
    return Again(said.get("set", {}), said.get("number", ""), said.get("plate", ""), tuple(said.get("keep", ())))


def _wrong_paths(document: Document, permit: Permit, form: FormDefinition) -> Iterator[Fault]:
    """What a new application is prefilled with must be there in the form, and may be answered so."""
    for act, said in permit.again.items():
        again, where = _again(said), ("permit", "again", act)
        for path in (*again.answers, again.number, again.plate):
            if path and (path not in form.fields or form.groups[form.fields[path].group].repeat):
                yield _fault(document, where, f"`{path}` is not a field of the form outside repeated groups.")
        for path, value in again.answers.items():
            one = form.fields.get(path)
            if one and one.type in CHOICES and one.options and value not in one.options:
                yield _fault(document, where, f"`{path}` has no option `{value}`.")
        for group in again.keep:
            if group not in form.groups:
                yield _fault(document, where, f"`{group}` is not a group of the form.")


def _fault(document: Document, where: tuple[str, ...], text: str) -> Fault:
    return Fault(document.file, document.line(where), f"`{'.'.join(where)}`: {text}", "Name what form.yaml has.")


def _parsed(
    document: Document, name: str, source: str, kind: Kind, form: FormDefinition, faults: list[Fault]
) -> Expression | None:
    try:
        return Expression.parse(source, form.names, kind)
    except ProfileError as error:
        text = f"`permit.{name}`: {error.message} (at character {error.position + 1})."
        faults.append(Fault(document.file, document.line(("permit", name)), text, error.mend))
        return None
