"""The pure rules of forms: reading, checking, showing answers; visibility, requirement, fees. No Django, no clock."""

from stadttor.forms.rules.filled import Applicant, FeeLine, Fees, Filled, Shown
from stadttor.forms.rules.problems import ERROR_TEXTS, Error, Problem, Unreadable
from stadttor.forms.rules.reading import read_page
from stadttor.forms.rules.types import TYPES, Words, show, show_money, unanswered

__all__ = [
    "ERROR_TEXTS",
    "TYPES",
    "Applicant",
    "Error",
    "FeeLine",
    "Fees",
    "Filled",
    "Problem",
    "Shown",
    "Unreadable",
    "Words",
    "read_page",
    "show",
    "show_money",
    "unanswered",
]
