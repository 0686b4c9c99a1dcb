"""What the pages of key figures show of them, an authority's as those of many: tables, the trend, and pictures by month."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from stadttor.ground.web.formats import number
from stadttor.ground.web.language import _
from stadttor.insights.key_figures.drawing import Column, columns, lying, pairs
from stadttor.insights.key_figures.wording import DEFINITIONS, Figure, by_name, range_of, value
from stadttor.insights.rules.figures import Amount, Figures, Range, Share, Spread

# The trend of all services: what gets shorter, better, more.
OF_TREND = ("net", "satisfied", "online")
MOST_DRAWN = 20
# From here on a picture has no room for whole numbers.
THOUSANDS = 1_000
Months = Sequence[tuple[date, Figures]]
Link = Callable[[str], str]


def month_name(month: date) -> str:
    """`10/2026`, which needs no grammar."""
    return f"{month.month:02}/{month.year}"


def span_name(months: Sequence[date]) -> str:
    """From the first to the last of them."""
    return f"{month_name(months[0])} – {month_name(months[-1])}"


def figure_columns(names: Collection[str]) -> list[dict[str, Any]]:
    """A column for each of these figures."""
    return [{"key": name, "label": _(DEFINITIONS[name].short), "numeric": True} for name in names]


def figure_cells(figures: Figures, names: Collection[str]) -> dict[str, str]:
    """What stands in them."""
    made = by_name(figures)
    return {name: value(made[name]) for name in names}


def whole_columns() -> list[dict[str, Any]]:
    """Of a table with a line for each figure."""
    return [
        {"key": "figure", "label": _("Key figure")},
        {"key": "value", "label": _("Value")},
        {"key": "range", "label": _("Range")},
        {"key": "n", "label": _("Counted"), "numeric": True},
    ]


def whole_row(name: str, figures: Figures, href: str = "") -> dict[str, Any]:
    """A line of it."""
    figure = by_name(figures)[name]
    cells = {
        "figure": _(DEFINITIONS[name].label),
        "value": value(figure),
        "range": range_of(name, figure),
        "n": number(figure.n) if figure else "",
    }
    return {"cells": cells, "href": href if figure else ""}


def trend(before: Figures, lately: Figures, spans: tuple[Sequence[date], Sequence[date]]) -> dict[str, Any]:
    """The last months that are over against those before: shares as bars, all as a table."""
    early, late = by_name(before), by_name(lately)
    names = [name for name in DEFINITIONS if early[name] and late[name]]
    said = dict(zip(("before", "lately"), map(span_name, spans), strict=True))
    return {
        "columns": [
            {"key": "figure", "label": _("Key figure")},
            {"key": "before", "label": said["before"], "numeric": True},
            {"key": "lately", "label": said["lately"], "numeric": True},
        ],
        "rows": [
            {"cells": {"figure": _(DEFINITIONS[name].label), "before": value(early[name]), "lately": value(late[name])}}
            for name in names
        ],
        "bars": pairs(
            [
                (_(DEFINITIONS[name].short), one.percent, other.percent)
                for name in names
                if isinstance(one := early[name], Share) and isinstance(other := late[name], Share)
            ]
        ),
        **said,
    }


def trend_of_all(
    found: Mapping[str, tuple[Figures, Figures]],
    titles: Mapping[str, str],
    spans: tuple[Sequence[date], Sequence[date]],
    href: Link,
) -> dict[str, Any]:
    """Every service (its figures before and lately) whose figures stand in both spans: as a table, and its net duration drawn."""
    before, lately = map(span_name, spans)
    rows, drawn = [], []
    for service, pair in found.items():
        early, late = map(by_name, pair)
        name = titles.get(service, service)
        cells = {
            one: f"{value(early[one])} → {value(late[one])}" if early[one] and late[one] else "" for one in OF_TREND
        }
        if any(cells.values()):
            rows.append({"cells": {"service": name, **cells}, "href": href(service)})
        was, now_is = (figures.net for figures in pair)
        if was and now_is:
            drawn.append((now_is.n, name, was.median, now_is.median))
    largest = sorted(drawn, key=lambda one: (-one[0], one[1]))[:MOST_DRAWN]
    return {
        "columns": [{"key": "service", "label": _("Service")}, *figure_columns(OF_TREND)],
        "rows": sorted(rows, key=lambda row: str(row["cells"]["service"]).casefold()),
        "bars": lying([(name, was, now_is) for _n, name, was, now_is in largest]),
        "before": before,
        "lately": lately,
    }


def month_columns(names: Collection[str]) -> list[dict[str, Any]]:
    """Of a table with a line for each month."""
    return [{"key": "month", "label": _("Month")}, *figure_columns(names)]


def month_rows(months: Months, names: Collection[str], href: Callable[[date], str] = lambda _month: "") -> list[Any]:
    """Its lines, the newest month first."""
    return [
        {"cells": {"month": month_name(month), **figure_cells(figures, names)}, "href": href(month)}
        for month, figures in reversed(months)
    ]


def picture(months: Months, name: str) -> dict[str, Any]:
    """A figure by month as bars, with what they are in words."""
    found = [by_name(figures)[name] for _month, figures in months]
    highest = max((one.n for one in found if isinstance(one, Amount)), default=0)
    unit = THOUSANDS if highest >= THOUSANDS else 1
    days = [month for month, _figures in months]
    titles = [
        ": ".join((month_name(month), ", ".join(filter(None, (value(one), range_of(name, one))))))
        for month, one in zip(days, found, strict=True)
    ]
    full = 100 if any(isinstance(one, Share) for one in found) else 0
    drawn = columns(days, [_column(one, unit) for one in found], titles, full)
    kind = type(next((one for one in found if one), None))
    return {**drawn, **_words(kind, name, span_name(days), unit)}


def _column(figure: Figure | None, unit: int) -> Column | None:
    if figure is None:
        return None
    if isinstance(figure, Spread):
        return Column(figure.median, number(figure.median), figure.p90, number(figure.p90))
    if isinstance(figure, Range):
        return Column(figure.low, number(figure.low), figure.high, number(figure.high))
    if isinstance(figure, Amount):
        return Column(figure.n, number(figure.n if unit == 1 else _short(figure.n / unit)))
    return Column(figure.percent, number(round(figure.percent)))


def _short(thousands: float) -> float | int:
    return round(thousands, 1) if thousands < 100 else round(thousands)


def _words(kind: type, name: str, span: str, unit: int) -> dict[str, str]:
    """What the picture shows for who does not see it, and below it for who does."""
    if kind is Spread and name == "net":
        return {
            "said": _(
                "Processing time without the applicant's turn by month, in working days; the table below says the same."
            ),
            "caption": _(
                "Processing time without the applicant's turn, in working days, {span}."
                " Filled: half of the cases; frame: nine of ten.",
                span=span,
            ),
        }
    figure = _(DEFINITIONS[name].label)
    if kind is Share:
        return {
            "said": _("{figure} by month, in percent; the table below says the same.", figure=figure),
            "caption": _("{figure}, in percent, {span}.", figure=figure, span=span),
        }
    if kind is Range:
        return {
            "said": _("{figure} by month, in minutes; the table below says the same.", figure=figure),
            "caption": _(
                "{figure}, {span}: half of the cases. Filled: at least; frame: at most.", figure=figure, span=span
            ),
        }
    return {
        "said": _("{figure} by month; the table below says the same.", figure=figure),
        "caption": _("{figure}, {span}.", figure=figure, span=span)
        if unit == 1
        else _("{figure}, in thousands, {span}.", figure=figure, span=span),
    }
