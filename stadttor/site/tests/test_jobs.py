"""What the house does by the clock."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from procrastinate.contrib.django import app

from stadttor.cases.models import Case, Question
from stadttor.core.ids import new_id
from stadttor.forms.models import Draft
from stadttor.forms.services.drafting import start_draft
from stadttor.ground import audit, files, heads
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now as this_moment
from stadttor.ground.constraints import SameAuthority
from stadttor.ground.jobs import registered
from stadttor.ground.models import AuditSeal, Blob
from stadttor.ground.queue_tasks import add_jobs
from stadttor.ground.tests.queue import do, waiting
from stadttor.ground.tests.storing import stored
from stadttor.ground.work import work
from stadttor.insights.queries.figures import counted_at
from stadttor.payments import services as payments
from stadttor.payments.models import Attempt
from stadttor.privacy.models import Deletion
from stadttor.records.models import Document, File
from stadttor.records.services import file_document, open_file, put
from stadttor.rollout.jobs import MANY
from stadttor.site import jobs
from stadttor.site.lanes import LANES, PROMPT

pytestmark = pytest.mark.db


def act(authority, now):
    with work(authority.id):
        audit.record(authority.id, act="test.done", actor=SYSTEM, subject=("thing", None), at=now)


def seals(authority):
    """How many entries are chained, and how many signed heads are kept outside the database."""

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
    lost = files.put(authority.id, b"x", media_type="text/plain")
    path = files.path_of(authority.id, lost.blob_id)
    jobs.sweep_files(0)
    assert path.exists()
    yesterday = (this_moment() - timedelta(hours=25)).timestamp()
    os.utime(path, (yesterday, yesterday))
    jobs.sweep_files(0)
    assert not path.exists()


def test_files_that_no_answer_names_are_swept_and_those_that_one_names_stay(authority, now):
    """Report: files of a refused answer kept their rows and lay there for ever."""
    long_ago = this_moment() - timedelta(hours=25)
    lost, fresh, named = (stored(authority.id, b"x", at) for at in (long_ago, this_moment(), long_ago))
    with work(authority.id):
        answered(authority, named)
    for _ in range(2):
        jobs.sweep_files(0)
    with work(authority.id):
        assert set(Blob.objects.values_list("id", flat=True)) == {fresh.blob_id, named.blob_id}
    assert not files.path_of(authority.id, lost.blob_id).exists()


def test_documents_of_a_case_that_is_gone_are_swept_and_those_of_one_that_is_there_stay(authority, now):
    long_ago = this_moment() - timedelta(hours=25)
    named = stored(authority.id, b"x", now)
    with work(authority.id):
        answered(authority, named)
        there = Case.objects.get().id
    for case_id, at in ((there, long_ago), (new_id(), long_ago), (new_id(), this_moment())):
        open_file(authority_id=authority.id, case_id=case_id, number=str(case_id), title="Parken", now=at)
        file_document(
            authority_id=authority.id, case_id=case_id, kind="letter", title="Bescheid", origin="system",
            kept=put(authority_id=authority.id, data=b"%PDF"), source_key="decision", now=at,
        )  # fmt: skip
    for _ in range(2):
        jobs.sweep_files(0)
    with work(authority.id):
        assert Document.objects.filter(case_id=there).exists()
        assert File.objects.filter(case_id=case_id).exists(), "its case may be under way"
        assert File.objects.count() == Document.objects.count() == 2


def test_the_night_remembers_deletions_that_are_not_kept_beside_the_heads(authority, now):
    proof = Deletion(
        authority_id=authority.id, case_id=new_id(), service="x", cause="withdrawn", at=now, counts={}, digest="ab",
        number_hash="cd",
    )  # fmt: skip
    with work(authority.id):
        proof.save()
    for _ in range(2):
        jobs.keep_retention(0)
    [line] = (Path(settings.STADTTOR_HEADS) / f"{authority.id}.deleted.jsonl").read_text().splitlines()
    assert str(proof.case_id) in line


def answered(authority, kept):
    """A question that was answered with this file."""
    case = Case.objects.create(
        authority_id=authority.id, number="WEI-1", service="x", title="x", language="de", channel="online",
        state="received", received=this_moment(), adoption_id=new_id(), adoption_revision=1,
    )  # fmt: skip
    Question.objects.create(
        authority_id=authority.id, case_id=case.id, asked_at=this_moment(), items=[],
        answers=[{"key": "a", "text": "", "documents": [{"id": str(kept.blob_id)}]}, {"key": "b", "documents": []}],
    )  # fmt: skip


def test_only_named_keys_point_to_files():
    """Whoever points to files otherwise must be asked by `site/leftovers.py`, too."""
    keys = {
        (model._meta.label, one.fields[0])
        for model in apps.get_models()
        for one in model._meta.constraints
        if isinstance(one, SameAuthority) and one.to == "ground.Blob"
    }
    assert keys == {("forms.Attachment", "blob_id"), ("forms.Retrieval", "blob_id"), ("records.Document", "blob_id")}


def test_what_fails_every_time_is_told_once_and_once_when_it_works_again(authority, neighbour, caplog):
    """Report: a job that failed for a town each five seconds filled the log, and nobody was alarmed."""
    fails = True

    def verb(authority_id):
        if fails and authority_id == authority.id:
            raise OSError("no space left")

    with caplog.at_level("WARNING", logger="stadttor.jobs"):
        for _ in range(3):
            jobs._for_each_authority("tests.verb", verb)
        fails = False
        for _ in range(2):
            jobs._for_each_authority("tests.verb", verb)
    assert [(one.levelname, one.getMessage()) for one in caplog.records] == [
        ("CRITICAL", f"tests.verb: authority {authority.id} failed"),
        ("WARNING", f"tests.verb: authority {authority.id} works again, it failed 3 times"),
    ]


def test_every_job_has_a_lane_and_sealing_waits_behind_no_long_one():
    """Report: two long jobs kept the worker, and nothing was sealed meanwhile."""
    add_jobs(app)
    ours = {name: task.queue for name, task in app.tasks.items() if not name.startswith(("builtin:", "procrastinate."))}
    assert registered().keys() <= ours.keys()
    assert set(ours.values()) <= set(LANES)
    assert [name for name, queue in sorted(ours.items()) if queue == PROMPT] == [
        "site.seal_audit",
        "site.take_back_jobs",
    ]
    # Report: a roll-out through the country and the hourly count filled both places of the lane of daily work.
    assert [name for name, queue in sorted(ours.items()) if queue == MANY] == [
        "rollout.go_on",
        "rollout.share_costs",
        "rollout.try_out",
        "site.count_figures",
        "site.count_rollouts",
        "site.follow_rollouts",
        "site.report_figures",
    ]
    assert LANES[MANY] == 1


def test_every_job_by_the_clock_is_listed_for_operators():

    listed = (settings.ROOT / "docs/operating/watch.md").read_text()
    names = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    assert len(names) >= 6
    assert [name for name in names if f"`{name}`" not in listed and name.startswith("site.")] == []


def test_key_figures_are_counted_for_every_authority(authority, neighbour):
    assert counted_at(neighbour.id) is None
    jobs.count_figures(0)
    assert None not in {counted_at(authority.id), counted_at(neighbour.id)}


def test_the_clock_of_every_authority_goes_on(authority, neighbour):
    from stadttor.privacy.models import Retention

    ended = {"adoption_id": new_id(), "service": "x", "title": "x", "applicant": "x", "applicant_key": "x"}
    for one in (authority, neighbour):
        with work(one.id):
            Case.objects.create(
                authority_id=one.id, number="1", received=this_moment(), active=False, closed_at=this_moment(), **ended
            )
    jobs.keep_retention(0)
    for one in (authority, neighbour):
        with work(one.id):
            assert Retention.objects.count() == 1
