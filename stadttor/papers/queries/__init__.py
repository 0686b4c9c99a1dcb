"""Reads: what was assessed, who watches in this Land, what a service does with data."""

from stadttor.papers.queries.notice import Notice, Part, Said, notice, period_text
from stadttor.papers.queries.watching import Watching, assessment, processor, watching
from stadttor.papers.rules.assessment import Assessment
from stadttor.papers.rules.bodies import Body

__all__ = [
    "Assessment", "Body", "Notice", "Part", "Said", "Watching", "assessment", "notice", "period_text", "processor", "watching",
]  # fmt: skip
