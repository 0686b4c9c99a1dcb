"""How satisfied applicants are, by how they came to the authority and when they were asked."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from stadttor.ground.rows import read
from stadttor.ground.work import work
from stadttor.insights.queries.figures import told_of
from stadttor.insights.rules.figures import Share, hidden_parts
from stadttor.insights.rules.marks import MEASURE, SATISFIED, WAYS
from stadttor.insights.rules.spans import name_of, quarters

_BY_WAY = """
SELECT split_part(measure, ':', 2), value, sum(count)::int FROM insights_counter
WHERE authority_id = %s AND service = %s AND month BETWEEN %s AND %s AND split_part(measure, ':', 1) = %s GROUP BY 1, 2
"""


def satisfied_by_way(authority_id: UUID, service: str, last: date) -> dict[str, Share]:
    """The share of the two best marks in the last quarter that is over once the month of `last` is told, by way (`rules.WAYS`). A
    way that few stand behind is left out, and with it as many others as it takes that it cannot be reckoned back from all
    together. By quarter alone: spans of several lengths would tell of a way in each other's rest."""
    quarter = quarters(last)[1]
    if name_of(quarter) not in told_of(authority_id, last, service).get(service, {}).get(MEASURE, ()):
        return {}
    found: dict[str, dict[int, int]] = defaultdict(dict)
    with work(authority_id):
        for way, score, often in read(_BY_WAY, authority_id, service, quarter[0], quarter[-1], MEASURE):
            found[way][score] = often
    parts = [sum(found[way].values()) for way in WAYS]
    hidden = hidden_parts(parts)
    return {
        way: Share(sum(often for score, often in found[way].items() if score in SATISFIED), n)
        for place, (way, n) in enumerate(zip(WAYS, parts, strict=True))
        if n and place not in hidden
    }
