"""Verbs of hand-over: make one, deliver it, end it otherwise, copy it field by field, say where it goes, forget it."""

from stadttor.exchange.services.copying import finish_sheet, tick
from stadttor.exchange.services.delivering import deliver, tidy
from stadttor.exchange.services.ending import drop, drop_open, drop_replaced, note_file, to_sheet, try_again
from stadttor.exchange.services.erasing import erase_hand_overs
from stadttor.exchange.services.making import Along, File, hand_over
from stadttor.exchange.services.targets import ask_to_look, look_at_target, remove_target, save_target

__all__ = [
    "Along",
    "File",
    "ask_to_look",
    "deliver",
    "drop",
    "drop_open",
    "drop_replaced",
    "erase_hand_overs",
    "finish_sheet",
    "hand_over",
    "look_at_target",
    "note_file",
    "remove_target",
    "save_target",
    "tick",
    "tidy",
    "to_sheet",
    "try_again",
]
