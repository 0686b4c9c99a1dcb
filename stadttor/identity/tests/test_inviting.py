"""Inviting colleagues by e-mail: the link counts once, for 72 hours, and nobody else learns it."""

import hashlib
from datetime import timedelta
from functools import partial
from threading import Thread
from time import monotonic

import pytest
from django.test import Client

from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.clock import now as real_now
from stadttor.ground.rows import read
from stadttor.ground.tests.races import at_once
from stadttor.ground.work import common, work
from stadttor.identity import inviting, ports, queries, services
from stadttor.identity.models import Invitation, StaffAccount, StaffSession
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.identity.tests.conftest import PASSWORD

pytestmark = pytest.mark.db
WEBER, OWN = "weber@weissenburg.example", "Regenbogen über der Altmühl"
KERN = Actor("staff", None, "Frau Kern")
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def mails():
    """What was promised; whose mails were forgotten stands in `mails.forgotten`."""

    class Box(list):
        forgotten: list = []

    box = Box()
    box.forgotten = []
    before = ports._mail_invitation, ports._forget_invitation
    ports.use_invitations(lambda mail, at: box.append(mail), lambda authority, which: box.forgotten.append(which))
    yield box
    ports.use_invitations(*before)


@pytest.fixture
def invited(authority, mails, now):
    def one(email=WEBER, at=now, where=authority, roles=("clerk",)):
        return inviting.invite(
            authority_id=where.id, email=email, name="Jonas Weber", roles=roles, unit_ids=[], actor=KERN, now=at
        )

    return one


def token(mail) -> str:
    return mail.link.rsplit("/", 1)[-1]


def take(authority, mail, at, password=OWN, again=None):
    inviting.accept(authority_id=authority.id, token=token(mail), password=password, again=again or password, now=at)
    return "in"


def test_an_invitation_is_a_link_with_which_she_chooses_a_password(authority, invited, mails, now, sign_in):
    invited()
    (mail,) = mails
    assert (mail.to, mail.by, mail.until) == (WEBER, "Frau Kern", now + timedelta(hours=72))
    assert queries.members(authority.id) == [], "nobody works here before"
    with work(authority.id):
        kept = bytes(Invitation.objects.get().token_hash)
    assert kept == hashlib.sha256(token(mail).encode()).digest()
    take(authority, mail, now)
    assert [(one.email, one.roles) for one in queries.members(authority.id)] == [(WEBER, ("clerk",))]
    assert sign_in(OWN, email=WEBER)
    with common():
        assert not StaffAccount.objects.get(email=WEBER).must_change
    assert queries.invitations(authority.id) == []


@pytest.mark.parametrize("hours", [72, 80])
def test_after_three_days_it_counts_no_more(authority, invited, mails, now, hours):
    invited()
    late = now + timedelta(hours=hours)
    with pytest.raises(Refused) as refused:
        take(authority, mails[0], late)
    assert (refused.value.code, refused.value.status) == ("invitation_over", 404)
    assert queries.invitations(authority.id)[0].is_over(late)
    take(authority, mails[0], now + timedelta(hours=71))


def test_it_counts_once_however_many_follow_it_at_once(authority, invited, mails, now):
    invited()
    assert sorted(at_once(*[partial(take, authority, mails[0], now)] * 2)) == ["in", "invitation_over"]
    assert len(queries.members(authority.id)) == 1


def test_sent_again_the_earlier_link_is_dead(authority, invited, mails, now):
    one = invited()
    later = now + timedelta(hours=100)
    inviting.send_again(authority_id=authority.id, invitation_id=one, actor=KERN, now=later)
    with pytest.raises(Refused):
        take(authority, mails[0], later)
    take(authority, mails[1], later)
    assert mails.forgotten == [one, one]


def test_withdrawn_nobody_comes_in_and_nothing_is_kept(authority, invited, mails, now):
    one = invited()
    inviting.withdraw(authority_id=authority.id, invitation_id=one, actor=KERN, now=now)
    with pytest.raises(Refused):
        take(authority, mails[0], now)
    assert queries.invitations(authority.id) == []
    assert mails.forgotten == [one]


def test_the_link_opens_no_door_of_the_neighbour(authority, neighbour, invited, mails, now):
    invited()
    with pytest.raises(Refused) as refused:
        take(neighbour, mails[0], now)
    assert refused.value.status == 404


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [("kurz", "kurz", "password"), ("Weber-Weber-1", "Weber-Weber-1", "password"), (OWN, "anders", "again")],
)
def test_a_password_that_is_not_good_leaves_the_invitation_open(authority, invited, mails, now, password, again, field):
    invited()
    with pytest.raises(Refused) as refused:
        take(authority, mails[0], now, password, again)
    assert refused.value.field == field
    take(authority, mails[0], now)


def test_whoever_works_elsewhere_keeps_her_password(authority, neighbour, employ, invited, mails, now, sign_in):
    employ(neighbour, WEBER, ["clerk"])
    invited()
    take(authority, mails[0], now, password=PASSWORD, again="")
    assert sign_in(PASSWORD, email=WEBER)


def test_an_account_that_another_town_made_for_her_address_gets_no_rights_without_its_password(
    authority, neighbour, employ, invited, mails, now, sign_in
):
    """Found by a review: the neighbour chose the password, and would have come in with it."""
    employ(neighbour, WEBER, ["organiser"])
    invited()
    for _try in range(6):
        with pytest.raises(Refused) as refused:
            take(authority, mails[0], now, password=OWN)
    assert refused.value.code == "locked_out", "wrong ones count like tries to sign in"
    assert queries.members(authority.id) == []
    with pytest.raises(Refused):
        sign_in(PASSWORD, email=WEBER, at=now + timedelta(hours=2))
    assert queries.invitations(authority.id), "it stays open: she may remember, or the organiser takes it back"


def test_a_password_that_is_being_replaced_takes_up_no_invitation_elsewhere(
    authority, neighbour, employ, invited, mails, now, monkeypatch
):
    """The neighbour looked whether she works elsewhere, and she came to at that moment: she would, with its password."""
    membership_id = employ(neighbour, WEBER, ["clerk"])
    invited()
    became: list[object] = []
    taking = Thread(target=lambda: became.extend(at_once(partial(take, authority, mails[0], now, PASSWORD))))
    looks = services.works_elsewhere

    def looked(*given):
        found, late = looks(*given), monotonic() + 20
        taking.start()
        while taking.is_alive() and not read(WAITING)[0][0]:
            assert monotonic() < late
        return found

    monkeypatch.setattr(services, "works_elsewhere", looked)
    services.set_password(authority_id=neighbour.id, membership_id=membership_id, password=OWN, actor=KERN, now=now)
    taking.join(timeout=20)
    assert became == ["wrong_password"]
    assert queries.members(authority.id) == []


def test_the_page_asks_for_the_password_of_a_known_account_and_says_a_way_out(
    authority, neighbour, employ, invited, mails
):
    employ(neighbour, WEBER, ["organiser"])
    invited(at=real_now())
    guest = Client(headers={"host": f"{authority.slug}.localhost", "accept-language": "en"})
    link = f"/desk/invitation/{token(mails[0])}"
    page = guest.get(link).content.decode()
    assert 'autocomplete="current-password"' in page
    assert "invite another e-mail address" in page
    assert "This is not your present password." in guest.post(link, {"password": OWN}).content.decode()
    assert guest.post(link, {"password": PASSWORD})["Location"] == "/desk/sign-in"


def test_no_colleague_adds_an_account_that_another_town_made(authority, neighbour, employ, now):
    employ(neighbour, WEBER, ["organiser"])
    given = {"email": WEBER, "name": "Jonas Weber", "roles": ["clerk"], "unit_ids": [], "password": PASSWORD}
    with pytest.raises(Refused, match="account_elsewhere"):
        services.create_member(authority_id=authority.id, **given, actor=KERN, now=now)
    assert queries.members(authority.id) == []


def test_an_account_that_comes_to_be_at_the_same_moment_gets_no_rights(
    authority, neighbour, employ, invited, mails, now, monkeypatch
):
    invited()
    employ(neighbour, WEBER, ["organiser"])
    monkeypatch.setattr(services, "account_by", lambda email: None)
    with pytest.raises(Refused, match="wrong_password"):
        take(authority, mails[0], now)
    assert queries.members(authority.id) == []


def test_nobody_is_invited_twice_or_who_works_here(authority, employ, invited):
    employ(authority, "olsen@weissenburg.example", ["clerk"])
    invited()
    for email, code in ((WEBER, "invited_already"), ("olsen@weissenburg.example", "member_exists")):
        with pytest.raises(Refused) as refused:
            invited(email)
        assert refused.value.code == code


def test_what_nobody_took_up_is_forgotten_a_month_after_it_ended(authority, invited, now):
    invited()
    inviting.forget_old(authority_id=authority.id, now=now + timedelta(days=32))
    assert len(queries.invitations(authority.id)) == 1
    inviting.forget_old(authority_id=authority.id, now=now + timedelta(days=34))
    assert queries.invitations(authority.id) == []


def test_on_the_pages_an_organiser_invites_and_somebody_comes(authority, mails):
    host = f"{authority.slug}.localhost"
    mine = {"authority_id": authority.id, "email": f"kern@{authority.slug}.example"}
    services.create_member(
        **mine, name="Frau Kern", roles=["organiser"], unit_ids=[], password=PASSWORD, actor=SYSTEM, now=real_now()
    )
    kern = Client(headers={"host": host, "accept-language": "en"})
    kern.cookies[STAFF_COOKIE] = services.sign_in(**mine, password=PASSWORD, address="10.0.0.1", now=real_now())
    typed = {"email": WEBER, "name": "Jonas Weber", "roles": ["clerk"]}
    assert kern.post("/desk/staff/invite", typed)["Location"] == "/desk/staff?done=invited"
    page = kern.get("/desk/staff").content.decode()
    assert "Jonas Weber" in page
    assert token(mails[0]) not in page
    (row,) = queries.invitations(authority.id)
    assert kern.post(f"/desk/staff/invitations/{row.id}/again").status_code == 302
    guest = Client(headers={"host": host, "accept-language": "en"})
    assert guest.get(f"/desk/invitation/{token(mails[0])}").status_code == 404
    link = f"/desk/invitation/{token(mails[1])}"
    assert WEBER in guest.get(link).content.decode()
    assert guest.post(link, {"password": "kurz", "again": "kurz"}).status_code == 422
    assert guest.post(link, {"password": OWN, "again": OWN})["Location"] == "/desk/sign-in"
    assert guest.get(link).status_code == 404
    # Whoever sits down at her open browser invites nobody.
    with common(write=True):
        StaffSession.objects.update(proved=real_now() - timedelta(minutes=11))
    for path in ("/desk/staff/invite", f"/desk/staff/invitations/{row.id}/again"):
        assert kern.post(path, typed | {"email": "dieb@example.org"}).status_code == 401
    assert len(mails) == 2
