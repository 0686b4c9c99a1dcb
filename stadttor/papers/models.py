"""What an authority says for its papers that no package and no profile knows."""

from django.db import models

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
