"""What a lost job would have done is done all the same: each story loses every job and lets the watcher look."""

import os
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from stadttor.cases import services as cases
from stadttor.cases.models import Case, Event
from stadttor.core.ids import new_id
from stadttor.forms.models import Attachment
from stadttor.forms.services.attaching import attach
from stadttor.forms.services.drafting import start_draft
from stadttor.forms.services.submitting import Application, submit
from stadttor.forms.tests import hostile
from stadttor.ground import audit, sealing
from stadttor.ground.actor import SYSTEM
from stadttor.ground.tests.queue import waiting
from stadttor.ground.work import common, work
from stadttor.notices.services import send_mail
from stadttor.payments import services as payments
from stadttor.privacy.services import keep_time
from stadttor.processes import services as processes
from stadttor.processes.models import Instance
from stadttor.site import delivery, watcher

pytestmark = pytest.mark.db


def lose_all_jobs():
    with common():
        ProcrastinateJob.objects.all().delete()


def applied(authority, now, draft_id=None):
    """Amira's application, accepted; no case was opened."""
    application = Application(
        service="bewohnerparkausweis", adoption_id=new_id(), revision_id=new_id(), answers={}, fees=[],
        language="de", email="", applicant="Amira Yılmaz",
    )  # fmt: skip
    return submit(
        authority_id=authority.id, key="amira", application=application, token="t" * 43, prefix="WEI",
        randomness=os.urandom(16), now=now, draft_id=draft_id,
    ).submission_id  # fmt: skip


def case_row(authority, submission_id, now):
    """The case of an application; gives its id."""
    with work(authority.id):
        return Case.objects.create(
            authority=authority, number="WEI-1", submission_id=submission_id, adoption_id=new_id(),
            service="bewohnerparkausweis", title="Bewohnerparkausweis", applicant="Amira", applicant_key="amira",
            received=now,
        ).id  # fmt: skip


def test_where_nothing_is_late_nothing_is_done(authority, now):
    applied(authority, now)
    lose_all_jobs()
    assert not watcher.watch(authority.id, now + timedelta(seconds=59))
    assert waiting("cases.open") == []


def test_an_application_without_a_case_gets_one(authority, now):
    submission_id = applied(authority, now)
    lose_all_jobs()
    for _ in range(2):
        assert watcher.watch(authority.id, now + timedelta(minutes=2)) == {"applications, no case": 1}
    assert waiting("cases.open") == [{"authority_id": str(authority.id), "submission_id": str(submission_id)}]


def test_an_application_with_a_case_is_not_looked_at(authority, now):
    submission_id = applied(authority, now)
    case_row(authority, submission_id, now)
    assert not watcher.watch(authority.id, now + timedelta(hours=1))


def test_a_decision_that_was_not_sent_is_sent(authority, olsen_decided, now):
    case_id, decision_id = olsen_decided
    lose_all_jobs()
    assert not watcher.watch(authority.id, now + timedelta(seconds=90))
    late = now + timedelta(minutes=5)
    assert watcher.watch(authority.id, late) == {"decisions not sent": 1}
    expected = {"authority_id": str(authority.id), "case_id": str(case_id), "decision_id": str(decision_id)}
    assert waiting("cases.send_decision") == [expected]
    cases.deliver_decision(
        authority_id=authority.id, case_id=case_id, decision_id=decision_id, deliver=new_id, now=late
    )
    assert not watcher.watch(authority.id, late)


def test_a_timer_that_did_not_ring_rings(authority, now):
    instance = processes.start(
        authority_id=authority.id, definition_hash="", subject_id=new_id(), flags={"four_eyes": False}, now=now
    ).instance
    processes.complete(authority_id=authority.id, instance_id=instance.id, task="check", outcome="ask_back", now=now)
    with work(authority.id):
        due = Instance.objects.get(authority_id=authority.id, id=instance.id).due
    lose_all_jobs()
    assert not watcher.watch(authority.id, due)
    assert watcher.watch(authority.id, due + timedelta(minutes=3)) == {"timers not rung": 1}
    assert waiting("processes.wake") == [{"authority_id": str(authority.id), "instance_id": str(instance.id)}]


def test_a_mail_that_lies_goes_out(authority, now):
    mail_id = send_mail(
        authority_id=authority.id, key="resume:1", to="amira.yilmaz@example.org", kind="resume", subject_id=new_id(),
        language="de", values={"service": "Hundesteuer", "link": "http://x.example", "authority": "Weißenburg"}, now=now,
    )  # fmt: skip
    assert watcher.watch(authority.id, now + timedelta(minutes=16)) == {"mails not sent": 1}
    assert len(waiting("notices.send_mail")) == 1
    lose_all_jobs()
    watcher.watch(authority.id, now + timedelta(minutes=16))
    assert waiting("notices.send_mail") == [{"authority_id": str(authority.id), "mail_id": str(mail_id)}]


def test_a_file_in_quarantine_is_scanned(authority, now):
    draft_id = start_draft(
        authority_id=authority.id, token="t" * 43, service="bewohnerparkausweis", adoption_id=new_id(),
        revision_id=new_id(), language="de", now=now,
    )  # fmt: skip
    attachment_id = attach(
        authority_id=authority.id, draft_id=draft_id, path="fahrzeug.schein", name="schein.pdf", data=hostile.pdf(),
        accept=("pdf",), max_mb=5, now=now,
    )  # fmt: skip
    with work(authority.id):
        Attachment.objects.filter(authority_id=authority.id).update(state="quarantine")
    assert watcher.watch(authority.id, now + timedelta(minutes=6)) == {"files not scanned": 1}
    assert waiting("forms.rescan") == [{"authority_id": str(authority.id), "attachment_id": str(attachment_id)}]


def test_a_virus_found_after_the_case_was_opened_stands_in_its_history_once(authority, now, monkeypatch):
    # Its service is invented: there is nothing to file or to hand over.
    monkeypatch.setattr(delivery, "_file_late", lambda *_given: None)
    draft_id = start_draft(
        authority_id=authority.id, token="t" * 43, service="bewohnerparkausweis", adoption_id=new_id(),
        revision_id=new_id(), language="de", now=now,
    )  # fmt: skip
    submission_id, attachment_id = applied(authority, now, draft_id), new_id()
    case_id = case_row(authority, submission_id, now)
    for _ in range(2):
        delivery.note_infected_proof(authority.id, draft_id, attachment_id)
    with work(authority.id):
        (event,) = Event.objects.filter(authority_id=authority.id, case_id=case_id)
    assert (event.act, event.details, event.public) == ("proof_infected", {"attachment_id": str(attachment_id)}, False)


def test_an_attempt_to_pay_whose_end_nobody_told_is_asked_for(authority, now):
    subject_id = new_id()
    payments.request_payment(
        authority_id=authority.id, subject_id=subject_id, reference="WEI-1", items=[], cents=1000, now=now
    )
    payments.try_to_pay(authority_id=authority.id, subject_id=subject_id, key="k1", return_to="/", now=now)
    assert not watcher.watch(authority.id, now + timedelta(hours=1))
    assert watcher.watch(authority.id, now + timedelta(days=2)) == {"payments not asked for": 1}
    assert waiting("payments.ask") == [{"authority_id": str(authority.id), "provider_key": "k1"}]


def test_counting_touches_nothing_and_sees_one_town(authority, neighbour, now):
    applied(authority, now)
    lose_all_jobs()
    late = now + timedelta(minutes=2)
    assert watcher.count(authority.id, late)["applications, no case"] == 1
    assert not any(watcher.count(neighbour.id, late).values())
    assert waiting("cases.open") == []


def test_a_round_logs_one_line_of_counts(authority, now, caplog):
    applied(authority, now)
    watcher.watch_all(0, now + timedelta(hours=1))
    (line,) = [record.getMessage() for record in caplog.records if record.name == "stadttor.watcher"]
    assert line == "overdue and tried again: 1 applications, no case"


def test_many_authorities_are_walked_in_turns(monkeypatch):
    monkeypatch.setattr(watcher, "MOST_AUTHORITIES", 2)
    ids = [new_id() for _ in range(5)]
    rounds = [watcher._in_turn(ids, minute) for minute in range(3)]
    assert sorted(one for part in rounds for one in part) == sorted(ids)
    assert max(len(part) for part in rounds) == 2


def test_the_operator_reads_counts(authority, now, capsys):
    assert watcher.main([], now) == 0
    applied(authority, now)
    assert watcher.main([], now + timedelta(hours=1)) == 1
    assert "applications, no case         1" in capsys.readouterr().out
    assert watcher.main(["x"]) == 2


@pytest.fixture
def olsen_decided(permit, now):
    """Herr Olsen granted an application: (case id, decision id); the letter leaves in a minute."""
    from stadttor.identity.queries import Staff

    authority_id = permit.authority_id
    submission_id = submit(
        authority_id=authority_id,
        key="amira",
        application=Application(
            service=permit.slug, adoption_id=permit.adoption_id, revision_id=permit.revision_id, answers={}, fees=[],
            language="de", email="", applicant="Amira Yılmaz",
        ),
        token="t" * 43,
        prefix="WEI",
        randomness=os.urandom(16),
        now=now,
    ).submission_id  # fmt: skip
    case_id = cases.open_case(authority_id=authority_id, submission_id=submission_id, now=now)
    olsen = Staff(new_id(), "Herr Olsen", "", authority_id, frozenset({"clerk", "lead"}), frozenset())
    until = now.date() + timedelta(days=365)
    return case_id, cases.decide(staff=olsen, case_id=case_id, version=1, outcome="granted", valid_until=until, now=now)


def test_what_only_a_night_or_people_can_do_is_counted_and_not_enqueued(authority, now):
    submission_id = applied(authority, now)
    case_id = case_row(authority, submission_id, now)
    with work(authority.id):
        Case.objects.filter(id=case_id).update(active=False, state="closed", closed_at=now)
    lose_all_jobs()
    later = now + timedelta(days=3)
    assert watcher.count(authority.id, later)["deletions not done"] == 1
    assert not watcher.watch(authority.id, later)
    keep_time(authority_id=authority.id, now=later)
    sealing.seal_waiting(authority.id, later)
    assert not any(watcher.count(authority.id, later).values())


def test_entries_that_wait_for_their_seal_are_counted_after_a_minute(authority, now):
    with work(authority.id):
        audit.record(authority.id, act="act", actor=SYSTEM, subject=("thing", None), at=now)
    assert watcher.count(authority.id, now + timedelta(seconds=60))["entries not sealed"] == 0
    assert watcher.count(authority.id, now + timedelta(seconds=61))["entries not sealed"] == 1
    sealing.seal_waiting(authority.id, now)
    assert watcher.count(authority.id, now + timedelta(hours=1))["entries not sealed"] == 0
