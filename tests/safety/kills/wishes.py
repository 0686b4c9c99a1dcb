"""What the killer waits for, told to the people: who can do it does it for certain, so that no step is come to by luck."""

from collections.abc import Callable
from pathlib import Path

Wishes = Callable[[str], bool]
"""Whether somebody is to die after an act of this name."""
_LEADS_TO = {
    "asking": (
        "cases.services.asking.ask_back", "cases.services.asking.answer_question", "cases.services.asking.stop_asking",
        "portal.services.answer", "job site.send_question", "job site.file_answer", "job cases.remind",
        "job site.remind_of_question",
    ),
    "change_fee": ("payments.services.change_amount", "forms.services.amending.amend"),
    "stop_asking": ("cases.services.asking.stop_asking",),
    "give_back": ("cases.services.assigning.give_back",),
    "grant": (
        "cases.services.permitting.issue_permit", "cases.services.permitting.end_permit",
        "identity.issuing.exchange.credentials_for", "identity.issuing.exchange.token_for",
        "identity.issuing.services.offer", "identity.issuing.services.revoke", "portal.services.offer_credential",
    ),
    "refuse": (
        "cases.services.permitting.let_permit_go",
        "payments.services.claiming.claim_for",
        "payments.services.refund", "payments.services.note_returned", "payments.simulator.Simulator.refund",
        "job payments.pay_back", "job site.refunded",
    ),
    "counter": (
        "payments.services.counter.take", "payments.services.counter.undo", "payments.services.counter.note_printed",
    ),
    "take_permit": ("cases.services.permitting.end_permit", "job site.send_revocation"),
    "hand": ("notices.services.delivering.hand_over",),
    "return": ("notices.services.delivering.note_returned",),
    "deliver": (
        "notices.services.delivering.hand_over", "notices.services.delivering.note_returned", "site.delivering.settle",
        "notices.services.delivering.take_another_way", "notices.services.printing.make_run",
        "notices.services.printing.post_run", "notices.services.printing.undo_run", "site.post_room.post_letters",
    ),
    "print": (
        "notices.services.delivering.note_returned",
        "notices.services.printing.make_run", "notices.services.printing.post_run",
        "notices.services.printing.undo_run", "site.post_room.post_letters",
    ),
    "post": (
        "notices.services.delivering.note_returned","notices.services.printing.post_run", "site.post_room.post_letters"),
    "take_apart": ("notices.services.printing.undo_run",),
    "reception": ("appointments.services.marking.mark", "appointments.services.erasing.erase_booking"),
    "wallet": (
        "identity.issuing.exchange.credentials_for", "identity.issuing.exchange.token_for",
        "identity.issuing.services.offer", "identity.issuing.services.revoke", "portal.services.offer_credential",
    ),
    "decline": ("forms.services.retrieving.decline",),
    "throw_away": ("forms.services.retrieving.throw_away",),
    "open": ("notices.services.delivering.note_opened",),
    "leave_unopened": ("site.delivering._send_unopened",),
    "target_away": (
        "exchange.services.copying.finish_sheet", "exchange.services.copying.tick",
        "exchange.services.delivering._not_taken", "exchange.services.ending.drop",
        "exchange.services.ending.note_file", "exchange.services.ending.to_sheet", "exchange.services.ending.try_again",
    ),
    "hand_over_again": ("exchange.services.ending.try_again",),
    "hand_over_give_up": (
        "exchange.services.copying.finish_sheet", "exchange.services.copying.tick",
        "exchange.services.ending.note_file", "exchange.services.ending.to_sheet",
    ),
    "hand_over_drop": ("exchange.services.ending.drop",),
    "hand_over_keep": ("exchange.services.copying.tick",),
    "hand_over_finish": ("exchange.services.copying.finish_sheet",),
    "hand_over_file": ("exchange.services.ending.note_file",),
    "close_day": ("payments.services.closing.close_day",),
    "figures": ("insights.services.counting.count",),
    "enter": ("forms.services.entering.start_entry",),
    "move": ("appointments.services.booking.move",),
    "cancel": (
        "appointments.services.booking.cancel", "appointments.services.erasing.erase_booking",
        "appointments.services.erasing._erase_over",
    ),
}  # fmt: skip
"""Acts of people that chance decides, by the steps they lead to. All others happen all the time, or are rung."""


def wishes(points: Path) -> Wishes:
    """By the orders that lie in `points`."""

    def wanted(act: str) -> bool:
        return any((points / step).exists() for step in _LEADS_TO[act])

    return wanted


def unknown(steps: list[str]) -> set[str]:
    """Steps named here that the product does not have (any more)."""
    return {name for names in _LEADS_TO.values() for name in names} - set(steps)
