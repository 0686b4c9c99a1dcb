"""The permit that a favourable decision brings along: which letter it is, for which outcomes, from when, how long."""

from dataclasses import dataclass
from datetime import date

from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules.strict_yaml import Document
from stadttor.core.cel import DATE, INTEGER, Environment, Expression, Kind, ProfileError
from stadttor.forms.definition import FormDefinition


@dataclass(frozen=True)
class PermitRule:
    """`letter` is a kind of letter of the package; what `begins` and `months` leave open the clerk says."""

    letter: str
    outcomes: tuple[str, ...]
    begins: Expression
    months: Expression

    def proposed(self, environment: Environment) -> tuple[date | None, int | None]:
        """First day and number of months as the application has them, None for what it does not say."""
        day, months = self.begins.evaluate(environment), self.months.evaluate(environment)
        begins = date.fromisoformat(day) if isinstance(day, str) and day else None
        return begins, months if isinstance(months, int) and months > 0 else None


def parse_permit(
    document: Document, manifest: Manifest, form: FormDefinition, faults: list[Fault]
) -> PermitRule | None:
    """The rule, None where the package has none; what is wrong with its expressions is added to `faults`."""
    permit = manifest.permit
    if permit is None:
        return None
    said = (("from", permit.begins, DATE), ("months", permit.months, INTEGER))
    begins, months = (_parsed(document, name, source, kind, form, faults) for name, source, kind in said)
    if begins is None or months is None:
        return None
    return PermitRule(permit.letter, tuple(permit.outcomes), begins, months)


def _parsed(
    document: Document, name: str, source: str, kind: Kind, form: FormDefinition, faults: list[Fault]
) -> Expression | None:
    try:
        return Expression.parse(source, form.names, kind)
    except ProfileError as error:
        text = f"`permit.{name}`: {error.message} (at character {error.position + 1})."
        faults.append(Fault(document.file, document.line(("permit", name)), text, error.mend))
        return None
