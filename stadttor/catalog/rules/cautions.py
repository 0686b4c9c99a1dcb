"""`cautions` of package.yaml: what a clerk must have seen before deciding in one way, such as a relief that was asked for."""

from collections.abc import Iterator
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
        path: Path = ("cautions", place, "if")
        try:
            yield CautionRule(Expression.parse(one["if"], form.names, BOOLEAN), tuple(one["outcomes"]), one["text"])
        except ProfileError as error:
            text = f"`cautions.{place}.if`: {error.message} (at character {error.position + 1})."
            faults.append(Fault(document.file, document.line(path), text, error.mend))
