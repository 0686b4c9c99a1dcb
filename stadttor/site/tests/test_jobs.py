"""What the house does by the clock."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from procrastinate.contrib.django import app

from stadttor.forms.models import Draft
from stadttor.forms.services.drafting import start_draft
from stadttor.ground import audit, files, heads
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now as this_moment
from stadttor.ground.models import AuditSeal
from stadttor.ground.tests.queue import do, undone, waiting
from stadttor.ground.work import work
from stadttor.payments import services as payments
from stadttor.payments.models import Attempt
from stadttor.site import jobs

pytestmark = pytest.mark.db


def act(authority, now):
    with work(authority.id):
        audit.record(authority.id, act="test.done", actor=SYSTEM, subject=("thing", None), at=now)


def seals(authority):
    """How many entries are chained, and how many signed heads are kept outside the database."""
    from django.conf import settings

    kept = Path(settings.STADTTOR_HEADS) / f"{authority.id}.jsonl"
    with work(authority.id):
        return AuditSeal.objects.count(), len(kept.read_text().splitlines()) if kept.exists() else 0


def test_the_sealer_chains_every_authority_once_and_keeps_its_head(authority, neighbour, now):
    for one in (authority, neighbour):
        act(one, now)
    for _ in range(2):
        jobs.seal_audit(0)
    assert (seals(authority), seals(neighbour)) == ((1, 1), (1, 1))


def test_one_authority_that_fails_keeps_nobody_waiting_and_is_done_the_next_time(
    authority, neighbour, now, monkeypatch
):
    """Report: the sealer stopped at the first authority whose head could not be kept."""
    first, second = sorted((authority, neighbour), key=lambda one: one.id)
    for one in (first, second):
        act(one, now)
    keep = heads.keep

    def disk_is_full_for_the_first(head):
        if head.authority_id == first.id:
            raise OSError("no space left")
        keep(head)

    with monkeypatch.context() as full:
        full.setattr(heads, "keep", disk_is_full_for_the_first)
        jobs.seal_audit(0)
    assert (seals(first)[1], seals(second)[1]) == (0, 1)
    jobs.seal_audit(0)
    assert (seals(first), seals(second)) == ((1, 1), (1, 1))


def test_expired_drafts_of_every_authority_go(authority, neighbour):
    from uuid import UUID

    long_ago = this_moment() - timedelta(days=31)
    for one in (authority, neighbour):
        for token, at in (("alt", long_ago), ("neu", this_moment())):
            start_draft(
                authority_id=one.id, token=token, service="x", adoption_id=UUID(int=1), revision_id=UUID(int=2),
                language="de", now=at,
            )  # fmt: skip
    jobs.delete_expired_drafts(0)
    for one in (authority, neighbour):
        with work(one.id):
            assert Draft.objects.count() == 1


def test_attempts_to_pay_are_asked_for_once_and_end(authority, now):
    from uuid import UUID

    with work(authority.id):
        payments.request_payment(
            authority_id=authority.id, subject_id=UUID(int=5), reference="x", items=[], cents=5, now=now
        )
    long_ago = this_moment() - timedelta(days=2)
    payments.try_to_pay(authority_id=authority.id, subject_id=UUID(int=5), key="k", return_to="/", now=long_ago)
    for _ in range(2):
        jobs.ask_for_payments(0)
    assert waiting("payments.ask") == [{"authority_id": str(authority.id), "provider_key": "k"}]
    do("payments.ask")
    with work(authority.id):
        assert Attempt.objects.get().state == "expired"


def test_files_without_a_row_are_swept(authority, now):
    lost = undone(authority.id, lambda: files.store(authority.id, b"x", media_type="text/plain", now=now))
    path = files.path_of(authority.id, lost.blob_id)
    jobs.sweep_files(0)
    assert path.exists()
    yesterday = (this_moment() - timedelta(hours=25)).timestamp()
    os.utime(path, (yesterday, yesterday))
    jobs.sweep_files(0)
    assert not path.exists()


def test_every_job_by_the_clock_is_listed_for_operators():
    from django.conf import settings

    listed = (settings.ROOT / "docs/operating/watch.md").read_text()
    names = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    assert len(names) >= 6
    assert [name for name in names if f"`{name}`" not in listed and name.startswith("site.")] == []
