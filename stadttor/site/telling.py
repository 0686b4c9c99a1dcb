"""What an applicant hears by mail of her fee, her withdrawal, and a case that is opened again. Repeating adds nothing."""

from uuid import UUID

from stadttor.cases import services as cases
from stadttor.ground.clock import german_day, now
from stadttor.ground.jobs import job
from stadttor.ground.web import formats
from stadttor.ground.web.language import N_, speaking
from stadttor.notices.services import post_message
from stadttor.payments.queries import payment_of
from stadttor.site.matter import Matter, case_known, ends_with_application, mail, matter_of, note_once, said


def note_payment(authority_id: UUID, submission_id: UUID, state: str) -> None:
    """Write into the case's history that the fee came in or went back, once."""
    note_once(authority_id, submission_id, f"payment_{state}", {}, public=True)


@ends_with_application
def tell_of_refund(authority_id: UUID, submission_id: UUID, refund_id: UUID) -> None:
    """Say by mail how much goes back in all."""
    matter, payment = (
        matter_of(authority_id, case_known(authority_id, submission_id)),
        payment_of(authority_id, submission_id),
    )
    if matter and payment and payment.refunded_cents:
        mail(matter, "refunded", f"refunded:{refund_id}", _amount(matter, payment.refunded_cents))


@ends_with_application
def send_receipt_of_payment(authority_id: UUID, submission_id: UUID) -> None:
    """The receipt of a fee by mail: amount, day and number, once for each time it was paid."""
    matter, payment = (
        matter_of(authority_id, case_known(authority_id, submission_id)),
        payment_of(authority_id, submission_id),
    )
    if matter is None or payment is None or payment.settled is None or payment.state != "paid":
        return
    with speaking(matter.found.row.language):
        day = formats.day(german_day(payment.settled))
    key = f"paid:{payment.id}:{payment.settled.isoformat()}"
    mail(matter, "paid", key, {**_amount(matter, payment.cents), "day": day})


def _amount(matter: Matter, cents: int) -> dict[str, str]:
    with speaking(matter.found.row.language):
        return {"amount": formats.money(cents)}


@job("site.tell_of_withdrawal")
@cases.ends_with_case
def tell_of_withdrawal(*, authority_id: UUID, case_id: UUID, withdrawal_key: str) -> None:
    """Say by mail that the application was taken back, and when."""
    if matter := matter_of(authority_id, case_id):
        with speaking(matter.found.row.language):
            day = formats.day(german_day(now()))
        mail(matter, "withdrawn", f"withdrawn:{withdrawal_key}", {"day": day})


@job("site.tell_of_reopening")
@cases.ends_with_case
def tell_of_reopening(*, authority_id: UUID, case_id: UUID, reopening_key: str) -> None:
    """Say in the mailbox and by mail that somebody works on the application again."""
    matter = matter_of(authority_id, case_id)
    if matter is None:
        return
    with cases.stays(authority_id, case_id):
        post_message(
            authority_id=authority_id,
            key=f"reopened:{reopening_key}",
            subject_id=matter.submission_id,
            language=matter.found.row.language,
            title=said(matter, N_("We are working on your application again")),
            body=said(matter, N_("An earlier decision stays in force until you get a new one.")),
            now=now(),
        )
    mail(matter, "reopened", f"reopened:{reopening_key}")


def tell_of_payment(authority_id: UUID, case_id: UUID, key: str) -> None:
    """Say by mail that something is to be paid; the status page says what."""
    if matter := matter_of(authority_id, case_id):
        mail(matter, "payment", key)
