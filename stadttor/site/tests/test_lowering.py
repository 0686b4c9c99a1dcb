"""A dog is not kept any more: what was assessed for it is lowered by the statute's rule, once, with lines of its own."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from threading import Event
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.db.models import F

from stadttor.cases import services as cases
from stadttor.cases.models import Case
from stadttor.catalog import queries as catalog
from stadttor.catalog import services as adopting
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.models import AuditEntry
from stadttor.ground.tests.races import at_once
from stadttor.ground.web.language import speaking
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.notices.letters import data
from stadttor.payments import services as payments
from stadttor.payments.models import Booking, Listed, Lowered
from stadttor.payments.queries.closing import day_of_books
from stadttor.payments.queries.finance import asked_by
from stadttor.payments.queries.lowering import listed_until
from stadttor.payments.rules import YEARS_KEPT
from stadttor.privacy.queries.holdings import holding_of
from stadttor.records.services import open_file
from stadttor.site import assessing, delivery, letters, lowering, wiring, yearly
from stadttor.site.closing import as_csv, listed
from stadttor.site.letters import decision_letters
from stadttor.site.tests.test_assessing import YEAR, Town
from stadttor.tenancy.services import set_coverage

pytestmark = pytest.mark.db
LUNA, REX = 0, 1


class Kept(Town):
    """The same town after the tax was assessed and the notice left; Luna and Rex are reported as gone by other cases."""

    def told(self) -> UUID:
        decision_id = self.decide()
        self.send(decision_id)
        return decision_id

    def deregistration(self, key: str = "gone") -> UUID:
        """A case of its own; what it says is not of interest here."""
        submission_id = self._applied(key=key)
        case_id = cases.open_case(authority_id=self.authority_id, submission_id=submission_id, now=now())
        open_file(authority_id=self.authority_id, case_id=case_id, number=key, title="Hund", now=now())
        return case_id

    def look(self, entry: int, until: date, today: date | None = None) -> lowering.Lowering:
        return lowering.lowering(self.authority_id, self.case_id, entry, until, today or german_day(now()))

    def lower(self, entry: int, until: date, by: UUID) -> lowering.Lowering:
        with work(self.authority_id):
            return lowering.lower(self.authority_id, self.case_id, entry, until, by)

    def asked(self) -> int:
        return sum(one.cents for one in self.lines())


@pytest.fixture
def town(authority) -> Kept:
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    return Kept(authority.id)


@pytest.fixture
def year() -> int:
    return german_day(now()).year


def test_a_look_says_what_is_owed_for_each_year_and_writes_nothing(town: Kept, year: int) -> None:
    town.told()
    found = town.look(LUNA, date(year, 4, 9))
    (this,) = found.years
    # Four twelfths of 50 euros; from May on Rex is the first dog: 50 instead of 75 euros a year.
    assert (this.assessed, this.owed, this.others) == (5000, 1666, 7500 - (7500 * 4 + 5000 * 8) // 12)
    assert found.ends == date(year, 4, 30)
    assert this.falls_away + this.back == 5000 - 1666 + this.others
    assert found.falls_away == sum(one.cents for one in found.less), "the notice is young: nothing is due yet"
    assert town.asked() == YEAR
    with work(town.authority_id):
        assert not Lowered.objects.filter(authority_id=town.authority_id).exists()


def test_what_was_due_already_is_paid_back_and_what_is_due_later_falls_away(town: Kept, year: int) -> None:
    town.told()
    after = max(one.due for one in town.lines()) + timedelta(days=1)
    found = town.look(LUNA, date(year, 4, 9), after)
    this = next(one for one in found.years if one.year == year)
    assert (this.falls_away, this.back) == (0, this.assessed - this.owed + this.others)
    assert found.left == () or all(one.due > after for one in found.left)


def test_what_goes_is_the_difference_to_the_cent_whatever_the_day(town: Kept, year: int) -> None:
    town.told()
    days = [date(year, month, 9) for month in (1, 5, 12)]
    for until in days:
        for today in (*days, date(year + 1, 1, 20)):
            found = town.look(LUNA, until, today)
            gone = sum(one.assessed - one.owed + one.others for one in found.years)
            assert gone == found.falls_away + found.back == sum(one.cents for one in found.less)
            assert found.later == (max(today.year, year) + 1, 5000)


def test_a_year_that_was_begun_stays_owed_where_the_statute_asks_for_whole_years(authority, year: int) -> None:
    """As the Bavarian model statute has it: a yearly tax."""
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    town = Kept(authority.id, anteilig=False)
    town.told()
    found = town.look(LUNA, date(year, 4, 9))
    assert (found.less, found.later) == ((), (year + 1, 5000))
    assert town.lower(LUNA, date(year, 4, 9), town.deregistration()).back == 0
    assert town.asked() == YEAR
    assert [one["Nummer"] for one in rows_of(town, year + 1)] == ["2"]


def test_what_the_books_do_not_ask_for_is_not_taken_from_them(town: Kept, year: int) -> None:
    """Report: with other settings than those that it was made with the claim came below nothing."""
    town.told()
    by = town.deregistration()
    other_settings(town)
    with pytest.raises(Refused, match="books_differ"):
        town.lower(LUNA, date(year, 4, 9), by)
    assert {one["Bescheid"] for one in rows_of(town, year + 1)} == {"neuer Bescheid noetig"}
    town.reopen()
    town.send(town.decide())
    town.lower(LUNA, date(year, 4, 9), by)
    assert {one["Bescheid"] for one in rows_of(town, year + 1)} == {"gilt weiter"}
    other_settings(town)
    with pytest.raises(Refused, match="books_differ"):
        lowering.take_back(town.authority_id, by)


def other_settings(town: Kept) -> None:
    """The same to the books: they ask for another amount than what is reckoned."""
    with work(town.authority_id):
        Booking.objects.filter(authority_id=town.authority_id).update(cents=F("cents") + 1)


def test_a_look_at_the_list_asks_nobody_for_anything(town: Kept, year: int) -> None:
    """Report: opening the list noted the year, and what was let go then was taken from a year nobody asks for."""
    town.told()
    assert {one["Angefordert"] for one in rows_of(town, year + 1)} == {""}
    assert [one.year for one in town.look(LUNA, date(year, 4, 9)).years] == [year]


def test_the_list_is_made_in_its_time_by_whoever_sees_every_case(town: Kept, year: int) -> None:
    town.told()
    for early_or_late in (now().replace(month=9, day=30, hour=12), now().replace(year=year + 2, month=1, day=2)):
        with pytest.raises(Refused, match="no_list_yet"):
            yearly.make_yearly_list(town.adler, year + 1, early_or_late)
    with pytest.raises(Refused, match="not_whole"):
        make_list(town, year + 1, replace(town.adler, unit_ids=frozenset()))
    assert listed_until(town.authority_id) == 0
    assert [one.year for one in town.look(LUNA, date(year, 4, 9)).years] == [year]


def test_a_list_that_is_made_again_says_the_same(town: Kept, year: int) -> None:
    town.told()
    assert make_list(town, year + 1) == 1
    said = rows_of(town, year + 1)
    assert [(one["Betrag"], one["Bescheid"]) for one in said] == [("50,00", "gilt weiter"), ("75,00", "gilt weiter")]
    assert {one["Angefordert"] for one in said} == {f"{year}-10-09"}
    rates(town, 6000, date(year + 1, 1, 1))
    assert make_list(town, year + 1) == 0
    assert rows_of(town, year + 1) == said
    with pytest.raises(DatabaseError, match="permission denied"), work(town.authority_id):
        Listed.objects.filter(authority_id=town.authority_id).update(year=year)


def test_a_list_that_broke_off_is_not_reckoned_again_from_its_beginning(
    town: Kept, year: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Report: in a large town the button would have come no further than the first time."""
    town.told()
    make_list(town, year + 1)
    reckoned: list[object] = []
    monkeypatch.setattr(yearly, "assessment_of", lambda *given: reckoned.append(given))
    assert make_list(town, year + 1) == 0
    assert reckoned == []


def test_two_at_once_list_it_once(town: Kept, year: int) -> None:
    town.told()
    assert sorted(at_once(*(partial(make_list, town, year + 1) for _one in range(2)))) == [0, 1]


def test_what_the_list_asked_for_falls_away_whatever_the_rates_became(town: Kept, year: int) -> None:
    """Report: the years of the list were reckoned with the settings of the day of the deregistration."""
    town.told()
    make_list(town, year + 1)
    rates(town, 6000, date(year + 1, 1, 1))
    by = town.deregistration()
    made = town.lower(LUNA, date(year, 12, 9), by)
    # Rex moves up from 75 to 50 euros, as they were.
    assert [(one.assessed, one.owed, one.others) for one in made.years if one.year == year + 1] == [(5000, 0, 2500)]
    of_list = sum(one.cents for one in made.less if one.due.year == year + 1)
    assert of_list == 7500
    assert {one["Betrag"] for one in rows_of(town, year + 1)} == {"50,00", "75,00"}, "it stands as it was told"
    lowering.take_back(town.authority_id, by)
    assert town.asked() == YEAR


def test_a_year_that_was_listed_is_not_asked_twice_by_a_new_decision(town: Kept, year: int) -> None:
    """Report: the list had asked under the first Kassenzeichen, nothing let that go, and the list of later had the second."""
    town.told()
    make_list(town, year + 1)
    town.reopen()
    second = town.decide()
    town.send(second)
    # By list and lines together: this year once, the next one once.
    assert town.asked() + 12_500 == YEAR + 12_500
    assert town.owed()[second] == YEAR + 12_500
    assert sum(one.cents for one in asked_by(town.authority_id, second).due) == YEAR, "as its notice says"
    told = {(one["Bescheid"], one["Angefordert"]) for one in rows_of(town, year + 1)}
    assert told == {("ersetzt", f"{year}-10-09"), ("gilt weiter", "Tagesabschluss")}
    assert make_list(town, year + 1) == 0
    made = town.lower(LUNA, date(year, 12, 9), town.deregistration())
    assert [one.assessed for one in made.years] == [5000, 5000]


def test_what_is_decided_anew_in_the_listed_year_lets_the_list_go(town: Kept, year: int) -> None:
    first = town.told()
    make_list(town, year + 1)
    town.reopen()
    then = now().replace(year=year + 1, month=1, day=9, hour=12)
    second = cases.decide(staff=town.adler, case_id=town.case_id, version=town.version(), outcome="assessed", now=then)
    town.send(second)
    assert town.owed()[first] == -12_500, "the lines take back what the list asked for"
    assert town.owed()[second] == 12_500 + 600


def test_a_first_notice_that_leaves_after_the_list_asks_for_its_year_itself(town: Kept, year: int) -> None:
    decision_id = town.decide()
    second = town.deregistration("another registration")
    (case_id, town.case_id) = (town.case_id, second)
    town.told()
    town.case_id = case_id
    make_list(town, year + 1)
    town.send(decision_id)
    assert town.owed()[decision_id] == YEAR + 12_500
    assert make_list(town, year + 1) == 0


def test_a_notice_that_leaves_just_before_the_year_is_noted_is_on_the_list(town: Kept, year: int, monkeypatch) -> None:
    """Without reading the cases after the note it would be asked for by nobody."""
    second, note = town.deregistration("another registration"), yearly.note_listed
    town.told()

    def meanwhile(authority_id: UUID, listed: int) -> None:
        town.case_id = second
        town.told()
        note(authority_id, listed)

    monkeypatch.setattr(yearly, "note_listed", meanwhile)
    assert make_list(town, year + 1) == 2


def test_what_nothing_was_assessed_for_any_more_lets_the_list_go_too(town: Kept, year: int) -> None:
    town.told()
    make_list(town, year + 1)
    town.reopen()
    town.send(town.decide("closed"))
    assert town.asked() == -12_500
    town.reopen()
    town.send(town.decide("closed"))
    assert town.asked() == -12_500, "once"


def test_what_is_being_decided_anew_is_not_replaced_yet(town: Kept, year: int) -> None:
    """Report: the list said of a case that was opened again that its notice was replaced, before any other had left."""
    town.told()
    make_list(town, year + 1)
    town.reopen()
    assert {one["Bescheid"] for one in rows_of(town, year + 1)} == {"gilt weiter"}
    second = town.decide()
    assert {one["Bescheid"] for one in rows_of(town, year + 1) if one["Angefordert"]} == {"gilt weiter"}
    town.send(second)
    assert {one["Bescheid"] for one in rows_of(town, year + 1)} == {"ersetzt", "gilt weiter"}


def test_a_claim_is_kept_for_ten_years_after_the_last_year_that_was_listed(town: Kept, year: int) -> None:
    """Report: a list is made in the year before, and so its last year was deleted with the books of that one."""
    town.told()
    make_list(town, year + 1)
    kept = []
    for later in (YEARS_KEPT + 1, YEARS_KEPT + 2):
        payments.forget_old(authority_id=town.authority_id, now=now().replace(year=year + later, month=6, day=1))
        with work(town.authority_id):
            kept.append(Listed.objects.filter(authority_id=town.authority_id).count())
    assert kept == [1, 0]


def rates(town: Kept, cents: int, since: date) -> None:
    """The first dog costs another amount from a day on."""
    (adoption,) = (one for one in catalog.adoptions(town.authority_id) if one.slug == "hundesteuer")
    adopting.plan_parameters(
        authority_id=town.authority_id, adoption_id=adoption.id, parameters={"satz_erster_cents": cents}, since=since,
        source="Hundesteuersatzung", actor=SYSTEM, now=now(),
    )  # fmt: skip
    adopting.begin_planned(now() + timedelta(days=400))
    catalog.forget_offered(town.authority_id)


def test_a_notice_for_one_year_is_lowered_for_that_year(authority, year: int) -> None:
    """Report: where notices do not go on, a year was lowered that none had assessed."""
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    town = Kept(authority.id, dauerbescheid=False)
    town.told()
    assert make_list(town, year + 1) == 0
    found = town.look(LUNA, date(year, 4, 9), date(year + 1, 2, 1))
    assert ([one.year for one in found.years], found.later) == ([year], None)


def test_the_books_are_lowered_with_lines_of_their_own(town: Kept, year: int) -> None:
    town.told()
    before = {one.id: one.cents for one in town.lines()}
    by = town.deregistration()
    made = town.lower(LUNA, date(year, 4, 9), by)
    lines = {one.id: one.cents for one in town.lines()}
    assert before.items() <= lines.items(), "no line is ever changed"
    new = [one for one in town.lines() if one.id not in before]
    assert [(one.due, -one.cents) for one in new] == [(one.due, one.cents) for one in made.less]
    assert sum(lines.values()) == YEAR - sum(one.falls_away + one.back for one in made.years)
    assert {one.account for one in new} == {one.account for one in town.lines() if one.id in before}
    rows = list(csv.DictReader(io.StringIO(as_csv(day_of_books(town.authority_id, german_day(now())))), delimiter=";"))
    told = [row for row in rows if row["Betrag"].startswith("-")]
    assert {(row["Art"], row["Storno"]) for row in told} == {("soll", "ja")}
    with work(town.authority_id):
        (entry,) = AuditEntry.objects.filter(act="finance.claim_lowered")
        assert entry.details["cents"] == -sum(one.cents for one in made.less)


def test_the_closing_tells_the_treasury_what_is_to_be_paid_back(town: Kept, year: int) -> None:
    town.told()
    town.lower(LUNA, date(year, 4, 9), town.deregistration())
    found = day_of_books(town.authority_id, german_day(now()))
    late = replace(found, lines=tuple(replace(one, day=one.due) for one in found.lines if one.due))
    with speaking("de"):
        young, due = ({row.cells[4] for row in listed(town.authority_id, day) if row.undoes} for day in (found, late))
    assert all(one.startswith("Nicht mehr geschuldet, fällig am ") for one in young)
    assert all(one.endswith(": zurückzuzahlen, soweit bezahlt") for one in due)


def test_the_same_dog_is_let_go_once(town: Kept, year: int) -> None:
    """Again by the same case changes nothing, by another one it is refused."""
    town.told()
    by = town.deregistration()
    made = town.lower(LUNA, date(year, 4, 9), by)
    left = town.asked()
    assert town.lower(LUNA, date(year, 4, 9), by) == made
    other = town.deregistration("other")
    with pytest.raises(Refused, match="lowered_already"):
        town.lower(LUNA, date(year, 4, 9), other)
    assert town.asked() == left


def test_two_at_once_let_it_go_once(town: Kept, year: int) -> None:
    """Without looking whether it was let go already, both would be written."""
    town.told()
    ways = [partial(town.lower, LUNA, date(year, 4, 9), town.deregistration(key)) for key in ("one", "two")]
    became = at_once(*ways)
    assert sum(isinstance(one, lowering.Lowering) for one in became) == 1
    with work(town.authority_id):
        assert Lowered.objects.filter(authority_id=town.authority_id).count() == 1


def test_the_database_keeps_a_second_row_out(town: Kept, year: int) -> None:
    town.told()
    town.lower(LUNA, date(year, 4, 9), town.deregistration())
    with work(town.authority_id):
        row = Lowered.objects.get(authority_id=town.authority_id)
    row.pk, row._state.adding = new_id(), True
    with pytest.raises(IntegrityError, match="lowered_once"), work(town.authority_id):
        row.save(force_insert=True)


def test_both_dogs_at_once_leave_what_their_months_owe(town: Kept, year: int) -> None:
    """Without the lock of the days the second would reckon with the claim as it was before the first."""
    town.told()
    luna_goes, rex_goes = (town.deregistration(name) for name in ("Luna", "Rex"))
    written = Event()

    def luna() -> None:
        with work(town.authority_id):
            town.lower(LUNA, date(year, 4, 9), luna_goes)
            written.set()
            until_somebody_waits()

    def rex() -> None:
        assert written.wait(timeout=20)
        town.lower(REX, date(year, 4, 9), rex_goes)

    assert at_once(luna, rex) == [None, None]
    assert town.asked() == 5000 * 4 // 12 + 7500 * 4 // 12 + 2 * 300


def test_another_day_by_the_same_case_takes_the_place_of_the_first(town: Kept, year: int) -> None:
    """The case was opened again, since the day was a slip of the pen."""
    town.told()
    by = town.deregistration()
    town.lower(LUNA, date(year, 4, 9), by)
    second = town.lower(LUNA, date(year, 6, 9), by)
    assert second.years[0].owed == 2500
    assert town.asked() == YEAR - (5000 - 2500) - (7500 - (7500 * 6 + 5000 * 6) // 12)


def test_what_is_taken_back_is_owed_again(town: Kept, year: int) -> None:
    town.told()
    by = town.deregistration()
    town.lower(LUNA, date(year, 4, 9), by)
    for _time in range(2):
        lowering.take_back(town.authority_id, by)
    assert town.asked() == YEAR
    assert town.lower(LUNA, date(year, 4, 9), by).years[0].owed == 1666


def test_a_decision_that_is_taken_back_takes_the_lowering_with_it(town: Kept, year: int) -> None:
    town.told()
    by = town.deregistration()
    town.lower(LUNA, date(year, 4, 9), by)
    fact = assessing.cases.DecisionTakenBack(town.authority_id, by, now(), by)
    lowering.raise_taken_back(fact)
    assert town.asked() == YEAR


def test_a_late_notice_lowers_the_earlier_years_too(authority, year: int) -> None:
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    town = Kept(authority.id, past=4)
    town.told()
    began = town.look(REX, german_day(now())).years
    first = next(one.year for one in began if one.assessed)
    found = town.look(LUNA, date(year - 1, 1, 20))
    owed = {one.year: one.owed for one in found.years}
    assert owed[year] == 0
    assert owed[year - 1] == 5000 // 12
    assert first < year


def test_years_of_the_list_are_lowered_as_far_as_it_was_drawn(town: Kept, year: int) -> None:
    """What the procedure asks for by the list it learns by lines; a list that is drawn later has it right by itself."""
    decision_id = town.told()
    assert [one.year for one in town.look(LUNA, date(year, 4, 9)).years] == [year]
    make_list(town, year + 1)
    found = town.look(LUNA, date(year, 4, 9))
    assert [(one.year, one.assessed, one.owed, one.others) for one in found.years][1:] == [(year + 1, 5000, 0, 2500)]
    town.lower(LUNA, date(year, 4, 9), town.deregistration())
    this = found.years[0]
    asked = asked_by(town.authority_id, decision_id).due
    assert sum(one.cents for one in asked) == YEAR - this.falls_away - this.back, (
        "what the list asks for is not among it"
    )
    assert [one["Betrag"] for one in rows_of(town, year + 1)] == ["50,00", "75,00"], "the closing tells what changed"
    (rex,) = rows_of(town, year + 2)
    assert (rex["Nummer"], rex["Jahresbetrag"], rex["Betrag"], rex["Bescheid"]) == (
        "2",
        "50,00",
        "50,00",
        "gilt weiter",
    )
    assert [one.year for one in town.look(REX, date(year, 5, 9)).years] == [year, year + 1], (
        "nobody is asked for years far off"
    )


def test_a_day_before_the_beginning_is_refused_and_so_is_a_case_without_assessment(town: Kept, year: int) -> None:
    with pytest.raises(Refused, match="nothing_assessed"):
        town.look(LUNA, date(year, 4, 9))
    decision_id = town.decide()
    with pytest.raises(Refused, match="nothing_assessed"):
        town.look(LUNA, date(year, 4, 9))
    town.send(decision_id)
    with pytest.raises(Refused, match="before_beginning"):
        town.look(LUNA, date(year - 9, 4, 9))
    with pytest.raises(Refused, match="nothing_assessed"):
        town.look(7, date(year, 4, 9))


def test_a_new_decision_does_not_assess_again_what_has_ended(town: Kept, year: int) -> None:
    town.told()
    by = town.deregistration()
    made = town.lower(LUNA, date(year, 4, 9), by)
    left = town.asked()
    town.reopen()
    second = town.decide()
    assert town.owed()[second] == left
    town.send(second)
    assert town.asked() == left
    with pytest.raises(Refused, match="lowered_already"):
        town.look(LUNA, date(year, 4, 9))
    assert town.lower(LUNA, date(year, 4, 9), by) == made
    lowering.take_back(town.authority_id, by)
    assert town.asked() == town.owed()[second] == YEAR, "nobody needs to decide it anew"
    town.lower(LUNA, date(year, 4, 9), by)
    assert town.asked() == left


def test_another_day_is_reckoned_with_what_was_decided_anew_since(town: Kept, year: int) -> None:
    """Report: the case was refused for what it had let go itself, and its preview said nothing of money."""
    town.told()
    by = town.deregistration()
    town.lower(LUNA, date(year, 4, 9), by)
    town.reopen()
    town.send(town.decide())
    found = lowering.lowering(town.authority_id, town.case_id, LUNA, date(year, 6, 9), german_day(now()), by_case_id=by)
    assert found.years[0].owed == 2500
    made = town.lower(LUNA, date(year, 6, 9), by)
    assert made.years == found.years
    assert town.asked() == YEAR - (5000 - 2500) - (7500 - (7500 * 6 + 5000 * 6) // 12)


def test_what_is_taken_back_is_owed_again_for_years_that_were_listed_since(town: Kept, year: int) -> None:
    """Report: the list had it right without the dog, nobody asked for that year when it was there again."""
    town.told()
    by = town.deregistration()
    town.lower(LUNA, date(year, 4, 9), by)
    make_list(town, year + 1)
    assert len(rows_of(town, year + 1)) == 1
    lowering.take_back(town.authority_id, by)
    assert town.asked() == YEAR + 5000 + 2500
    town.lower(LUNA, date(year, 4, 9), by)
    assert town.asked() == YEAR - (5000 - 1666) - (7500 - (7500 * 4 + 5000 * 8) // 12)


def test_it_can_be_taken_back_while_the_registration_is_decided_anew(town: Kept, year: int) -> None:
    town.told()
    by = town.deregistration()
    town.lower(LUNA, date(year, 4, 9), by)
    town.reopen()
    lowering.take_back(town.authority_id, by)
    town.send(town.decide())
    assert town.asked() == YEAR


def test_it_can_be_taken_back_in_the_minute_in_which_the_registration_is_decided_anew(town: Kept, year: int) -> None:
    town.told()
    by = town.deregistration()
    town.lower(LUNA, date(year, 4, 9), by)
    town.reopen()
    second = town.decide()
    lowering.take_back(town.authority_id, by)
    town.send(second)
    assert town.asked() == YEAR
    town.reopen()
    town.send(town.decide("closed"))
    lowering.take_back(town.authority_id, by)
    assert town.asked() == 0


def test_the_letter_says_what_changes(town: Kept, year: int, monkeypatch: pytest.MonkeyPatch) -> None:
    town.told()
    by = town.deregistration()
    made = town.lower(LUNA, date(year, 4, 9), by)
    said: list[data.LetterFacts] = []
    monkeypatch.setattr(letters, "letter_data", lambda facts: said.append(facts) or data.letter_data(facts))
    decision_id = cases.decide(staff=town.adler, case_id=by, version=_version(town, by), outcome="assessed", now=now())
    matter = delivery.matter_of(town.authority_id, by)
    assert decision_letters(matter.found, delivery.decision_of(town.authority_id, decision_id), now())["de"]
    (facts,) = said[0].lowered
    assert facts == lowering.as_facts(made)
    (told,) = data.letter_data(said[0])["lowered"]
    assert told["years"] == [{"year": str(year), "assessed": "50,00\xa0€", "owed": "16,66\xa0€"}]
    assert told["number"] == made.number
    assert f"Ab {year + 1} sind es 50,00\xa0€ im Jahr." in told["said"]
    assert told["changes"].startswith("Dieser Bescheid ändert unseren Bescheid vom ")
    assert said[0].remedy


def test_she_reads_of_it_and_it_goes_with_the_claim(town: Kept, year: int) -> None:
    town.told()
    town.lower(LUNA, date(year, 4, 9), town.deregistration())
    (row,) = holding_of(town.authority_id, town.submission_id).tables["payments_lowered"]
    assert row["until"] == f"{year}-04-09"
    payments.forget_old(authority_id=town.authority_id, now=now().replace(year=year + 13))
    with work(town.authority_id):
        assert not Lowered.objects.filter(authority_id=town.authority_id).exists()


def until_somebody_waits() -> None:
    """For a lock of the database that the caller holds."""
    for _try in range(20_000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waited")


def _version(town: Kept, case_id: UUID) -> int:
    with work(town.authority_id):
        return Case.objects.get(authority_id=town.authority_id, id=case_id).version


def make_list(town: Town, year: int, staff: Staff | None = None) -> int:
    """As in October of the year before."""
    return yearly.make_yearly_list(staff or town.adler, year, now().replace(year=year - 1, month=10, day=9, hour=12))


def rows_of(town: Town, year: int, staff: Staff | None = None) -> list[dict[str, str]]:
    with yearly.yearly_list(staff or town.adler, year, now()) as found:
        return list(csv.DictReader(io.StringIO(found.read().decode()), delimiter=";"))
