"""Verbs of privacy: let the clock go on, answer an offer, hold, change a hold and lift it, delete on request, export."""

from stadttor.privacy.services.again import Again, erase_again
from stadttor.privacy.services.clock import Night, keep_time
from stadttor.privacy.services.exporting import (
    export_account,
    export_application,
    export_for_archive,
    export_person,
    search_person,
)
from stadttor.privacy.services.forgetting import forget_texts
from stadttor.privacy.services.holding import change_hold, hold, lift
from stadttor.privacy.services.offering import answer_offer, hand_over, open_offer
from stadttor.privacy.services.remembering import remember_all
from stadttor.privacy.services.requests import delete_on_request
from stadttor.privacy.services.straying import settle_stray

__all__ = [
    "Again",
    "Night",
    "answer_offer",
    "change_hold",
    "delete_on_request",
    "erase_again",
    "export_account",
    "export_application",
    "export_for_archive",
    "export_person",
    "forget_texts",
    "hand_over",
    "hold",
    "keep_time",
    "lift",
    "open_offer",
    "remember_all",
    "search_person",
    "settle_stray",
]
