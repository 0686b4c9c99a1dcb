"""An organiser enters how accessible the pages were found."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.papers import models
from stadttor.papers.rules.assessment import Assessment, must_be_assessment


def assess(*, authority_id: UUID, found: Assessment, actor: Actor, now: datetime) -> None:
    """Keep it in the place of the one before. Refused for what cannot be."""
    must_be_assessment(found, german_day(now))
    with work(authority_id):
        values = {**asdict(found), "changed": now}
        models.Assessment.objects.update_or_create(authority_id=authority_id, defaults=values)
        subject, details = ("authority", authority_id), {"status": found.status}
        audit.record(authority_id, act="papers.assessed", actor=actor, subject=subject, at=now, details=details)
