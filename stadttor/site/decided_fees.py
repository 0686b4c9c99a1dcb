"""The fee that is paid after the decision: what an outcome costs, and the claim that the decision makes of it.

The clerk may ask for another amount and says why: less was granted than applied for, or a refusal costs something (at the
authority's discretion, so nothing is proposed). Listeners run in the transaction of the decision, as in `assessing.py`,
which lets claims go that do not count any more.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from stadttor.cases import events as cases
from stadttor.cases.ports import CaseRef
from stadttor.cases.queries import DecisionView, case_row, decision_of
from stadttor.forms import queries as forms
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.clock import german_day
from stadttor.ground.web.language import _
from stadttor.notices.letters.data import FeeItem
from stadttor.payments.queries.finance import Instalment
from stadttor.payments.services.claiming import ask_for
from stadttor.site.applications import Submitted, submitted

AFTER_DECISION = "after_decision"
DAYS_TO_PAY = "zahlungsfrist_tage"
"""The parameter by which a package lets the authority say within how many days of the decision the fee is due."""
USUAL_DAYS = 30
COSTS_BY_DISCRETION = "refused"


def costs_of(found: Submitted, outcome: str) -> int | None:
    """Cents that a decision with this outcome asks for by the service's fees; None where it asks for none of its own."""
    manifest = found.form.manifest
    if manifest.payment != AFTER_DECISION or outcome not in manifest.demands:
        return None
    return 0 if outcome == COSTS_BY_DISCRETION else max(0, sum(int(fee["cents"]) for fee in found.fees))


def asks_for_money(found: Submitted, outcome: str, fee_cents: int | None) -> bool:
    """Whether a letter with this outcome says how to pay; what ends something asks for nothing new."""
    manifest, tag = found.form.manifest, found.form.content.tag
    if tag and tag.ending(found.filled):
        return False
    return bool(fee_cents) if manifest.payment == AFTER_DECISION else outcome in manifest.demands


def fee_of(case: CaseRef, outcome: str) -> int | None:
    """Implements `stadttor.cases.ports.FeeOfDecision`."""
    if case.submission_id is None or not forms.is_accepted(case.authority_id, case.submission_id):
        return None
    return costs_of(submitted(case.authority_id, case.submission_id), outcome)


def due_on(found: Submitted, decided: date) -> date:
    """The day until which the fee is to be paid."""
    days = found.form.parameters.get(DAYS_TO_PAY)
    return decided + timedelta(days=days if isinstance(days, int) else USUAL_DAYS)


def items_of(cents: int, lines: Sequence[FeeItem]) -> tuple[FeeItem, ...]:
    """The lines of the letter, in the current language: those of the service, or one where the clerk asks for something else."""
    if cents == sum(one.cents for one in lines):
        return tuple(lines)
    return (FeeItem(_("Fee as we set it"), cents),) if cents else ()


def claim_fee(fact: cases.Decided) -> None:
    """What the decision asks for is owed from its day on; nothing for a trial."""
    decision = decision_of(fact.authority_id, fact.decision_id)
    found = _application(fact) if decision.fee_cents else None
    if found is None or not decision.fee_cents or found.row.is_test:
        return
    ask_for(
        authority_id=fact.authority_id,
        decision_id=fact.decision_id,
        service=found.row.service,
        instalments=[Instalment(due_on(found, german_day(decision.decided_at)), decision.fee_cents)],
        actor=_who(decision),
        now=fact.at,
    )


def _application(fact: cases.Decided) -> Submitted | None:
    submission_id = case_row(fact.authority_id, fact.case_id).submission_id
    return submitted(fact.authority_id, submission_id) if submission_id else None


def _who(decision: DecisionView) -> Actor:
    return Actor("staff", decision.decided_by, decision.decided_by_name) if decision.decided_by else SYSTEM
