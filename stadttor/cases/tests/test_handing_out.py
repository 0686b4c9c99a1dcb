"""What is shown or saved leaves a line in the audit chain; exports: see test_pages."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from stadttor.cases import services
from stadttor.cases.models import Presence
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground.models import AuditEntry, Authority
from stadttor.ground.work import work
from stadttor.identity.queries import Staff

pytestmark = pytest.mark.db


def test_a_saved_file_stands_with_its_case(olsen: Staff, authority: Authority, now: datetime) -> None:
    case_id = new_id()
    services.note_file(staff=olsen, case_id=case_id, kind="zip", now=now)
    with work(authority.id):
        entry = AuditEntry.objects.get(authority_id=authority.id, act="case.file_saved")
    assert (entry.subject_id, entry.actor_id, entry.details) == (case_id, olsen.id, {"kind": "zip"})


def looks(authority: Authority) -> list[tuple[UUID | None, UUID | None]]:
    with work(authority.id):
        found = AuditEntry.objects.filter(authority_id=authority.id, act="case.seen")
        return list(found.values_list("subject_id", "actor_id"))


def test_who_looked_at_a_case_is_noted_once_a_look(
    adler: Staff, olsen: Staff, opened: Callable[..., UUID], authority: Authority, now: datetime
) -> None:
    case_id = opened()
    for seconds in (0, 5, 14):
        services.look_at(staff=adler, case_id=case_id, now=now + timedelta(seconds=seconds))
    assert looks(authority) == [(case_id, adler.id)]
    services.look_at(staff=olsen, case_id=case_id, now=now)
    services.look_at(staff=adler, case_id=case_id, now=now + timedelta(seconds=15))
    assert sorted(looks(authority), key=str) == sorted([(case_id, one.id) for one in (adler, adler, olsen)], key=str)


def test_whoever_may_not_see_a_case_has_not_looked_at_it(
    opened: Callable[..., UUID], authority: Authority, now: datetime
) -> None:
    stranger = Staff(new_id(), "Frau Berg", "", authority.id, frozenset({"clerk"}), frozenset())
    with pytest.raises(Refused, match="not_found"):
        services.look_at(staff=stranger, case_id=opened(), now=now)
    assert looks(authority) == []


def test_who_looked_yesterday_is_no_presence_any_more(
    adler: Staff, olsen: Staff, opened: Callable[..., UUID], authority: Authority, now: datetime
) -> None:
    """Report: these rows, with names of colleagues, were never deleted."""
    case_id = opened()
    services.look_at(staff=adler, case_id=case_id, now=now)
    services.look_at(staff=olsen, case_id=case_id, now=now + timedelta(hours=20))
    assert services.forget_looks(authority_id=authority.id, now=now + timedelta(hours=25)) == 1
    with work(authority.id):
        assert list(Presence.objects.values_list("staff_id", flat=True)) == [olsen.id]
