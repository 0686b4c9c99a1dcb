"""Reads: what was assessed, who watches in this Land, what a service does with data."""

from stadttor.papers.queries.barriers import PAGE, BarrierRow, barrier, barriers, count_barriers
from stadttor.papers.queries.notice import Notice, Part, Said, notice, period_text
from stadttor.papers.queries.processing import Processing, facts_of, processings, subprocessors
from stadttor.papers.queries.watching import Watching, assessment, processor, watching
from stadttor.papers.rules.assessment import Assessment
from stadttor.papers.rules.barriers import LONGEST, LONGEST_EMAIL, LONGEST_PLACE
from stadttor.papers.rules.bodies import Body

LONGEST_OF_REPORT = {"text": LONGEST, "place": LONGEST_PLACE, "email": LONGEST_EMAIL}
"""Characters that each part of a report of a barrier may have."""

__all__ = [
    "LONGEST_OF_REPORT",
    "PAGE",
    "Assessment",
    "BarrierRow",
    "Body",
    "Notice",
    "Part",
    "Processing",
    "Said",
    "Watching",
    "assessment",
    "barrier",
    "barriers",
    "count_barriers",
    "facts_of",
    "notice",
    "period_text",
    "processings",
    "processor",
    "subprocessors",
    "watching",
]
