"""The permit that a favourable decision brings along: which letter it is, for which outcomes, from when, how long, for what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from stadttor.catalog.rules.again import Again, again_of, wrong_paths
from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules.strict_yaml import Document
from stadttor.core.cel import DATE, INTEGER, TEXT, Environment, Expression, Kind, ProfileError
from stadttor.forms.definition import FormDefinition


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
    again = {act: again_of(said) for act, said in permit.again.items()}
    faults += wrong_paths(document, "permit", again, form)
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
        again,
    )


def _parsed(
    document: Document, name: str, source: str, kind: Kind, form: FormDefinition, faults: list[Fault]
) -> Expression | None:
    try:
        return Expression.parse(source, form.names, kind)
    except ProfileError as error:
        text = f"`permit.{name}`: {error.message} (at character {error.position + 1})."
        faults.append(Fault(document.file, document.line(("permit", name)), text, error.mend))
        return None
