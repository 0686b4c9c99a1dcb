"""A neighbour's clerk works on the cases of the agreement's service in its unit; every other case is unknown to her."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest

from stadttor.cases import queries, services
from stadttor.cases.models import Case
from stadttor.cases.queries.seen import seen_by
from stadttor.cases.tests.test_tax_secrecy import is_unknown, listed
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground.models import AuditEntry, Authority
from stadttor.ground.work import work
from stadttor.identity.models import Unit
from stadttor.identity.queries import Help, Staff

pytestmark = pytest.mark.db
Open = Callable[..., UUID]
AGREEMENT = UUID(int=43)
JONAS = {"applicant": "Jonas Weber", "number": "WUG-2026-8888-92"}


@pytest.fixture
def helper(authority: Authority, traffic: UUID) -> Staff:
    """Frau Berg of the neighbour, who helps with parking permits."""
    helps = frozenset({Help(AGREEMENT, traffic, "bewohnerparkausweis")})
    return Staff(new_id(), "Frau Berg (München)", "berg@m.example", authority.id, frozenset(), frozenset(), helps=helps)


def change(authority: Authority, case_id: UUID, **values: object) -> None:
    with work(authority.id):
        Case.objects.filter(authority=authority, id=case_id).update(**values)


def is_hers(helper: Staff, case_id: UUID, now: datetime) -> bool:
    """Asked of everything that lists, opens or changes a case; they must agree."""
    in_list = "WUG-2026-8888-92" in listed(helper, now)
    assert bool(seen_by(helper, [case_id], now)) == in_list
    if not in_list:
        assert is_unknown(lambda: queries.case_for(helper, case_id, now))
        assert is_unknown(lambda: services.take(staff=helper, case_id=case_id, version=1, now=now))
        assert is_unknown(lambda: services.note(staff=helper, case_id=case_id, text="Rückruf", now=now))
        return False
    return queries.case_for(helper, case_id, now).applicant == "Jonas Weber"


def test_she_works_on_the_cases_of_the_service(helper: Staff, opened: Open, now: datetime) -> None:
    assert is_hers(helper, opened(**JONAS), now)


def test_a_case_of_another_service_of_the_unit_is_unknown(helper: Staff, opened: Open, traffic: UUID, now: datetime,
                                                         authority: Authority) -> None:  # fmt: skip
    case_id = opened(**JONAS, service="sondernutzung")
    change(authority, case_id, unit_id=traffic)
    assert not is_hers(helper, case_id, now)


@pytest.mark.parametrize("unit", ["other", "none"])
def test_a_case_of_the_service_in_another_unit_is_unknown_even_in_her_name(
    unit: str, helper: Staff, opened: Open, now: datetime, authority: Authority
) -> None:
    case_id = opened(**JONAS)
    with work(authority.id):
        other = Unit.objects.create(authority=authority, name="Bürgerbüro").id
    change(authority, case_id, unit_id=other if unit == "other" else None, assignee_id=helper.id)
    assert not is_hers(helper, case_id, now)


def test_a_tax_case_exists_for_the_agreement_on_that_tax_alone(
    helper: Staff, opened: Open, traffic: UUID, now: datetime, authority: Authority
) -> None:
    """Who handles the tax for the town is in the procedure (§ 30 Abs. 4 Nr. 1 AO); who handles something else is not."""
    case_id = opened(**JONAS, service="hundesteuer", secrecy="tax")
    change(authority, case_id, unit_id=traffic)
    assert not is_hers(helper, case_id, now)
    taxes = Help(AGREEMENT, traffic, "hundesteuer")
    on_tax = Staff(helper.id, "Frau Berg", "", authority.id, frozenset(), frozenset(), helps=frozenset({taxes}))
    assert is_hers(on_tax, case_id, now)
    change(authority, case_id, unit_id=None)
    assert not is_hers(on_tax, case_id, now)


def test_a_protected_person_is_a_mask_to_her_too(helper: Staff, opened: Open, now: datetime) -> None:
    case_id = opened(protects=True)
    assert seen_by(helper, [case_id], now)
    with pytest.raises(Refused, match="case_protected"):
        services.look_at(staff=helper, case_id=case_id, now=now)
    services.open_protected(staff=helper, case_id=case_id, reason="Rückfrage zur Zone", now=now)
    services.look_at(staff=helper, case_id=case_id, now=now)


def test_what_she_does_names_her_town_and_the_agreement(
    helper: Staff, opened: Open, now: datetime, authority: Authority
) -> None:
    case_id = opened()
    services.take(staff=helper, case_id=case_id, version=queries.case_for(helper, case_id, now).version, now=now)
    with work(authority.id):
        entry = AuditEntry.objects.get(authority=authority, act="case.taken")
    assert entry.details["agreements"] == [str(AGREEMENT)]
    assert entry.actor_name == "Frau Berg (München)"
    assert queries.case_for(helper, case_id, now).assignee_name == "Frau Berg (München)"


def test_leads_of_the_responsible_town_go_on_seeing_and_taking_what_she_has(
    helper: Staff, lead: Staff, opened: Open, now: datetime
) -> None:
    case_id = opened()
    services.take(staff=helper, case_id=case_id, version=queries.case_for(helper, case_id, now).version, now=now)
    services.take(staff=lead, case_id=case_id, version=queries.case_for(lead, case_id, now).version, now=now)
    assert queries.case_for(lead, case_id, now).assignee_name == "Frau Wagner"
