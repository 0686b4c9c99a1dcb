"""Reads: how satisfied applicants are. The key figures are in `figures`, loaded with the first page of them."""

from stadttor.insights.queries.satisfaction import MOST_COMMENTS, Satisfaction, satisfaction, written

__all__ = ["MOST_COMMENTS", "Satisfaction", "satisfaction", "written"]
