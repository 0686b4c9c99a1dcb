"""The copy sheet: each line ticked by who typed it into the target, and when."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.exchange import rules
from stadttor.exchange.models import Tick
from stadttor.exchange.services.ending import end, locked
from stadttor.exchange.services.making import PURPOSE
from stadttor.ground import keys
from stadttor.ground.actor import Actor
from stadttor.ground.steps import step
from stadttor.ground.work import work


def hashed(authority_id: UUID, value: str) -> str:
    """By which a line is known to say the same still."""
    return hmac.digest(keys.derived(authority_id, PURPOSE), value.encode(), "sha256").hex()


@step
def tick(
    *,
    authority_id: UUID,
    hand_over_id: UUID,
    values: Mapping[str, str],
    ticked: frozenset[str],
    seen: frozenset[str],
    actor: Actor,
    now: datetime,
) -> None:
    """Keep which of the lines `seen` on the page are copied; `values` are all lines as they are now, by their keys.

    Who ticked a line first stays with it as long as it says the same.
    """
    if actor.id is None:
        raise PermissionError("only a person copies")
    with work(authority_id):
        row = locked(authority_id, hand_over_id)
        if row.state != rules.SHEET:
            rules.must_follow(row.state, rules.COPIED)
        known = {one.line: one for one in Tick.objects.filter(authority_id=authority_id, hand_over_id=hand_over_id)}
        for line in seen & values.keys():
            mark, former = hashed(authority_id, values[line]), known.get(line)
            if line not in ticked:
                if former:
                    former.delete()
            elif former is None or former.value_hash != mark:
                Tick.objects.update_or_create(
                    authority_id=authority_id,
                    hand_over_id=hand_over_id,
                    line=line,
                    defaults={"value_hash": mark, "by_id": actor.id, "by_name": actor.name, "at": now},
                )


@step
def finish_sheet(
    *, authority_id: UUID, hand_over_id: UUID, values: Mapping[str, str], actor: Actor, now: datetime
) -> None:
    """Everything was copied. Refused while a line is not ticked, or says something else than when it was."""
    with work(authority_id):
        row = locked(authority_id, hand_over_id)
        mine = Tick.objects.filter(authority_id=authority_id, hand_over_id=hand_over_id)
        known = dict(mine.values_list("line", "value_hash"))
        left = [line for line, value in values.items() if known.get(line) != hashed(authority_id, value)]
        if left:
            raise Refused(
                "hand_over_not_ticked", "Some lines are not ticked yet: {count}.", field="lines", count=len(left)
            )
        end(row, rules.COPIED, actor, now, act="copied")
