"""Whoever had the link sent to her, or keeps the draft in her account, is told a week before it goes."""

from datetime import timedelta

import pytest

from stadttor.catalog.queries import adopted_form
from stadttor.catalog.tests.builders import adopted
from stadttor.citizens.queries import citizen_of
from stadttor.citizens.services import keep, open_account
from stadttor.forms.services.drafting import delete_expired, keep_email, save_answers, start_draft
from stadttor.ground.work import work
from stadttor.identity import assertions
from stadttor.identity.assertions import IdentityAssertion
from stadttor.identity.vocabulary import Claim
from stadttor.notices.models import Mail
from stadttor.site.ending_drafts import announce_ending_drafts

pytestmark = pytest.mark.db


@pytest.fixture
def draft_id(authority, now):
    adopted(authority.id, now)
    form = adopted_form(authority.id, "muster")
    return start_draft(
        authority_id=authority.id, token="geheim", service="muster", adoption_id=form.adoption_id,
        revision_id=form.revision_id, language="de", now=now,
    )  # fmt: skip


@pytest.fixture
def sent_to_her(authority, draft_id):
    keep_email(authority_id=authority.id, draft_id=draft_id, email="amira.yilmaz@example.org")
    return draft_id


def mails(authority):
    with work(authority.id):
        return list(Mail.objects.filter(authority_id=authority.id, kind="draft_ends").order_by("created"))


def test_she_is_told_once_in_the_last_week(authority, sent_to_her, now):
    announce_ending_drafts(authority.id, now + timedelta(days=22))
    assert mails(authority) == []
    for days in (23, 24, 29):
        announce_ending_drafts(authority.id, now + timedelta(days=days))
    (mail,) = mails(authority)
    assert (mail.recipient, mail.subject_id) == ("amira.yilmaz@example.org", sent_to_her)
    assert mail.values["day"] == "23. Dezember 2026"


def test_an_edit_gives_thirty_more_days_and_another_mail_before_their_end(authority, sent_to_her, now):
    announce_ending_drafts(authority.id, now + timedelta(days=25))
    later = now + timedelta(days=26)
    save_answers(authority_id=authority.id, draft_id=sent_to_her, revision=0, answers={}, language="de", now=later)
    announce_ending_drafts(authority.id, later + timedelta(days=20))
    assert len(mails(authority)) == 1
    announce_ending_drafts(authority.id, later + timedelta(days=25))
    assert len(mails(authority)) == 2


def test_who_left_no_address_and_whose_draft_is_gone_get_no_mail(authority, draft_id, now):
    announce_ending_drafts(authority.id, now + timedelta(days=25))
    assert mails(authority) == []
    keep_email(authority_id=authority.id, draft_id=draft_id, email="amira.yilmaz@example.org")
    announce_ending_drafts(authority.id, now + timedelta(days=31))
    assert mails(authority) == []


@pytest.fixture
def in_her_account(authority, draft_id, now):
    said = IdentityAssertion("bundid", "hoch", now, {}, "https://id.bund.example", "amira", "eID")
    citizen = citizen_of(authority.id, open_account(authority_id=authority.id, assertion=said, now=now), now)
    keep(citizen=citizen, kind="draft", thing_id=draft_id, token="geheim", now=now)
    return draft_id


def test_a_draft_in_an_account_is_announced_where_her_sign_in_says(authority, in_her_account, now):
    claims = {"email": Claim("amira.yilmaz@example.org", "normal", "mail")}
    said = IdentityAssertion("bundid", "hoch", now, claims, "https://id.bund.example", "amira", "eID")
    assertions.keep(authority_id=authority.id, draft_id=in_her_account, assertion=said, now=now)
    for days in (24, 25):
        announce_ending_drafts(authority.id, now + timedelta(days=days))
    (mail,) = mails(authority)
    assert mail.recipient == "amira.yilmaz@example.org"


def test_a_draft_in_an_account_is_announced_where_the_draft_itself_says(authority, in_her_account, now):
    typed = {"person": {"email": "amira.yilmaz@example.org"}}
    save_answers(authority_id=authority.id, draft_id=in_her_account, revision=0, answers=typed, language="de", now=now)
    announce_ending_drafts(authority.id, now + timedelta(days=25))
    assert [mail.recipient for mail in mails(authority)] == ["amira.yilmaz@example.org"]


def test_what_is_typed_in_a_draft_that_nobody_keeps_is_no_address(authority, draft_id, now):
    typed = {"person": {"email": "amira.yilmaz@example.org"}}
    save_answers(authority_id=authority.id, draft_id=draft_id, revision=0, answers=typed, language="de", now=now)
    announce_ending_drafts(authority.id, now + timedelta(days=25))
    assert mails(authority) == []


def test_the_mail_goes_with_the_draft(authority, sent_to_her, now):
    announce_ending_drafts(authority.id, now + timedelta(days=25))
    assert delete_expired(authority_id=authority.id, now=now + timedelta(days=31)) == 1
    assert mails(authority) == []
