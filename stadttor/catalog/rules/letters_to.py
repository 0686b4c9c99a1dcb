"""To whom letters go: which address of the form it is, and who stands above it.

A form may ask for several addresses: the place of a container, the dwelling of a child, the authority a certificate is for.
`letters_to` in package.yaml says which of them is that of the person who gets the letters.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules.representing import GROUP
from stadttor.catalog.rules.strict_yaml import Document
from stadttor.core.cel import BOOLEAN, Environment, Expression, ProfileError
from stadttor.forms.definition import FormDefinition

_NAMES = ("name", "text")


@dataclass(frozen=True)
class LettersTo:
    """The first of `address` that was answered; `company` stands above the applicant's own name.

    `name` names somebody else, who speaks for the applicant: the letter says for whom it is. `proof` is the file that shows
    that she may, `proof_if` when the law asks for it (None: always). It counts when `condition` holds (None: always).
    """

    address: tuple[str, ...]
    company: str = ""
    name: tuple[str, ...] = ()
    proof: str = ""
    proof_if: Expression | None = None
    condition: Expression | None = None

    def counts(self, environment: Environment) -> bool:
        return self.condition is None or self.condition.holds(environment)

    def needs_proof(self, environment: Environment) -> bool:
        """Whether somebody has to show that she may speak for the applicant."""
        return bool(self.proof) and (self.proof_if is None or self.proof_if.holds(environment))


def addresses_of(form: FormDefinition) -> list[str]:
    """The paths of the addresses that the package itself asks for."""
    return [path for path, one in form.fields.items() if one.type == "address" and one.group != GROUP]


def the_only(form: FormDefinition) -> tuple[LettersTo, ...]:
    """What counts where the package says nothing: its only address, in an older package the first that was answered."""
    return (LettersTo(tuple(addresses_of(form))),)


def parse_letters_to(
    document: Document, manifest: Manifest, form: FormDefinition, faults: list[Fault]
) -> tuple[LettersTo, ...]:
    """The rules in their order; what is wrong with them is added to `faults`."""
    if not manifest.letters_to:
        return the_only(form)
    return tuple(_parsed(document, place, said, form, faults) for place, said in enumerate(manifest.letters_to))


def _parsed(
    document: Document, place: int, said: Mapping[str, Any], form: FormDefinition, faults: list[Fault]
) -> LettersTo:
    address = said["address"]
    rule = LettersTo(
        address=tuple(address) if isinstance(address, list) else (address,),
        company=said.get("company", ""),
        name=tuple(said.get("name", ())),
        proof=said.get("proof", ""),
        proof_if=_condition(document, place, "proof_if", said, form, faults),
        condition=_condition(document, place, "if", said, form, faults),
    )
    wanted = (
        ("address", rule.address, ("address",)),
        ("name", rule.name, _NAMES),
        ("company", (rule.company,), _NAMES),
        ("proof", (rule.proof,), ("file",)),
    )
    for key, paths, kinds in wanted:
        for path in paths:
            one = form.fields.get(path)
            if path and (one is None or one.type not in kinds or form.groups[one.group].repeat is not None):
                text = (
                    f"`letters_to.{place}.{key}`: `{path}` is no field of type {' or '.join(kinds)} that is asked once."
                )
                faults.append(
                    Fault(document.file, document.line(("letters_to", place, key)), text, "Correct the path.")
                )
    return rule


def _condition(
    document: Document, place: int, key: str, said: Mapping[str, Any], form: FormDefinition, faults: list[Fault]
) -> Expression | None:
    if key not in said:
        return None
    try:
        return Expression.parse(said[key], form.names, BOOLEAN)
    except ProfileError as error:
        text = f"`letters_to.{place}.{key}`: {error.message} (at character {error.position + 1})."
        faults.append(Fault(document.file, document.line(("letters_to", place, key)), text, error.mend))
        return None


def check_letters_to(document: Document, manifest: Manifest, form: FormDefinition) -> Iterator[Fault]:
    """Whoever asks for several addresses says where letters go, in any case."""
    found = addresses_of(form)
    if not manifest.letters_to and len(found) > 1:
        text = (
            f"The form asks for several addresses ({', '.join(found)}), and nothing says to which of them letters go."
        )
        yield Fault(document.file, 1, text, "Add `letters_to: [{address: …}]`.")
    if manifest.letters_to and "if" in manifest.letters_to[-1]:
        text = "The last line of `letters_to` has a condition: where it does not hold, letters go to nobody."
        line = document.line(("letters_to", len(manifest.letters_to) - 1, "if"))
        yield Fault(document.file, line, text, "Add a last line without `if`.")
