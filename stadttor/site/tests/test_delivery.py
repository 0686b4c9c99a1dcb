"""A job that died after filing runs again, maybe on another day: what was filed to be sent stays as it was."""

from datetime import timedelta
from uuid import UUID

import pytest

from stadttor.ground.clock import now
from stadttor.ground.work import work
from stadttor.records.models import Document
from stadttor.site import delivery, wiring
from tests.isolation.world import made

pytestmark = pytest.mark.db


@pytest.fixture
def town(authority):
    wiring.connect()
    return made(authority)


def versions(town, kind):
    with work(town.authority_id):
        return sorted(
            Document.objects.filter(case_id=town.things["case_id"], kind=kind).values_list("version", flat=True)
        )


@pytest.mark.parametrize(
    ("job", "kind", "more"),
    [("file_application", "application", ()), ("send_question", "question", ("question_id",))],
)
def test_what_was_filed_stays_when_the_job_runs_again_days_later(town, monkeypatch, job, kind, more):
    """Report: a question whose job died was filed once more, with another date, after it had been answered."""
    about = {name: UUID(town.things[name]) for name in ("case_id", *more)}
    for days in (0, 3):
        monkeypatch.setattr(delivery, "now", lambda days=days: now() + timedelta(days=days))
        getattr(delivery, job)(authority_id=town.authority_id, **about)
    assert versions(town, kind) == [1]
