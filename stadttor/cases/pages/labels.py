"""What states, acts and deadlines are called; said in the reader's language with `_`."""

from datetime import date
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from stadttor.cases.queries import DecisionView
from stadttor.core.languages import LANGUAGES, OFFICIAL
from stadttor.core.refused import Refused
from stadttor.ground.web.environment import environment
from stadttor.ground.web.formats import day, money
from stadttor.ground.web.language import N_, _, language_name

STATES = {
    "received": N_("Received"),
    "in_review": N_("In review"),
    "waiting_for_citizen": N_("Waiting for the applicant"),
    "awaiting_second": N_("Waiting for a second person"),
    "decided": N_("Decided"),
    "closed": N_("Closed"),
    "withdrawn": N_("Withdrawn"),
}
STATE_LOOKS = {
    "received": ("info", "mail"),
    "in_review": ("info", "edit"),
    "waiting_for_citizen": ("warning", "autorenew"),
    "awaiting_second": ("warning", "account-circle"),
    "decided": ("success", "check"),
    "closed": ("success", "checklist"),
    "withdrawn": ("info", "close"),
}
DEADLINES = {
    "late": ("danger", "danger", N_("Overdue since {day}")),
    "soon": ("warning", "warning", N_("Due soon: {day}")),
    "fine": ("success", "calendar-today", N_("Due {day}")),
    "paused": ("info", "autorenew", N_("Clock stopped")),
}
OUTCOMES = {
    "granted": N_("Granted"),
    "partly": N_("Granted in part"),
    "refused": N_("Refused"),
    "registered": N_("Registered"),
    "assessed": N_("Assessed"),
    "handed_over": N_("Handed over"),
    "forwarded": N_("Forwarded"),
    "withdrawn": N_("Withdrawn"),
    "closed": N_("Closed"),
}
ACTS = {
    "opened": (N_("Application received"), "mail"),
    "payment_paid": (N_("Fee paid"), "check"),
    "payment_waived": (N_("Fee waived"), "check"),
    "payment_asked_anew": (N_("Fee asked for anew"), "mail"),
    "payment_refunded": (N_("Fee paid back"), "autorenew"),
    "payment_kept": (N_("Fee stays paid"), "check"),
    "fee_taken": (N_("Fee taken at the counter"), "check"),
    "fee_undone": (N_("Fee at the counter undone"), "arrow-back"),
    "taken": (N_("Case taken"), "account-circle"),
    "assigned": (N_("Case assigned"), "account-circle"),
    "moved": (N_("Given to another unit"), "arrow-forward"),
    "noted": (N_("Note added"), "edit"),
    "asked_back": (N_("Asked the applicant"), "question-mark"),
    "reminded": (N_("Reminded the applicant"), "warning"),
    "answered": (N_("The applicant answered"), "check"),
    "answer_written": (N_("Answer written down for the applicant"), "edit"),
    "answers_changed": (N_("Answers of the application changed"), "edit"),
    "stopped_asking": (N_("Question taken back"), "arrow-back"),
    "given_back": (N_("Case given back to the unit"), "arrow-back"),
    "permit_issued": (N_("Permit issued"), "check"),
    "permit_returned": (N_("Permit given back"), "arrow-back"),
    "permit_revoked": (N_("Permit revoked"), "close"),
    "permit_replaced": (N_("Another permit took its place"), "autorenew"),
    "tags_issued": (N_("Entered with its number"), "check"),
    "tags_revoked": (N_("Not entered any more"), "close"),
    "tag_ended": (N_("Deregistered"), "close"),
    "tag_restored": (N_("Entered again"), "autorenew"),
    "proof_infected": (N_("A document contained a virus and was deleted"), "warning"),
    "documents_added": (N_("Scans or photos added"), "draft"),
    "step_done": (N_("Step done"), "check"),
    "decided": (N_("Decision made"), "checklist"),
    "proposed": (N_("Decision proposed"), "checklist"),
    "confirmed": (N_("Decision confirmed by a second person"), "check"),
    "sent_back": (N_("Proposal sent back"), "arrow-back"),
    "taken_back": (N_("Decision taken back"), "arrow-back"),
    "sent": (N_("Decision sent"), "mail"),
    "handed_over": (N_("Decision handed over"), "check"),
    "posted": (N_("Decision posted"), "mail"),
    "letter_returned": (N_("Letter came back"), "warning"),
    "letter_arrived": (N_("Arrival of the letter proved"), "check"),
    "delivered_anew": (N_("Decision delivered anew"), "autorenew"),
    "withdrawn": (N_("Withdrawn by the applicant"), "close"),
    "closed": (N_("Case closed"), "checklist"),
    "brought_back": (N_("Case in the list again"), "autorenew"),
    "reopened": (N_("Case opened again"), "autorenew"),
    "protected": (N_("Person protected"), "visibility-off"),
    "protection_lifted": (N_("Protection of the person ended"), "visibility"),
}
UNREADABLE = {
    "quarantine": N_("is being checked for viruses"),
    "infected": N_("contained a virus and was deleted"),
}
ORIGINS = {
    "typed": N_("typed by the applicant"),
    "prefilled": N_("taken from earlier data"),
    "account": N_("from the citizen's account"),
    "simulated": N_("from the simulated account"),
    "simulated_wallet": N_("from the simulated wallet"),
    "wallet": N_("from the wallet"),
    "eid": N_("from the identity card"),
    "register": N_("fetched from a register"),
    "scan": N_("read from a scan"),
    "api": N_("from another system"),
    "clerk": N_("entered by a colleague"),
}
TRUST = {
    "none": N_("not verified"),
    "normal": N_("low assurance"),
    "substantiell": N_("substantial assurance"),
    "hoch": N_("high assurance"),
}
CHANNELS = {
    "online": N_("online"),
    "counter": N_("at the counter"),
    "phone": N_("by phone"),
    "paper": N_("on paper"),
    "post": N_("by post"),
    "email": N_("by e-mail"),
    "api": N_("from another system"),
    "wallet": N_("with the wallet"),
}
ENTERED = frozenset({"counter", "phone", "paper"})
"""Channels by which a colleague entered it: of the receipt only the day is known."""
PERMIT_STATES = {
    "valid": N_("Ended"),
    "returned": N_("Given back"),
    "revoked": N_("Revoked"),
    "replaced": N_("Replaced"),
}
DONE = {
    "permit_returned": N_("It is noted that the permit was given back."),
    "permit_revoked": N_("The permit is revoked."),
    "documents_added": N_("The documents were added to the case."),
    "taken": N_("The case is yours now."),
    "noted": N_("Your note was saved."),
    "asked": N_("Your question was sent. The clock stands still until the answer comes."),
    "decided": N_("Your decision was saved."),
    "confirmed": N_("The decision is confirmed."),
    "sent_back": N_("The proposal was sent back with your reason."),
    "taken_back": N_("The decision was taken back. Nothing was sent."),
    "closed": N_("The case is closed."),
    "reopened": N_("The case is open again."),
    "stopped_asking": N_("The question was taken back. The clock runs again."),
    "given_back": N_("The case is back with the unit. Nobody has it now."),
    "assigned": N_("The case was given to your colleague."),
    "moved": N_("The case was given to the other unit."),
    "step": N_("The step is done."),
    "saved": N_("Your view was saved."),
    "deputised": N_("The deputy was entered."),
    "deputy_ended": N_("The deputy's time was ended."),
    "fee_waive": N_("The fee is waived."),
    "fee_refund": N_("The fee goes back. How much stands under “Fee”."),
    "fee_keep": N_("The fee stays paid."),
    "fee_taken": N_("The fee is taken. Print the receipt under “Fee”."),
    "fee_undone": N_("It is undone. Print the receipt that says so under “Fee”."),
    "fee_ask": N_("The fee was asked for anew."),
    "delivery_hand": N_("It is noted that the decision was handed over."),
    "delivery_returned": N_("It is noted that the letter came back. Please deliver it anew."),
    "delivery_arrived": N_("It is noted that the letter arrived. From that day on it counts as known."),
    "delivery_again": N_("The decision goes out again."),
    "protected": N_("The person is protected now."),
    "unprotected": N_("The protection has ended."),
    "protected_opened": N_("The case is open to you for one hour."),
    "view_removed": N_("Your view was removed."),
}


def badge_of_state(state: str) -> dict[str, str]:
    """Colour, icon and word of a state."""
    kind, icon = STATE_LOOKS.get(state, ("info", "info"))
    return {"label": _(STATES.get(state, state)), "kind": kind, "icon": icon}


def badge_of_answer() -> dict[str, str]:
    """The mark of an answer that nobody has looked at."""
    return {"label": _("Answer arrived"), "kind": "warning", "icon": "mail"}


def badge_of_test() -> dict[str, str]:
    """The mark of an application that only tried out a service."""
    return {"label": _("Test"), "kind": "warning", "icon": "info"}


def badge_of_protection() -> dict[str, str]:
    """The mark of a protected person's case."""
    return {"label": _("Protected"), "kind": "warning", "icon": "visibility-off"}


def protected_person() -> str:
    """What stands in the place of a protected person's name, wherever one would be shown."""
    return _("Protected person")


def badge_of_deadline(colour: str, due: object) -> dict[str, str] | None:
    """Colour, icon and word of a deadline, none where none is to be kept any more."""
    if colour not in DEADLINES:
        return None
    kind, icon, text = DEADLINES[colour]
    return {"label": _(text, day=day(due, "short")), "kind": kind, "icon": icon}  # type: ignore[arg-type]  # a date, see queries


def badge_of_closing(state: str) -> dict[str, str] | None:
    """What a decided case still waits for: it stays in the list until somebody closes it."""
    return {"label": _("To be closed only"), "kind": "info", "icon": "checklist"} if state == "decided" else None


@lru_cache(2_048)
def drawn(label: str, kind: str, icon: str) -> Markup:
    """A badge as it stands in a list, drawn once: a list shows few different ones over and over."""
    parts: Any = environment().get_template("kern/parts.html").module
    badge: Markup = parts.badge(label, kind, icon)
    return badge


def outcome(key: str) -> str:
    """What an outcome is called."""
    return _(OUTCOMES.get(key, key))


def copy_in(tag: str) -> str:
    """The language of the copy that goes out beside the German letter, for whoever reads now; empty for none."""
    return language_name(tag) if tag in LANGUAGES and tag != OFFICIAL else ""


def said(error: Refused) -> str:
    """A refusal in the reader's language, days in its notation."""
    return _(error.text, **{name: day(one) if isinstance(one, date) else one for name, one in error.values.items()})


def done(key: str) -> str:
    """What the page says after an act, by its key in the address; nothing for an unknown key."""
    return _(DONE[key]) if key in DONE else ""


def fee(decision: DecisionView) -> str:
    """What a decision asks for, and why it is another amount than the fees come to; empty where it asks for nothing of its own."""
    if decision.fee_cents is None:
        return ""
    return f"{money(decision.fee_cents)}: {decision.fee_reason}" if decision.fee_reason else money(decision.fee_cents)
