"""Reads: the stock of processes."""

from stadttor.inventory.queries.stock import ProcessRow, process, processes

__all__ = ["ProcessRow", "process", "processes"]
