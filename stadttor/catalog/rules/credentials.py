"""What a decision lets the person take into her wallet beside a permit: for which outcomes, how long, what it says."""

from collections.abc import Mapping
from dataclasses import dataclass

from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules.strict_yaml import Document
from stadttor.core.cel import BOOLEAN, DATE, TEXT, Environment, Expression, Kind, ProfileError
from stadttor.forms.definition import FormDefinition
from stadttor.identity.ports import PERSON

DAYS = ("birth_date",)


@dataclass(frozen=True)
class CredentialRule:
    """`claims` by the words of the vocabulary of sign-ins."""

    outcomes: tuple[str, ...]
    months: int
    claims: Mapping[str, Expression]
    when: Expression | None = None

    def said(self, environment: Environment) -> dict[str, str]:
        """What it says by the answers as they are; nothing where it is not for them. What is empty is left out."""
        if self.when is not None and self.when.evaluate(environment) is not True:
            return {}
        values = {name: one.evaluate(environment) for name, one in self.claims.items()}
        return {name: value.strip() for name, value in values.items() if isinstance(value, str) and value.strip()}


def parse_credential(
    document: Document, manifest: Manifest, form: FormDefinition, faults: list[Fault]
) -> CredentialRule | None:
    """The rule, None where the package has none; what is wrong with it is added to `faults`."""
    said = manifest.credential
    if said is None:
        return None
    if manifest.permit is not None:
        faults.append(_fault(document, (), "A permit is its own credential.", "Remove one of the two."))
    for name in said.claims.keys() - PERSON:
        faults.append(
            _fault(document, ("claims", name), "No claim is called so.", f"Known: {', '.join(sorted(PERSON))}.")
        )
    claims = {
        name: _parsed(document, ("claims", name), one, DATE if name in DAYS else TEXT, form, faults)
        for name, one in said.claims.items()
    }
    when = _parsed(document, ("if",), said.when, BOOLEAN, form, faults) if said.when else None
    known = {name: one for name, one in claims.items() if one is not None}
    return CredentialRule(tuple(said.outcomes), said.months, known, when)


def _parsed(
    document: Document, where: tuple[str, ...], source: str, kind: Kind, form: FormDefinition, faults: list[Fault]
) -> Expression | None:
    try:
        return Expression.parse(source, form.names, kind)
    except ProfileError as error:
        faults.append(_fault(document, where, f"{error.message} (at character {error.position + 1}).", error.mend))
        return None


def _fault(document: Document, where: tuple[str, ...], text: str, mend: str) -> Fault:
    path = ("credential", *where)
    return Fault(document.file, document.line(path), f"`{'.'.join(path)}`: {text}", mend)
