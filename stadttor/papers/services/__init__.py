"""Verbs of organisers: enter what papers need."""

from stadttor.papers.services.assessing import assess

__all__ = ["assess"]
