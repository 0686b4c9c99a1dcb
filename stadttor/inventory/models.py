"""The stock of processes of an authority. Nothing here is about a person."""

from django.db import models

from stadttor.ground.constraints import SameAuthority
from stadttor.ground.models import Walled

ONE_NAME, ONE_SERVICE = "inventory_process_name", "inventory_process_service"


class Process(Walled):
    """See `rules.stock.Process`. `steps` is a list of {name, minutes, breaks}; `version` counts its changes from 1."""

    name = models.TextField()
    service = models.TextField(default="")
    volume = models.IntegerField(null=True)
    demand = models.SmallIntegerField(default=0)
    systems = models.TextField(default="")
    law = models.TextField(default="")
    steps = models.JSONField(default=list)
    version = models.IntegerField(default=1)
    changed = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "name"], name=ONE_NAME),
            models.UniqueConstraint(fields=["authority", "service"], name=ONE_SERVICE, condition=~models.Q(service="")),
        ]


class Drawing(Walled):
    """The diagram of a process as another program saved it: BPMN 2.0 XML that can be drawn."""

    process_id = models.UUIDField()
    file_name = models.TextField()
    xml = models.BinaryField()
    changed = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            SameAuthority(
                fields=["process_id"], to="inventory.Process", name="same_drawing_process", on_delete="CASCADE"
            ),
            models.UniqueConstraint(fields=["authority", "process_id"], name="inventory_drawing_once"),
        ]


class Rating(Walled):
    """The marks an organiser gave a process: {criterion: 1 to 5} for `rules.ranking.GIVEN`, and the effort, 1 to 5."""

    process_id = models.UUIDField()
    marks = models.JSONField()
    effort = models.SmallIntegerField()
    changed = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            SameAuthority(
                fields=["process_id"], to="inventory.Process", name="same_rating_process", on_delete="CASCADE"
            ),
            models.UniqueConstraint(fields=["authority", "process_id"], name="inventory_rating_once"),
        ]


class Weighting(Walled):
    """How much each criterion counts here: {criterion: 0 to 10} for `rules.ranking.CRITERIA`."""

    weights = models.JSONField()
    changed = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority"], name="inventory_weighting_once"),
        ]


class Plan(Walled):
    """When a process has its turn, and its pilot: see `rules.roadmap.Plan`."""

    process_id = models.UUIDField()
    horizon = models.TextField()
    goal = models.TextField(default="")
    before = models.TextField(default="")
    after = models.TextField(default="")
    lesson = models.TextField(default="")
    verdict = models.TextField(default="open")
    changed = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            SameAuthority(fields=["process_id"], to="inventory.Process", name="same_plan_process", on_delete="CASCADE"),
            models.UniqueConstraint(fields=["authority", "process_id"], name="inventory_plan_once"),
        ]


class Maturity(Walled):
    """What an organiser said of the maturity of a service: {question: answer} of `rules.maturity.QUESTIONS`."""

    process_id = models.UUIDField()
    answers = models.JSONField()
    version = models.IntegerField(default=1)
    changed = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            SameAuthority(
                fields=["process_id"], to="inventory.Process", name="same_maturity_process", on_delete="CASCADE"
            ),
            models.UniqueConstraint(fields=["authority", "process_id"], name="inventory_maturity_once"),
        ]
