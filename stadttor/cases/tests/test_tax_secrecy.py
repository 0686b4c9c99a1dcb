"""Cases under tax secrecy (§ 30 AO) exist for members of the unit in charge alone; for others they are unknown."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from stadttor.cases import queries, services
from stadttor.cases.models import Case
from stadttor.cases.queries import Filters
from stadttor.cases.queries.masked import kept_from
from stadttor.cases.queries.permits import permits_for
from stadttor.cases.queries.seen import seen_by, units_alone
from stadttor.cases.tests.test_pages import Desk, Open, adler, sign_in
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground.models import AuditEntry, Authority
from stadttor.ground.work import work
from stadttor.identity.models import Unit
from stadttor.identity.queries import Staff

pytestmark = pytest.mark.db
__all__ = ["adler", "sign_in"]
TOKEN = re.compile(r'value="[A-Za-z0-9]{64}"')
SCOPES = ("mine", "unit", "all")


@pytest.fixture
def tax(authority: Authority) -> UUID:
    """The unit in charge of the dog tax."""
    with work(authority.id):
        return Unit.objects.create(authority=authority, name="Steueramt", services=["hundesteuer"]).id


@pytest.fixture
def dog(authority: Authority, tax: UUID, opened: Open) -> UUID:
    """Jonas Weber's dog."""
    return opened(
        applicant="Jonas Weber", number="WUG-2026-8888-92", service="hundesteuer", title="Hundesteuer", secrecy="tax"
    )


def listed(who: Staff, now: datetime, **filters: object) -> set[str]:
    """The numbers of every list, with and without a search, and of the table."""
    found = set()
    for scope in SCOPES:
        for text in ("", "Weber", "WUG-2026-8888-92"):
            asked = Filters(scope=scope, state="any", text=text, **filters)  # type: ignore[arg-type]  # as the pages say
            page = queries.work_list(who, asked, now=now)
            found |= {row.number for row in (*page.rows, *queries.export_rows(who, asked, now=now)[0])}
            found |= {name for name, count in page.counts.items() if count}
    return found


def is_unknown(act: Callable[[], object]) -> bool:
    with pytest.raises(Refused) as refused:
        act()
    return (refused.value.status, refused.value.code) == (404, "not_found")


def test_the_unit_in_charge_sees_its_tax_cases(olsen: Staff, tax: UUID, dog: UUID, now: datetime) -> None:
    mine = replace(olsen, unit_ids=frozenset({tax}))
    assert "WUG-2026-8888-92" in listed(mine, now)
    assert queries.case_for(mine, dog, now).applicant == "Jonas Weber"
    lead = replace(mine, roles=frozenset({"clerk", "lead"}))
    assert "WUG-2026-8888-92" in listed(lead, now)


def test_for_everybody_else_a_tax_case_is_unknown(
    olsen: Staff, lead: Staff, system: Staff, dog: UUID, now: datetime
) -> None:
    for who in (olsen, lead, system):
        assert listed(who, now) == set()
        assert seen_by(who, [dog], now) == {}
        assert permits_for(who, "Weber", now) == []
        for act in (
            lambda who=who: queries.case_for(who, dog, now),
            lambda who=who: services.look_at(staff=who, case_id=dog, now=now),
            lambda who=who: services.take(staff=who, case_id=dog, version=1, now=now),
            lambda who=who: services.note(staff=who, case_id=dog, text="Rückruf", now=now),
            lambda who=who: services.open_protected(staff=who, case_id=dog, reason="Neugier", now=now),
            lambda who=who: queries.work_list(who, Filters("all"), after=dog, now=now),
        ):
            assert is_unknown(act)


def test_neither_the_case_in_her_name_nor_a_deputy_opens_it(
    authority: Authority, sign_in: Callable[..., Desk], adler: Desk, dog: UUID, now: datetime
) -> None:
    """Whoever left the unit, and whoever stands in for a colleague of it, is outside."""
    olsen = sign_in("Herr Olsen").staff
    with work(authority.id):
        Case.objects.filter(authority_id=authority.id, id=dog).update(assignee_id=olsen.id, assignee_name=olsen.name)
    day = now.date()
    services.deputise(staff=olsen, for_id=olsen.id, deputy_id=adler.staff.id, first_day=day, last_day=day, now=now)
    for who in (olsen, adler.staff):
        assert listed(who, now) == set()
        assert is_unknown(lambda who=who: queries.case_for(who, dog, now))


def test_without_a_unit_in_charge_nobody_sees_it(opened: Open, olsen: Staff, lead: Staff, now: datetime) -> None:
    case_id = opened(service="hundesteuer", title="Hundesteuer", secrecy="tax", number="WUG-2026-8888-92")
    for who in (olsen, lead):
        assert listed(who, now) == set()
        assert is_unknown(lambda who=who: queries.case_for(who, case_id, now))


def test_a_unit_that_is_named_later_gets_what_came_before(
    authority: Authority, opened: Open, olsen: Staff, now: datetime
) -> None:
    case_id = opened(service="hundesteuer", title="Hundesteuer", secrecy="tax", number="WUG-2026-8888-92")
    assert services.find_units(authority_id=authority.id, now=now) == 0
    with work(authority.id):
        unit_id = Unit.objects.create(authority=authority, name="Steueramt", services=["hundesteuer"]).id
    assert services.find_units(authority_id=authority.id, now=now) == 1
    assert services.find_units(authority_id=authority.id, now=now) == 0
    assert queries.case_for(replace(olsen, unit_ids=frozenset({unit_id})), case_id, now).number == "WUG-2026-8888-92"


def test_pages_answer_as_for_an_unknown_case(sign_in: Callable[..., Desk], dog: UUID) -> None:
    """Even to a lead, who sees all other cases."""
    unknown, lead = new_id(), sign_in("Frau Wagner", "clerk", "lead")
    for path in ("", "/decide", "/ask", "/assign", "/protect", f"/documents/{new_id()}"):
        hidden, none = (lead.get(f"/desk/cases/{one}{path}") for one in (dog, unknown))
        assert hidden.status_code == none.status_code == 404
        pages = [TOKEN.sub("", one.content.decode()) for one in (hidden, none)]
        assert pages[0].replace(str(dog), str(unknown)) == pages[1]
    assert lead.post(f"/desk/cases/{dog}/open", reason="Neugier").status_code == 404
    assert "Weber" not in lead.text("/desk/cases/export.csv", scope="all", state="any")


def test_it_is_given_to_colleagues_of_its_unit_only(
    olsen: Staff, adler: Desk, tax: UUID, dog: UUID, now: datetime
) -> None:
    lead = replace(olsen, unit_ids=frozenset({tax}), roles=frozenset({"clerk", "lead"}))
    with pytest.raises(Refused) as refused:
        services.assign(staff=lead, case_id=dog, version=1, assignee_id=adler.staff.id, now=now)
    assert refused.value.code == "secret_from_her"


def test_searches_past_the_list_keep_it_from_others(
    authority: Authority, lead: Staff, tax: UUID, dog: UUID, now: datetime
) -> None:
    submission_id = queries.submission_of_case(authority.id, dog)
    assert submission_id is not None
    assert kept_from(lead, [submission_id], now).unknown == {submission_id}
    member = replace(lead, unit_ids=frozenset({tax}))
    assert kept_from(member, [submission_id], now).unknown == frozenset()


def test_the_audit_chain_says_nothing_of_its_person(
    authority: Authority, olsen: Staff, tax: UUID, dog: UUID, now: datetime
) -> None:
    mine = replace(olsen, unit_ids=frozenset({tax}))
    services.look_at(staff=mine, case_id=dog, now=now)
    services.note(staff=mine, case_id=dog, text="Herr Weber hat zwei Hunde", now=now)
    with work(authority.id):
        found = list(AuditEntry.objects.filter(authority_id=authority.id, subject_id=dog))
    assert len(found) >= 3
    assert not any(word in f"{one.details}{one.actor_name}" for one in found for word in ("Weber", "Hunde"))


def test_live_updates_name_its_unit_alone(
    authority: Authority, opened: Open, tax: UUID, dog: UUID, now: datetime
) -> None:
    other = opened(number="WUG-2026-8889-92")
    assert units_alone(authority.id, other) is None
    assert units_alone(authority.id, dog) == {tax}
    with work(authority.id):
        Case.objects.filter(authority_id=authority.id, id=dog).update(unit_id=None)
    assert units_alone(authority.id, dog) == frozenset()
