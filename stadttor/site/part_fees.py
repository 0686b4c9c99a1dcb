"""A permit for less time than was applied for: what the granted time costs by the service's own fees."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from django.urls import reverse

from stadttor.cases.ports import CaseRef, Caution, Validity, last_day
from stadttor.cases.queries import standing_decision
from stadttor.core.cel import Environment
from stadttor.forms.rules.filled import Filled
from stadttor.ground.clock import german_day
from stadttor.ground.web.formats import day, money
from stadttor.ground.web.language import _
from stadttor.payments.queries import PAID, PaymentRow, payment_of
from stadttor.site.applications import Submitted, submitted


def fee_is_for_more(case: CaseRef) -> Sequence[Caution]:
    """Says that less was granted than was paid for. Implements `stadttor.cases.ports.Cautions`."""
    payment = payment_of(case.authority_id, case.submission_id) if case.submission_id else None
    if payment is None or payment.state != PAID or payment.refunded_cents or payment.kept or not case.submission_id:
        return ()
    decision = standing_decision(case.authority_id, case.case_id)
    if decision is None or decision.outcome != "partly" or not (decision.valid_from and decision.valid_until):
        return ()
    found, granted = (
        submitted(case.authority_id, case.submission_id),
        Validity(decision.valid_from, decision.valid_until),
    )
    asked = asked_until(found, granted)
    if asked is None or asked.ends <= granted.ends:
        return ()
    title = _("Granted until {granted}, paid until {asked}", granted=day(granted.ends), asked=day(asked.ends))
    href = reverse("fee", args=[case.case_id, "refund"])
    return (Caution(title, _said(found, granted, payment), href, _("Pay back a part of the fee")),)


def too_much(case: CaseRef, payment: PaymentRow) -> int:
    """Cents paid beyond what the granted time costs; 0 when nothing is, or nothing can be said."""
    decision = standing_decision(case.authority_id, case.case_id)
    if decision is None or decision.outcome != "partly" or not (decision.valid_from and decision.valid_until):
        return 0
    fee = fee_for(submitted(case.authority_id, payment.subject_id), Validity(decision.valid_from, decision.valid_until))
    return max(0, payment.left_cents - fee) if fee is not None else 0


def asked_until(found: Submitted, granted: Validity) -> Validity | None:
    """The time that was applied for, from the first granted day on; None when the application does not say it."""
    rule = found.form.content.permit
    months = rule.proposed(Environment(found.filled.seen))[1] if rule else None
    return Validity(granted.begins, last_day(granted.begins, months)) if months else None


def fee_for(found: Submitted, granted: Validity) -> int | None:
    """Cents for the shortest time on offer that covers the granted one; None where no choice of time changes the fee."""
    fitting = [(months, cents) for months, cents in _offers(found) if last_day(granted.begins, months) >= granted.ends]
    return min(fitting)[1] if fitting else None


def _offers(found: Submitted) -> Iterator[tuple[int, int]]:
    """Months and cents of the application as it is, and with each other choice that changes the time."""
    rule = found.form.content.permit
    if rule is None:
        return
    as_it_is = rule.proposed(Environment(found.filled.seen))[1]
    for answers in (found.row.answers, *_variants(found)):
        filled = Filled(found.form.form, answers, found.form.parameters, german_day(found.row.received))
        months, fees = rule.proposed(Environment(filled.seen))[1], filled.fees(found.form.fees)
        if months and fees.complete and (answers is found.row.answers or months != as_it_is):
            yield months, fees.total


def _variants(found: Submitted) -> Iterator[dict[str, Any]]:
    for page in found.filled.pages:
        for shown in found.filled.shown(page):
            if shown.field.type == "select" and shown.index is None:
                for option in found.filled.options(shown.field):
                    answers = deepcopy(dict(found.row.answers))
                    answers.setdefault(shown.field.group, {})[shown.field.id] = option
                    yield answers


def _said(found: Submitted, granted: Validity, payment: PaymentRow) -> str:
    fee = fee_for(found, granted)
    if fee is None or fee >= payment.cents:
        return _("Check whether a part of the fee of {paid} goes back.", paid=money(payment.cents))
    return _(
        "By the fees of this service the granted time costs {fee}; {paid} were paid. {difference} can go back.",
        fee=money(fee), paid=money(payment.cents), difference=money(payment.cents - fee),
    )  # fmt: skip
