"""What is said otherwise after acceptance is kept beside the application, which never changes."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from stadttor.forms.models import Amendment
from stadttor.forms.rules.amending import Change
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import insert_unless_taken
from stadttor.ground.steps import step
from stadttor.ground.work import work


@step
def amend(
    *, authority_id: UUID, submission_id: UUID, key: str, changes: Sequence[Change], actor: Actor, now: datetime
) -> bool:
    """Keep what is another answer now, once per `key`; gives whether anything was kept. The changes are checked before."""
    if not changes:
        return False
    with work(authority_id):
        row = Amendment(
            authority_id=authority_id,
            submission_id=submission_id,
            key=key,
            at=now,
            by=actor.kind,
            changes=[asdict(one) for one in changes],
        )
        if not insert_unless_taken(row):
            return False
        details = {"amendment_id": str(row.id), "fields": [one.path for one in changes]}
        subject = ("submission", submission_id)
        audit.record(authority_id, act="submission.amended", actor=actor, subject=subject, details=details, at=now)
    return True
