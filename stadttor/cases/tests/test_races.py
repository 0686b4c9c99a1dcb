"""Two clerks at once. A race has a twin without the guard, which must go wrong: otherwise the race proves nothing."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import IntegrityError, connections

from stadttor.cases import queries, services
from stadttor.cases.models import Case, Decision
from stadttor.cases.services import assigning, deciding
from stadttor.cases.tests.fakes import FakeApplications
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused, not_found
from stadttor.ground.models import Authority
from stadttor.ground.work import work
from stadttor.identity.queries import Staff

pytestmark = pytest.mark.db

Open = Callable[..., UUID]
ROUNDS = 5


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run all acts at the same moment; gives what became of each: done, a code of refusal, or the kind of error."""
    barrier, became = Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        barrier.wait(timeout=10)
        try:
            act()
            became[place] = "done"
        except Refused as refused:
            became[place] = refused.code
        except IntegrityError as error:
            became[place] = type(error).__name__
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return became


def test_two_clerks_decide_one_case_and_one_of_them_is_told(
    opened: Open, adler: Staff, olsen: Staff, now: datetime
) -> None:
    for _ in range(ROUNDS):
        case_id = opened()
        became = at_once(
            partial(services.decide, staff=adler, case_id=case_id, version=1, outcome="granted", now=now),
            partial(
                services.decide,
                staff=olsen,
                case_id=case_id,
                version=1,
                outcome="refused",
                reasons=["nicht_halterin"],
                now=now,
            ),
        )
        case = queries.case_for(adler, case_id, now)
        assert sorted(became) == ["changed_meanwhile", "done"]
        assert len(case.decisions) == 1
        assert case.outcome == case.decisions[0].outcome


def test_two_clerks_take_one_case(opened: Open, adler: Staff, olsen: Staff, now: datetime) -> None:
    for _ in range(ROUNDS):
        case_id = opened()
        became = at_once(
            partial(services.take, staff=adler, case_id=case_id, version=1, now=now),
            partial(services.take, staff=olsen, case_id=case_id, version=1, now=now),
        )
        assert sorted(became) == ["changed_meanwhile", "done"]


def test_without_lock_and_version_both_believe_to_have_the_case(
    opened: Open, adler: Staff, olsen: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_have_read = Barrier(2)

    def unguarded(staff: Staff, case_id: UUID, version: int, now: datetime) -> Case:
        case = Case.objects.filter(authority_id=staff.authority_id, id=case_id).first()
        both_have_read.wait(timeout=10)
        if case is None:
            raise not_found()
        return case

    monkeypatch.setattr(assigning, "locked_for", unguarded)
    for _ in range(ROUNDS):
        case_id = opened()
        became = at_once(
            partial(services.take, staff=adler, case_id=case_id, version=1, now=now),
            partial(services.take, staff=olsen, case_id=case_id, version=1, now=now),
        )
        assert became == ["done", "done"]


def test_even_without_the_guard_the_database_keeps_a_single_pending_decision(
    authority: Authority, opened: Open, adler: Staff, olsen: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_have_read = Barrier(2)

    def unguarded(staff: Staff, case_id: UUID, version: int, now: datetime) -> Case:
        case = Case.objects.get(authority_id=staff.authority_id, id=case_id)
        both_have_read.wait(timeout=10)
        return case

    monkeypatch.setattr(deciding, "locked_for", unguarded)
    case_id = opened()
    became = at_once(
        partial(services.decide, staff=adler, case_id=case_id, version=1, outcome="granted", now=now),
        partial(services.decide, staff=olsen, case_id=case_id, version=1, outcome="granted", now=now),
    )
    assert sorted(became) == ["IntegrityError", "done"]
    with work(authority.id):
        assert Decision.objects.filter(authority_id=authority.id, case_id=case_id).count() == 1


def test_undo_and_sending_at_the_same_moment_have_one_winner(
    authority: Authority, opened: Open, adler: Staff, now: datetime
) -> None:
    for _ in range(ROUNDS):
        case_id = opened()
        decision_id = services.decide(staff=adler, case_id=case_id, version=1, outcome="granted", now=now)
        became = at_once(
            partial(services.undo, staff=adler, case_id=case_id, version=2, now=now + deciding.UNDO_FOR),
            partial(
                services.deliver_decision,
                authority_id=authority.id,
                case_id=case_id,
                decision_id=decision_id,
                deliver=new_id,
                now=now + deciding.UNDO_FOR,
            ),
        )
        (decision,) = queries.case_for(adler, case_id, now).decisions
        assert (decision.sent_at is None) != (decision.taken_back_at is None)
        assert became[1] == "done"
        assert became[0] in ("done", "changed_meanwhile")


def test_the_same_submission_opened_twice_at_once_is_one_case(
    authority: Authority, applications: FakeApplications, traffic: UUID, now: datetime
) -> None:
    for _ in range(ROUNDS):
        submission = applications.submitted()

        def open_it(submission: UUID = submission) -> object:
            return services.open_case(authority_id=authority.id, submission_id=submission, now=now)

        assert at_once(open_it, open_it) == ["done", "done"]
        with work(authority.id):
            assert Case.objects.filter(authority_id=authority.id, submission_id=submission).count() == 1
