"""Who gets the letters: the applicant or whoever applied for her, at which address, and whether that was shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stadttor.cases.ports import CaseRef, Caution
from stadttor.catalog.queries import SPEAKS_FOR, SPEAKS_FOR_HERSELF, LettersTo
from stadttor.core.cel import Environment
from stadttor.core.languages import OFFICIAL
from stadttor.ground.web.language import _, speaking
from stadttor.notices.letters.data import RecipientFacts
from stadttor.site.applications import Submitted, submitted


@dataclass(frozen=True)
class Representative:
    """Who filled in the form for the applicant; `needs_proof` whether the authority has to see that she may, `has_proof`
    whether a proof came along. `address` is her own, empty where she named none.
    """

    name: str
    address: tuple[str, ...]
    needs_proof: bool
    has_proof: bool


def representative(found: Submitted) -> Representative | None:
    """None where the applicant speaks for herself. Hidden answers do not count.

    Read from the questions of the product, or as the package says it where its own form asks.
    """
    answers = found.filled.clean()
    said = answers.get(SPEAKS_FOR)
    if isinstance(said, dict) and said.get("wer", SPEAKS_FOR_HERSELF) != SPEAKS_FOR_HERSELF:
        name = _joined(said.get("vorname"), said.get("nachname"))
        # A parent needs none (§ 1629 Abs. 1 BGB).
        return Representative(name, _lines(said.get("anschrift")), said["wer"] != "kind", bool(said.get("nachweis")))
    rule = _rule(found)
    name = _joined(*(_answer(answers, path) for path in rule.name)) if rule else ""
    if rule is None or not name:
        return None
    needs = rule.needs_proof(Environment(found.filled.seen))
    return Representative(name, _address(rule, answers), needs, bool(_answer(answers, rule.proof)))


def recipient_of(found: Submitted) -> RecipientFacts:
    """Whose letters they are: the applicant at the address that the package names, or who applied for her at her own."""
    speaks, company = representative(found), _company(found)
    lines = address_of(found)
    if speaks is None or not speaks.name:
        return RecipientFacts(company, (found.applicant, *lines)) if company else RecipientFacts(found.applicant, lines)
    with speaking(OFFICIAL):
        about = _("for {applicant}", applicant=company or found.applicant)
    return RecipientFacts(speaks.name, (about, *lines))


def address_of(found: Submitted) -> tuple[str, ...]:
    """Street and town letters go to; empty where the form asks for no address of hers, or none was given."""
    speaks, rule = representative(found), _rule(found)
    if speaks and speaks.address:
        return speaks.address
    return _address(rule, found.filled.clean()) if rule else ()


def _rule(found: Submitted) -> LettersTo | None:
    environment = Environment(found.filled.seen)
    return next((one for one in found.form.content.letters_to if one.counts(environment)), None)


def _company(found: Submitted) -> str:
    rule = _rule(found)
    return str(_answer(found.filled.clean(), rule.company) or "").strip() if rule else ""


def _address(rule: LettersTo, answers: Mapping[str, Any]) -> tuple[str, ...]:
    given: Iterator[tuple[str, ...]] = (_lines(_answer(answers, path)) for path in rule.address)
    return next((lines for lines in given if lines), ())


def _lines(value: object) -> tuple[str, ...]:
    if not isinstance(value, dict):
        return ()
    street = _joined(value.get("street"), value.get("house_number"))
    town = _joined(value.get("postal_code"), value.get("city"))
    return (street, town) if street or town else ()


def _answer(answers: Mapping[str, Any], path: str) -> Any:
    group, _dot, name = path.partition(".")
    element = answers.get(group)
    return element.get(name) if isinstance(element, dict) else None


def _joined(*parts: object) -> str:
    return " ".join(str(part) for part in parts if part)


def speaks_without_proof(case: CaseRef) -> Sequence[Caution]:
    """Says before a decision that nothing shows yet that somebody may act for the applicant.

    A power of attorney is shown when it is asked for (§ 14 Abs. 1 Satz 3 VwVfG). Implements `stadttor.cases.ports.Cautions`.
    """
    if case.submission_id is None:
        return ()
    found = representative(submitted(case.authority_id, case.submission_id))
    if found is None or found.has_proof or not found.needs_proof:
        return ()
    title = _("{name} applies for somebody else and added no proof", name=found.name or _("Somebody"))
    return (Caution(title, _("Ask for the proof where you doubt that this person may act for the applicant.")),)
