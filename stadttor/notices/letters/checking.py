"""Whether a package's letter can be set: every outcome, in full and with nothing that is optional."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from stadttor.notices.letters.data import (
    AnswerGroup,
    AnswerRow,
    AssessedLine,
    AssessmentFacts,
    AuthorityFacts,
    CaseFacts,
    DemandFacts,
    FeeItem,
    LetterFacts,
    LoweredFacts,
    RecipientFacts,
    letter_data,
)
from stadttor.notices.letters.typesetting import LetterFailed, LetterTooCostly, set_letter

DAY = date(2026, 11, 23)
AUTHORITY = AuthorityFacts("Musterstadt", ("Rathausplatz 1", "12345 Musterstadt"), "01234 567-0", "post@example.org")

GIRO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1H0z"/></svg>'
DEMAND = DemandFacts("57700000001", "Stadtkasse", "DE02120300000000202051", "BYLADEM1001", GIRO)
ASSESSMENT = AssessmentFacts(
    DAY.year, (AssessedLine(5000, 2500, DAY, 208), AssessedLine(7500, 7500, DAY, 625)), ((DAY, 833),), once=500
)


LOWERED = LoweredFacts(
    DAY, DAY, ((DAY.year, 5000, 4583, 208),), 417, 208, ((DAY, 625),), (DAY.year + 1, 5000), "57700000001"
)


@dataclass(frozen=True)
class SampleGroup:
    """A group of the package's form: `fields` are (id, label), `repeated` when its answers are a list."""

    id: str
    title: str
    fields: Sequence[tuple[str, str]]
    repeated: bool = False


def check_letter(
    source: str,
    files: Mapping[str, bytes],
    texts: Mapping[str, Any],
    *,
    outcomes: Sequence[str] = ("granted",),
    groups: Sequence[SampleGroup] = (),
    parameters: Mapping[str, Any] | None = None,
) -> list[str]:
    """What is wrong with a letter, or nothing. `texts` are the package's texts nested, `parameters` a test adoption."""
    found: dict[str, None] = {}
    for sample in _samples(texts, outcomes, groups, parameters or {}):
        data = letter_data(sample) | {"check": True}
        try:
            found |= dict.fromkeys(set_letter(source, files, data).warnings)
        except LetterTooCostly as error:
            return [*found, str(error)]
        except LetterFailed as error:
            found[f"{error} (outcome {sample.outcome})"] = None
    return list(found)


def sample_facts(
    texts: Mapping[str, Any],
    *,
    outcome: str,
    groups: Sequence[SampleGroup] = (),
    parameters: Mapping[str, Any] | None = None,
) -> LetterFacts:
    """A letter of an outcome with everything in it, all of it invented."""
    return next(_samples(texts, [outcome], groups, parameters or {}))


def sample_letter(source: str, files: Mapping[str, bytes], facts: LetterFacts) -> bytes:
    """The letter with these facts, as PDF. Raises LetterFailed."""
    return set_letter(source, files, letter_data(facts)).pdf


def _samples(
    texts: Mapping[str, Any], outcomes: Sequence[str], groups: Sequence[SampleGroup], parameters: Mapping[str, Any]
) -> Iterator[LetterFacts]:
    """Per outcome a letter with everything in it and one with nothing optional."""
    answers = [_answers(group) for group in groups]
    values = {it.id: _values(it) for it in groups}
    for outcome in outcomes:
        for full in (True, False):
            yield LetterFacts(
                kind="bescheid",
                language="de",
                subject="Ihr Antrag",
                day=DAY,
                authority=AUTHORITY,
                case=CaseFacts("MUS-2026-AAAA-11", "Muster", DAY, "Frau Adler"),
                recipient=RecipientFacts("Amira Yılmaz", ("Luitpoldstraße 3", "91781 Weißenburg i. Bay.")),
                outcome=outcome,
                reasons=("Die Voraussetzungen liegen nicht vor.",) if full else (),
                conditions=("Bitte melden Sie jede Änderung.",) if full else (),
                answers=answers if full else (),
                values=values if full else {it.id: [] if it.repeated else {} for it in groups},
                parameters=parameters,
                fee=(FeeItem("Gebühr", 3070),) if full else (),
                remedy="Gegen diesen Bescheid können Sie Klage erheben." if full else "",
                valid_from=DAY if full else None,
                valid_until=DAY if full else None,
                replaces=DAY if full else None,
                asked_until=DAY if full else None,
                texts=texts,
                fee_due=DAY if full else None,
                demand=DEMAND if full else DemandFacts(),
                assessment=ASSESSMENT if full else None,
                tags=("1234", "1235") if full else (),
                lowered=(LOWERED,) if full else (),
            )


def _answers(group: SampleGroup) -> AnswerGroup:
    rows = [AnswerRow(f"{group.id}.{field}", label, "1") for field, label in group.fields]
    return AnswerGroup(group.id, group.title, rows)


def _values(group: SampleGroup) -> Any:
    entry = {field: "1" for field, _label in group.fields}
    return [entry, entry] if group.repeated else entry
