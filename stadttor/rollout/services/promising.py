"""A body promises that a service is somewhere by a day, and says why that day changes."""

from datetime import date, datetime
from uuid import UUID

from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import insert, insert_unless_taken
from stadttor.ground.work import work
from stadttor.rollout.models import Promise, PromiseLine
from stadttor.rollout.queries.promises import PromiseRow, Target
from stadttor.rollout.rules.promises import must_be_promise, must_be_shift


def promise(
    *,
    entered_by: UUID,
    target: Target,
    package_id: UUID,
    goal: str,
    due: date | None,
    by: UUID,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Note what a body (`by`) promised; gives its id. `entered_by` has seen that the target is within its bounds.

    Refused for what nobody can promise, and where the same was promised before: that is shifted.
    """
    must_be_promise(goal, due)
    row = Promise(
        id=new_id(), package_id=package_id, authority_id=target.authority_id, key=target.key, goal=goal, by_id=by
    )
    with work(entered_by):
        if not insert_unless_taken(row):
            raise Refused(
                "promise_twice",
                "This is promised already. Open the promise to change its date.",
                status=409,
                field="goal",
            )
        insert(PromiseLine(id=new_id(), promise_id=row.id, number=1, due=due, entered_by_id=entered_by, at=now))
        audit.record(entered_by, act="promise.made", actor=actor, subject=("promise", row.id), at=now)
    return row.id


def shift(*, entered_by: UUID, row: PromiseRow, due: date | None, reason: str, actor: Actor, now: datetime) -> None:
    """Promise another day, or with None nothing any more; the lines before stay. `row` is what the writer has seen.

    Refused without a reason, for the same day again, and when somebody else wrote a line meanwhile (409).
    """
    said = reason.strip()
    must_be_shift(row.lines, due, said)
    line = PromiseLine(
        id=new_id(), promise_id=row.id, number=row.lines[-1].number + 1, due=due, reason=said, entered_by_id=entered_by, at=now
    )  # fmt: skip
    with work(entered_by):
        if not insert_unless_taken(line):
            raise Refused(
                "promise_changed", "Somebody changed this promise a moment ago. Please look at it again.", status=409
            )
        act = "promise.shifted" if due else "promise.given_up"
        audit.record(entered_by, act=act, actor=actor, subject=("promise", row.id), at=now)
