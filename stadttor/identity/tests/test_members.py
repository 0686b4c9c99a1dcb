"""Colleagues, units, tokens of other systems."""

from datetime import timedelta
from functools import partial

import pytest

from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.tests.races import at_once
from stadttor.ground.work import common, work
from stadttor.identity import queries, services
from stadttor.identity.models import Membership, StaffAccount
from stadttor.identity.rules import SeveralRefused, Tries, must_be_tryable

pytestmark = pytest.mark.db
KERN, OLSEN = "kern@weissenburg.example", "olsen@weissenburg.example"


@pytest.fixture
def change(authority, now):
    def set_to(membership_id, *, roles=("clerk",), active=True, unit_ids=(), name=None):
        services.change_member(
            authority_id=authority.id, membership_id=membership_id, roles=roles, unit_ids=unit_ids, active=active,
            actor=SYSTEM, now=now, name=name,
        )  # fmt: skip
        return "done"

    return set_to


def organisers(authority):
    with work(authority.id):
        return Membership.objects.filter(active=True, roles__contains=["organiser"]).count()


@pytest.mark.parametrize("change_to", [{"roles": ["clerk"]}, {"roles": ["organiser"], "active": False}])
def test_the_last_organiser_stays(authority, employ, change, change_to):
    kern = employ(authority, KERN, ["organiser"])
    with pytest.raises(Refused, match="last_organiser"):
        change(kern, **change_to)
    employ(authority, OLSEN, ["organiser"])
    change(kern, **change_to)
    assert organisers(authority) == 1


def test_an_organiser_of_the_neighbour_does_not_count(authority, neighbour, employ, change):
    kern = employ(authority, KERN, ["organiser"])
    employ(neighbour, OLSEN, ["organiser"])
    with pytest.raises(Refused, match="last_organiser"):
        change(kern)


def test_two_organisers_who_demote_each_other_at_once_leave_one(authority, employ, change):
    kern, olsen = employ(authority, KERN, ["organiser"]), employ(authority, OLSEN, ["organiser"])
    for _ in range(5):
        assert sorted(at_once(partial(change, kern), partial(change, olsen))) == ["done", "last_organiser"]
        assert organisers(authority) == 1
        for one in (kern, olsen):
            change(one, roles=["organiser"])


def test_without_the_lock_both_go_and_nobody_is_left(authority, employ, change, monkeypatch):
    from threading import Barrier

    kern, olsen = employ(authority, KERN, ["organiser"]), employ(authority, OLSEN, ["organiser"])
    both_have_looked, guard = Barrier(2), services._must_leave_an_organiser

    def looks_then_waits(*args):
        guard(*args)
        both_have_looked.wait(timeout=10)

    monkeypatch.setattr(services, "_lock_organisers", lambda authority_id: None)
    monkeypatch.setattr(services, "_must_leave_an_organiser", looks_then_waits)
    assert at_once(partial(change, kern), partial(change, olsen)) == ["done", "done"]
    assert organisers(authority) == 0


def test_a_name_changes_only_where_the_account_is_at_home(authority, neighbour, employ, change, now):
    """Report: who married kept her old name at the desk."""
    olsen = employ(authority, OLSEN, ["clerk"])
    change(olsen, name=" Herr Olsen-Berg ")
    assert queries.member(authority.id, olsen).name == "Herr Olsen-Berg"
    with pytest.raises(Refused, match=r"^name$"):
        change(olsen, name="  ")
    abroad = employ(neighbour, OLSEN, ["clerk"], password="")
    known = {"authority_id": neighbour.id, "membership_id": abroad, "roles": ["clerk"], "unit_ids": []}
    known |= {"active": True, "actor": SYSTEM, "now": now}
    services.change_member(**known, name="Herr Olsen-Berg")
    with pytest.raises(Refused, match="name_elsewhere"):
        services.change_member(**known, name="Somebody else")


def test_everything_that_is_wrong_with_a_new_colleague_is_said_at_once(authority, employ):
    with pytest.raises(SeveralRefused) as refused:
        employ(authority, "no address", ["clerk"], name="", password="short")
    assert [one.field for one in refused.value.problems] == ["name", "email", "password"]


def test_a_password_is_set_only_where_the_account_is_at_home(authority, neighbour, employ, now):
    employ(authority, OLSEN, ["clerk"])
    abroad = employ(neighbour, OLSEN, ["clerk"], password="")
    with pytest.raises(Refused) as caught:
        services.set_password(
            authority_id=neighbour.id, membership_id=abroad, password="noch-ein-kennwort", actor=SYSTEM, now=now
        )
    assert caught.value.code == "password_elsewhere"
    assert "organiser there" in caught.value.text


def test_nobody_sets_the_password_of_who_also_works_for_another_authority(authority, neighbour, employ, sign_in, now):
    """Report: the organiser at home set it, and could sign in at the other authority with it, in her name."""
    home, abroad = employ(authority, OLSEN, ["clerk"]), employ(neighbour, OLSEN, ["clerk"], password="")
    reset = partial(
        services.set_password,
        authority_id=authority.id,
        membership_id=home,
        password="ganz-neues-1!",
        actor=SYSTEM,
        now=now,
    )
    with pytest.raises(Refused) as caught:
        reset()
    assert (caught.value.code, caught.value.field) == ("works_elsewhere", "password")
    assert sign_in(where=neighbour), "her own still counts"
    # Her work in this house ends here all the same.
    known = {"roles": ["clerk"], "unit_ids": [], "actor": SYSTEM, "now": now}
    services.change_member(authority_id=authority.id, membership_id=home, active=False, **known)
    with pytest.raises(Refused, match="wrong_password"):
        sign_in(where=authority)
    # With the other side's consent: it takes her access away, and gives it back when she has a password of her own.
    services.change_member(authority_id=neighbour.id, membership_id=abroad, active=False, **known)
    reset()
    with common():
        assert StaffAccount.objects.get().must_change


def test_a_known_colleague_keeps_name_and_password_elsewhere(authority, neighbour, employ, sign_in):
    employ(authority, OLSEN, ["clerk"])
    employ(neighbour, OLSEN, ["clerk"], name="Somebody", password="something-else-1")
    assert sign_in(where=neighbour)
    with common():
        assert StaffAccount.objects.get().name == "Herr Olsen"


def test_a_refused_member_leaves_no_account(authority, employ):
    with pytest.raises(Refused):
        employ(authority, OLSEN, ["king"])
    with common():
        assert not StaffAccount.objects.exists()


def test_nobody_works_here_twice(authority, employ):
    employ(authority, OLSEN, ["clerk"])
    with pytest.raises(Refused, match="member_exists"):
        employ(authority, OLSEN.upper(), ["lead"])


def test_an_ended_account_is_refused_and_not_an_error(authority, neighbour, employ):
    employ(authority, OLSEN, ["clerk"])
    with common(write=True):
        StaffAccount.objects.update(active=False)
    with pytest.raises(Refused, match="account_ended"):
        employ(neighbour, OLSEN, ["clerk"])


def test_somebody_elses_member_is_not_found(authority, neighbour, employ, change):
    foreign = employ(neighbour, OLSEN, ["clerk"])
    with pytest.raises(Refused, match="not_found"):
        change(foreign)
    with pytest.raises(Refused, match="not_found"):
        queries.member(authority.id, foreign)


def test_a_unit_handles_services_and_takes_members(authority, neighbour, employ, change, now):
    unit = services.save_unit(
        authority_id=authority.id, unit_id=None, name="Steueramt", services=["hundesteuer"], actor=SYSTEM, now=now
    )
    foreign = services.save_unit(
        authority_id=neighbour.id, unit_id=None, name="KVR", services=["hundesteuer"], actor=SYSTEM, now=now
    )
    olsen = employ(authority, OLSEN, ["clerk"], unit_ids=[unit])
    change(olsen, unit_ids=[unit, foreign])
    assert queries.member(authority.id, olsen).units == ("Steueramt",)
    with work(authority.id):
        assert queries.unit_for_service(authority.id, "hundesteuer") == unit
        assert queries.unit_for_service(authority.id, "wohnsitzanmeldung") is None
    with pytest.raises(Refused, match="not_found"):
        services.save_unit(authority_id=authority.id, unit_id=foreign, name="Ours", services=[], actor=SYSTEM, now=now)


def test_a_service_has_one_unit_and_a_name_too(authority, now):
    """Report: two units of one name, and two for one service: nobody knew to whom a new case went."""
    known = {"authority_id": authority.id, "unit_id": None, "actor": SYSTEM, "now": now}
    unit = services.save_unit(name="Steueramt", services=["hundesteuer"], **known)
    with pytest.raises(Refused, match="unit_exists"):
        services.save_unit(name="steueramt ", services=[], **known)
    with pytest.raises(Refused, match="service_taken"):
        services.save_unit(name="Kämmerei", services=["hundesteuer", "sperrmuell"], **known)
    services.save_unit(**known | {"unit_id": unit}, name="Steueramt", services=["hundesteuer", "sperrmuell"])


@pytest.fixture
def token(authority, now):
    return services.create_token(
        authority_id=authority.id, name="Fachverfahren", scopes=["cases:read"], lasts=timedelta(days=1), actor=SYSTEM,
        now=now,
    )  # fmt: skip


def test_a_token_opens_its_scopes_in_its_authority_until_it_ends(authority, neighbour, token, now):
    assert queries.scopes_of(authority.id, token, now)[1:] == ("Fachverfahren", frozenset({"cases:read"}))
    assert queries.scopes_of(authority.id, token, now + timedelta(days=1)) is None
    assert queries.scopes_of(neighbour.id, token, now) is None
    assert queries.scopes_of(authority.id, token + "x", now) is None


def test_a_revoked_token_is_dead_and_the_neighbour_cannot_revoke_it(authority, neighbour, token, now):
    (row,) = queries.tokens(authority.id)
    services.revoke_token(authority_id=neighbour.id, token_id=row.id, actor=SYSTEM, now=now)
    assert queries.scopes_of(authority.id, token, now)
    services.revoke_token(authority_id=authority.id, token_id=row.id, actor=SYSTEM, now=now)
    assert queries.scopes_of(authority.id, token, now) is None


@pytest.mark.parametrize(
    ("roles", "clerk", "organiser"), [({"clerk"}, True, False), ({"lead"}, True, False), ({"organiser"}, False, True)]
)
def test_a_lead_is_a_clerk_too_and_nobody_else_is(authority, roles, clerk, organiser):
    staff = queries.Staff(authority.id, "Frau Adler", "", authority.id, frozenset(roles), frozenset())
    assert (staff.may("clerk"), staff.may("organiser")) == (clerk, organiser)


@pytest.mark.parametrize(("wrong", "wait"), [(5, "wait one minute"), (8, "wait {minutes} minutes")])
def test_one_minute_is_one(now, wrong, wait):
    with pytest.raises(Refused) as refused:
        must_be_tryable(Tries(wrong, now), now)
    assert wait in refused.value.text
