"""Verbs of cases. Each is one `work`: check, change, event and audit, enqueue."""

from stadttor.cases.rules import in_print
from stadttor.cases.services.asking import (
    Asked,
    Given,
    answer_question,
    ask_back,
    remind_of_question,
    stop_asking,
    waits_for_answer,
)
from stadttor.cases.services.assigning import assign, deputise, end_deputy, give_back, may_hand_to, move, take
from stadttor.cases.services.closing import bring_back, close, reopen, withdraw
from stadttor.cases.services.deciding import (
    NotYet,
    complete_step,
    confirm_second,
    decide,
    deliver_decision,
    send_back,
    send_due_decision,
    undo,
)
from stadttor.cases.services.erasing import erase_case
from stadttor.cases.services.handing_out import note_document, note_export, note_file, note_list, note_look
from stadttor.cases.services.looking import forget_looks, look_at
from stadttor.cases.services.noting import note, note_from_outside, remove_filter, save_filter, typed_reason
from stadttor.cases.services.opening import open_case
from stadttor.cases.services.placing import find_units
from stadttor.cases.services.protecting import lift_protection, open_for_archive, open_protected, protect
from stadttor.cases.services.staying import ends_with_case, quiet_without, stays

__all__ = [
    "Asked",
    "Given",
    "NotYet",
    "answer_question",
    "ask_back",
    "assign",
    "bring_back",
    "close",
    "complete_step",
    "confirm_second",
    "decide",
    "deliver_decision",
    "deputise",
    "end_deputy",
    "ends_with_case",
    "erase_case",
    "find_units",
    "forget_looks",
    "give_back",
    "in_print",
    "lift_protection",
    "look_at",
    "may_hand_to",
    "move",
    "note",
    "note_document",
    "note_export",
    "note_file",
    "note_from_outside",
    "note_list",
    "note_look",
    "open_case",
    "open_for_archive",
    "open_protected",
    "protect",
    "quiet_without",
    "remind_of_question",
    "remove_filter",
    "reopen",
    "save_filter",
    "send_back",
    "send_due_decision",
    "stays",
    "stop_asking",
    "take",
    "typed_reason",
    "undo",
    "waits_for_answer",
    "withdraw",
]
