"""Reads: the stock of processes, how mature they are, what comes first, and when."""

from stadttor.inventory.queries.drawing import DrawingRow, drawing
from stadttor.inventory.queries.maturity import Assessed, maturities, maturity
from stadttor.inventory.queries.ranking import Ranking, RatingRow, ranking, rating, weights_of
from stadttor.inventory.queries.roadmap import Roadmap, plan, roadmap
from stadttor.inventory.queries.stock import ProcessRow, minutes_by_service, process, processes

__all__ = [
    "Assessed", "DrawingRow", "ProcessRow", "Ranking", "RatingRow", "Roadmap", "drawing", "maturities", "maturity",
    "minutes_by_service", "plan", "process", "processes", "ranking", "rating", "roadmap", "weights_of",
]  # fmt: skip
