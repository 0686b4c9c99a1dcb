"""How much is to be done for an authority by whoever helps it."""

from uuid import UUID

from stadttor.cases.queries.work_list import MOST_COUNTED
from stadttor.ground.rows import read
from stadttor.ground.work import reading

_OPEN = """
SELECT count(*) FROM (SELECT 1 FROM cases_case WHERE authority_id = %s AND service = %s AND unit_id = %s AND active LIMIT %s) c
"""


def open_cases_of(authority_id: UUID, service: str, unit_id: UUID) -> int:
    """How many cases of a service are open in a unit, counted up to one more than MOST_COUNTED.

    For somebody who may work on them: the caller read that from an agreement.
    """
    with reading(authority_id):
        ((found,),) = read(_OPEN, authority_id, service, unit_id, MOST_COUNTED + 1)
    return int(found)
