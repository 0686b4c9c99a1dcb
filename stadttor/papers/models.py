"""What an authority says for its papers that no package and no profile knows, and what people report to it."""

from django.db import models

from stadttor.core.classify import K2, K3
from stadttor.ground.classify import classified
from stadttor.ground.models import Walled


class Assessment(Walled):
    """See `rules.assessment.Assessment`. Nothing in it is about a person."""

    status = models.TextField(default="")
    assessed = models.DateField(null=True)
    gaps = models.TextField(default="")
    changed = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority"], name="papers_assessment_once"),
            models.CheckConstraint(condition=models.Q(status__in=["", "full", "partly", "not"]), name="papers_status"),
        ]


class Barrier(Walled):
    """A barrier that somebody reported: what she could not use, and where. `key` is that of the form she sent.

    `email` goes with the answer; the row goes some time after it (`rules.barriers`).
    """

    key = models.UUIDField()
    text = classified(models.TextField(), K3, keep="barrier")
    place = classified(models.TextField(default=""), K2, keep="barrier")
    email = classified(models.TextField(default=""), K2, keep="barrier")
    language = models.TextField()
    reported = models.DateTimeField()
    answer = classified(models.TextField(default=""), K3, keep="barrier")
    answered = models.DateTimeField(null=True)
    answered_by_name = models.TextField(default="")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "key"], name="papers_barrier_once"),
        ]
        indexes = [models.Index(fields=["authority", "reported"], name="papers_barrier_reported")]
