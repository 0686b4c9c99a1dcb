"""Key figures against the raw history: each is reckoned anew here, from events and days, in another way."""

from collections import Counter as Tally
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db.models import F

from stadttor.cases.models import Decision, Question
from stadttor.catalog.tests.builders import adopted
from stadttor.core.periods import is_working_day
from stadttor.core.refused import Refused
from stadttor.forms.models import Draft
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.work import common, work
from stadttor.insights import ports
from stadttor.insights.models import Counter, Counting
from stadttor.insights.queries.figures import counted_at, figures_by_month, figures_of_all
from stadttor.insights.queries.summed import summed
from stadttor.insights.queries.ways import satisfied_by_way
from stadttor.insights.rules.figures import Basis, Share, days_taken, figures_of, hidden_parts, spread
from stadttor.insights.rules.spans import quarters, told_until, year
from stadttor.insights.services import visiting
from stadttor.insights.services.counting import count, recount
from stadttor.insights.services.settling import settle
from stadttor.insights.services.summing import sum_all
from stadttor.insights.tests.history import COLLEAGUES, LAND, MINUTES, NOW, SERVICES, VISITS, History, at
from stadttor.insights.tests.reckoned import Reckoned
from stadttor.tenancy.models import Coverage

pytestmark = pytest.mark.db
LAST = told_until(german_day(NOW))
FIGURES = (
    "gross", "net", "asked_back", "first_contact", "not_again", "online", "satisfied", "finished", "begun", "unbroken",
    "corrected", "declared", "visits", "handling", "saved", "saved_visits", "cost",
)  # fmt: skip


@pytest.fixture
def history(authority):
    adopted(authority.id, NOW - timedelta(days=200))
    made = History(authority, seed=5)
    tried, live = revisions()
    settle(
        authority_id=authority.id, handling=True, visit=(30, 60), hourly_cents=6_000, actor=SYSTEM, now=NOW,
    )  # fmt: skip
    with work(authority.id):
        made.some()
        made.corrections()
        made.drafts(tried, live)
        made.opinions()
    return made


@pytest.fixture(autouse=True)
def _stock():
    """The town wrote down how long its processes take."""
    before = ports._baseline
    ports.connect(baseline=lambda authority_id: MINUTES)
    yield
    ports.connect(baseline=before)


def revisions():
    """One revision in which the service was tried out, one in which it is open."""
    from stadttor.catalog.models import AdoptionRevision

    with common():
        rows = dict(AdoptionRevision.objects.values_list("state", "id"))
    return rows.get("test", uuid4()), rows.get("live", uuid4())


def shown(figures):
    """As Reckoned says it."""
    made = {name: getattr(figures, name) for name in FIGURES}
    made |= {name: one.n for name in ("begun", "visits") if (one := made[name])}
    made |= {name: (one.low, one.high) for name in ("saved", "saved_visits", "cost") if (one := made[name])}
    if worked := made["handling"]:
        made["handling"] = (worked.low, worked.high, worked.p90)
    return made | {name: (one.median, one.p90, one.n) for name in ("gross", "net") if (one := made[name])}


def counted(authority, now=NOW):
    count(authority_id=authority.id, calendar=LAND, now=now)


def kept(authority):
    with work(authority.id):
        rows = Counter.objects.filter(authority_id=authority.id)
        return sorted(rows.values_list("service", "month", "measure", "value", "count"))


def test_every_figure_is_what_the_raw_history_says(authority, history):
    history.visits()
    counted(authority)
    tried, _live = revisions()
    compared = set()
    for one in figures_of_all(authority.id, LAST):
        found = figures_by_month(authority.id, one.service, LAST)
        assert (one.year, one.before, one.lately) == (found.year, found.before, found.lately)
        spans = zip((year(LAST), *quarters(LAST)), (found.year, found.before, found.lately), strict=True)
        for months, figures in (*spans, *(([month], figures) for month, figures in found.months)):
            with work(authority.id):
                raw = Reckoned(authority.id, one.service, set(months)).figures(tried)
            for name, value in shown(figures).items():
                assert value in (raw[name], None), (one.service, months, name)
                compared |= {(one.service, name)} if value else set()
    of_drafts = {(SERVICES[1], name) for name in ("begun", "finished")}
    assert compared == {(service, name) for service in SERVICES for name in FIGURES} - of_drafts


def test_sums_by_land_are_what_the_raw_history_says(authority, neighbour, history):
    """Both towns lie in one Land; the neighbour's six applications count in the sum."""
    tried, _live = revisions()
    history.visits()
    other = History(neighbour, seed=6)
    with work(neighbour.id):
        for number in range(6):
            other.sent(other.case(SERVICES[0], at(date(2026, 9, 2), 9), name=f"N{number}"), at(date(2026, 9, 9), 9))
    counted(authority)
    counted(neighbour)
    with common(write=True):
        for one, prefix in ((authority, "09577"), (neighbour, "09162")):
            Coverage.objects.create(authority=one, ars_prefix=prefix)
    sum_all([authority.id, neighbour.id], now=NOW)
    found, _at = summed(["09"])
    quarter = set(quarters(LAST)[1])
    for service in SERVICES:
        wanted, visits = Tally(), sum(day.replace(day=1) in quarter for day in VISITS[service])
        for one, visited, opined in ((authority, visits, True), (neighbour, 0, False)):
            with work(one.id):
                wanted.update(Reckoned(one.id, service, quarter).counts(tried, visited=visited, opined=opined))
        assert found[service].items() <= wanted.items()
        assert {"received", "online", "decided", "visits", "scored"} <= found[service].keys()
    assert found[SERVICES[0]]["received"] > found[SERVICES[0]]["online"]


def test_the_marks_of_each_way_are_what_was_said_and_few_of_them_are_not_shown(authority, history):
    """Nor can they be reckoned back: with the few another way is left out, or as many as it takes."""
    months = set(quarters(LAST)[1])
    for service in SERVICES:
        with work(authority.id):
            said = Reckoned(authority.id, service, months).scores_by_way()
        found = satisfied_by_way(authority.id, service, LAST)
        assert found
        for way, share in found.items():
            assert share == Share(sum(score > 3 for score in said[way]), len(said[way]))
        hidden = sum(len(scores) for way, scores in said.items() if way not in found)
        few = said.get("phone", ())
        assert len(few) < 5
        assert hidden >= 5 or not few
        assert min(share.n for share in found.values()) >= 5


def test_counting_every_day_gives_the_same_as_counting_once(authority, history):
    for days in range(60, 0, -9):
        counted(authority, NOW - timedelta(days=days))
    counted(authority)
    counted(authority)
    often = kept(authority)
    with work(authority.id):
        Counter.objects.filter(authority_id=authority.id).exclude(measure__startswith="score:").delete()
        Counting.objects.filter(authority_id=authority.id).delete()
    counted(authority)
    assert kept(authority) == often
    assert counted_at(authority.id) == NOW


def test_figures_stay_when_their_cases_are_deleted(authority, history):
    counted(authority)
    # Three weeks on, a month and its days are counted for good.
    counted(authority, NOW + timedelta(days=21))
    before = kept(authority)
    with work(authority.id):
        Question.objects.filter(authority_id=authority.id).delete()
        Decision.objects.filter(authority_id=authority.id).delete()
        Draft.objects.filter(authority_id=authority.id, submission_id=None).delete()
    counted(authority, NOW + timedelta(days=40))
    final = [row for row in kept(authority) if row[1] < date(2026, 11, 1)]
    assert final == [row for row in before if row[1] < date(2026, 11, 1)]
    begun = [row for row in before if row[2] == "begun" and row[1] == date(2026, 11, 1)]
    assert begun
    assert begun == [row for row in kept(authority) if row[2] == "begun" and row[1] == date(2026, 11, 1)]


def test_counting_from_scratch_puts_wrong_counters_right(authority, history):
    counted(authority, NOW - timedelta(days=30))
    counted(authority)
    right, told = kept(authority), []
    with work(authority.id):
        wrong = Counter.objects.filter(authority_id=authority.id, measure="net", month=date(2026, 8, 1))
        moved = wrong.update(value=9_000 + F("value"))
    found = recount(
        authority_id=authority.id, calendar=LAND, now=NOW, progress=lambda done, of: told.append((done, of))
    )
    assert kept(authority) == right
    tallied = [row for row in right if not row[2].startswith("score:")]
    assert (found.counters, found.changed, found.kept) == (len(tallied), 2 * moved, 0)
    assert told == [(done, 5) for done in range(1, 6)]
    assert recount(authority_id=authority.id, calendar=LAND, now=NOW).changed == 0


def test_counting_from_scratch_keeps_what_was_deleted_since(authority, history):
    counted(authority)
    before = kept(authority)
    with work(authority.id):
        decided = Decision.objects.filter(authority_id=authority.id)
        gone = list(decided.filter(sent_at__lt=at(date(2026, 9, 1), 0)).values_list("case_id", flat=True))
        assert gone
        decided.filter(case_id__in=gone).delete()
        Draft.objects.filter(authority_id=authority.id).delete()
    found = recount(authority_id=authority.id, calendar=LAND, now=NOW)
    assert found.kept
    assert kept(authority) == before


def test_the_neighbour_has_none_of_it(authority, neighbour, history):
    counted(authority)
    counted(neighbour)
    assert kept(neighbour) == []
    assert figures_of_all(neighbour.id, LAST) == []


def test_four_cases_are_no_figure(authority):
    made = History(authority, seed=1)
    with work(authority.id):
        for number in range(4):
            made.sent(made.case("hund", at(date(2026, 9, 7), 9), name=f"N{number}"), at(date(2026, 9, 14), 9))
    counted(authority)
    assert figures_of_all(authority.id, LAST) == []
    with work(authority.id):
        made.sent(made.case("hund", at(date(2026, 9, 7), 9)), at(date(2026, 9, 8), 9))
    recount(authority_id=authority.id, calendar=LAND, now=NOW)
    (one,) = figures_of_all(authority.id, LAST)
    assert (one.lately.gross.median, one.lately.gross.p90, one.lately.gross.n) == (5, 5, 5)


@pytest.mark.parametrize(
    ("parts", "hidden"),
    [((9, 8, 0), set()), ((9, 3, 8), {1, 2}), ((3, 2, 9), {0, 1}), ((4, 0, 0), {0}), ((6, 4, 5, 9), {1, 2})],
)
def test_what_is_hidden_cannot_be_reckoned_back_from_the_whole(parts, hidden):
    assert hidden_parts(parts) == hidden


def test_the_days_of_the_applicant_are_not_ours():
    working = lambda day: is_working_day(day, LAND)  # noqa: E731  # said once
    monday = date(2026, 11, 2)
    days = lambda number: monday + timedelta(days=number)  # noqa: E731  # said once
    assert days_taken(monday, monday, [], working) == (0, 0)
    assert days_taken(monday, days(7), [], working) == (5, 5)
    assert days_taken(monday, days(7), [(days(1), days(3))], working) == (5, 3)
    assert days_taken(monday, days(7), [(days(0), days(3)), (days(2), days(4))], working) == (5, 1)
    assert days_taken(date(2026, 12, 23), date(2026, 12, 29), [], working) == (3, 3)


def test_the_interval_is_wilsons():
    """Against the values of the paper's formula for 8 of 10: 49.0 % to 94.3 %."""
    low, high = Share(8, 10).bounds
    assert (round(low, 1), round(high, 1)) == (49.0, 94.3)
    assert [round(bound, 1) for bound in Share(5, 5).bounds] == [56.6, 100.0]


def test_the_nearest_rank():
    assert (spread({1: 5, 30: 5}).median, spread({1: 5, 30: 5}).p90) == (1, 30)
    assert spread({1: 4}) is None


def test_who_switches_minutes_of_work_off_has_none_any_more(authority, history):
    """§ 87 BetrVG and the staff representation laws of the Länder: without an agreement nothing is counted."""
    counted(authority)
    assert figures_of_all(authority.id, LAST)[0].lately.handling
    settle(authority_id=authority.id, handling=False, visit=(None, None), hourly_cents=6_000, actor=SYSTEM, now=NOW)
    counted(authority, NOW + timedelta(hours=1))
    recount(authority_id=authority.id, calendar=LAND, now=NOW)
    assert not [row for row in kept(authority) if row[2].startswith("worked")]
    (one, *_others) = figures_of_all(authority.id, LAST)
    assert (one.lately.handling, one.lately.saved, one.lately.cost, one.lately.saved_visits) == (None,) * 4
    assert one.lately.net


def test_minutes_of_work_say_nothing_of_a_colleague(authority, history):
    counted(authority)
    assert not {str(one) for one in COLLEAGUES} & {str(cell) for row in kept(authority) for cell in row}


@pytest.mark.parametrize(
    ("visit", "hourly", "field"),
    [
        ((60, 30), None, "visit_least"),
        ((None, 30), None, "visit_least"),
        ((1, 9_999), None, "visit_most"),
        ((1, 2), 10**7, "hourly"),
    ],
)
def test_what_cannot_be_said_of_a_town_is_refused(authority, visit, hourly, field):
    with pytest.raises(Refused) as refused:
        settle(authority_id=authority.id, handling=True, visit=visit, hourly_cents=hourly, actor=SYSTEM, now=NOW)
    assert refused.value.field == field


def test_visits_are_added_up_and_counting_leaves_them(authority, neighbour):
    today = german_day(NOW)
    for _round in range(2):
        for _visit in range(4):
            visiting.visited(authority_id=authority.id, service="hund", today=today)
        visiting.write_visits()
    counted(authority)
    recount(authority_id=authority.id, calendar=LAND, now=NOW)
    assert kept(authority) == [("hund", today.replace(day=1), "visits", today.day, 8)]
    assert kept(neighbour) == []
    (one,) = figures_of_all(authority.id, today, by_month=True)
    assert one.months[-1][1].visits.n == 8


def test_the_cost_of_a_case_is_shown_from_five_cases_on():
    basis = Basis(hourly_cents=6_000, yearly_cents=10_000)
    counted = {"gross": {3: 4, 4: 1}, "worked_least": {10: 5}, "worked_most": {30: 5}}
    whole = figures_of(counted, basis).case_cost
    assert (whole.low, whole.high, whole.n) == (3_000, 5_000, 5)
    without_work = figures_of({"gross": {3: 5}}, basis).case_cost
    assert (without_work.low, without_work.high) == (2_000, 2_000)
    assert figures_of({**counted, "gross": {3: 4}}, basis).case_cost is None
    assert figures_of(counted, Basis(hourly_cents=6_000)).case_cost is None
