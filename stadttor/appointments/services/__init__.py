"""Verbs of appointments: set up pools; book, move, cancel, mark; remind; erase."""

from stadttor.appointments.services.booking import Person, Wanted, book, cancel, move
from stadttor.appointments.services.erasing import erase_booking, forget_over
from stadttor.appointments.services.marking import mark
from stadttor.appointments.services.pools import PoolSetting, save_pool
from stadttor.appointments.services.protecting import look_at_protected, protect
from stadttor.appointments.services.reminding import remind_coming

__all__ = [
    "Person",
    "PoolSetting",
    "Wanted",
    "book",
    "cancel",
    "erase_booking",
    "forget_over",
    "look_at_protected",
    "mark",
    "move",
    "protect",
    "remind_coming",
    "save_pool",
]
