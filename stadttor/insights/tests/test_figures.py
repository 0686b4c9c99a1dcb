"""Key figures against the raw history: each is reckoned anew here, from events and days, in another way."""

import random
from collections import Counter as Tally
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.db.models import F

from stadttor.cases.models import Case, Decision, Event, Question
from stadttor.catalog.tests.builders import adopted
from stadttor.core.ids import new_id
from stadttor.core.periods import is_working_day
from stadttor.forms.models import Draft, Entry, Submission
from stadttor.ground.clock import BERLIN, german_day
from stadttor.ground.work import common, work
from stadttor.insights.models import Counter, Counting, Feedback
from stadttor.insights.queries.figures import counted_at, figures_by_month, figures_of_all
from stadttor.insights.rules.figures import Share, days_taken, hidden_parts, spread
from stadttor.insights.services.counting import count, recount

pytestmark = pytest.mark.db
LAND = "BY"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN)
SERVICES = ("anwohnerparken", "hundesteuer")
FIGURES = ("gross", "net", "asked_back", "first_contact", "not_again", "online", "satisfied", "finished")


def at(day, hour):
    return datetime.combine(day, time(hour), BERLIN)


class History:
    """Cases as they come and go, with every event of theirs; some are trials."""

    def __init__(self, authority, seed):
        self.authority_id, self.dice = authority.id, random.Random(seed)
        self.adoption = uuid4()

    def case(self, service, received, *, name="", channel="online", is_test=False):
        return Case.objects.create(
            authority_id=self.authority_id, number=uuid4().hex, adoption_id=self.adoption, service=service, title=service,
            applicant=name, applicant_key=name, received=received, channel=channel, is_test=is_test,
        )  # fmt: skip

    def event(self, case, act, moment):
        Event.objects.create(
            authority_id=self.authority_id, case_id=case.id, at=moment, act=act, actor_kind="staff", details={}
        )

    def question(self, case, asked, answered, *, how="answered"):
        column = {"answered": "answered_at", "stopped_asking": "withdrawn_at"}[how]
        Question.objects.create(
            authority_id=self.authority_id, case_id=case.id, asked_at=asked, items=[], **{column: answered}
        )
        self.event(case, "asked_back", asked)
        self.event(case, how, answered)

    def sent(self, case, moment):
        Decision.objects.create(
            authority_id=self.authority_id, case_id=case.id, outcome="granted", decided_at=moment, sent_at=moment
        )
        self.event(case, "sent", moment)

    def some(self):
        """One case after the other from July on, as the dice fall."""
        dice = self.dice
        for number in range(110):
            received = at(date(2026, 7, 1) + timedelta(days=dice.randrange(140)), dice.randrange(7, 23))
            case = self.case(
                dice.choice(SERVICES), received, name=f"NAME{number % 30}", is_test=dice.random() < 0.1,
                channel=dice.choice(("online", "online", "counter", "post")),
            )  # fmt: skip
            moment = received + timedelta(hours=dice.randrange(1, 200))
            for _question in range(dice.choice((0, 0, 0, 1, 2))):
                answered = moment + timedelta(hours=dice.randrange(1, 400))
                self.question(case, moment, answered, how=dice.choice(("answered", "stopped_asking")))
                moment = answered + timedelta(hours=dice.randrange(1, 100))
            if dice.random() < 0.9 and moment < NOW:
                self.sent(case, moment)
                if dice.random() < 0.2:
                    self.event(case, "reopened", moment + timedelta(days=dice.randrange(1, 12)))
                    self.sent(case, moment + timedelta(days=15))

    def drafts(self, tried, live):
        for _number in range(60):
            begun = at(date(2026, 10, 20) + timedelta(days=self.dice.randrange(33)), 12)
            self.draft(begun, live if self.dice.random() < 0.8 else tried, self.dice.choice((None, 1, 10, 14, 16)))
        entered = self.draft(NOW, live, 0)
        Entry.objects.create(
            authority_id=self.authority_id, draft_id=entered, staff_id=uuid4(), staff_name="Frau Adler",
            channel="counter", received_on=german_day(NOW), started=NOW,
        )  # fmt: skip

    def draft(self, begun, revision, sent_after):
        submission = None if sent_after is None else new_id()
        shared = {"service": SERVICES[0], "adoption_id": self.adoption, "revision_id": revision, "language": "de"}
        if submission:
            Submission.objects.create(
                authority_id=self.authority_id, id=submission, key=uuid4().hex, number=uuid4().hex, answers={},
                token_hash=uuid4().bytes, token_sealed=b"", received=begun + timedelta(days=sent_after), **shared,
            )  # fmt: skip
        draft = Draft.objects.create(
            authority_id=self.authority_id, token_hash=uuid4().bytes, created=begun, edited=begun,
            expires=begun + timedelta(days=30), submission_id=submission, **shared,
        )  # fmt: skip
        return draft.id

    def opinions(self):
        for _number in range(50):
            day = date(2026, 8, 1) + timedelta(days=self.dice.randrange(110))
            Feedback.objects.create(
                authority_id=self.authority_id, service=self.dice.choice(SERVICES), day=day,
                score=self.dice.randrange(1, 6),
            )  # fmt: skip


@pytest.fixture
def history(authority):
    adopted(authority.id, NOW - timedelta(days=200))
    made = History(authority, seed=5)
    tried, live = revisions()
    with work(authority.id):
        made.some()
        made.drafts(tried, live)
        made.opinions()
    return made


def revisions():
    """One revision in which the service was tried out, one in which it is open."""
    from stadttor.catalog.models import AdoptionRevision

    with common():
        rows = dict(AdoptionRevision.objects.values_list("state", "id"))
    return rows.get("test", uuid4()), rows.get("live", uuid4())


class Reckoned:
    """The same figures from what happened, day by day and case by case."""

    def __init__(self, authority_id, service, months):
        self.service, self.months, self.authority_id = service, months, authority_id
        self.cases = [one for one in Case.objects.filter(authority_id=authority_id, service=service) if not one.is_test]
        self.acts = {case.id: self._acts(case) for case in self.cases}
        self.decided = [
            case for case in self.cases if (sent := self.first_sent(case)) and self.within(german_day(sent))
        ]

    def _acts(self, case):
        return sorted(Event.objects.filter(case_id=case.id).values_list("at", "act"))

    def within(self, day):
        return day.replace(day=1) in self.months

    def first_sent(self, case):
        return next((moment for moment, act in self.acts[case.id] if act == "sent"), None)

    def days(self, case, *, net):
        """Walks through the calendar, a day at a time."""
        day, last, taken = german_day(case.received), german_day(self.first_sent(case)), 0
        while day < last:
            day += timedelta(days=1)
            taken += is_working_day(day, LAND) and not (net and self.theirs(case, day))
        return taken

    def theirs(self, case, day):
        """Whether a day was the applicant's: asked before it, and not answered before it."""
        open_from = None
        for moment, act in self.acts[case.id]:
            if act == "sent":
                break
            if act == "asked_back":
                open_from = german_day(moment)
            elif act in ("answered", "stopped_asking"):
                if open_from < day <= german_day(moment):
                    return True
                open_from = None
        return False

    def asked(self, case):
        sent = self.first_sent(case)
        return sum(act == "asked_back" and moment < sent for moment, act in self.acts[case.id])

    def again(self, case):
        sent = self.first_sent(case)
        week = lambda moment: timedelta() < moment - sent <= timedelta(days=7)  # noqa: E731  # said once
        if any(act == "reopened" and week(moment) for moment, act in self.acts[case.id]):
            return True
        others = (one for one in self.cases if one.id != case.id and one.applicant == case.applicant)
        return any(week(one.received) for one in others)

    def share(self, flags):
        flags = list(flags)
        return Share(sum(map(bool, flags)), len(flags)) if len(flags) >= 5 else None

    def spread(self, days):
        """By sorting: the value at the nearest rank."""
        days = sorted(days)
        if len(days) < 5:
            return None
        rank = lambda percent: days[-(-len(days) * percent // 100) - 1]  # noqa: E731  # said once
        return (rank(50), rank(90), len(days))

    def figures(self, tried):
        known = [case for case in self.decided if NOW - self.first_sent(case) > timedelta(days=7)]
        drafts = [
            one
            for one in Draft.objects.filter(service=self.service).exclude(revision_id=tried)
            if self.within(german_day(one.created)) and not Entry.objects.filter(draft_id=one.id).exists()
        ]
        scores = Feedback.objects.filter(service=self.service).values_list("day", "score")
        return {
            "gross": self.spread(self.days(case, net=False) for case in self.decided),
            "net": self.spread(self.days(case, net=True) for case in self.decided),
            "asked_back": self.share(self.asked(case) for case in self.decided),
            "first_contact": self.share(not self.asked(case) for case in self.decided),
            "not_again": self.share(not self.asked(case) and not self.again(case) for case in known),
            "online": self.share(
                case.channel == "online" for case in self.cases if self.within(german_day(case.received))
            ),
            "satisfied": self.share(score >= 4 for day, score in scores if self.within(day)),
            "finished": self.share(self._sent_soon(one) for one in drafts),
        }

    def _sent_soon(self, draft):
        row = Submission.objects.filter(id=draft.submission_id).first() if draft.submission_id else None
        return row and row.received - draft.created <= timedelta(days=14)


def shown(figures):
    """As Reckoned says it."""
    made = {name: getattr(figures, name) for name in FIGURES}
    return made | {name: (one.median, one.p90, one.n) for name in ("gross", "net") if (one := made[name])}


def counted(authority, now=NOW):
    count(authority_id=authority.id, calendar=LAND, now=now)


def kept(authority):
    with work(authority.id):
        rows = Counter.objects.filter(authority_id=authority.id)
        return sorted(rows.values_list("service", "month", "measure", "value", "count"))


def test_every_figure_is_what_the_raw_history_says(authority, history):
    counted(authority)
    tried, _live = revisions()
    compared = Tally()
    for one in figures_of_all(authority.id, german_day(NOW)):
        found = figures_by_month(authority.id, one.service, german_day(NOW))
        with work(authority.id):
            whole = Reckoned(authority.id, one.service, {month for month, _figures in found.months}).figures(tried)
            months = {month: Reckoned(authority.id, one.service, {month}).figures(tried) for month, _ in found.months}
        assert shown(one.figures) == shown(found.whole) == whole
        compared.update(name for name in FIGURES if whole[name])
        for month, figures in found.months:
            for name, value in shown(figures).items():
                assert value in (months[month][name], None), (one.service, month, name)
    assert compared == {name: len(SERVICES) - (name == "finished") for name in FIGURES}


def test_counting_every_day_gives_the_same_as_counting_once(authority, history):
    for days in range(60, 0, -9):
        counted(authority, NOW - timedelta(days=days))
    counted(authority)
    counted(authority)
    often = kept(authority)
    with work(authority.id):
        Counter.objects.filter(authority_id=authority.id).delete()
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
        Feedback.objects.filter(authority_id=authority.id).delete()
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
    assert (found.counters, found.changed, found.kept) == (len(right), 2 * moved, 0)
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
        Feedback.objects.filter(authority_id=authority.id).delete()
        Draft.objects.filter(authority_id=authority.id).delete()
    found = recount(authority_id=authority.id, calendar=LAND, now=NOW)
    assert found.kept
    assert kept(authority) == before


def test_the_neighbour_has_none_of_it(authority, neighbour, history):
    counted(authority)
    counted(neighbour)
    assert kept(neighbour) == []
    assert figures_of_all(neighbour.id, german_day(NOW)) == []


def test_four_cases_are_no_figure(authority):
    made = History(authority, seed=1)
    with work(authority.id):
        for number in range(4):
            made.sent(made.case("hund", at(date(2026, 11, 2), 9), name=f"N{number}"), at(date(2026, 11, 9), 9))
    counted(authority)
    assert figures_of_all(authority.id, german_day(NOW)) == []
    with work(authority.id):
        made.sent(made.case("hund", at(date(2026, 11, 2), 9)), at(date(2026, 11, 3), 9))
    counted(authority, NOW + timedelta(hours=1))
    (one,) = figures_of_all(authority.id, german_day(NOW))
    assert (one.figures.gross.median, one.figures.gross.p90, one.figures.gross.n) == (5, 5, 5)


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
