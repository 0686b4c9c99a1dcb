"""Reads of the descriptions: the product's own (`template`), and what a town shows of them and beside them (`towns`)."""

from stadttor.descriptions.queries.template import (
    DescribedService,
    SituationRow,
    WholeDescription,
    described,
    description,
    situations,
)
from stadttor.descriptions.queries.towns import Entry, described_at, description_at, entries, entry, titles_at

__all__ = [
    "DescribedService",
    "Entry",
    "SituationRow",
    "WholeDescription",
    "described",
    "described_at",
    "description",
    "description_at",
    "entries",
    "entry",
    "situations",
    "titles_at",
]
