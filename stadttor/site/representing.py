"""Who gets the letters: the applicant or whoever applied for her, at which address, and whether that was shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stadttor.cases.ports import CaseRef, Caution
from stadttor.catalog.queries import SPEAKS_FOR, SPEAKS_FOR_HERSELF, LettersTo
from stadttor.core.cel import Environment
from stadttor.core.languages import OFFICIAL
from stadttor.forms.rules.countries import name as country_name
from stadttor.ground.web.language import _, speaking
from stadttor.notices.letters.data import RecipientFacts
from stadttor.site.applications import Submitted, submitted

# Where the postal code stands behind the town, and the number before the street (Universal Postal Union, POST*CODE).
TOWN_FIRST = frozenset({"AU", "CA", "GB", "IE", "IN", "NZ", "SG", "US"})
NUMBER_FIRST = TOWN_FIRST | {"FR", "LU", "MC"}


@dataclass(frozen=True)
class Postal:
    """What stands below the name on an envelope; `country` is the code of another one, which the last line names (DIN 5008)."""

    lines: tuple[str, ...] = ()
    country: str = ""

    def __bool__(self) -> bool:
        return bool(self.lines)


@dataclass(frozen=True)
class Representative:
    """Who filled in the form for the applicant; `needs_proof` whether the authority has to see that she may, `has_proof`
    whether a proof came along. `address` is her own, empty where she named none.
    """

    name: str
    address: Postal
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
        return Representative(name, _postal(said.get("anschrift")), said["wer"] != "kind", bool(said.get("nachweis")))
    rule = _rule(found)
    name = _joined(*(_answer(answers, path) for path in rule.name)) if rule else ""
    if rule is None or not name:
        return None
    needs = rule.needs_proof(Environment(found.filled.seen))
    return Representative(name, _address(rule, answers), needs, bool(_answer(answers, rule.proof)))


def recipient_of(found: Submitted) -> RecipientFacts:
    """Whose letters they are: the applicant at the address that the package names, or who applied for her at her own."""
    speaks, company = representative(found), _company(found)
    postal = address_of(found)
    if speaks is None or not speaks.name:
        lines = (found.applicant, *postal.lines) if company else postal.lines
        return RecipientFacts(company or found.applicant, lines, postal.country)
    with speaking(OFFICIAL):
        about = _("for {applicant}", applicant=company or found.applicant)
    return RecipientFacts(speaks.name, (about, *postal.lines), postal.country)


def address_of(found: Submitted) -> Postal:
    """Street and town letters go to; empty where the form asks for no address of hers, or none was given."""
    speaks, rule = representative(found), _rule(found)
    if speaks and speaks.address:
        return speaks.address
    return _address(rule, found.filled.clean()) if rule else Postal()


def _rule(found: Submitted) -> LettersTo | None:
    environment = Environment(found.filled.seen)
    return next((one for one in found.form.content.letters_to if one.counts(environment)), None)


def _company(found: Submitted) -> str:
    rule = _rule(found)
    return str(_answer(found.filled.clean(), rule.company) or "").strip() if rule else ""


def _address(rule: LettersTo, answers: Mapping[str, Any]) -> Postal:
    given: Iterator[Postal] = (_postal(_answer(answers, path)) for path in rule.address)
    return next((postal for postal in given if postal), Postal())


def _postal(value: object) -> Postal:
    if not isinstance(value, dict):
        return Postal()
    country = str(value.get("country") or "")
    street = _in_order(value, ("street", "house_number"), backwards=country in NUMBER_FIRST)
    town = _in_order(value, ("postal_code", "city"), backwards=country in TOWN_FIRST)
    if not street and not town:
        return Postal()
    return Postal((street, town.upper(), in_capitals(country)), country) if country else Postal((street, town))


def _in_order(value: Mapping[str, Any], parts: tuple[str, ...], *, backwards: bool) -> str:
    return _joined(*(value.get(part) for part in (reversed(parts) if backwards else parts)))


def in_capitals(country: str) -> str:
    """The last line of an address abroad: the country in German capitals, without its code before the town (DIN 5008)."""
    return country_name(country, OFFICIAL).upper()


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
