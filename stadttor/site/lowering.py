"""A claim for a yearly tax is lowered: a dog is not kept any more (Änderungsbescheid). What was owed for it goes by the statute's
own rule, what is due later falls away, what was due already is paid back by the treasury if it was paid.

The books know what was asked for, not what came in: the procedure that keeps the accounts does. So nothing is paid back here; it
gets the negative lines with the next daily closing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from stadttor.cases.events import DecisionTakenBack
from stadttor.cases.queries import DecisionView, case_row, decision_of, sent_decisions, standing_decision
from stadttor.core.refused import Refused
from stadttor.forms import queries as forms
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.formats import money
from stadttor.ground.web.language import N_, _
from stadttor.ground.work import work
from stadttor.notices.letters.data import LoweredFacts
from stadttor.payments.queries.finance import Instalment, asked_by, claim_number_of
from stadttor.payments.queries.lowering import LoweredRow, lowered_by
from stadttor.payments.services.booking import lock_days
from stadttor.payments.services.claiming import lower_claim, raise_claim
from stadttor.site.assessing import (
    assessed_in,
    goes_on,
)
from stadttor.site.claim_books import ClaimBooks, books_now, books_of, must_agree, nothing_assessed


@dataclass(frozen=True)
class LoweredYear:
    """Cents of a year: what was `assessed` for the thing and what is `owed` of it now; `others` is by how much less is owed for
    those behind it, which count one place further in front. Of the difference `falls_away` is not due yet, `back` is: it is
    paid back if it was paid, else it need not be paid.
    """

    year: int
    assessed: int
    owed: int
    others: int
    falls_away: int
    back: int


@dataclass(frozen=True)
class Lowering:
    """What becomes of the claim of a decision when the thing at a place among the answers was there `until` a day only.

    `of` is the day of that decision, `ends` the last day for which it is owed; `less` are the cents by the day on which they
    were, or are, due; `left` is what is still to be paid after today; `later` is the first year that no line is for and what
    it owes, none where a notice says so each year. `number` is the Kassenzeichen. `others_stay`: other things were assessed
    with it that keep their rates, so somebody should look whether the statute lets them.
    """

    case_id: UUID
    entry: int
    of: date
    until: date
    ends: date
    number: str
    years: tuple[LoweredYear, ...]
    less: tuple[Instalment, ...]
    left: tuple[Instalment, ...]
    later: tuple[int, int] | None
    others_stay: bool

    @property
    def assessed(self) -> int:
        return sum(one.assessed for one in self.years)

    @property
    def owed(self) -> int:
        return sum(one.owed for one in self.years)

    @property
    def falls_away(self) -> int:
        return sum(one.falls_away for one in self.years)

    @property
    def back(self) -> int:
        return sum(one.back for one in self.years)


def lowering(
    authority_id: UUID,
    case_id: UUID,
    entry: int,
    until: date,
    today: date,
    *,
    told: date | None = None,
    by_case_id: UUID | None = None,
) -> Lowering:
    """What `lower` would do today; writes nothing. `told` is the day on which the authority was told, today where left out.

    What `by_case_id` has lowered is left out: its next decision takes the place of that. Refused where the case has no
    assessment that was sent, for a day before the beginning, for what another case let go already, and where the books ask
    for something else than the settings come to by now.
    """  # fmt: skip
    books = books_now(authority_id, case_id, by_case_id)
    if entry in books.ended(books.done):
        raise Refused(
            "lowered_already", N_("The tax for this entry was ended before: look at the earlier decision."), status=409
        )
    made = _look(books, _row(books, entry, until, told or today, today, case_id, now()))
    must_agree(
        books_now(authority_id, case_id),
        (one.year for one in made.years if one.others or one.assessed != one.owed),
    )
    return made


def lower(
    authority_id: UUID, case_id: UUID, entry: int, until: date, by_case_id: UUID, *, told: date | None = None
) -> Lowering:
    """Lower the claim, in the transaction of the decision of `by_case_id`; `told` is the day that its application came in
    where it is left out.

    The same case may say it again: the same day changes nothing, another day or thing takes the place of the first one.
    Refused as `lowering` is, so for another case that wants to end the same thing.
    """
    moment = now()
    with work(authority_id):
        # Who books waits from here on: two that reckon at once would both begin with the same claim.
        lock_days(authority_id)
        told = told or _told(authority_id, by_case_id) or german_day(moment)
        mine = lowered_by(authority_id, by_case_id)
        if [(one.case_id, one.place, one.until, one.told) for one in mine] == [(case_id, entry, until, told)]:
            return lowered_in(authority_id, by_case_id)[0]
        _take_back(authority_id, mine, by_case_id, moment)
        books = books_now(authority_id, case_id)
        made = lowering(authority_id, case_id, entry, until, german_day(moment), told=told)
        lower_claim(
            authority_id=authority_id,
            service=books.found.row.service,
            row=_row(books, entry, until, told, german_day(moment), by_case_id, moment),
            less=made.less,
            actor=_who(authority_id, by_case_id),
            now=moment,
        )
    return made


def take_back(authority_id: UUID, by_case_id: UUID) -> None:
    """What a case has lowered is owed again; nothing to do for one that lowered nothing. Safe to repeat."""
    with work(authority_id):
        lock_days(authority_id)
        _take_back(authority_id, lowered_by(authority_id, by_case_id), by_case_id, now())


def raise_taken_back(fact: DecisionTakenBack) -> None:
    """Nobody was told of it; what an earlier decision of the case let go, of which somebody was told, stays so."""
    if not sent_decisions(fact.authority_id, fact.case_id):
        take_back(fact.authority_id, fact.case_id)


def agrees(authority_id: UUID, decision: DecisionView, case_id: UUID) -> bool:
    """Whether what a decision assessed comes to the same by now; so it is taken to be where the books do not have it any more."""
    if not asked_by(authority_id, decision.id).due:
        return True
    return books_of(authority_id, case_id, decision).agree


def lowered_in(authority_id: UUID, by_case_id: UUID) -> tuple[Lowering, ...]:
    """What a case has lowered, as it was reckoned then: for its letter."""
    mine = lowered_by(authority_id, by_case_id)
    return tuple(
        _again(books_of(authority_id, one.case_id, decision_of(authority_id, one.decision_id)), one) for one in mine
    )


def said_of(one: Lowering) -> tuple[str, ...]:
    """What whoever decides reads of it, in the current language."""
    lines = [
        _("{year}: {assessed} was assessed, {owed} is owed now", year=str(year.year), assessed=money(year.assessed),
          owed=money(year.owed))
        for year in one.years
    ]  # fmt: skip
    lines += [
        _("{year}: {amount} less for the others, which move up", year=str(year.year), amount=money(year.others))
        for year in one.years
        if year.others
    ]
    if one.falls_away:
        lines.append(_("{amount} falls away", amount=money(one.falls_away)))
    if one.back:
        lines.append(_("{amount} was due already: the treasury pays back what was paid of it", amount=money(one.back)))
    if one.others_stay:
        lines.append(_("Others were registered with it: look whether the statute lets them keep their rates"))
    lines.append(_("What was registered in other cases keeps its rate: decide those anew where the statute says so"))
    return tuple(lines)


def as_facts(one: Lowering) -> LoweredFacts:
    """What the letter of the decision says of it."""
    years = [(year.year, year.assessed, year.owed, year.others) for year in one.years]
    left = [(part.due, part.cents) for part in one.left]
    return LoweredFacts(one.of, one.ends, years, one.falls_away, one.back, left, one.later, one.number)


def _look(books: ClaimBooks, new: LoweredRow) -> Lowering:
    after, today = (*books.done, new), new.day
    elements = books.elements(new.until.year, after)
    if not 0 <= new.place < len(elements):
        raise nothing_assessed()
    mine = elements[new.place]
    # Whoever registered in good time may have had it before it is taxed at all.
    if new.until < min(mine.since, german_day(books.found.row.received)):
        raise Refused(
            "before_beginning", N_("This day lies before the day on which it began. Please check the date."),
            field="until",
        )  # fmt: skip
    years, less, left = [], dict[date, int](), dict[date, int]()
    for year in books.years(new.listed):
        was, now_owed = books.owed(year, books.done), books.owed(year, after)
        asked, left_of_it = books.plan(year, books.done), books.plan(year, after)
        parts = [Instalment(one.due, one.cents - two.cents) for one, two in zip(asked, left_of_it, strict=True)]
        for one in parts:
            less[one.due] = less.get(one.due, 0) + one.cents
        for one in left_of_it:
            left[one.due] = left.get(one.due, 0) + one.cents
        others = sum(was) - sum(now_owed) - (was[new.place] - now_owed[new.place])
        years.append(
            LoweredYear(
                year,
                was[new.place],
                now_owed[new.place],
                others,
                sum(one.cents for one in parts if one.due > today),
                sum(one.cents for one in parts if one.due <= today),
            )
        )
    return Lowering(
        books.case_id,
        new.place,
        german_day(books.decision.sent_at or books.decision.decided_at),
        new.until,
        mine.ends or new.until,
        claim_number_of(books.authority_id, books.decision.id),
        tuple(one for one in years if one.assessed or one.others),
        _by_day(less),
        tuple(one for one in _by_day(left) if one.due > today),
        (new.listed + 1, sum(books.owed(new.listed + 1, after))) if goes_on(books.found) else None,
        len(elements) > 1 and books.rule.moves_up is None,
    )


def _row(
    books: ClaimBooks, entry: int, until: date, told: date, today: date, by_case_id: UUID, moment: datetime
) -> LoweredRow:
    year = books.last_year(today)
    return LoweredRow(books.case_id, books.decision.id, entry, until, told, today, year, by_case_id, moment)


def _by_day(sums: Mapping[date, int]) -> tuple[Instalment, ...]:
    return tuple(Instalment(day, cents) for day, cents in sorted(sums.items()) if cents)


def _again(books: ClaimBooks, row: LoweredRow) -> Lowering:
    """As it was reckoned when it was written."""
    before = books.done[: next(place for place, one in enumerate(books.done) if one.place == row.place)]
    return _look(replace(books, done=before), row)


def _take_back(authority_id: UUID, mine: Sequence[LoweredRow], by_case_id: UUID, moment: datetime) -> None:
    """The rows of a case go; whatever decision counts now for what they lowered asks for what they took from it."""
    for case_id in dict.fromkeys(one.case_id for one in mine):
        decision, found = standing_decision(authority_id, case_id), assessed_in(authority_id, case_id)
        more: tuple[Instalment, ...] = ()
        places: dict[UUID, set[int]] = {}
        for one in mine:
            if one.case_id == case_id:
                places.setdefault(one.decision_id, set()).add(one.place)
        # While it is being decided anew nothing counts: the next decision assesses it again.
        if decision is not None:
            places.setdefault(decision.id, set())
            more = _more(authority_id, case_id, decision, by_case_id, german_day(moment))
        for decision_id, of_it in places.items():
            if of_it or more:
                raise_claim(
                    authority_id=authority_id,
                    decision_id=decision_id,
                    service=found.row.service if found else "",
                    places=of_it,
                    more=more if decision is not None and decision_id == decision.id else (),
                    actor=_who(authority_id, by_case_id),
                    now=moment,
                )


def _more(
    authority_id: UUID, case_id: UUID, decision: DecisionView, by_case_id: UUID, today: date
) -> tuple[Instalment, ...]:
    """By how much a decision asks for more without what a case lowered, before or after it was made."""
    try:
        was = books_of(authority_id, case_id, decision)
        becomes = books_of(authority_id, case_id, decision, by_case_id)
    except Refused:
        # The new decision assesses nothing at all.
        return ()
    more, of_year = dict[date, int](), dict[int, int]()
    # A list that was drawn since has it as it was lowered.
    last = max(one.last_year(today) for one in (was, becomes))
    for year in sorted({*was.years(last), *becomes.years(last)}):
        for sign, books in ((1, becomes), (-1, was)):
            for one in books.plan(year, books.done):
                more[one.due] = more.get(one.due, 0) + sign * one.cents
                of_year[year] = of_year.get(year, 0) + sign * one.cents
    must_agree(was, (year for year, cents in of_year.items() if cents))
    return _by_day(more)


def _told(authority_id: UUID, by_case_id: UUID) -> date | None:
    submission_id = case_row(authority_id, by_case_id).submission_id
    return german_day(forms.submission(authority_id, submission_id).received) if submission_id else None


def _who(authority_id: UUID, by_case_id: UUID) -> Actor:
    decision = standing_decision(authority_id, by_case_id)
    return Actor("staff", decision.decided_by, decision.decided_by_name) if decision and decision.decided_by else SYSTEM
