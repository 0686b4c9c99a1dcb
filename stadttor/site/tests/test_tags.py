"""A dog as an object: numbered by the decision, there until it is ended, shown to its holder and at the desk."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from stadttor.cases import services as cases
from stadttor.cases.models import Case, Permit
from stadttor.cases.ports import LetterDraft
from stadttor.cases.queries import ended_without
from stadttor.cases.queries.permits import permit_of, permits_for
from stadttor.cases.queries.tags import TagView, tag_of_holder, tags_for, tags_of
from stadttor.cases.services.tagging import end_tag
from stadttor.catalog import queries as catalog
from stadttor.core.refused import Refused
from stadttor.forms.models import Draft
from stadttor.forms.rules.amending import Change
from stadttor.forms.rules.filled import Filled
from stadttor.forms.services.amending import amend
from stadttor.forms.services.submitting import Application
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.work import work
from stadttor.identity import services as staff
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.portal import access
from stadttor.portal.journey import applicant_name
from stadttor.portal.services import accept
from stadttor.records.services import open_file
from stadttor.site import delivery, handing_over, letters, wiring
from stadttor.site import tags as site_tags
from stadttor.site.matter import matter_of
from stadttor.site.tags import what_it_ends
from stadttor.site.tests.test_assessing import ACCOUNT, ANSWERS, DOG, Town
from stadttor.tenancy.services import set_coverage

pytestmark = pytest.mark.db
SINCE = (german_day(now()).replace(month=1, day=2) - timedelta(days=400)).isoformat()
YESTERDAY = german_day(now()) - timedelta(days=1)
DOGS = {**ANSWERS, "hund": [{**DOG, "name": name, "gehalten_seit": SINCE} for name in ("Luna", "Rex")]}


class Dogs(Town):
    """A town that registers dogs, with the application of two of them, and the secret of each application."""

    def __init__(self, authority: Any, **more: Any) -> None:
        self.host, self.secrets = {"host": f"{authority.slug}.localhost"}, {}
        super().__init__(authority.id, **more)
        self.session = staff.sign_in(authority_id=authority.id, address="::1", now=now(), **ACCOUNT)

    def _applied(self, key: str = "once", answers: Mapping[str, Any] = DOGS) -> UUID:
        form, token = catalog.adopted_form(self.authority_id, self.slug, include_test=True), access.new_token()
        filled = Filled(form.form, answers, form.parameters, german_day(now()))
        sent = accept(
            form=form,
            application=Application(
                service=form.slug, adoption_id=form.adoption_id, revision_id=form.revision_id, answers=filled.clean(),
                fees=[], language="de", email="amira.yilmaz@example.org", applicant=applicant_name(filled),
                is_test=form.state == "test",
            ),
            key=key, token=token, randomness=os.urandom(16), now=now(),
        )  # fmt: skip
        self.secrets[sent.submission_id] = token
        return sent.submission_id

    def version_of(self, case_id: UUID) -> int:
        with work(self.authority_id):
            return Case.objects.get(authority_id=self.authority_id, id=case_id).version

    def decide(self, tags: Sequence[str] | None = None, case_id: UUID | None = None, outcome: str = "assessed") -> UUID:
        case_id = case_id or self.case_id
        return cases.decide(
            staff=self.adler, case_id=case_id, version=self.version_of(case_id), outcome=outcome, tags=tags,
            now=now(),
        )  # fmt: skip

    def send(self, decision_id: UUID, case_id: UUID | None = None) -> None:
        """The letter leaves; the job may run twice."""
        for _time in range(2):
            delivery.send_decision_letter(
                authority_id=self.authority_id, case_id=case_id or self.case_id, decision_id=decision_id
            )

    def tags(self, case_id: UUID | None = None) -> tuple[TagView, ...]:
        return tags_of(self.authority_id, case_id or self.case_id)

    def another(self, answers: Mapping[str, Any] = DOGS) -> UUID:
        """The case of another application."""
        submission_id = self._applied(os.urandom(4).hex(), answers)
        case_id = cases.open_case(authority_id=self.authority_id, submission_id=submission_id, now=now())
        open_file(authority_id=self.authority_id, case_id=case_id, number=case_id.hex, title="Hund", now=now())
        return case_id

    def holder(self, submission_id: UUID | None = None) -> Client:
        """The browser in which the application was sent."""
        client, submission_id = Client(headers=self.host), submission_id or self.submission_id
        client.cookies[access.cookie_name(submission_id)] = self.secrets[submission_id]
        return client

    def desk(self) -> Client:
        client = Client(headers=self.host)
        client.cookies[STAFF_COOKIE] = self.session
        return client


@pytest.fixture
def town(authority) -> Dogs:
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    return Dogs(authority)


def test_each_dog_is_there_with_its_number_once_the_decision_has_left(town: Dogs) -> None:
    decision_id = town.decide(["1234", " a  12 "])
    assert town.tags() == ()
    town.send(decision_id)
    first, second = town.tags()
    assert [(one.entry, one.number) for one in (first, second)] == [(0, "1234"), (1, "A 12")]
    assert (first.called, first.holder, first.since) == ("Luna", "Amira Yılmaz", date.fromisoformat(SINCE))
    assert first.counts(date(2099, 1, 1))
    assert permit_of(town.authority_id, town.case_id) is None


def test_a_dog_without_a_number_has_that_of_its_case(town: Dogs) -> None:
    town.send(town.decide(["1234"]))
    with work(town.authority_id):
        number = Case.objects.get(id=town.case_id).number
    assert [one.number for one in town.tags()] == ["1234", f"{number}-2"]


def test_a_number_belongs_to_one_dog_of_the_town(town: Dogs) -> None:
    """From the moment of the decision: not only once it has left."""
    town.decide(["1234", "1235"])
    with pytest.raises(Refused, match="tag_taken") as refused:
        town.decide(["77", "1234"], case_id=town.another())
    assert refused.value.field == "tags.1"
    with pytest.raises(Refused, match="tag_taken"):
        town.decide(["5", "5"], case_id=town.another())
    with pytest.raises(Refused, match="tag_number"):
        town.decide(["WUG-2026-7K3M-9QXT"], case_id=town.another())


def test_the_database_knows_a_number_once(town: Dogs) -> None:
    """What keeps two clerks apart who decide at the same moment."""
    town.send(town.decide(["1234", "1235"]))
    with work(town.authority_id), pytest.raises(IntegrityError, match="permit_number_once"), transaction.atomic():
        Permit.objects.filter(entry=1).update(number="1234")


def test_a_decision_that_is_taken_back_gives_its_numbers_back(town: Dogs) -> None:
    town.decide(["1234", "1235"])
    town.undo()
    town.send(town.decide(["1235", "1234"]))
    assert [one.number for one in town.tags()] == ["1235", "1234"]


def test_a_later_decision_that_enters_nothing_ends_them(town: Dogs) -> None:
    town.send(town.decide(["1234", "1235"]))
    with work(town.authority_id):
        Case.objects.filter(id=town.case_id).update(state="closed")
    cases.reopen(
        staff=town.adler, case_id=town.case_id, version=town.version_of(town.case_id), reason="Weg.", now=now()
    )
    town.send(town.decide(outcome="closed"))
    assert {one.state for one in town.tags()} == {"revoked"}


def test_letter_and_hand_over_say_the_number(town: Dogs, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {}
    monkeypatch.setattr(letters, "render_letter", lambda _source, _files, data: said.update(data) or b"%PDF-1.7")
    decision_id = town.decide(["1234", "1235"])
    town.send(decision_id)
    assert said["tags"] == ["1234", "1235"]
    matter = matter_of(town.authority_id, town.case_id)
    with work(town.authority_id):
        decision = handing_over.decision_of(town.authority_id, decision_id)
    facts = handing_over.facts_of(matter, decision)
    lines = handing_over.lines(matter.found.form.content.handover, facts)
    assert [one.value for one in lines if one.label == "Nummer der Marke"] == ["1234", "1235"]


def test_holder_and_colleague_see_it_and_nobody_else(town: Dogs) -> None:
    town.send(town.decide(["1234", "1235"]))
    path = f"/status/{town.submission_id}/ausweis"
    page = town.holder().get(path).content.decode()
    assert "1234" in page
    assert "Luna" in page
    assert path in town.holder().get(f"/status/{town.submission_id}").content.decode()
    assert Client(headers=town.host).get(path).status_code == 404
    assert [one.number for one in tags_for(town.adler, "1235", now())] == ["1235"]
    assert permits_for(town.adler, "1235", now()) == []
    assert tags_for(replace(town.adler, unit_ids=frozenset()), "1235", now()) == []
    assert "1235" in town.desk().get(f"/desk/cases/{town.case_id}").content.decode()
    assert 'name="tags.1"' in town.desk().get(f"/desk/cases/{town.another()}/decide").content.decode()


def leaving(number: str = "1235", **said: Any) -> dict[str, Any]:
    """What somebody types who deregisters Rex without beginning from the entry."""
    gone = {"hund": "Rex", "letzter_tag": YESTERDAY.isoformat(), "grund": "verstorben"}
    return {
        "person": ANSWERS["person"],
        "anliegen": {"art": "abmelden"},
        "abmeldung": {**gone, "marke": number, **said},
    }


def ends(town: Dogs, answers: Mapping[str, Any]) -> UUID:
    """Somebody deregisters, and it is decided; gives the case."""
    case_id = town.another(answers)
    town.decide(case_id=case_id)
    return case_id


def said_before(town: Dogs, case_id: UUID) -> list[str]:
    """What the clerk reads before she decides."""
    ref = cases.look_at(staff=town.adler, case_id=case_id, now=now()).ref
    return [one.kind for one in what_it_ends(ref)]


@pytest.fixture
def registered(town: Dogs) -> Dogs:
    """The notice has left: Luna wears 1234, Rex 1235."""
    town.send(town.decide(["1234", "1235"]))
    return town


def test_its_holder_begins_with_what_is_known(registered: Dogs) -> None:
    path = f"/status/{registered.submission_id}/ausweis/end"
    began = registered.holder().post(path, {"entry": "1"})
    assert began.status_code == 302
    with work(registered.authority_id):
        answers = Draft.objects.get(authority_id=registered.authority_id, submission_id=None).answers
    assert answers["anliegen"] == {"art": "abmelden"}
    assert answers["abmeldung"] == {"marke": "1235", "hund": "Rex", "rasse": "Dackel"}
    assert answers["person"]["nachname"] == "Yılmaz"
    assert registered.holder().post(path, {"entry": "7"}).status_code == 404
    assert Client(headers=registered.host).post(path, {"entry": "1"}).status_code == 404


def test_a_colleague_begins_it_for_somebody_at_the_counter(registered: Dogs) -> None:
    desk = registered.desk()
    page = desk.get(f"/desk/cases/{registered.case_id}").content.decode()
    assert f"permit={registered.case_id}&amp;entry=1&amp;act=end" in page
    today = german_day(now())
    day = {f"received_on.{name}": str(getattr(today, name)) for name in ("day", "month", "year")}
    about = {"permit": str(registered.case_id), "entry": "1", "act": "end", "channel": "counter", "language": "de"}
    began = desk.post(reverse("entries"), {**about, **day, "identity_document": ""})
    assert began.status_code == 302
    with work(registered.authority_id):
        answers = Draft.objects.get(authority_id=registered.authority_id, submission_id=None).answers
    assert answers["abmeldung"]["marke"] == "1235"


def test_one_of_two_dogs_leaves(registered: Dogs) -> None:
    case_id = registered.another(leaving())
    assert said_before(registered, case_id) == ["info"]
    registered.send(registered.decide(case_id=case_id), case_id)
    luna, rex = registered.tags()
    assert luna.stands
    assert (rex.state, rex.ended_from, rex.ended_by) == ("ended", german_day(now()), case_id)
    assert not rex.counts(german_day(now()))
    assert rex.counts(YESTERDAY)
    assert registered.tags(case_id) == ()
    path = f"/status/{registered.submission_id}/ausweis/end"
    assert registered.holder().post(path, {"entry": "1"}).status_code == 404, "it has left already"


@pytest.mark.parametrize(
    "answers",
    [
        leaving("9999"),
        leaving(""),
        {**leaving(), "person": {**ANSWERS["person"], "vorname": "Jonas", "nachname": "Weber"}},
    ],
    ids=["registered before there were objects", "no number", "another holder"],
)
def test_what_fits_no_dog_is_decided_all_the_same_and_ends_none(registered: Dogs, answers: dict[str, Any]) -> None:
    case_id = registered.another(answers)
    assert said_before(registered, case_id) == ["warning"]
    registered.decide(case_id=case_id)
    assert all(one.stands for one in registered.tags())


def test_anneighbour_ends_nothing(registered: Dogs, neighbour: Any) -> None:
    with work(neighbour.id):
        assert tag_of_holder(neighbour.id, "hundesteuer", "1235", "Amira Yılmaz") is None
    with pytest.raises(Refused, match="not_found"):
        end_tag(
            authority_id=neighbour.id, case_id=registered.case_id, entry=1, ended_from=YESTERDAY,
            by_case_id=registered.case_id, actor=SYSTEM, now=now(),
        )  # fmt: skip


def test_a_dog_leaves_once(registered: Dogs) -> None:
    """Also where two clerks read of it at the same time and decide one after the other."""
    first, second = registered.another(leaving()), registered.another(leaving(grund="verloren"))
    registered.decide(case_id=first)
    assert said_before(registered, second) == ["warning"]
    with pytest.raises(Refused, match="tag_ended"):
        end_tag(
            authority_id=registered.authority_id, case_id=registered.case_id, entry=1, ended_from=YESTERDAY,
            by_case_id=second, actor=SYSTEM, now=now(),
        )  # fmt: skip
    assert registered.tags()[1].ended_by == first


def test_taking_the_decision_back_gives_the_dog_back(registered: Dogs) -> None:
    case_id = ends(registered, leaving())
    cases.undo(staff=registered.adler, case_id=case_id, version=registered.version_of(case_id), now=now())
    assert all(one.stands for one in registered.tags())


def test_a_late_notice_is_taken_and_asks_for_no_money(registered: Dogs) -> None:
    case_id = registered.another(leaving(letzter_tag="2025-03-01"))
    before = registered.owed()
    decision_id = registered.decide(case_id=case_id)
    registered.send(decision_id, case_id)
    assert registered.tags()[1].ended_from == date(2025, 3, 2)
    assert decision_id not in registered.owed()
    assert not before or before.keys() == registered.owed().keys()


def test_only_what_is_about_leaving_can_be_decided(registered: Dogs) -> None:
    """Report: the page broke where a caution is for outcomes that this application does not offer."""
    page = registered.desk().get(f"/desk/cases/{registered.another(leaving())}/decide")
    assert page.status_code == 200
    assert 'value="assessed"' in page.content.decode()
    assert 'value="granted"' not in page.content.decode()
    with pytest.raises(Refused, match="outcome_missing"):
        registered.decide(case_id=registered.another(leaving()), outcome="granted")


def test_a_case_stays_as_long_as_a_dog_of_it_is_there(registered: Dogs) -> None:
    with work(registered.authority_id):
        Case.objects.filter(id=registered.case_id).update(active=False, closed_at=now(), state="closed")
        nothing = Permit.objects.none()
        assert registered.case_id not in ended_without(registered.authority_id, nothing, 10)
        Permit.objects.update(state="ended")
        assert registered.case_id in ended_without(registered.authority_id, nothing, 10)


def test_the_tax_is_lowered_with_the_decision_and_told_before(
    registered: Dogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the last day on: of Rex nothing is owed for the month after it."""
    before = sum(registered.owed().values())
    case_id = registered.another(leaving(letzter_tag=german_day(now()).replace(month=3, day=5).isoformat()))
    seen: list[dict[str, Any]] = []
    monkeypatch.setattr(letters, "render_letter", lambda _source, _files, data: seen.append(data) or b"%PDF-1.7")
    ref = cases.look_at(staff=registered.adler, case_id=case_id, now=now()).ref
    letters.PackageLetters().letter_preview(LetterDraft(ref, "assessed", (), (), "Frau Adler", now()))
    decision_id = registered.decide(case_id=case_id)
    after = sum(registered.owed().values())
    assert before - after == 7500 * 9 // 12
    registered.send(decision_id, case_id)
    assert [len(one["lowered"]) for one in seen] == [1, 1]
    assert seen[0]["lowered"] == seen[1]["lowered"]


def test_taking_it_back_raises_the_tax_again(registered: Dogs) -> None:
    before = sum(registered.owed().values())
    case_id = ends(registered, leaving(letzter_tag=german_day(now()).replace(month=3, day=5).isoformat()))
    assert sum(registered.owed().values()) < before
    cases.undo(staff=registered.adler, case_id=case_id, version=registered.version_of(case_id), now=now())
    assert sum(registered.owed().values()) == before
    registered.decide(case_id=case_id)
    assert sum(registered.owed().values()) < before


def test_a_dog_whose_registration_is_decided_anew_leaves_only_afterwards(registered: Dogs) -> None:
    """Else the new decision would assess a dog that has left."""
    case_id = registered.another(leaving())
    registered.reopen()
    with pytest.raises(Refused, match="tag_in_work"):
        registered.decide(case_id=case_id)
    assert registered.tags()[1].stands
    registered.send(registered.decide())
    registered.decide(case_id=case_id)
    assert [one.number for one in registered.tags()] == ["1234", "1235"], "the numbers are kept"
    assert not registered.tags()[1].stands


def test_the_wrong_dog_is_put_right(registered: Dogs) -> None:
    """Report: Rex was there again, and was never taxed again nor could ever leave."""
    last = german_day(now()).replace(month=3, day=5).isoformat()
    before = sum(registered.owed().values())
    case_id = registered.another(leaving(letzter_tag=last))
    registered.send(registered.decide(case_id=case_id), case_id)
    close_and_reopen(registered, case_id)
    say_otherwise(registered, case_id, marke="1234", hund="Luna")
    assert said_before(registered, case_id) == ["info"]
    registered.send(registered.decide(case_id=case_id), case_id)
    luna, rex = registered.tags()
    assert (luna.state, rex.stands) == ("ended", True)
    months_of_luna, rex_moves_up = 5000 * 9 // 12, 7500 - (7500 * 3 + 5000 * 9) // 12
    assert before - sum(registered.owed().values()) in (months_of_luna, months_of_luna + rex_moves_up)
    registered.decide(case_id=registered.another(leaving(letzter_tag=last)))
    assert sum(registered.owed().values()) < before - months_of_luna


def close_and_reopen(town: Dogs, case_id: UUID) -> None:
    with work(town.authority_id):
        Case.objects.filter(id=case_id).update(state="closed")
    cases.reopen(staff=town.adler, case_id=case_id, version=town.version_of(case_id), reason="Falsch.", now=now())


def say_otherwise(town: Dogs, case_id: UUID, **said: Any) -> None:
    """A colleague corrects the answers."""
    with work(town.authority_id):
        submission_id = Case.objects.get(id=case_id).submission_id
    changes = [Change(f"abmeldung.{name}", None, value) for name, value in said.items()]
    amend(
        authority_id=town.authority_id, submission_id=submission_id, key=os.urandom(4).hex(), changes=changes,
        actor=SYSTEM, now=now(),
    )  # fmt: skip


def test_a_registration_that_is_opened_in_the_same_moment_keeps_its_dog(
    registered: Dogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without asking again once its case is locked, the new decision would not know that the dog has left."""
    case_id = registered.another(leaving())

    def late(**about: Any) -> None:
        monkeypatch.undo()
        registered.reopen()
        end_tag(**about)

    monkeypatch.setattr(site_tags, "end_tag", late)
    with pytest.raises(Refused, match="tag_in_work"):
        registered.decide(case_id=case_id)


@pytest.mark.parametrize("said", [{"marke": "1234", "hund": "Luna"}, {"letzter_tag": SINCE}])
def test_a_second_decision_that_is_taken_back_leaves_what_the_first_one_told(
    registered: Dogs, said: dict[str, Any]
) -> None:
    """Report: books and tag kept what nobody was told of."""
    last = german_day(now()).replace(month=3, day=5)
    case_id = registered.another(leaving(letzter_tag=last.isoformat()))
    registered.send(registered.decide(case_id=case_id), case_id)
    left = sum(registered.owed().values())
    close_and_reopen(registered, case_id)
    say_otherwise(registered, case_id, **said)
    registered.decide(case_id=case_id)
    cases.undo(staff=registered.adler, case_id=case_id, version=registered.version_of(case_id), now=now())
    assert sum(registered.owed().values()) == left
    luna, rex = registered.tags()
    assert (luna.stands, rex.ended_from) == (True, last + timedelta(days=1))


def test_swapped_numbers_are_put_right(registered: Dogs) -> None:
    registered.reopen()
    registered.send(registered.decide(["1235", "1234"]))
    assert [one.number for one in registered.tags()] == ["1235", "1234"]


def test_a_trial_takes_no_number(authority) -> None:
    """Report: the number of a trial was refused for a real dog."""
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    town = Dogs(authority, is_test=True)
    town.send(town.decide(["1234", "1235"]))
    with work(town.authority_id):
        assert not Permit.objects.filter(authority_id=town.authority_id).exists()
