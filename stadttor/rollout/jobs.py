"""The jobs of a steering body: a roll-out that it tries out or began in the browser, and shares in common costs."""

from uuid import UUID

from stadttor.catalog.queries import release
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.jobs import job
from stadttor.rollout import queries
from stadttor.rollout.services.costing import share_common_costs
from stadttor.rollout.services.counting import count
from stadttor.rollout.services.drafting import try_draft
from stadttor.rollout.services.running import run_batch, take_back_batch

MANY = "many"
"""The lane of the worker for what is done for many authorities and may take hours."""


@job("rollout.share_costs", queue=MANY)
def share_costs(*, authority_id: UUID, cost_id: UUID) -> None:
    """Reckon the shares in common costs. Safe to repeat. `authority_id` is the steering body's."""
    share_common_costs(cost_id, now=now())


@job("rollout.go_on", queue=MANY)
def go_on(*, authority_id: UUID, rollout_id: UUID) -> None:
    """Batch after batch until there is none or somebody pauses it. Safe to repeat: it goes on where it ended.

    `authority_id` is the steering body's. Two who run the same one take turns.
    """
    row = queries.rollout_by_id(rollout_id)
    verb = take_back_batch if row.state == "taking_back" else run_batch
    while verb(row.number, actor=SYSTEM, now=now()):
        pass
    count(release(row.package), now=now())


@job("rollout.try_out", queue=MANY)
def try_draft_out(*, authority_id: UUID, draft_id: UUID, change_key: int) -> None:
    """Try out what a steering body prepares. Safe to repeat: nothing of it is kept but what it would do."""
    try_draft(authority_id=authority_id, draft_id=draft_id, change=change_key, now=now())
