"""What a decision that assesses a yearly tax asks for: year by year, and after each time that its claim was lowered.

Reckoned with what the books and the yearly lists asked for, never with more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from stadttor.cases.queries import DecisionView, standing_decision
from stadttor.catalog.queries import AssessmentRule, Ended
from stadttor.core.refused import Refused
from stadttor.ground.clock import german_day
from stadttor.ground.web.language import N_
from stadttor.payments.queries.finance import Instalment, asked_by, lowered
from stadttor.payments.queries.listing import ListedRow, listed_of_claim
from stadttor.payments.queries.lowering import LoweredRow, lowered_of
from stadttor.site.applications import Submitted
from stadttor.site.assessing import (
    AssessedElement,
    Assessment,
    assessed_in,
    assessment_of,
    elements_of,
    ended_by,
    goes_on,
)


@dataclass(frozen=True)
class ClaimBooks:
    """A decision that assesses, and how its claim was lowered so far."""

    case_id: UUID
    found: Submitted
    rule: AssessmentRule
    decision: DecisionView
    told: Assessment
    known: Mapping[int, Ended]
    done: tuple[LoweredRow, ...]
    listed: Mapping[int, ListedRow]

    @property
    def authority_id(self) -> UUID:
        return self.found.form.authority_id

    @property
    def decided(self) -> date:
        return german_day(self.decision.decided_at)

    def ended(self, done: Sequence[LoweredRow]) -> Mapping[int, Ended]:
        """What is not there any more after so many of them."""
        return {**self.known, **ended_by(done)}

    def last_year(self, today: date) -> int:
        """The last year that is asked for by now: later ones are asked for by a list that has it right, or a notice each year."""
        if not goes_on(self.found):
            return self.told.year
        return max(today.year, self.told.year, *self.listed)

    def years(self, until: int) -> list[int]:
        return [*(one.year for one in self.told.earlier), *range(self.told.year, until + 1)]

    def owed(self, year: int, done: Sequence[LoweredRow]) -> list[int]:
        """Cents of a year for each thing, by the settings that the year was told with."""
        return [one.of_year for one in self.elements(year, done)]

    def elements(self, year: int, done: Sequence[LoweredRow]) -> tuple[AssessedElement, ...]:
        said = self.listed.get(year)
        return elements_of(
            self.found, self.rule, self.decision.outcome, self.decided, year, self.ended(done),
            settings=said.settings if said else None,
        )  # fmt: skip

    @property
    def agree(self) -> bool:
        """Whether the books ask for what is reckoned now: settings may have begun since for a year that was assessed before.

        Other days are of years that were listed.
        """
        reckoned: dict[date, int] = {}
        for one in (part for year in self.years(self.told.year) for part in self.plan(year, self.done)):
            reckoned[one.due] = reckoned.get(one.due, 0) + one.cents
        asked = {one.due: one.cents for one in asked_by(self.authority_id, self.decision.id).due}
        return all(asked.get(day, 0) == cents for day, cents in reckoned.items())

    def plan(self, year: int, done: Sequence[LoweredRow]) -> tuple[Instalment, ...]:
        """What is asked for in a year and when, after so many lowerings, one after the other as they were made."""
        # A list that was drawn after a lowering has it right from the start.
        before = [one for one in done if one.listed < year]
        plan = self._asked(year, before)
        for count in range(len(before) + 1, len(done) + 1):
            owed = sum(self.owed(year, done[:count])) + (self.told.once if year == self.told.year else 0)
            plan = lowered(plan, owed, done[count - 1].day)
        return plan

    def _asked(self, year: int, done: Sequence[LoweredRow]) -> tuple[Instalment, ...]:
        if year < self.told.year:
            return tuple(Instalment(one.due, one.cents) for one in self.told.earlier if one.year == year)
        if year == self.told.year:
            return self.told.instalments
        said = self.listed.get(year)
        if said and [one.of_year for one in said.entries] == self.owed(year, done):
            return tuple(said.due)
        # What was ended then is there again since: whoever decided so took it back.
        settings = said.settings if said else None
        made = assessment_of(self.found, self.decision.outcome, self.decided, year, self.ended(done), settings)
        return made.instalments if made else ()


def books_now(authority_id: UUID, case_id: UUID, without: UUID | None = None) -> ClaimBooks:
    decision = standing_decision(authority_id, case_id)
    if decision is None or decision.sent_at is None:
        raise nothing_assessed()
    return books_of(authority_id, case_id, decision, without)


def books_of(authority_id: UUID, case_id: UUID, decision: DecisionView, without: UUID | None = None) -> ClaimBooks:
    """`without` what a case has lowered."""
    found = assessed_in(authority_id, case_id)
    rule = found.form.content.assessment if found else None
    if found is None or rule is None:
        raise nothing_assessed()
    lowered_so_far = [one for one in lowered_of(authority_id, case_id) if one.by_case_id != without]
    known = ended_by(one for one in lowered_so_far if one.decision_id != decision.id)
    told = assessment_of(found, decision.outcome, german_day(decision.decided_at), None, known)
    if told is None:
        raise nothing_assessed()
    done = tuple(one for one in lowered_so_far if one.decision_id == decision.id)
    return ClaimBooks(case_id, found, rule, decision, told, known, done, listed_of_claim(authority_id, decision.id))


def nothing_assessed() -> Refused:
    return Refused("nothing_assessed", N_("Nothing was assessed in that case that could be ended."), status=409)


def must_agree(books: ClaimBooks, years: Iterable[int]) -> None:
    """Else the claim could come below nothing; what a list asks for in later years the books do not know."""
    if any(year <= books.told.year for year in years) and not books.agree:
        raise Refused(
            "books_differ",
            N_(
                "The books ask for another amount than the settings come to by now. Decide the registration anew first."
            ),
            status=409,
        )
