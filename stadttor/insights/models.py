"""Texts of applicants, and counters, of which marks are some. Nothing here leads to an application or joins a text with its
mark: ids are random, times are months."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models

from stadttor.core.classify import K2
from stadttor.ground.classify import classified
from stadttor.ground.constraints import SameAuthority
from stadttor.ground.models import ALL, Common, Walled


class Feedback(Walled):
    """What somebody wrote about a service (`service` is its address) in a month, whose first day is `month`.

    The mark she gave stands in a `Counter`; here is only whether it was one of the two best, as no text says that for sure.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.TextField()
    month = models.DateField()
    is_pleased = models.BooleanField()
    comment = classified(models.TextField(), K2, keep="feedback")

    class Meta(Walled.Meta):
        indexes = [models.Index(fields=["authority", "service", "month"], name="feedback_service")]


class UsedRight(Walled):
    """That a right to a mark, or to a text, was used: `id` is a keyed hash of a random number that only a browser knows.

    It names neither service nor mark, so that no mark can be found behind it; the first day of its `month` says when it goes.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    month = models.DateField()


class Counter(Walled):
    """How often a measure (`rules.figures.MEASURES`) had a value in a month, whose first day is `month`. It outlives the
    cases it was counted from."""

    service = models.TextField()
    month = models.DateField()
    measure = models.TextField()
    value = models.SmallIntegerField()
    count = models.IntegerField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(
                fields=["authority", "service", "month", "measure", "value"], name="insights_counter_once"
            ),
        ]


class Counting(Walled):
    """How far an authority is counted: `at` the last time, `final` the last month that is not counted again."""

    at = models.DateTimeField()
    final = models.DateField(null=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority"], name="insights_counting_once"),
        ]


class FigureSettings(Walled):
    """What an authority says of its key figures. `handling`: minutes of work are counted (see `cases.queries.handled_between`).

    `visit_least` and `visit_most`: minutes that a visit to the office takes an applicant; `hourly_cents`: what an hour of work
    costs. None where nobody said it. `not_asked`: services (addresses) whose
    applicants are not asked how it was. `open_licence`: the licence (`rules.licences`) under which anybody may read the figures;
    empty where nobody may.
    """

    handling = models.BooleanField(default=True)
    visit_least = models.IntegerField(null=True)
    visit_most = models.IntegerField(null=True)
    hourly_cents = models.IntegerField(null=True)
    open_licence = models.TextField(default="")
    not_asked = ArrayField(models.TextField(), default=list)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority"], name="insights_settings_once"),
        ]


class ServiceCost(Walled):
    """What a service costs the authority in a year without the work on its cases, and an hour of that work where it differs
    from `FigureSettings`. `source` says where the numbers are from."""

    service = models.TextField()
    licence_cents = models.IntegerField()
    operation_cents = models.IntegerField()
    hourly_cents = models.IntegerField(null=True)
    source = models.TextField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "service"], name="insights_cost_once"),
        ]


class MonthReport(Walled):
    """The key figures of a month as an accessible PDF, in German; `month` is its first day. It stays as it was made."""

    month = models.DateField()
    made = models.DateTimeField()
    pdf = models.BinaryField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "month"], name="insights_report_once"),
        ]


class SummedFigures(Common):
    """The key figures of a service over the authorities of `lands` (`queries.across.lands_key`), as they are shown: of the last year
    that is over, of the last quarter and the one before, and by month (`2026-10`), each as `rules.across.written` has it.

    `taking_part`: so many authorities; in quarters stands also how many stand behind each figure. Only what may be told is
    written (`rules.spans.told`); what a median was made of stays behind the authorities' walls.
    """

    why_common = (
        "figures over the authorities of a Land, from five cases on; neither an authority nor a citizen is in it"
    )
    app_rights = ALL

    lands = models.TextField(db_collation="C")
    service = models.TextField()
    taking_part = models.IntegerField()
    year = models.JSONField()
    lately = models.JSONField()
    before = models.JSONField()
    months = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lands", "service"], name="insights_summedfigures_once")]


class Answer(Walled):
    """What an authority says to applicants of a service: what was `said`, in its words, and what was `done` about it.

    `is_quote`: these are an applicant's own words, which somebody read and released. Only what `is_public` is on the portal.
    """

    service = models.TextField()
    said = models.TextField()
    done = models.TextField()
    is_quote = models.BooleanField(default=False)
    is_public = models.BooleanField(default=False)
    at = models.DateTimeField()
    by_name = models.TextField()

    class Meta(Walled.Meta):
        indexes = [models.Index(fields=["authority", "service", "at"], name="insights_answer_service")]


class Triage(Walled):
    """What a colleague made of a comment: `state` (`rules.triage.STATES`), tags, its answer. None: nobody read it yet.

    `checked` is the seal of the words in which somebody looked for personal data; other words are not checked.
    """

    feedback_id = models.UUIDField()
    state = models.TextField()
    tags = ArrayField(models.TextField(), default=list)
    checked = models.TextField(default="")
    answer_id = models.UUIDField(null=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            SameAuthority(
                fields=["feedback_id"], to="insights.Feedback", name="same_triage_feedback", on_delete="CASCADE"
            ),
            SameAuthority(fields=["answer_id"], to="insights.Answer", name="same_triage_answer"),
            models.UniqueConstraint(fields=["authority", "feedback_id"], name="insights_triage_once"),
        ]
