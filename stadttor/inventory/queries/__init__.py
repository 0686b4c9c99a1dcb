"""Reads: the stock of processes, what comes first, and when."""

from stadttor.inventory.queries.ranking import Ranking, RatingRow, ranking, rating, weights_of
from stadttor.inventory.queries.roadmap import Roadmap, plan, roadmap
from stadttor.inventory.queries.stock import ProcessRow, process, processes

__all__ = [
    "ProcessRow", "Ranking", "RatingRow", "Roadmap", "plan", "process", "processes", "ranking", "rating", "roadmap", "weights_of",
]  # fmt: skip
