"""What case page and list show of other modules: the fee, what was sent, the file, how long it is kept. See the wiring."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from stadttor.cases.panels import PanelView, permit_badge, tag_badge
from stadttor.cases.ports import CaseRef
from stadttor.cases.queries.permits import permit_of
from stadttor.cases.queries.tags import tags_of
from stadttor.exchange.queries import (
    COPIED,
    DROPPED,
    REFUSED,
    SHEET,
    TAKEN,
    WAITING,
    HandOverRow,
    hand_overs_of,
    problem_text,
)
from stadttor.forms.queries import is_accepted
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.formats import day, moment, money
from stadttor.ground.web.language import N_, _, current
from stadttor.identity.issuing.queries import Taken, taken
from stadttor.identity.queries import Staff
from stadttor.notices.queries import mails_for, messages_for
from stadttor.payments.queries import PAID, REFUNDED, WAIVED, PaymentRow, may_follow, payment_of, states_of
from stadttor.payments.queries.finance import claim_number_of, receipts_of
from stadttor.portal import entered
from stadttor.portal.again import ACTS, TAG_ACTS, acts_for, acts_for_tag
from stadttor.privacy.queries import end_of
from stadttor.records.queries import documents
from stadttor.site.applications import submitted
from stadttor.site.counter import METHODS, Owed, owed
from stadttor.site.fees import was_opened_again, what_is_left
from stadttor.site.passed import passed

PAYMENT_STATES = {
    "open": N_("The fee is still open."),
    "paid": N_("The fee was paid."),
    "waived": N_("The fee was waived."),
    "refunded": N_("The fee was paid back."),
}
PAYMENT_LOOKS = {
    "open": (N_("Fee open"), "warning", "warning"),
    "paid": (N_("Fee paid"), "success", "check"),
    "waived": (N_("Fee waived"), "info", "info"),
    "refunded": (N_("Fee paid back"), "info", "info"),
}


class EntryPanel:
    """How it came in that a colleague entered: channel, day of receipt, identity document seen, what she let pass."""

    key = "0-entry"

    def view(self, case: CaseRef, staff: Staff) -> PanelView | None:
        if case.submission_id is None or not is_accepted(case.authority_id, case.submission_id):
            return None
        found = submitted(case.authority_id, case.submission_id)
        if found.entry is None:
            return None
        context = {
            "entry": found.entry,
            "channel": entered.channel_of(found.entry),
            "document": entered.document_of(found.entry),
            "passed": passed(found, current().tag),
        }
        return PanelView(_("How it came in"), "site/panel_entry.html", context)


class PaymentPanel:
    """The fee: what is owed, whether it came in; let it go or pay it back."""

    key = "1-payment"

    def view(self, case: CaseRef, staff: Staff) -> PanelView | None:
        payment = payment_of(case.authority_id, case.submission_id) if case.submission_id else None
        due = owed(case)
        if payment is None:
            return _due_at_counter(case, due) if due else None
        context = {
            "payment": payment,
            "case_id": case.case_id,
            "owed": due,
            "claim": claim_number_of(case.authority_id, payment.id),
            "receipts": _receipts(case.authority_id, payment),
            "state": _(PAYMENT_STATES[payment.state]),
            "may_waive": may_follow(payment.state, WAIVED),
            "may_refund": may_follow(payment.state, REFUNDED),
            "is_paid": payment.state == PAID,
            "gone_back": money(payment.refunded_cents) if payment.refunded_cents and payment.state == PAID else "",
            "to_check": what_is_left(case, payment) in ("refund", "check"),
            "may_keep": what_is_left(case, payment) == "check",
            "opened_again": was_opened_again(case, payment),
        }
        return PanelView(_("Fee"), "site/panel_payment.html", context, _payment_badge(payment.state))


def _due_at_counter(case: CaseRef, due: Owed) -> PanelView:
    """A fee that nobody asked for yet, since it is taken at the counter only."""
    return PanelView(_("Fee"), "site/panel_payment.html", {"owed": due, "case_id": case.case_id})


def _receipts(authority_id: UUID, payment: PaymentRow) -> list[dict[str, Any]]:
    """What was taken at the counter and undone; the last can be undone while nothing followed."""
    found, today = receipts_of(authority_id, payment.id), german_day(now())
    open_still = payment.state == PAID and not payment.refunded_cents
    return [
        {
            "row": one,
            "method": _(METHODS[one.method]),
            "may_undo": open_still and not one.undoes and not one.undone and one.day >= today,
        }
        for one in found
    ]


def payment_marks(authority_id: UUID, submission_ids: Sequence[UUID]) -> dict[UUID, dict[str, str]]:
    """What a list of cases says of their fees."""
    return {one: _payment_badge(state) for one, state in states_of(authority_id, submission_ids).items()}


def _payment_badge(state: str) -> dict[str, str]:
    label, kind, icon = PAYMENT_LOOKS[state]
    return {"label": _(label), "kind": kind, "icon": icon}


class PermitPanel:
    """The permit as an object: what it is for, whether it is valid, its history, and how it goes on or ends."""

    key = "0-permit"

    def view(self, case: CaseRef, staff: Staff) -> PanelView | None:
        permit = permit_of(case.authority_id, case.case_id)
        if permit is None:
            return None
        today = german_day(now())
        acts = acts_for(case.authority_id, permit)
        context = {
            "permit": permit,
            "badge": permit_badge(permit, today),
            "next_case": permit.replaced_by,
            "acts": [{"act": act, "label": _(ACTS[act])} for act in acts],
            "may_end": permit.may_end(today),
            "wallet": _in_wallet(taken(case.authority_id, case.case_id)),
            "history": [_permit_line(one) for one in reversed(permit.history)],
        }
        return PanelView(_("Permit"), "site/panel_permit.html", context, permit_badge(permit, today))


def _in_wallet(found: Taken | None) -> str:
    """Since when its holder has it in a wallet, or that it counts there no more; empty while she never took it."""
    if found is None:
        return ""
    if found.counts(now()):
        return _("since {moment}", moment=moment(found.at))
    return _("it does not count there any more")


class TagsPanel:
    """What the case entered until it is ended (dogs): the number of each, its history, and how it ends."""

    key = "0-tags"

    def view(self, case: CaseRef, staff: Staff) -> PanelView | None:
        tags = tags_of(case.authority_id, case.case_id)
        if not tags:
            return None
        today = german_day(now())
        rows = [
            {
                "tag": one,
                "badge": tag_badge(one, today),
                "acts": [
                    {"act": act, "label": _(TAG_ACTS[act], name=one.called)}
                    for act in acts_for_tag(case.authority_id, one)
                ],
                "history": [_tag_line(line) for line in reversed(one.history)],
            }
            for one in tags
        ]
        return PanelView(_("Entered"), "site/panel_tags.html", {"rows": rows})


TAG_LINES = {
    "issued": (N_("Entered with its number"), "check"),
    "revoked": (N_("Not entered any more"), "close"),
    "ended": (N_("Deregistered"), "close"),
    "restored": (N_("Entered again"), "autorenew"),
}


def _tag_line(one: Mapping[str, Any]) -> dict[str, str]:
    """A line of a tag's history: its number then, or from when it does not count."""
    title, icon = TAG_LINES[one["act"]]
    text = _("from {day}", day=day(date.fromisoformat(one["day"]))) if "day" in one else one.get("number", "")
    when = moment(datetime.fromisoformat(one["at"]))
    return {"when": when, "who": one["name"], "title": _(title), "text": text, "icon": icon}


class WalletPanel:
    """That somebody has what was decided, a certificate, in her wallet. Of a permit its own panel says so."""

    key = "0-wallet"

    def view(self, case: CaseRef, staff: Staff) -> PanelView | None:
        found = taken(case.authority_id, case.case_id)
        if found is None or permit_of(case.authority_id, case.case_id) is not None:
            return None
        return PanelView(_("Certificate"), "site/panel_wallet.html", {"wallet": _in_wallet(found)})


PERMIT_ACTS = {
    "issued": (N_("Permit issued"), "check"),
    "returned": (N_("Permit given back"), "arrow-back"),
    "revoked": (N_("Permit revoked"), "close"),
    "replaced": (N_("Another permit took its place"), "autorenew"),
}


def _permit_line(one: Mapping[str, Any]) -> dict[str, str]:
    """A line of a permit's history: what it said then, from when it ended, why."""
    title, icon = PERMIT_ACTS[one["act"]]
    said = [", ".join(one.get("plates", ()))]
    if "until" in one:
        said.append(f"{day(date.fromisoformat(one['from']))} – {day(date.fromisoformat(one['until']))}")
    if "day" in one:
        said.append(_("from {day}", day=day(date.fromisoformat(one["day"]))))
    said.append(one.get("reason", ""))
    when = moment(datetime.fromisoformat(one["at"]))
    return {"when": when, "who": one["name"], "title": _(title), "text": " · ".join(filter(None, said)), "icon": icon}


class DeliveryPanel:
    """What went to the applicant: messages with the time they were read, mails with what the mail server said."""

    key = "2-delivery"

    def view(self, case: CaseRef, staff: Staff) -> PanelView | None:
        if case.submission_id is None:
            return None
        mails = mails_for(case.authority_id, case.submission_id)
        messages = messages_for(case.authority_id, case.submission_id)
        if not mails and not messages:
            return None
        # For whoever looks for a lost mail: the server's own words, which are no colleague's.
        replies = [
            {"label": f"{one.recipient}, {moment(one.created)}", "value": one.reply} for one in mails if one.reply
        ]
        context = {"mails": mails, "messages": messages, "replies": replies}
        return PanelView(_("Sent to the applicant"), "site/panel_delivery.html", context)


class KeepingPanel:
    """How long the case is kept, what holds it, and where a lead deletes it or holds it."""

    key = "4-keeping"

    def view(self, case: CaseRef, staff: Staff) -> PanelView | None:
        if not staff.may("lead"):
            return None
        end = end_of(case.authority_id, case.case_id)
        context = {"until": end.ended.until, "held": end.ended.held, "stage": end.ended.stage, "case_id": case.case_id}
        return PanelView(_("Retention"), "privacy/panel.html", context)


class FilePanel:
    """The electronic file: every document with version and hash, as one PDF or as ZIP."""

    key = "3-file"

    def view(self, case: CaseRef, staff: Staff) -> PanelView | None:
        rows = documents(case.authority_id, case.case_id, all_versions=True)
        if not rows:
            return None
        sums = [{"label": f"{one.title} ({one.version})", "value": one.sha256} for one in rows]
        context = {"documents": rows, "case_id": case.case_id, "sums": sums}
        return PanelView(_("Electronic file"), "site/panel_file.html", context)


class HandOverPanel:
    """What the procedure that works on gets of the case, and whether it has it."""

    key = "2-hand-over"

    def view(self, case: CaseRef, staff: Staff) -> PanelView | None:
        found = hand_overs_of(case.authority_id, case.case_id)
        if not found:
            return None
        moment = now()
        rows = [
            {"row": one, "badge": hand_over_badge(one, moment), "problem": problem_text(one.problem)} for one in found
        ]
        return PanelView(_("Hand-over"), "site/panel_hand_over.html", {"rows": rows}, hand_over_badge(found[0], moment))


HAND_OVER_LOOKS = {
    WAITING: (N_("On its way"), "info", "mail"),
    REFUSED: (N_("Refused by the target"), "danger", "close"),
    SHEET: (N_("To be copied"), "warning", "edit"),
    TAKEN: (N_("Taken over"), "success", "check"),
    COPIED: (N_("Copied by hand"), "success", "check"),
    DROPPED: (N_("Not handed over"), "info", "info"),
}


def hand_over_badge(row: HandOverRow, at: datetime) -> dict[str, str]:
    """Where it stands, at a glance; what should be taken over by now says so."""
    label, kind, icon = HAND_OVER_LOOKS[row.state]
    if row.is_overdue(at):
        return {"label": _("Overdue: {state}", state=_(label)), "kind": "danger", "icon": "warning"}
    return {"label": _(label), "kind": kind, "icon": icon}
