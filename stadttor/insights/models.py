"""Answers of applicants about a service. Nothing here leads to an application: the id is random, the time is a day."""

from django.db import models

from stadttor.core.classify import K2
from stadttor.ground.classify import classified
from stadttor.ground.models import Walled


class Feedback(Walled):
    """One answer: a `score` from 1 to 5 and perhaps a comment. `service` is the address of the service (slug)."""

    service = models.TextField()
    day = models.DateField()
    score = models.SmallIntegerField()
    comment = classified(models.TextField(default=""), K2, keep="feedback")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.CheckConstraint(condition=models.Q(score__gte=1, score__lte=5), name="feedback_score"),
        ]
        indexes = [models.Index(fields=["authority", "service", "day"], name="feedback_service")]
