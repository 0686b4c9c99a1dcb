"""An authority's counters by month: its services together, and what is summed over authorities."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from stadttor.ground.rows import read
from stadttor.ground.work import work
from stadttor.insights.queries.figures import BEHIND, Measured, told_of
from stadttor.insights.rules.figures import WORKED, Figures, figures_of
from stadttor.insights.rules.spans import last_months, name_of

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
GROUP BY 1, 2, 3, 4
"""
TOGETHER = ("visits", "satisfied", "online", "handling")
"""What is shown of all services together, month by month."""


def figures_together(authority_id: UUID, last: date) -> tuple[tuple[date, Figures], ...]:
    """TOGETHER over all services, by month (its first day), over the last twelve months, told up to the one of `last`.

    Only what may be told of each service is added up: together they tell of none that is left out there.
    """
    months = last_months(last)
    behind = {BEHIND[name]: BEHIND[name] for name in TOGETHER} | dict.fromkeys(WORKED, BEHIND["handling"])
    whole: dict[date, dict[str, dict[int, int]]] = {month: defaultdict(lambda: defaultdict(int)) for month in months}
    shown = told_of(authority_id, last)
    with work(authority_id):
        for service, month, measure, value, often in read(_SOME_SQL, authority_id, months[0], months[-1], list(behind)):
            if name_of([month]) in shown[service].get(behind[measure], ()):
                whole[month][measure][value] += often
    return tuple((month, figures_of(counted)) for month, counted in whole.items())


def measured_by_month(authority_id: UUID, months: Sequence[date]) -> dict[str, Mapping[date, Measured]]:
    """Each service, by month with its measures, over these months."""
    found: dict[str, dict[date, dict[str, dict[int, int]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(dict))
    )
    with work(authority_id):
        for service, month, measure, value, often in read(
            _MONTHS_SQL, _BY_DAY, authority_id, months[0], months[-1], list(WORKED)
        ):
            found[service][month][measure][value] = often
    return dict(found)
