"""A publication that somebody agreed to is done, whatever became of its job."""

from datetime import timedelta

import pytest

from stadttor.core.ids import new_id
from stadttor.ground.tests.queue import waiting
from stadttor.ground.work import work
from stadttor.site import watcher
from stadttor.studio.models import Publication, WorkingCopy

pytestmark = pytest.mark.db


@pytest.mark.parametrize(("state", "is_late"), [("confirmed", True), ("asked", False), ("withdrawn", False)])
def test_one_whose_job_was_lost_is_counted_and_tried_again(authority, now, state, is_late):
    one, copy_id = new_id(), new_id()
    with work(authority.id):
        WorkingCopy.objects.create(id=copy_id, authority_id=authority.id, package="de.example.hund", changed=now)
        Publication.objects.create(
            id=one, authority_id=authority.id, copy_id=copy_id, revision=1, version="0.1.0", state=state,
            asked_by_name="Frau Sommer", asked_at=now - timedelta(days=1), confirmed_at=now,
        )  # fmt: skip
    assert not watcher.watch(authority.id, now + timedelta(minutes=14))
    late = now + timedelta(minutes=16)
    for _ in range(2):
        assert watcher.watch(authority.id, late) == ({"packages not published": 1} if is_late else {})
    assert len(waiting("studio.publish")) == is_late
    assert watcher.count(authority.id, late)["packages not published"] == is_late
