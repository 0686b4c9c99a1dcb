"""The document a letter is made of: plain facts in, the JSON of package-format.md "Letters" out.

Callers hand in facts already in the letter's language where a package says them (outcome texts, answers, reasons);
dates, money and the platform's own words are put into that language here.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from stadttor.core.din91379 import unprintable
from stadttor.core.languages import OFFICIAL, language
from stadttor.ground.web import formats
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.official import official_language

# What stands for a letter that our fonts lack; never the sign that looks like a fault of the machine.
REPLACEMENT = "?"
# Decisions that must say why (§ 39 Abs. 1 VwVfG): their letter is not set without the reasons on paper.
BURDENING = frozenset({"refused", "partly"})
# Outcomes that decide something; the others tell of what was done.
DECIDING = BURDENING | {"granted", "assessed"}
_DIRECTIONS = frozenset("\u200e\u200f\u2066\u2067\u2068\u2069")
# The only characters of the standard's repertoire that our fonts lack.
_SPELLED = str.maketrans({"∞": "unendlich", "≤": "<=", "≥": ">="})
# A paragraph sign and its number stay on one line.
_LAW = re.compile(r"(§|Abs\.|Nr\.|Art\.|Satz) (?=\d)")
_SPACES = re.compile("[\u2002-\u200a\u202f]")


@dataclass(frozen=True)
class AuthorityFacts:
    """The sender. `lines` is the postal address, `crest` the text of an SVG or empty.

    `in_name_of` says whose matter it is, in the letter's language; empty where it is the sender's own.
    """

    name: str
    lines: Sequence[str] = ()
    phone: str = ""
    email: str = ""
    website: str = ""
    crest: str = ""
    in_name_of: str = ""


@dataclass(frozen=True)
class RecipientFacts:
    """Who gets the letter: `lines` is the postal address below the name, as on an envelope, `country` the code of another one."""

    name: str = ""
    lines: Sequence[str] = ()
    country: str = ""


@dataclass(frozen=True)
class CaseFacts:
    """What the letter is about. `opened` is the day the application arrived, `clerk` who signs by name, `applicant` whom it
    is for where somebody else applied."""

    number: str
    service: str
    opened: date | None = None
    clerk: str = ""
    applicant: str = ""


@dataclass(frozen=True)
class AnswerRow:
    """One answer as people read it."""

    path: str
    label: str
    value: str


@dataclass(frozen=True)
class AnswerGroup:
    """A group of the form in its order; a repeated group comes once per entry, with the same `group`."""

    group: str
    title: str
    rows: Sequence[AnswerRow]


@dataclass(frozen=True)
class FeeItem:
    """One fee, in cents."""

    text: str
    cents: int


@dataclass(frozen=True)
class DemandFacts:
    """How to pay what the letter asks for: Kassenzeichen, the authority's account, the text of an SVG with the GiroCode.

    Each may be empty.
    """

    number: str = ""
    holder: str = ""
    iban: str = ""
    bic: str = ""
    giro: str = ""


@dataclass(frozen=True)
class OpinionFacts:
    """Where somebody says how it was: words, an address to type, the text of an SVG with its code. Empty where nobody asks."""

    text: str = ""
    address: str = ""
    code: str = ""


@dataclass(frozen=True)
class AssessedLine:
    """What one thing costs a year, `full` without relief and `cents` with it, from a day on, and what of it `year` owes.

    `ends` is the last day for which it is owed, where it is not there any more.
    """

    full: int
    cents: int
    begins: date
    of_year: int
    ends: date | None = None


@dataclass(frozen=True)
class AssessmentFacts:
    """What the letter assesses for one calendar year, in cents, in the order of the answers; `due` are (day, cents).

    `once` stands in the first of them beside the year's cents. `earlier` are the years before that it assesses too.
    """

    year: int
    lines: Sequence[AssessedLine]
    due: Sequence[tuple[date, int]]
    once: int = 0
    earlier: Sequence[tuple[int, Sequence[AssessedLine]]] = ()


@dataclass(frozen=True)
class LoweredFacts:
    """What becomes of the assessment `of` an earlier day since a thing is not there any more, in cents.

    `ends` is the last day for which it is owed; `years` are (year, assessed, owed, how much less the others owe). `falls_away`
    is not due yet, `back` is due already; `left` are (day, cents) that are still to be paid. `later` is a year and what it
    owes, as all after it. `number` is the Kassenzeichen of the earlier decision.
    """

    of: date
    ends: date
    years: Sequence[tuple[int, int, int, int]] = ()
    falls_away: int = 0
    back: int = 0
    left: Sequence[tuple[date, int]] = ()
    later: tuple[int, int] | None = None
    number: str = ""


@dataclass(frozen=True)
class DocumentLine:
    """A line of the cover sheet: place in the file, title, one line about it, hash, page it begins on."""

    place: int
    title: str
    about: str
    sha256: str
    page: str


@dataclass(frozen=True)
class LetterFacts:
    """Everything a letter may say. `values` are the answers as display strings, nested by group and field.

    `convenience` marks a translated copy, `remedy` the legal remedy (Rechtsbehelfsbelehrung) or empty,
    `texts` the package's texts nested, `chosen` the ids of chosen options. `own` are those reasons, conditions or bodies
    that a person typed, in German: their lines and paragraphs stay, nothing in them is a mark. `is_test` prints across
    every page that it is a specimen. `replaces` is the day of the letter that this one sets aside; `asked_until` the day
    applied for where less was granted. `fee_due` is until when the fee is to be paid. `signature` leaves room for the
    applicant's signature, under the `declaration`. `tags` are the numbers given to the elements of a group, empty for none.
    """

    kind: str
    language: str
    subject: str
    day: date
    authority: AuthorityFacts
    case: CaseFacts
    recipient: RecipientFacts = RecipientFacts()
    outcome: str = ""
    reasons: Sequence[str] = ()
    conditions: Sequence[str] = ()
    answers: Sequence[AnswerGroup] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    fee: Sequence[FeeItem] = ()
    fee_state: str = ""
    remedy: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    texts: Mapping[str, Any] = field(default_factory=dict)
    chosen: Sequence[str] = ()
    convenience: bool = False
    body: str = ""
    documents: Sequence[DocumentLine] = ()
    own: Sequence[str] = ()
    is_test: bool = False
    replaces: date | None = None
    asked_until: date | None = None
    signature: bool = False
    declaration: str = ""
    demand: DemandFacts = DemandFacts()
    assessment: AssessmentFacts | None = None
    fee_due: date | None = None
    opinion: OpinionFacts = OpinionFacts()
    tags: Sequence[str] = ()
    lowered: Sequence[LoweredFacts] = ()


def letter_data(facts: LetterFacts) -> dict[str, Any]:
    """The letter's document. The same facts always give the same document, and with it the same PDF."""
    with speaking(facts.language):
        made = _parts(facts) | {"words": words()}
    cleaned: dict[str, Any] = clean(made)
    return cleaned


def _parts(facts: LetterFacts) -> dict[str, Any]:
    return {
        "language": facts.language,
        "direction": language(facts.language).direction,
        "convenience": facts.convenience and facts.language != OFFICIAL,
        "kind": facts.kind,
        "subject": facts.subject,
        "date": formats.day(facts.day),
        "created": int(datetime.combine(facts.day, time(12), UTC).timestamp()),
        "authority": _authority(facts.authority),
        "recipient": {"name": facts.recipient.name, "lines": list(facts.recipient.lines)},
        "case": _case(facts.case),
        "outcome": facts.outcome,
        "reasons": list(facts.reasons),
        "conditions": list(facts.conditions),
        "a": facts.values,
        "answers": [_group(group) for group in facts.answers],
        "p": facts.parameters,
        "fee": _fee(facts.fee) | {"state": facts.fee_state, "due": formats.day(facts.fee_due)},
        "remedy": facts.remedy or None,
        "valid": {"from": formats.day(facts.valid_from), "until": formats.day(facts.valid_until)},
        "texts": facts.texts,
        "chosen": list(facts.chosen),
        "body": facts.body,
        "documents": [vars(line) for line in facts.documents],
        "own": list(facts.own),
        "is_test": facts.is_test,
        "greeting": _greeting(facts),
        "replaces": _replaces(facts),
        "signature": facts.signature,
        "declaration": facts.declaration,
        "demand": dict(vars(facts.demand)),
        "opinion": dict(vars(facts.opinion)),
        "tags": list(facts.tags),
        "assessment": _assessment(facts.assessment),
        "lowered": [_lowered(one) for one in facts.lowered],
        "asked": {"until": formats.day(facts.asked_until)},
        "needs_reason": facts.kind == "bescheid" and facts.outcome in BURDENING,
    }


def _greeting(facts: LetterFacts) -> str:
    name = facts.recipient.name
    if not name:
        return _("Hello,")
    # First strong isolate: a Latin name inside an Arabic line keeps its place (UAX #9).
    apart = f"\u2068{name}\u2069" if language(facts.language).direction == "rtl" else name
    return _("Hello {name},", name=apart)


def _replaces(facts: LetterFacts) -> str:
    """That an earlier letter does not count any more (§ 48, § 49 VwVfG); what was no decision is only replaced."""
    if facts.replaces is None:
        return ""
    if facts.outcome not in DECIDING:
        return _("This letter replaces our letter of {day}.", day=formats.day(facts.replaces))
    return _(
        "This decision replaces our decision of {day}. We set the earlier decision aside.",
        day=formats.day(facts.replaces),
    )


def _authority(authority: AuthorityFacts) -> dict[str, Any]:
    return vars(authority) | {"lines": list(authority.lines)}


def _case(case: CaseFacts) -> dict[str, str]:
    return vars(case) | {"opened": formats.day(case.opened)}


def _group(group: AnswerGroup) -> dict[str, Any]:
    return {"group": group.group, "title": group.title, "rows": [vars(row) for row in group.rows]}


def _assessment(found: AssessmentFacts | None) -> dict[str, Any] | None:
    if found is None:
        return None
    oldest = min((year for year, _lines in found.earlier), default=found.year)
    # What has ended is owed for its months, and is no part of what goes on.
    full, cents = (sum(getattr(one, name) for one in found.lines if one.ends is None) for name in ("full", "cents"))
    return {
        "year": str(found.year),
        "lines": [
            {
                "amount": formats.money(one.cents),
                "begins": formats.day(one.begins),
                "ends": formats.day(one.ends),
                "of_year": formats.money(one.of_year),
            }
            for one in found.lines
        ],
        "full": formats.money(full) if full != cents else "",
        "total": formats.money(cents),
        "of_year": formats.money(sum(one.of_year for one in found.lines)),
        "years": [
            {
                "year": str(year),
                "lines": [formats.money(one.of_year) for one in lines],
                "of_year": formats.money(sum(one.of_year for one in lines)),
            }
            for year, lines in found.earlier
        ],
        # Years that are not assessed here.
        "earlier": any(one.cents and one.begins.year < oldest for one in found.lines),
        "once": formats.money(found.once) if found.once else "",
        "due": [{"day": formats.day(day), "amount": formats.money(part)} for day, part in found.due],
    }


def _lowered(found: LoweredFacts) -> dict[str, Any]:
    """Sentences and rows, in the letter's language."""
    money, said = formats.money, []
    others = [
        _("In {year} you pay {amount} less for the others, as they move up.", amount=money(less), year=str(year))
        for year, _was, _owed, less in found.years
        if less
    ]
    if found.falls_away:
        said.append(_("In all, you do not need to pay {amount} any more.", amount=money(found.falls_away)))
    if found.back:
        said.append(
            _(
                "Of what was due already, {amount} is too much. If you have paid it, the cash office pays it back to you."
                " If you have not paid it, you do not need to.",
                amount=money(found.back),
            )
        )
    if not said:
        said.append(_("What you have to pay does not change."))
    if found.later and found.later[1]:
        year, cents = found.later
        said.append(_("From {year} on it is {amount} a year.", year=str(year), amount=money(cents)))
    return {
        "changes": _("This decision changes our decision of {day}.", day=formats.day(found.of)),
        "ends": _owed_until(found),
        "years": [
            {"year": str(year), "assessed": money(was), "owed": money(owed)}
            for year, was, owed, less in found.years
            if was or owed
        ],
        "said": [*others, *said],
        "left": [{"day": formats.day(day), "amount": money(cents)} for day, cents in found.left],
        "number": found.number,
    }


def _owed_until(found: LoweredFacts) -> str:
    """Nothing of a year for which nothing was owed; where a year that was begun stays owed, its last day."""
    was, owed = next(((was, owed) for year, was, owed, _less in found.years if year == found.ends.year), (0, 0))
    last = date(found.ends.year, 12, 31) if was == owed else found.ends
    return _("You owe it only for the time until {day}.", day=formats.day(last)) if was else ""


def _fee(items: Sequence[FeeItem]) -> dict[str, Any]:
    rows = [{"text": item.text, "amount": formats.money(item.cents)} for item in items]
    return {"items": rows, "total": formats.money(sum(item.cents for item in items))}


def words() -> dict[str, str]:
    """The platform's own words of a letter, in the current language."""
    return {
        "answer": _("Answer"),
        "answer_until": _("Please answer by"),
        "applicant": _("Applicant"),
        "clerk": _("Your contact"),
        "closing": _("Yours sincerely"),
        "convenience": _("Translation. Only the German text is legally binding."),
        "official": official_language(),
        "crest": _("Crest"),
        "date": _("Date"),
        "document": _("Document"),
        "documents": _("Documents"),
        "email": _("E-mail"),
        "fee": _("Fees"),
        "fee_amount": _("Amount"),
        "fee_item": _("What for"),
        "fee_total": _("Total"),
        "from_page": _("From page"),
        "greeting": _("Hello,"),
        "lowered": _("What changes"),
        "lowered_left": _("What you still have to pay:"),
        "lowered_number": _("Reference of the earlier decision:"),
        "lowered_owed": _("We assess now"),
        "lowered_was": _("We had assessed"),
        "lowered_year": _("Year"),
        "missing": _("What we still need"),
        "next": _("What happens next"),
        "not_translated": _("Written by the town hall in German, not translated:"),
        "opened": _("Opened on"),
        "our_reference": _("Our reference"),
        "page": _("Page {page} of {pages}"),
        "phone": _("Phone"),
        "specimen": _("SPECIMEN"),
        "trial": _("This is a trial: the service is being tried out. This document has no effect."),
        "place": _("No."),
        "question": _("Question"),
        "reasons": _("Reasons"),
        "received": _("Received on"),
        "remedy": _("Your right of appeal"),
        "service": _("Service"),
        "signature": _("Place, date, signature"),
        "signed": _("I have read this summary. What stands in it is right."),
        "website": _("Website"),
    }


def clean(value: Any) -> Any:
    """The value with every character replaced that our fonts cannot print: a letter never fails for a character.

    People's texts were refused at the field already (`stadttor.core.din91379`); this keeps older and foreign data safe.
    """
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, Mapping):
        return {str(key): clean(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(part) for part in value]
    return value


def _clean_text(text: str) -> str:
    text = _LAW.sub("\\1\u00a0", text.replace("\r\n", "\n").replace("\r", "\n"))
    if text.isascii() and text.isprintable():
        return text
    spaced = _SPACES.sub("\u00a0", text).translate(_SPELLED)
    harmful = set(unprintable(spaced)) - _DIRECTIONS
    return spaced if not harmful else "".join(_printed(char) if char in harmful else char for char in spaced)


def _printed(char: str) -> str:
    """What is printed for a character that cannot be: nothing for one that nobody sees anyway."""
    return "" if unicodedata.category(char) in ("Cc", "Cf", "Mn") else REPLACEMENT
