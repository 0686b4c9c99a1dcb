"""Handing a case on, and an answer that waits for somebody to look at it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest

from stadttor.cases import queries, services
from stadttor.cases.models import Case, Event
from stadttor.cases.queries import Filters
from stadttor.cases.services import Asked, Given
from stadttor.core.refused import Refused
from stadttor.ground.actor import CITIZEN, SYSTEM
from stadttor.ground.models import Authority
from stadttor.ground.work import work
from stadttor.identity import services as identity
from stadttor.identity.models import Membership
from stadttor.identity.queries import Staff

pytestmark = pytest.mark.db
Open = Callable[..., UUID]
WHY = Asked("question", "question", "Seit wann?")


def asked(who: Staff, case_id: UUID, now: datetime) -> UUID:
    version = queries.case_for(who, case_id, now).version
    return services.ask_back(staff=who, case_id=case_id, version=version, items=[WHY], now=now)


def answer(case_id: UUID, who: Staff, question: UUID, now: datetime) -> None:
    services.answer_question(
        authority_id=who.authority_id,
        case_id=case_id,
        question_id=question,
        answers=[Given("question", "Seit Mai.")],
        actor=CITIZEN,
        now=now,
    )


def hired(authority: Authority, name: str, unit: UUID | None, now: datetime) -> UUID:
    """A clerk with an account; gives its id."""
    membership = identity.create_member(
        authority_id=authority.id, email=f"{name}@weissenburg.example", name=name, roles=["clerk"],
        unit_ids=[unit] if unit else [], password="ein langes Kennwort", actor=SYSTEM, now=now,
    )  # fmt: skip
    with work(authority.id):
        return Membership.objects.get(id=membership).account_id


def test_an_answer_is_marked_until_somebody_looks(opened: Open, adler: Staff, olsen: Staff, now: datetime) -> None:
    case_id = opened()
    answer(case_id, adler, asked(adler, case_id, now), now)
    news = Filters(scope="all", news="answered")
    found = queries.work_list(olsen, news, now=now)
    assert [row.answer_unseen for row in found.rows] == [True]
    assert found.counts["answered"] == 1
    services.look_at(staff=olsen, case_id=case_id, now=now)
    assert queries.work_list(olsen, news, now=now).rows == ()


def test_a_clerk_hands_on_to_her_units_only(
    authority: Authority, opened: Open, adler: Staff, traffic: UUID, now: datetime
) -> None:
    case_id = opened()
    here, elsewhere = hired(authority, "maier", traffic, now), hired(authority, "huber", None, now)
    with pytest.raises(Refused) as refused:
        services.assign(staff=adler, case_id=case_id, version=1, assignee_id=elsewhere, now=now)
    assert refused.value.code == "not_of_unit"
    services.assign(staff=adler, case_id=case_id, version=1, assignee_id=here, now=now)
    assert queries.case_for(adler, case_id, now).assignee_id == here


def test_only_who_has_a_case_gives_it_back(opened: Open, adler: Staff, olsen: Staff, now: datetime) -> None:
    case_id = opened()
    services.take(staff=adler, case_id=case_id, version=1, now=now)
    with pytest.raises(Refused) as refused:
        services.give_back(staff=olsen, case_id=case_id, version=2, now=now)
    assert refused.value.code == "not_yours"
    services.give_back(staff=adler, case_id=case_id, version=2, now=now)
    assert queries.case_for(adler, case_id, now).assignee_id is None


def test_a_question_taken_back_lets_the_clock_run_and_takes_no_answer(
    opened: Open, adler: Staff, now: datetime
) -> None:
    case_id = opened()
    question = asked(adler, case_id, now)
    services.stop_asking(staff=adler, case_id=case_id, version=2, now=now)
    with work(adler.authority_id):
        assert Case.objects.get().clock_stopped is None
        assert Event.objects.get(act="stopped_asking").public
    with pytest.raises(Refused) as refused:
        answer(case_id, adler, question, now)
    assert refused.value.code == "asked_no_more"
    asked(adler, case_id, now)
    assert queries.case_for(adler, case_id, now).state == "waiting_for_citizen"
