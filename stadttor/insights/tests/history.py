"""Cases as they come and go, for key figures."""

import random
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from stadttor.cases.models import Case, Decision, Event, Question
from stadttor.core.ids import new_id
from stadttor.exchange.models import HandOver, Tick
from stadttor.forms.models import Amendment, Draft, Entry, Submission
from stadttor.ground.clock import BERLIN, german_day
from stadttor.insights.services import give_score, right_to_answer, visiting
from stadttor.notices.models import LegalDelivery

LAND = "BY"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN)
SERVICES = ("anwohnerparken", "hundesteuer")
COLLEAGUES = [uuid4() for _colleague in range(3)]
MINUTES = {"anwohnerparken": 90, "hundesteuer": 20}
# Somebody looked at the page of a service, each on a day of its own.
VISITS = {
    "anwohnerparken": [date(2026, 9, 1) + timedelta(days=number % 80) for number in range(0, 400, 7)],
    "hundesteuer": [date(2026, 9, 20)] * 6,
}
# What applicants said: service, day, mark, and where they were asked: few by phone.
_dice = random.Random(9)
OPINIONS = [
    (_dice.choice(SERVICES), date(2026, 8, 1) + timedelta(days=_dice.randrange(110)), _dice.randrange(1, 6), way)
    for way in ("online_sent",) * 40 + ("online",) * 36 + ("counter",) * 32 + ("phone",) * 4
]


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

    def event(self, case, act, moment, **details):
        Event.objects.create(
            authority_id=self.authority_id, case_id=case.id, at=moment, act=act, actor_kind="staff", details=details,
            actor_id=self.dice.choice(COLLEAGUES),
        )  # fmt: skip

    def worked(self, case, moment):
        """Acts on a morning; the colleague was busy with another case a moment before some of them."""
        for _act in range(self.dice.randrange(4)):
            moment += timedelta(seconds=self.dice.randrange(20, 1500))
            self.event(case, "noted", moment)

    def on_paper(self, case, decision):
        """Some decisions leave by post, some cases are copied by hand."""
        if self.dice.random() < 0.3:
            channel = self.dice.choice(("post", "account"))
            LegalDelivery.objects.create(
                authority_id=self.authority_id, case_id=case.id, subject_id=uuid4(), decision_id=decision.id, channel=channel,
                why="", state="posted", area="", created=decision.sent_at,
            )  # fmt: skip
        if self.dice.random() < 0.2:
            made = HandOver.objects.create(
                authority_id=self.authority_id, case_id=case.id, key=uuid4().hex, service=case.service, target="", state="sheet",
                made=decision.sent_at, due=decision.sent_at,
            )  # fmt: skip
            Tick.objects.create(
                authority_id=self.authority_id, hand_over_id=made.id, line="a", value_hash="", by_id=uuid4(), by_name="",
                at=decision.sent_at,
            )  # fmt: skip

    def question(self, case, asked, answered, *, how="answered"):
        column = {"answered": "answered_at", "stopped_asking": "withdrawn_at"}[how]
        Question.objects.create(
            authority_id=self.authority_id, case_id=case.id, asked_at=asked, items=[], **{column: answered}
        )
        self.event(case, "asked_back", asked)
        self.event(case, how, answered)

    def sent(self, case, moment):
        decision = Decision.objects.create(
            authority_id=self.authority_id, case_id=case.id, outcome="granted", decided_at=moment, sent_at=moment
        )
        self.on_paper(case, decision)
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
            self.worked(case, moment)
            for _question in range(dice.choice((0, 0, 0, 1, 2))):
                answered = moment + timedelta(hours=dice.randrange(1, 400))
                self.question(case, moment, answered, how=dice.choice(("answered", "stopped_asking")))
                moment = answered + timedelta(hours=dice.randrange(1, 100))
            if dice.random() < 0.9 and moment < NOW:
                self.sent(case, moment)
                if dice.random() < 0.2:
                    self.event(case, "reopened", moment + timedelta(days=dice.randrange(1, 12)))
                    self.sent(case, moment + timedelta(days=15))

    def corrections(self):
        """Some decisions were taken back first, some answers were changed after they were accepted: early, or much later."""
        dice = random.Random(3)
        for case in Case.objects.filter(authority_id=self.authority_id).order_by("received"):
            sent = (
                Decision.objects.filter(case_id=case.id).order_by("sent_at").values_list("sent_at", flat=True).first()
            )
            if sent and dice.random() < 0.2:
                self.event(case, dice.choice(("taken_back", "sent_back", "confirmed")), sent - timedelta(minutes=2))
            if sent and dice.random() < 0.8:
                said = {"in_one_contact": dice.random() < 0.7} if dice.random() < 0.8 else {}
                self.event(case, dice.choice(("decided", "proposed")), sent - timedelta(minutes=3), **said)
                self.event(case, "decided", sent + timedelta(days=20), in_one_contact=False)
            if case.channel != "online" or dice.random() < 0.7:
                continue
            case.submission_id = self.submission(case.service, case.received)
            case.save(update_fields=["submission_id"])
            Amendment.objects.create(
                authority_id=self.authority_id, submission_id=case.submission_id, key="a", by="applicant", changes=[],
                at=case.received + timedelta(days=dice.choice((1, 60))),
            )  # fmt: skip

    def visits(self):
        for service, days in VISITS.items():
            for day in days:
                visiting.visited(authority_id=self.authority_id, service=service, today=day)
        visiting.write_visits()

    def submission(self, service, received):
        row = Submission.objects.create(
            authority_id=self.authority_id, id=new_id(), key=uuid4().hex, number=uuid4().hex, answers={},
            token_hash=uuid4().bytes, token_sealed=b"", received=received, service=service, adoption_id=self.adoption,
            revision_id=uuid4(), language="de",
        )  # fmt: skip
        return row.id

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
        for service, day, score, way in OPINIONS:
            right = right_to_answer(authority_id=self.authority_id, service=service, way=way, ballot=uuid4())
            give_score(authority_id=self.authority_id, right=right, service=service, way=way, score=score, today=day)
