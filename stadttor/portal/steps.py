"""The vertical line of steps on the status page, in plain words and understandable when read aloud."""

from collections.abc import Mapping

from stadttor.cases.queries.status import CitizenStatus
from stadttor.catalog.queries import AdoptedForm
from stadttor.catalog.rules.texts import Texts
from stadttor.forms.queries import SubmissionRow
from stadttor.ground.web import formats
from stadttor.ground.web.language import N_, _
from stadttor.payments.queries import PaymentRow

Step = Mapping[str, str]
_SETTLED = {"paid": N_("Paid: {amount}"), "refunded": N_("Paid back: {amount}")}


def steps_of(
    status: CitizenStatus | None, row: SubmissionRow, texts: Texts, payment: PaymentRow | None = None
) -> list[Step]:
    """Received, perhaps a fee or a question, checked, decided; each done, current or still to come.

    `payment` is what must be paid before the decision, or was; once paid, its step stays.
    """
    state = status.state if status else "received"
    steps = [_step(_("Received"), "done", formats.moment(row.received), _("Your application is stored safely."))]
    if state == "withdrawn":
        return [
            *steps,
            _step(_("Taken back"), "stopped", "", _("You took this application back. Nothing more happens.")),
        ]
    ended = status is not None and bool(status.outcome)
    if status and status.reopened_at:
        steps += _opened_again(status, texts)
    asked = status is not None and status.open_question is not None
    if asked:
        steps.append(_step(_("We need something from you"), "waiting", "", _("Please answer the question below.")))
    unpaid = payment is not None and payment.state == "open" and not ended
    if payment and (unpaid or payment.state in _SETTLED):
        steps.append(_fee(payment))
    checking = "done" if ended else "upcoming" if asked else "current"
    steps.append(_step(_("In review"), checking, "", _until(status, ended=ended, unpaid=unpaid)))
    outcome = texts.text(f"outcomes.{status.outcome}") if status and status.outcome else ""
    when = formats.moment(status.sent_at) if status and status.sent_at else ""
    steps.append(_step(outcome or _("Decision"), "done" if ended else "upcoming", when, ""))
    return steps


def _opened_again(status: CitizenStatus, texts: Texts) -> list[Step]:
    """The decision before, which stays in force, and the day the work began anew."""
    steps = []
    if status.earlier_outcome:
        title = texts.text(f"outcomes.{status.earlier_outcome}")
        text = "" if status.outcome else _("This decision stays in force until you get a new one.")
        steps.append(_step(title, "done", formats.moment(status.earlier_at), text))
    again = formats.moment(status.reopened_at)
    return [*steps, _step(_("Opened again"), "done", again, _("The town hall works on your application again."))]


def what_next(status: CitizenStatus | None, form: AdoptedForm, texts: Texts) -> str:
    """What the applicant does now: of the receipt while nothing is decided, then of the outcome, "" where nothing is left.

    `outcome_next.<outcome>` holds `always`, and more below the names of settings the authority said yes to.
    """
    if status is None or not status.outcome:
        return texts.text("receipt.next")
    keys = [
        "always",
        *(one.name for one in form.content.parameters.parameters if form.parameters.get(one.name) is True),
    ]
    return "\n\n".join(filter(None, (texts.text(f"outcome_next.{status.outcome}.{key}") for key in keys)))


def _fee(payment: PaymentRow) -> Step:
    amount = formats.money(payment.cents)
    if payment.state == "open":
        return _step(_("Fee"), "waiting", "", _("Please pay {amount}.", amount=amount))
    return _step(_("Fee"), "done", formats.moment(payment.settled), _(_SETTLED[payment.state], amount=amount))


def _step(title: str, state: str, when: str, text: str) -> Step:
    return {"title": title, "state": state, "when": when, "text": text}


def _until(status: CitizenStatus | None, *, ended: bool, unpaid: bool) -> str:
    if ended:
        return ""
    if status and status.open_question:
        return _("The review goes on when we have your answer.")
    if unpaid:
        return _("The town hall is checking your application already. It decides as soon as the fee is paid.")
    if status and status.due:
        return _(
            "The town hall checks your application. You hear from us by {day} at the latest.",
            day=formats.day(status.due),
        )
    return _("The town hall checks your application.")
