"""Verbs of notices: send a mail, post a message, mark it as read, send a decision on its way, erase all."""

from stadttor.notices.services.delivering import (
    NO_DECISION,
    Way,
    begin_delivery,
    hand_over,
    hold_back,
    note_arrived,
    note_opened,
    note_returned,
    take_another_way,
)
from stadttor.notices.services.erasing import erase_about
from stadttor.notices.services.mailing import send_mail
from stadttor.notices.services.posting import mark_read, post_message
from stadttor.notices.services.printing import drop_plain, make_run, note_printed, post_run, undo_run

__all__ = [
    "NO_DECISION",
    "Way",
    "begin_delivery",
    "drop_plain",
    "erase_about",
    "hand_over",
    "hold_back",
    "make_run",
    "mark_read",
    "note_arrived",
    "note_opened",
    "note_printed",
    "note_returned",
    "post_message",
    "post_run",
    "send_mail",
    "take_another_way",
    "undo_run",
]
