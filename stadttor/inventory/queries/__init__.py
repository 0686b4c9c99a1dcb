"""Reads: the stock of processes, and what comes first."""

from stadttor.inventory.queries.ranking import Ranking, RatingRow, ranking, rating, weights_of
from stadttor.inventory.queries.stock import ProcessRow, process, processes

__all__ = ["ProcessRow", "Ranking", "RatingRow", "process", "processes", "ranking", "rating", "weights_of"]
