"""Verbs of an organiser about the descriptions of her town."""

from stadttor.descriptions.services.importing import take_in
from stadttor.descriptions.services.keeping import save_description, set_hidden, take_back

__all__ = ["save_description", "set_hidden", "take_back", "take_in"]
