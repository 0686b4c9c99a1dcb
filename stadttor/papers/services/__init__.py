"""Verbs: an organiser says how accessible the pages are; somebody reports a barrier, an organiser answers."""

from stadttor.papers.services.assessing import assess
from stadttor.papers.services.reporting import answer_barrier, forget_barriers, report_barrier

__all__ = ["answer_barrier", "assess", "forget_barriers", "report_barrier"]
