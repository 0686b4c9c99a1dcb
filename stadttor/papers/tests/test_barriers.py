"""Somebody reports a barrier; it is answered once, and goes."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.clock import now
from stadttor.ground.models import AuditEntry
from stadttor.ground.tests.races import at_once
from stadttor.ground.work import work
from stadttor.notices.models import Mail
from stadttor.papers import queries
from stadttor.papers.models import Barrier
from stadttor.papers.services import answer_barrier, forget_barriers, report_barrier, reporting
from stadttor.papers.tests.builders import HOME, signed_in, text
from stadttor.tenancy.services import set_coverage

pytestmark = pytest.mark.db
KERN = Actor("staff", uuid4(), "Frau Kern")
TEXT, EMAIL = "Der Ortsplan ist ein Bild.", "amira.yilmaz@example.org"


def reported(authority, at=None, **changes):
    values = {"key": uuid4(), "text": TEXT, "place": "/leistungen", "email": EMAIL, "language": "tr"} | changes
    report_barrier(authority_id=authority.id, now=at or now(), **values)
    return next(one.id for one in kept(authority, Barrier) if one.key == values["key"])


def answered(authority, barrier_id, answer="Es gibt jetzt eine Liste.", at=None):
    answer_barrier(
        authority_id=authority.id, barrier_id=barrier_id, answer=answer, authority_name=authority.name, actor=KERN,
        now=at or now(),
    )  # fmt: skip


def kept(authority, model):
    with work(authority.id):
        return list(model.objects.filter(authority_id=authority.id))


def test_the_answer_goes_by_mail_with_the_way_on_and_the_address_is_forgotten(authority):
    set_coverage(authority.id, ["095775534"], actor=SYSTEM, now=now())
    barrier_id = reported(authority)
    answered(authority, barrier_id)
    (mail,) = kept(authority, Mail)
    assert (mail.recipient, mail.kind, mail.language) == (EMAIL, "barrier", "tr")
    assert mail.values["answer"] == "Es gibt jetzt eine Liste."
    assert "ldbv.bayern.de" in mail.values["body"]
    found = queries.barrier(authority.id, barrier_id)
    assert (found.email, found.answered_by_name) == ("", "Frau Kern")
    with work(authority.id):
        (entry,) = AuditEntry.objects.filter(authority_id=authority.id, act="barrier.answered")
    assert TEXT not in str(entry.details)


def test_without_an_address_it_is_only_marked(authority):
    barrier_id = reported(authority, email="")
    answered(authority, barrier_id, answer="")
    assert kept(authority, Mail) == []
    assert queries.barrier(authority.id, barrier_id).answered


def test_who_waits_for_words_gets_some(authority):
    barrier_id = reported(authority)
    with pytest.raises(Refused, match="missing"):
        answered(authority, barrier_id, answer="")
    assert queries.barrier(authority.id, barrier_id).email == EMAIL


def test_two_organisers_at_one_moment_answer_once(authority):
    barrier_id = reported(authority)

    def one():
        answered(authority, barrier_id)

    assert sorted(map(str, at_once(one, one))) == ["None", "answered"]
    assert len(kept(authority, Mail)) == 1


def test_the_same_form_sent_twice_is_one_report(authority):
    key = uuid4()
    for _ in range(2):
        reported(authority, key=key)
    assert len(kept(authority, Barrier)) == 1


def test_too_many_in_a_day_are_not_taken(authority, monkeypatch):
    monkeypatch.setattr(reporting, "MOST_A_DAY", 2)
    yesterday = now() - timedelta(days=1, minutes=1)
    for at in (yesterday, now(), now()):
        reported(authority, at)
    with pytest.raises(Refused) as caught:
        reported(authority)
    assert caught.value.status == 429


def test_what_is_no_longer_needed_goes_with_its_mail(authority):
    today = now()
    old, fresh, open_one = (reported(authority, today - timedelta(days=days)) for days in (200, 199, 364))
    answered(authority, old, at=today - timedelta(days=91))
    answered(authority, fresh, at=today - timedelta(days=89))
    assert forget_barriers(authority_id=authority.id, now=today) == 1
    assert {one.id for one in kept(authority, Barrier)} == {fresh, open_one}
    assert [mail.subject_id for mail in kept(authority, Mail)] == [fresh]
    assert forget_barriers(authority_id=authority.id, now=today + timedelta(days=2)) == 2
    assert kept(authority, Barrier) == kept(authority, Mail) == []


def test_the_organiser_finds_and_answers_it(authority):
    barrier_id, desk = reported(authority), signed_in(authority)
    assert "1 report waits" in text(desk.get(HOME))
    page = text(desk.get(f"{HOME}/barriers"))
    assert TEXT in page
    assert f'href="{HOME}/barriers/{barrier_id}"' in page
    assert desk.post(f"{HOME}/barriers/{barrier_id}", {"answer": " "}).status_code == 422
    assert desk.post(f"{HOME}/barriers/{barrier_id}", {"answer": "Behoben."}).status_code == 303
    assert "Behoben." in text(desk.get(f"{HOME}/barriers/{barrier_id}"))
    assert "No report waits" in text(desk.get(HOME))
    assert desk.post(f"{HOME}/barriers/{barrier_id}", {"answer": "Noch einmal."}).status_code == 409


def test_what_waits_longest_comes_first_and_says_so(authority):
    reported(authority, text="Neu gemeldet")
    reported(authority, now() - timedelta(days=30), text="Lange gemeldet")
    page = text(signed_in(authority).get(f"{HOME}/barriers"))
    assert page.index("Lange gemeldet") < page.index("Neu gemeldet")
    assert "waits too long" in page


def test_however_many_come_what_waits_longest_stays_first_and_the_counts_are_true(authority):
    today = now()
    real = reported(authority, today - timedelta(days=9), text="Lange gemeldet")
    with work(authority.id):
        Barrier.objects.bulk_create(
            Barrier(
                authority_id=authority.id, key=uuid4(), text=f"Flut {number}", language="de",
                reported=today - timedelta(days=3), answered=today if number % 2 else None,
            )
            for number in range(250)
        )  # fmt: skip
    assert queries.barriers(authority.id)[0].id == real
    pages = [queries.barriers(authority.id, number) for number in range(1, 8)]
    assert [len(page) for page in pages] == [50, 50, 50, 50, 50, 1, 0]
    every = [one for page in pages for one in page]
    assert len({one.id for one in every}) == 251
    assert [one.answered is None for one in every] == [True] * 126 + [False] * 125
    desk = signed_in(authority)
    assert "126 reports wait for an answer." in text(desk.get(HOME))
    page = text(desk.get(f"{HOME}/barriers"))
    assert "126 reports wait for an answer." in page
    assert f'href="{HOME}/barriers/{real}"' in page
    assert f'href="{HOME}/barriers?page=6"' in page
    assert text(desk.get(f"{HOME}/barriers?page=6")).count(f'href="{HOME}/barriers/') == 1


def test_only_organisers_of_this_town_see_it(authority, neighbour):
    barrier_id = reported(authority)
    clerk, other = signed_in(authority, "clerk"), signed_in(neighbour)
    for page in ("barriers", f"barriers/{barrier_id}"):
        assert clerk.get(f"{HOME}/{page}").status_code == 403
    assert TEXT not in text(other.get(f"{HOME}/barriers"))
    assert other.get(f"{HOME}/barriers/{barrier_id}").status_code == 404
    assert other.post(f"{HOME}/barriers/{barrier_id}", {"answer": "Nein."}).status_code == 404
    assert queries.barrier(authority.id, barrier_id).answered is None
