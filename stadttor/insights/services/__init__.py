"""Verbs: an applicant gives a mark and may add why. What counts is in `counting`: the worker's, no web process needs it."""

from stadttor.insights.services.answering import add_comment, forget_old, give_score, is_right, right_to_answer
from stadttor.insights.services.visiting import visited

__all__ = ["add_comment", "forget_old", "give_score", "is_right", "right_to_answer", "visited"]
