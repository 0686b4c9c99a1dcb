"""Watch an upgrade under way, and stop it when its new version does worse than the old one at the same authorities."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.cases.queries import Fared, fared
from stadttor.catalog.queries import changed_by_rollout
from stadttor.ground.rows import read
from stadttor.ground.work import common
from stadttor.rollout.queries import RolloutRow, authorities_done, rollouts
from stadttor.rollout.rules.watching import LOOKS_BACK, Share, rose
from stadttor.rollout.services.running import stop

_GAVE_UP = """
SELECT e.at >= %s, count(DISTINCT j.id) FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id
WHERE j.status = 'failed' AND e.type = 'failed' AND e.at >= %s AND j.args->>'authority_id' = ANY(%s) GROUP BY 1
"""


@dataclass(frozen=True)
class Watched:
    """The same authorities before and with the new version: their cases, and jobs that gave up."""

    before: Fared
    after: Fared
    gave_up_before: int
    gave_up_after: int

    def why_stop(self) -> str:
        """What rose, in words for the operator; empty when nothing did."""
        before, after = self.before, self.after
        compared = {
            "refusals": (Share(before.refused, before.decided), Share(after.refused, after.decided)),
            "questions back": (Share(before.asked_back, before.received), Share(after.asked_back, after.received)),
            "errors": (Share(self.gave_up_before, before.received), Share(self.gave_up_after, after.received)),
        }
        risen = [
            f"{name}: {new.in_words()}, before {old.in_words()}"
            for name, (old, new) in compared.items()
            if rose(old, new)
        ]
        return "; ".join(risen)


def watch(row: RolloutRow) -> Watched:
    """How those fare who have the new version, from 90 days before it on."""
    begun = row.begun_at or row.planned_at
    since = begun - LOOKS_BACK
    changed = changed_by_rollout(row.version_id, authorities_done(row.id))
    before, after = Fared(), Fared()
    for one in changed:
        old, new = fared(one.authority_id, one.adoption_id, revision=one.revision, since=since)
        before, after = before + old, after + new
    return Watched(before, after, *_gave_up([one.authority_id for one in changed], since, begun))


def watch_all() -> list[int]:
    """Stop every upgrade under way whose new version does worse; gives their numbers."""
    stopped = []
    for row in rollouts(kind="upgrade", state__in=("running", "watched")):
        if why := watch(row).why_stop():
            stop(row.number, why=why)
            stopped.append(row.number)
    return stopped


def _gave_up(authorities: list[UUID], since: datetime, begun: datetime) -> tuple[int, int]:
    with common():
        rows = read(_GAVE_UP, begun, since, [str(one) for one in authorities])
    found = {is_new: int(count) for is_new, count in rows}
    return found.get(False, 0), found.get(True, 0)
