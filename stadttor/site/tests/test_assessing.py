"""Dog tax: what is decided stands in the books with the decision, in the letter and in the closing; what is taken back goes."""

import csv
import io
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pikepdf
import pytest

from stadttor.cases import services as cases
from stadttor.cases.models import Case
from stadttor.cases.queries import case_for
from stadttor.catalog import queries as catalog
from stadttor.catalog import services as adopting
from stadttor.core.refused import Refused
from stadttor.forms.rules.filled import Filled
from stadttor.forms.services.submitting import Application
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.models import AuditEntry
from stadttor.ground.tests.races import at_once
from stadttor.ground.work import work
from stadttor.identity import queries as identity
from stadttor.identity import services as staff
from stadttor.notices.letters import data
from stadttor.payments import services as payments
from stadttor.payments.models import Booking, Claim
from stadttor.payments.queries.closing import day_of_books
from stadttor.payments.queries.finance import claim_number_of
from stadttor.payments.services.closing import close_day
from stadttor.payments.services.finance import Books, set_rules
from stadttor.portal import access
from stadttor.portal.journey import applicant_name
from stadttor.portal.services import accept
from stadttor.privacy.queries.holdings import holding_of
from stadttor.records.services import open_file
from stadttor.site import assessing, delivery, handing_over, letters, wiring, yearly
from stadttor.site.closing import as_csv, as_pdf
from stadttor.site.letters import decision_letters
from stadttor.tenancy.services import set_coverage
from tests.shelf import publish

pytestmark = pytest.mark.db
ACCOUNT = {"email": "adler@weissenburg.example", "password": "ein langes Kennwort"}
DOG = {"rasse": "Dackel", "gelistet": False, "geschlecht": "weiblich", "geburtsdatum": "2020-05-01"}
ANSWERS: dict[str, Any] = {
    "person": {
        "vorname": "Amira", "nachname": "Yılmaz", "geburtsdatum": "1988-05-24", "email": "amira.yilmaz@example.org",
        "anschrift": {
            "street": "Bahnhofstraße", "house_number": "12", "postal_code": "91781", "city": "Weißenburg i. Bay.",
        },
    },
    "haushalt": {"hunde_bisher": 0, "dauer": "dauerhaft", "weitere_halter": False},
    "herkunft": {"zugezogen": False},
    "ermaessigung": {"gewuenscht": False},
    "zahlung": {"art": "ueberweisung"},
}  # fmt: skip


Members = Mapping[str, Mapping[str, Any]]
NONE: Members = {}


class Town:
    """A town that taxes dogs, with Frau Adler and the registration of two dogs, kept since long ago."""

    def __init__(
        self, authority_id: UUID, *, is_test: bool = False, place: str = "", members: Members = NONE,
        past: int = 0, pays: Mapping[str, Any] = ANSWERS["zahlung"], **more: object,
    ) -> None:  # fmt: skip
        """`place` where the dogs are instead, `members` settings of members by key, `past` years assessed too; `more` settings."""
        self.authority_id, self.place, self.pays = authority_id, place, pays
        publish("hundesteuer", now=now())
        self.slug = "hundesteuer"
        (version,) = (one for one in catalog.versions() if one.slug == self.slug)
        adoption_id = adopting.adopt(
            authority_id=authority_id, version_id=version.id, actor=SYSTEM, now=now(),
            parameters={"gebuehr_marke_cents": 300, "fruehere_jahre": past, **more},
        )  # fmt: skip
        for ars, values in members.items():
            adopting.change_member_parameters(
                authority_id=authority_id, adoption_id=adoption_id, ars=ars, parameters=values, actor=SYSTEM, now=now()
            )
        if not is_test:
            adopting.go_live(authority_id=authority_id, adoption_id=adoption_id, actor=SYSTEM, now=now())
        unit = staff.save_unit(
            authority_id=authority_id, unit_id=None, name="Steueramt", services=[self.slug], actor=SYSTEM, now=now()
        )
        staff.create_member(
            authority_id=authority_id, name="Frau Adler", roles=["clerk", "lead"], unit_ids=[unit], actor=SYSTEM,
            now=now(), **ACCOUNT,
        )  # fmt: skip
        token = staff.sign_in(authority_id=authority_id, address="::1", now=now(), **ACCOUNT)
        self.adler = identity.staff_of(token, authority_id, now())
        self.submission_id = self._applied()
        self.case_id = cases.open_case(authority_id=authority_id, submission_id=self.submission_id, now=now())
        open_file(authority_id=authority_id, case_id=self.case_id, number="1", title="Hund", now=now())

    def _applied(self, key: str = "once") -> UUID:
        catalog.forget_offered(self.authority_id)
        form = catalog.adopted_form(self.authority_id, self.slug, include_test=True)
        since = (german_day(now()).replace(month=1, day=2) - timedelta(days=400)).isoformat()
        dogs = [{**DOG, "name": name, "gehalten_seit": since} for name in ("Luna", "Rex")]
        person = ANSWERS["person"]
        if self.place:
            person = {**person, "anschrift": {**person["anschrift"], "city": self.place}}
        filled = Filled(
            form.form,
            {**ANSWERS, "person": person, "hund": dogs, "zahlung": self.pays},
            form.parameters,
            german_day(now()),
        )
        sent = accept(
            form=form,
            application=Application(
                service=form.slug, adoption_id=form.adoption_id, revision_id=form.revision_id, answers=filled.clean(),
                fees=[], language="de", email="amira.yilmaz@example.org", applicant=applicant_name(filled),
                is_test=form.state == "test",
            ),
            key=key, token=access.new_token(), randomness=os.urandom(16), now=now(),
        )  # fmt: skip
        return sent.submission_id

    def secrecy(self) -> str:
        with work(self.authority_id):
            return Case.objects.get(authority_id=self.authority_id, id=self.case_id).secrecy

    def version(self) -> int:
        with work(self.authority_id):
            return Case.objects.get(authority_id=self.authority_id, id=self.case_id).version

    def decide(self, outcome: str = "assessed", version: int = 0) -> UUID:
        return cases.decide(
            staff=self.adler, case_id=self.case_id, version=version or self.version(), outcome=outcome, now=now()
        )

    def undo(self) -> None:
        cases.undo(staff=self.adler, case_id=self.case_id, version=self.version(), now=now())

    def send(self, decision_id: UUID) -> None:
        for _time in range(2):  # every job may run twice
            delivery.send_decision_letter(authority_id=self.authority_id, case_id=self.case_id, decision_id=decision_id)

    def reopen(self) -> None:
        with work(self.authority_id):
            Case.objects.filter(authority_id=self.authority_id, id=self.case_id).update(state="closed")
        cases.reopen(
            staff=self.adler, case_id=self.case_id, version=self.version(), reason="Nur noch ein Hund.", now=now()
        )

    def owed(self) -> dict[UUID, int]:
        """Cents by decision as the books say them now."""
        with work(self.authority_id):
            claims = Claim.objects.filter(authority_id=self.authority_id)
            return {one.subject_id: sum(line.cents for line in self.lines(one.id)) for one in claims}

    def lines(self, claim_id: UUID | None = None) -> list[Booking]:
        with work(self.authority_id):
            found = Booking.objects.filter(authority_id=self.authority_id).order_by("at", "due")
            return [one for one in found if claim_id in (None, one.claim_id)]


YEAR = 5000 + 7500 + 2 * 300
"""A dog for 50 euros, a second one for 75, a tag for each."""


@pytest.fixture
def town(authority) -> Town:
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    set_rules(
        authority_id=authority.id, valid_from=date(2026, 1, 1), actor=SYSTEM, now=now(),
        books=Books(
            "577", 6, "mod97", "Q-", {"*/": "4311.01", "hundesteuer/": "0332.01"}, "Stadtkasse",
            "DE02120300000000202051", "BYLADEM1001",
        ),
    )  # fmt: skip
    return Town(authority.id)


def test_what_is_assessed_is_owed_from_the_moment_of_the_decision(town: Town) -> None:
    decision_id = town.decide()
    lines = town.lines()
    assert sum(one.cents for one in lines) == YEAR
    assert {(one.method, one.service, one.account, one.by_name) for one in lines} == {
        ("claimed", "hundesteuer", "0332.01", "Frau Adler")
    }
    assert all(one.due and one.due > german_day(now()) for one in lines)
    assert claim_number_of(town.authority_id, decision_id).startswith("577000001")
    with work(town.authority_id):
        (entry,) = AuditEntry.objects.filter(act="finance.claimed")
        assert entry.details["cents"] == YEAR


def test_a_tax_case_is_its_units_alone(town: Town) -> None:
    """By what the package says (§ 30 AO), from the package to the case."""
    assert town.secrecy() == "tax"
    outside = replace(town.adler, unit_ids=frozenset())
    with pytest.raises(Refused, match="not_found"):
        case_for(outside, town.case_id, now())
    assert case_for(town.adler, town.case_id, now()).applicant == "Amira Yılmaz"


def test_decision_and_lines_are_there_together_or_not_at_all(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the one transaction a decision could stand that nobody ever asks money for."""

    def broken(*_args: object, **_more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(assessing, "instalments", broken)
    with pytest.raises(ZeroDivisionError):
        town.decide()
    with work(town.authority_id):
        assert Case.objects.get(authority_id=town.authority_id, id=town.case_id).state != "decided"
    assert town.lines() == []


def test_two_at_once_assess_once(town: Town) -> None:
    version = town.version()
    became = at_once(*(partial(town.decide, version=version) for _one in range(2)))
    assert sum(isinstance(one, UUID) for one in became) == 1
    assert sum(town.owed().values()) == YEAR


def test_what_the_listener_hears_twice_is_written_once(town: Town) -> None:
    decision_id = town.decide()
    fact = assessing.cases.Decided(town.authority_id, town.case_id, now(), decision_id, "assessed")
    assessing.claim_assessed(fact)
    assert sum(town.owed().values()) == YEAR


def test_a_decision_that_is_taken_back_is_not_owed(town: Town) -> None:
    town.decide()
    town.undo()
    assert set(town.owed().values()) == {0}
    again = town.decide()
    assert town.owed()[again] == YEAR
    assert sum(town.owed().values()) == YEAR


def test_a_new_decision_lets_the_one_it_replaces_go_when_it_leaves(town: Town) -> None:
    first = town.decide()
    town.send(first)
    town.reopen()
    assert town.owed() == {first: YEAR}
    second = town.decide("closed")
    assert town.owed() == {first: YEAR}
    town.send(second)
    assert town.owed() == {first: 0}


def test_what_replaces_and_is_taken_back_leaves_the_first_one_owed(town: Town) -> None:
    first = town.decide()
    town.send(first)
    town.reopen()
    second = town.decide()
    town.undo()
    assert town.owed() == {first: YEAR, second: 0}


def test_the_letter_asks_for_what_the_books_say(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    set_: list[data.LetterFacts] = []
    monkeypatch.setattr(letters, "letter_data", lambda facts: set_.append(facts) or data.letter_data(facts))
    asked: list[dict[str, Any]] = []
    from stadttor.site import demands

    code = demands.giro_code
    monkeypatch.setattr(demands, "giro_code", lambda **said: asked.append(said) or code(**said))
    decision_id = town.decide()
    pdf = decision_letters(
        delivery.matter_of(town.authority_id, town.case_id).found,
        delivery.decision_of(town.authority_id, decision_id),
        now(),
    )
    assert pdf["de"].startswith(b"%PDF")
    owed = [(one.due, one.cents) for one in town.lines()]
    facts = set_[0]
    assert facts.assessment
    assert list(facts.assessment.due) == owed
    assert facts.demand.number == claim_number_of(town.authority_id, decision_id)
    assert [(one["cents"], one["text"]) for one in asked] == [(owed[0][1], facts.demand.number)]
    assert data.letter_data(facts)["assessment"]["earlier"] is True


def test_a_late_registration_assesses_the_years_before_in_the_same_notice(authority, monkeypatch) -> None:
    """A line of its own for each in the books, one sum for the payer."""
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    town = Town(authority.id, past=4)
    decision_id = town.decide()
    found = delivery.matter_of(town.authority_id, town.case_id).found
    made = assessing.assessment_of(found, "assessed", german_day(now()))
    assert made
    begins, year = made.elements[0].begins, german_day(now()).year
    months = {one: 12 if one > begins.year else 13 - begins.month for one in range(begins.year, year)}
    assert [(one.year, one.cents) for one in made.earlier] == [
        (one, 5000 * count // 12 + 7500 * count // 12) for one, count in months.items()
    ]
    past = sum(one.cents for one in made.earlier)
    assert sum(one.cents for one in town.lines()) == YEAR + past
    assert len(town.lines()) == len(made.earlier) + len(made.instalments)
    set_: list[data.LetterFacts] = []
    monkeypatch.setattr(letters, "letter_data", lambda facts: set_.append(facts) or data.letter_data(facts))
    decision_letters(found, delivery.decision_of(town.authority_id, decision_id), now())
    said = data.letter_data(set_[0])["assessment"]
    assert [one["year"] for one in said["years"]] == [str(one) for one in months]
    assert said["earlier"] is False
    assert (set_[0].assessment.due[0][1], len(said["due"])) == (made.instalments[0].cents + past, len(made.instalments))


def test_earlier_years_are_due_with_the_first_amount_of_the_assessed_year(authority) -> None:
    """Report: the letter said so, the books had them due on another day."""
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    town, year = Town(authority.id, past=4), german_day(now()).year
    found = delivery.matter_of(town.authority_id, town.case_id).found
    made = assessing.assessment_of(found, "assessed", date(year, 1, 2))
    assert made
    assert made.earlier
    assert {one.due for one in made.earlier} == {made.instalments[0].due} == {date(year, 2, 15)}


def test_each_year_is_assessed_by_the_settings_of_its_first_day(authority) -> None:
    """A rate that began on 1 January: the year before owes the old one, and the list says who needs a new notice."""
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    town, year = Town(authority.id, past=4), german_day(now()).year
    decision_id = town.decide()
    town.send(decision_id)
    (adoption,) = (one for one in catalog.adoptions(authority.id) if one.slug == "hundesteuer")
    adopting.plan_parameters(
        authority_id=authority.id, adoption_id=adoption.id, parameters={"satz_erster_cents": 6000},
        since=date(year + 1, 1, 1), source="Hundesteuersatzung vom 12.11.2026", actor=SYSTEM, now=now(),
    )  # fmt: skip
    adopting.begin_planned(now() + timedelta(days=400))
    found = delivery.matter_of(town.authority_id, town.case_id).found
    first = {
        one: assessing.assessment_of(found, "assessed", date(one, 5, 2)).elements[0].cents for one in (year, year + 1)
    }
    assert first == {year: 5000, year + 1: 6000}
    last = assessing.assessment_of(found, "assessed", date(year + 1, 5, 2)).earlier[-1]
    assert (last.year, last.elements[0].cents) == (year, 5000)
    assert {row["Bescheid"] for row in rows_of(town, year + 1)} == {"neuer Bescheid noetig"}


def test_the_closing_carries_what_is_owed_apart_from_what_came_in(town: Town) -> None:
    town.decide()
    today = german_day(now())
    with pytest.raises(Refused):
        close_day(authority_id=town.authority_id, day=today + timedelta(days=1), counted=0, actor=SYSTEM, now=now())
    close_day(authority_id=town.authority_id, day=today, counted=0, actor=SYSTEM, now=now())
    town.undo()
    found = day_of_books(town.authority_id, today)
    assert found.closing
    assert (found.closing.sums["all"], found.closing.sums["claimed"]) == (0, YEAR)
    head, *rows = csv.reader(io.StringIO(as_csv(found)), delimiter=";")
    assert head[-3:] == ["Art", "Faelligkeit", "Mandat"]
    assert {(row[-3], row[-1]) for row in rows} == {("soll", "")}
    assert [row[-2] for row in rows] == [one.due.isoformat() for one in found.lines if one.due]
    assert as_pdf(town.authority_id, found).startswith(b"%PDF")
    back = day_of_books(town.authority_id, today + timedelta(days=1))
    assert back.sums["claimed"] == -YEAR
    assert all(one.undoes for one in back.lines)


def test_the_mandate_reaches_the_closing_and_the_procedure_with_amount_and_days(authority) -> None:
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    pays = {"art": "lastschrift", "kontoinhaber": "Amira Yılmaz", "iban": "DE02120300000000202051", "mandat": True}
    town = Town(authority.id, pays=pays)
    decision_id = town.decide()
    today = german_day(now())
    head, *rows = csv.reader(io.StringIO(as_csv(day_of_books(town.authority_id, today))), delimiter=";")
    assert {row[head.index("Mandat")] for row in rows} == {today.isoformat()}
    matter = delivery.matter_of(town.authority_id, town.case_id)
    said = handing_over.facts_of(matter, delivery.decision_of(town.authority_id, decision_id)).case
    assert (said["asked"], said["mandate"]) == ("131,00", today.isoformat())
    assert said["claim"] == claim_number_of(town.authority_id, decision_id)
    assert said["due"].startswith(min(one.due for one in town.lines()).isoformat())
    town.undo()
    said = handing_over.facts_of(matter, delivery.decision_of(town.authority_id, decision_id)).case
    assert "asked" not in said, "nothing is owed any more"


def test_who_wants_the_mandate_on_paper_gets_it_as_a_page_of_the_letter(authority) -> None:
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    town = Town(authority.id, pays={"art": "formular"})
    asked = delivery.matter_of(town.authority_id, town.case_id).found
    transfer = replace(
        asked,
        filled=Filled(
            asked.form.form,
            {**asked.filled.answers, "zahlung": {"art": "ueberweisung"}},
            asked.form.parameters,
            german_day(now()),
        ),
    )
    decision = delivery.decision_of(town.authority_id, town.decide())
    with_form, without = (
        len(pikepdf.open(io.BytesIO(decision_letters(one, decision, now())["de"])).pages) for one in (asked, transfer)
    )
    assert with_form == without + 1


def test_of_a_trial_nothing_is_asked_for(authority) -> None:
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    town = Town(authority.id, is_test=True)
    town.decide()
    assert town.owed() == {}


def test_she_reads_what_the_books_say_of_her_and_it_goes_after_ten_years(town: Town) -> None:
    town.send(town.decide())
    tables = holding_of(town.authority_id, town.submission_id).tables
    assert sum(row["cents"] for row in tables["payments_booking"]) == YEAR
    payments.forget_old(authority_id=town.authority_id, now=now().replace(year=now().year + 9))
    assert sum(town.owed().values()) == YEAR
    payments.forget_old(authority_id=town.authority_id, now=now().replace(year=now().year + 13))
    assert town.owed() == {}


def rows_of(town: Town, year: int, staff: object = None) -> list[dict[str, str]]:
    with yearly.yearly_list(staff or town.adler, year, now()) as found:
        return list(csv.DictReader(io.StringIO(found.read().decode()), delimiter=";"))


def test_the_next_year_owes_all_of_it_on_the_days_of_the_statute(town: Town) -> None:
    decision_id = town.decide()
    year = german_day(now()).year + 1
    assert rows_of(town, year) == [], "nobody was told of it yet"
    town.send(decision_id)
    luna, rex = rows_of(town, year)
    assert (luna["Betrag"], rex["Betrag"], luna["Bescheid"]) == ("50,00", "75,00", "gilt weiter")
    assert luna["Kassenzeichen"].startswith("577000001")
    # No tag is paid for again, and nothing is due before the year begins.
    due = [part.split(": ") for part in luna["Faelligkeiten"].split(", ")]
    assert sum(int(cents.replace(",", "")) for _day, cents in due) == 12_500
    assert all(day.startswith(f"{year}-") for day, _cents in due)
    assert "Yılmaz" not in str(rows_of(town, year))


def test_what_the_statute_does_not_let_go_on_needs_a_notice_of_its_own(town: Town) -> None:
    """Of the assessed year itself it is said in the notice."""
    adoption_id = catalog.adopted_form(town.authority_id, "hundesteuer").adoption_id
    adopting.change_parameters(
        authority_id=town.authority_id, adoption_id=adoption_id, actor=SYSTEM, now=now(),
        parameters={"gebuehr_marke_cents": 300, "dauerbescheid": False},
    )  # fmt: skip
    with work(town.authority_id):
        case = Case.objects.get(authority_id=town.authority_id, id=town.case_id)
    again = Town.__new__(Town)
    again.__dict__ = {**town.__dict__}
    again.submission_id = again._applied(key="second")
    again.case_id = cases.open_case(authority_id=town.authority_id, submission_id=again.submission_id, now=now())
    open_file(authority_id=town.authority_id, case_id=again.case_id, number="2", title="Hund", now=now())
    again.send(again.decide())
    year = german_day(now()).year
    assert {one["Bescheid"] for one in rows_of(town, year)} == {"gilt weiter"}
    assert {one["Bescheid"] for one in rows_of(town, year + 1)} == {"neuer Bescheid noetig"}
    assert case.number not in {one["Vorgang"] for one in rows_of(town, year)}, "it was never decided"


def test_the_yearly_list_is_of_cases_that_exist_for_her(town: Town) -> None:
    town.send(town.decide())
    year = german_day(now()).year
    assert len(rows_of(town, year)) == 2
    assert rows_of(town, year, replace(town.adler, unit_ids=frozenset())) == []


def test_the_yearly_list_is_whole_or_an_error(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Report: an error in the middle cut the file off, and it looked like a list."""
    town.send(town.decide())

    def broken(*_args: object, **_more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(yearly, "assessment_of", broken)
    with pytest.raises(ZeroDivisionError):
        yearly.yearly_list(town.adler, german_day(now()).year, now())


def test_a_year_that_was_assessed_needs_no_further_notice(authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Report: decided in December for the next year, which the notice had just assessed, the list asked for a new one."""
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    year = german_day(now()).year
    paid = {"zugezogen": True, "frueherer_ort": "Aschaffenburg", "versteuert": True, "versteuert_bis": f"{year}-12-31"}
    monkeypatch.setitem(ANSWERS, "herkunft", paid)
    town = Town(authority.id, dauerbescheid=False)
    town.send(town.decide())
    assert {one["Bescheid"] for one in rows_of(town, year + 1)} == {"gilt weiter"}
    assert {one["Bescheid"] for one in rows_of(town, year + 2)} == {"neuer Bescheid noetig"}
