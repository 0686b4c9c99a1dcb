"""An authority's counters by month: its services together, and what is summed over authorities."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from stadttor.core.periods import months_later
from stadttor.ground.rows import read
from stadttor.ground.work import work
from stadttor.insights.queries.figures import BEHIND, MONTHS, Measured, marks_end, months_of, months_over
from stadttor.insights.rules.figures import WORKED, Figures, figures_of, hidden_parts

# What stands behind a colon tells parts of a measure apart. What is counted by day
# counts by month here; minutes of work stay in the house.
_MONTHS_SQL = """
SELECT service, month, split_part(measure, ':', 1), CASE WHEN measure = ANY(%s) THEN 0 ELSE value END, sum(count)::int
FROM insights_counter WHERE authority_id = %s AND month BETWEEN %s AND %s AND measure <> ALL(%s) GROUP BY 1, 2, 3, 4
"""
_BY_DAY = ["begun", "sent", "visits"]
_SOME_SQL = """
SELECT service, month, split_part(measure, ':', 1), CASE WHEN measure = 'visits' THEN 0 ELSE value END, sum(count)::int
FROM insights_counter WHERE authority_id = %s AND month BETWEEN %s AND %s AND split_part(measure, ':', 1) = ANY(%s)
 AND (month < %s OR split_part(measure, ':', 1) <> 'score')
GROUP BY 1, 2, 3, 4
"""
TOGETHER = ("visits", "satisfied", "online", "handling")
"""What is shown of all services together, month by month."""


def figures_together(authority_id: UUID, last: date) -> tuple[tuple[date, Figures], ...]:
    """TOGETHER over all services, by month (its first day), over the MONTHS up to the one of `last`.

    Only what is shown of each service is added up: together they tell of none that is left out there.
    """
    begin, end = months_of(last)
    places = {months_later(begin, place): place for place in range(MONTHS)}
    measures = {BEHIND[name]: (BEHIND[name],) for name in TOGETHER} | {BEHIND["handling"]: WORKED}
    found: dict[tuple[str, str], list[dict[int, int]]] = {}
    with work(authority_id):
        wanted = [one for all_of_them in measures.values() for one in all_of_them]
        for service, month, measure, value, often in read(_SOME_SQL, authority_id, begin, end, wanted, marks_end(last)):
            by_month = found.setdefault((service, measure), [{} for _place in places])
            by_month[places[month]][value] = often
    whole: list[dict[str, dict[int, int]]] = [defaultdict(lambda: defaultdict(int)) for _place in places]
    for service, behind in [key for key in found if key[1] in measures]:
        hidden = hidden_parts([sum(values.values()) for values in found[service, behind]])
        for measure in measures[behind]:
            _add(whole, found.get((service, measure), []), hidden, measure)
    return tuple((month, figures_of(whole[place])) for month, place in places.items())


def _add(
    whole: list[dict[str, dict[int, int]]], by_month: list[dict[int, int]], hidden: Collection[int], measure: str
) -> None:
    for place, values in enumerate(by_month):
        if place not in hidden:
            for value, often in values.items():
                whole[place][measure][value] += often


def measured_by_month(authority_id: UUID, today: date) -> dict[str, Mapping[str, Measured]]:
    """Each service, by month (`2026-10`) with its measures, over the MONTHS that are over on this day."""
    found: dict[str, dict[str, dict[str, dict[int, int]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
    with work(authority_id):
        for service, month, measure, value, often in read(
            _MONTHS_SQL, _BY_DAY, authority_id, *months_over(today), list(WORKED)
        ):
            found[service][f"{month:%Y-%m}"][measure][value] = often
    return dict(found)
