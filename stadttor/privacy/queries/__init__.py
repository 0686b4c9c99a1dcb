"""Reads of privacy: how a case ends, what waits for the archive, what was deleted."""

from stadttor.privacy.queries.ended import CaseEnd, FormerHold, end_of, last_day_of
from stadttor.privacy.queries.finding import Found, find_person
from stadttor.privacy.queries.late import late_hand_overs, late_nights
from stadttor.privacy.queries.lists import DeletionRow, OfferRow, UnseenOffers, deletions, offer, offers, unseen_offers

__all__ = [
    "CaseEnd",
    "DeletionRow",
    "FormerHold",
    "Found",
    "OfferRow",
    "UnseenOffers",
    "deletions",
    "end_of",
    "find_person",
    "last_day_of",
    "late_hand_overs",
    "late_nights",
    "offer",
    "offers",
    "unseen_offers",
]
