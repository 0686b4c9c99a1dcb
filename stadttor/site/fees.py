"""What deciding a case and its fee have to do with each other."""

from stadttor.cases.ports import CaseRef
from stadttor.core.refused import Refused
from stadttor.payments.queries import payment_of

GIVES = frozenset({"granted", "partly"})


def fee_must_be_settled(case: CaseRef, outcome: str) -> None:
    """What costs a fee is granted when the fee came in or was waived; a refusal may go out without it.

    Implements `stadttor.cases.ports.BeforeDecision`.
    """
    payment = payment_of(case.authority_id, case.submission_id) if case.submission_id else None
    if payment and payment.state == "open" and outcome in GIVES:
        raise Refused(
            "fee_open",
            "The fee is still open. Wait until it is paid, or waive it on the case page; then decide.",
            field="outcome",
        )
