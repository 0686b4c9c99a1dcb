"""A table of the cockpit as a file."""

from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from stadttor.ground.clock import german_day, now
from stadttor.ground.web.language import current
from stadttor.ground.web.sheets import Cell, csv_file, xlsx_file


def table_file(kind: str, name: str, title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """The table of today as the kind asked for."""
    day = german_day(now())
    if kind == "csv":
        return csv_file(name, day, head, rows)
    return xlsx_file(name, day, title, head, rows, leftwards=current().direction == "rtl")
