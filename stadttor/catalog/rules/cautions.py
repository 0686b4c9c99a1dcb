"""What a clerk is shown because of this application: `cautions` before some outcomes, building blocks that have a cause.

Both are conditions over answers and settings in package.yaml: `cautions` and `only_if`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules.strict_yaml import Document, Path
from stadttor.core.cel import BOOLEAN, Environment, Expression, ProfileError
from stadttor.forms.definition import FormDefinition


@dataclass(frozen=True)
class CautionRule:
    """`text` is a key below `cautions` of the texts; it counts for a decision with one of these outcomes."""

    condition: Expression
    outcomes: tuple[str, ...]
    text: str

    def speaks(self, environment: Environment) -> bool:
        """Whether it is about this application."""
        return self.condition.holds(environment)


def parse_cautions(
    document: Document, manifest: Manifest, form: FormDefinition, faults: list[Fault]
) -> tuple[CautionRule, ...]:
    """The rules; what is wrong with their conditions is added to `faults`."""
    return tuple(_parsed(document, manifest, form, faults))


def _parsed(document: Document, manifest: Manifest, form: FormDefinition, faults: list[Fault]) -> Iterator[CautionRule]:
    for place, one in enumerate(manifest.cautions):
        condition = _condition(one["if"], ("cautions", place, "if"), document, form, faults)
        if condition is not None:
            yield CautionRule(condition, tuple(one["outcomes"]), one["text"])


def parse_only_if(
    document: Document, manifest: Manifest, form: FormDefinition, faults: list[Fault]
) -> Mapping[str, Expression]:
    """By the key of a reason or side condition: when it is offered. What is wrong is added to `faults`."""
    found = {}
    for key, source in manifest.only_if.items():
        condition = _condition(source, ("only_if", key), document, form, faults)
        if condition is not None:
            found[key] = condition
    return found


def _condition(
    source: str, path: Path, document: Document, form: FormDefinition, faults: list[Fault]
) -> Expression | None:
    try:
        return Expression.parse(source, form.names, BOOLEAN)
    except ProfileError as error:
        text = f"`{'.'.join(map(str, path))}`: {error.message} (at character {error.position + 1})."
        faults.append(Fault(document.file, document.line(path), text, error.mend))
        return None
