"""What a decision assesses (a tax, say): reckoned by its package, in the books from the moment it is decided.

Listeners run in the transaction of the decision: its lines are there together with it or not at all. A decision that is
taken back takes its lines back; one that leaves the house takes back those of the decisions it replaces.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from stadttor.cases import events as cases
from stadttor.cases.ports import CaseRef, Caution
from stadttor.cases.queries import DecisionView, case_row, decision_of, sent_decisions, standing_decision
from stadttor.catalog.queries import NOTHING_ENDED, AssessmentRule, Element, Ended, adopted_revision, form_on
from stadttor.core.refused import Refused
from stadttor.forms import queries as forms
from stadttor.forms.rules.filled import Filled
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.formats import money
from stadttor.ground.web.language import _, current
from stadttor.payments.queries.finance import Instalment, Span, assessed_year, earlier_years, instalments, of_year
from stadttor.payments.queries.lowering import LoweredRow, lowered_of
from stadttor.payments.services.claiming import ask_for, let_go
from stadttor.site.applications import Submitted, submitted


@dataclass(frozen=True)
class AssessedElement:
    """Cents a year without and with relief, the first day of the first month, and what the assessed year owes of it.

    `since` is the day that causes it; `ends` the last day for which it is owed, where it has ended.
    """

    full: int
    cents: int
    begins: date
    of_year: int
    since: date
    ends: date | None = None


@dataclass(frozen=True)
class EarlierYear:
    """What a year before the assessed one owes, in the order of the answers; all of it is due on one day, with the first
    amount of the assessed year."""

    year: int
    elements: tuple[AssessedElement, ...]
    due: date

    @property
    def cents(self) -> int:
        return sum(one.of_year for one in self.elements)


@dataclass(frozen=True)
class Assessment:
    """What is asked for in `year`, in the order of the answers; `once` is asked for with the first instalment.

    `earlier` years are assessed with it, the oldest first: a late registration. `mandate`: the payer allowed direct debits.
    """

    year: int
    elements: tuple[AssessedElement, ...]
    once: int
    instalments: tuple[Instalment, ...]
    earlier: tuple[EarlierYear, ...] = ()
    mandate: bool = False

    @property
    def asked(self) -> tuple[Instalment, ...]:
        """Everything that this decision asks for, a line of its own for each earlier year."""
        return (*(Instalment(one.due, one.cents) for one in self.earlier), *self.instalments)

    @property
    def due(self) -> tuple[Instalment, ...]:
        """The same as the payer needs it: one sum for each day."""
        sums: dict[date, int] = {}
        for one in self.asked:
            sums[one.due] = sums.get(one.due, 0) + one.cents
        return tuple(Instalment(day, cents) for day, cents in sorted(sums.items()))


def assessment_of(
    found: Submitted,
    outcome: str,
    decided: date,
    year: int | None = None,
    ended: Mapping[int, Ended] = NOTHING_ENDED,
    settings: Mapping[str, Any] | None = None,
) -> Assessment | None:
    """What a decision of this day assesses; none where the package assesses nothing with this outcome.

    It is one calendar year, with those before it that the period of assessment still lets assess. `year` is a later one, as
    the decision lets it be owed: `stadttor.site.yearly` lists those for the books. `ended` are the elements (the first is
    0) that are known not to be there any more. `settings` are those that the year was told with, where it was.
    """
    rule = found.form.content.assessment
    if rule is None or outcome not in rule.outcomes:
        return None
    said = rule.assessed(found.filled, outcome, decided, ended)
    owed = [one for one in said.elements if one.cents]
    first = assessed_year((one.begins for one in owed), decided)
    is_later, year = year is not None and year > first, max(first, year or first)
    elements = elements_of(found, rule, outcome, decided, year, ended, settings=settings)
    earliest = decided + timedelta(days=said.grace_days)
    asked = instalments(
        sum(one.of_year for one in elements),
        year=year,
        begins=min((one.begins for one in owed), default=decided),
        days=said.days,
        earliest=date(year, 1, 1) if is_later else earliest,
    )
    once = said.once if asked and not is_later else 0
    if once:
        asked = (Instalment(asked[0].due, asked[0].cents + once), *asked[1:])
    before = () if is_later else earlier_years((one.begins for one in owed), first, said.earlier)
    due = asked[0].due if asked else earliest
    past = tuple(EarlierYear(one, elements_of(found, rule, outcome, decided, one, ended), due) for one in before)
    return Assessment(year, elements, once, asked, past, said.mandate)


def elements_of(
    found: Submitted,
    rule: AssessmentRule,
    outcome: str,
    decided: date,
    year: int,
    ended: Mapping[int, Ended] = NOTHING_ENDED,
    settings_of: int | None = None,
    settings: Mapping[str, Any] | None = None,
) -> tuple[AssessedElement, ...]:
    """What a year owes of each, by these `settings`, else by those that counted on its first day (or on that of `settings_of`)."""
    filled = found.filled
    if settings is None:
        settings = settings_on(found, settings_of or year)
    if settings is not found.form.parameters:
        filled = Filled(filled.definition, filled.answers, settings, filled.today, filled.applicant)
    said = rule.assessed(filled, outcome, decided, ended)
    return tuple(_of_year(one, year, said.pro_rata) for one in said.elements)


def settings_on(found: Submitted, year: int) -> Mapping[str, Any]:
    """Those that counted on the first day of a year, as they are known today."""
    return form_on(found.form, date(year, 1, 1)).parameters


def _of_year(one: Element, year: int, pro_rata: bool) -> AssessedElement:
    """Its rate is the last one of the year, where it changed."""
    rates = one.rates
    ends = [*(rate.begins - timedelta(days=1) for rate in rates[1:]), one.ends]
    spans = [
        Span(rate.cents, rate.begins, min(end, one.ends or end) if end else None)
        for rate, end in zip(rates, ends, strict=True)
    ]
    rate = [rates[0], *(other for other in rates[1:] if other.begins.year <= year)][-1]
    return AssessedElement(
        rate.full, rate.cents, one.begins, of_year(spans, year, pro_rata=pro_rata), one.since, one.ends
    )


def goes_on(found: Submitted) -> bool:
    """Whether its notice goes on until there is another one (Dauerbescheid), as the statute of its package says."""
    return bool(found.form.parameters.get("dauerbescheid", True))


def has_told(found: Submitted, outcome: str, decided: date, year: int, ended: Mapping[int, Ended]) -> bool:
    """Whether a decision of this day has told what a year owes: the year that it assessed, and where it goes on each later
    one in which the settings give the same rates as those of that year.
    """
    rule, told = found.form.content.assessment, assessment_of(found, outcome, decided)
    if rule is None or told is None:
        return False
    if year == told.year or not goes_on(found):
        return year == told.year
    then, said = (
        [one.cents for one in elements_of(found, rule, outcome, decided, year, ended, settings)]
        for settings in (year, told.year)
    )
    return then == said


def ended_by(lowered: Iterable[LoweredRow]) -> Mapping[int, Ended]:
    """What is not there any more after these, by its place."""
    return {one.place: Ended(one.until, one.told) for one in lowered}


def what_it_comes_to(case: CaseRef) -> Sequence[Caution]:
    """Says before a decision what each outcome asks for. Implements `stadttor.cases.ports.Cautions`."""
    if case.submission_id is None or standing_decision(case.authority_id, case.case_id):
        return ()
    found, today = submitted(case.authority_id, case.submission_id), german_day(now())
    rule = found.form.content.assessment
    if rule is None or found.row.is_test:
        return ()
    texts, lines = found.form.texts(current().tag), []
    ended = ended_by(lowered_of(case.authority_id, case.case_id))
    for outcome in rule.outcomes:
        made = assessment_of(found, outcome, today, ended=ended)
        if made and made.elements:
            lines.append(
                _(
                    "{outcome}: {amount} a year, {asked} of it for {year}",
                    outcome=texts.text(f"outcomes.{outcome}", outcome),
                    amount=money(sum(one.cents for one in made.elements if one.ends is None)),
                    asked=money(sum(one.of_year for one in made.elements)),
                    year=str(made.year),
                )
            )
            lines += [
                _("besides for {year}: {amount}", year=str(one.year), amount=money(one.cents)) for one in made.earlier
            ]
    return (Caution(_("What a decision of today asks for"), "; ".join(lines), kind="info"),) if lines else ()


def claim_assessed(fact: cases.Decided) -> None:
    """What was assessed is owed from now on."""
    found = assessed_in(fact.authority_id, fact.case_id)
    if found is None:
        return
    decision = decision_of(fact.authority_id, fact.decision_id)
    ended = ended_by(lowered_of(fact.authority_id, fact.case_id))
    made = assessment_of(found, fact.outcome, german_day(decision.decided_at), ended=ended)
    if made:
        ask_for(
            authority_id=fact.authority_id,
            decision_id=fact.decision_id,
            service=found.row.service,
            instalments=made.asked,
            actor=_who(decision),
            now=fact.at,
            mandate=german_day(found.row.received) if made.mandate else None,
        )


def let_taken_back_go(fact: cases.DecisionTakenBack) -> None:
    """Nobody was told of it."""
    decision = decision_of(fact.authority_id, fact.decision_id)
    let_go(authority_id=fact.authority_id, decision_id=fact.decision_id, actor=_who(decision), now=fact.at)


def let_replaced_go(fact: cases.DecisionSent) -> None:
    """The new decision sets the earlier ones aside, whatever its outcome is: also what a yearly list asked for by them.

    What was listed for years of which it says nothing stays, where it assesses some.
    """
    decision = decision_of(fact.authority_id, fact.decision_id)
    who, found = _who(decision), assessed_in(fact.authority_id, fact.case_id)
    made = assessment_of(found, decision.outcome, german_day(decision.decided_at)) if found else None
    since = None if made is None else made.earlier[0].year if made.earlier else made.year
    for decision_id in sent_decisions(fact.authority_id, fact.case_id):
        if decision_id != fact.decision_id:
            let_go(authority_id=fact.authority_id, decision_id=decision_id, actor=who, now=fact.at, listed_from=since)


def assessed_in(authority_id: UUID, case_id: UUID) -> Submitted | None:
    """The application of a case whose package assesses something; none of a trial. Looks at little for all others."""
    submission_id = case_row(authority_id, case_id).submission_id
    if submission_id is None or not forms.is_accepted(authority_id, submission_id):
        return None
    row = forms.submission(authority_id, submission_id)
    try:
        form = adopted_revision(authority_id, row.revision_id)
    except Refused:
        # Where the service cannot be read, who decides is told so by the words she decides with.
        return None
    if row.is_test or form.content.assessment is None:
        return None
    return submitted(authority_id, row.id)


def _who(decision: DecisionView) -> Actor:
    return Actor("staff", decision.decided_by, decision.decided_by_name) if decision.decided_by else SYSTEM
