"""Key figures reckoned in another way than the product does: from events and days, one by one."""

from datetime import timedelta
from math import floor

from stadttor.cases.models import Case, Event
from stadttor.core.periods import is_working_day
from stadttor.exchange.models import HandOver, Tick
from stadttor.forms.models import Amendment, Draft, Entry, Submission
from stadttor.ground.clock import german_day
from stadttor.insights.rules.figures import Share
from stadttor.insights.tests.history import COLLEAGUES, LAND, MINUTES, NOW, OPINIONS, VISITS
from stadttor.notices.models import LegalDelivery


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
        drafts, scores = self.drafts(tried), self.scores()
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
            "begun": len(drafts) if len(drafts) >= 5 else None,
            "unbroken": self.share(not self.broken(case) for case in self.decided),
            "corrected": self.share(self.corrected(case) for case in self.decided if self.is_settled(case)),
            "visits": self.visits(),
            "declared": self.share(said for case in self.decided if (said := self.declared(case)) is not None),
            **self.worked(),
        }

    def counts(self, tried, *, visited, opined):
        """What is summed by Land, as many as there are."""
        received = [case for case in self.cases if self.within(german_day(case.received))]
        drafts = self.drafts(tried)
        scores = [score for day, score in self.scores() if opined and self.within(day)]
        return {
            "received": len(received), "online": sum(case.channel == "online" for case in received),
            "decided": len(self.decided), "asked_back": sum(bool(self.asked(case)) for case in self.decided),
            "begun": len(drafts), "sent": sum(bool(self._sent_soon(one)) for one in drafts),
            "visits": visited,
            "scored": len(scores), "satisfied": sum(score >= 4 for score in scores),
        }  # fmt: skip

    def drafts(self, tried):
        return [
            one
            for one in Draft.objects.filter(service=self.service, authority_id=self.authority_id).exclude(
                revision_id=tried
            )
            if self.within(german_day(one.created)) and not Entry.objects.filter(draft_id=one.id).exists()
        ]

    def scores(self):
        """One by one, as History.opinions gave them; those of this month say nothing yet."""
        return [(day, score) for service, day, score, _way in OPINIONS if service == self.service and is_told(day)]

    def scores_by_way(self):
        """Those of each way, however few."""
        found = {}
        for service, day, score, way in OPINIONS:
            if service == self.service and self.within(day) and is_told(day):
                found.setdefault(way, []).append(score)
        return found

    def is_settled(self, case):
        return NOW - self.first_sent(case) > timedelta(days=14)

    def corrected(self, case):
        sent = self.first_sent(case)
        end = sent + timedelta(days=14)
        for moment, act in self.acts[case.id]:
            if moment <= end and (
                act in ("taken_back", "sent_back") or (moment > sent and act in ("reopened", "sent"))
            ):
                return True
        return any(
            moment <= end
            for moment in Amendment.objects.filter(submission_id=case.submission_id).values_list("at", flat=True)
        )

    def declared(self, case):
        """What was said last before the letter left."""
        sent, said = self.first_sent(case), None
        for one in Event.objects.filter(case_id=case.id, act__in=("decided", "proposed")).order_by("at", "id"):
            said = one.details.get("in_one_contact") if one.at <= sent else said
        return said

    def visits(self):
        """One by one, as History.visits made them."""
        often = sum(self.within(day) for day in VISITS.get(self.service, ()))
        return often if often >= 5 else None

    def broken(self, case):
        posted = LegalDelivery.objects.filter(case_id=case.id, channel="post").exists()
        return case.channel != "online" or posted or self.copied(case)

    def copied(self, case):
        return any(
            Tick.objects.filter(hand_over_id=one.id).exists() for one in HandOver.objects.filter(case_id=case.id)
        )

    def minutes(self, case):
        """(at least, at most): walks through what each colleague did, in all cases."""
        least = most = timedelta()
        acts = 0
        for colleague in COLLEAGUES:
            before = None
            for at_, in_case in (
                Event.objects.filter(actor_id=colleague).order_by("at", "id").values_list("at", "case_id")
            ):
                if in_case == case.id and at_ <= self.first_sent(case):
                    acts += 1
                    known = before is not None and at_ - before <= timedelta(minutes=15)
                    least += at_ - before if known else timedelta()
                    most += at_ - before if known else timedelta(minutes=15)
                before = at_
        return tuple(round_half_up(one.total_seconds() / 60) for one in (least, most)) if acts else None

    def worked(self):
        online = sum(case.channel == "online" and self.within(german_day(case.received)) for case in self.cases)
        found = {"saved_visits": (round(online / 2), online) if online >= 5 else None}
        pairs = [pair for case in self.decided if (pair := self.minutes(case))]
        if len(pairs) < 5:
            return found | dict.fromkeys(("handling", "saved", "cost"))
        least, most = ([pair[place] for pair in pairs] for place in (0, 1))
        middle = lambda values: sorted(values)[-(-len(values) // 2) - 1]  # noqa: E731  # said once
        before = len(pairs) * MINUTES[self.service]
        return found | {
            "handling": (middle(least), middle(most), tuple(self.spread(one)[1] for one in (least, most))),
            "saved": (round((before - sum(most)) / 60), round((before - sum(least)) / 60)),
            "cost": tuple(round(sum(one) * 100 / len(pairs)) for one in (least, most)),
        }

    def _sent_soon(self, draft):
        row = Submission.objects.filter(id=draft.submission_id).first() if draft.submission_id else None
        return row and row.received - draft.created <= timedelta(days=14)


def is_told(day):
    return day < german_day(NOW).replace(day=1)


def round_half_up(minutes):
    return floor(minutes + 0.5)
