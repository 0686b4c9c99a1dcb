"""Definitions (global, by hash), instances and their steps (walled)."""

from django.db import models

from stadttor.ground.constraints import SameAuthority
from stadttor.ground.models import Common, Walled


class Definition(Common):
    """A checked BPMN file, once for all authorities; `hash` is the SHA-256 of its bytes in hex."""

    why_common = "part of a published package: says how a service runs, knows no person"
    app_rights = "SELECT, INSERT"

    hash = models.TextField(unique=True)
    xml = models.BinaryField()
    created = models.DateTimeField()


class Instance(Walled):
    """One run of a process for a subject (a case). `open` and `due` repeat what the replay of the steps says."""

    definition_hash = models.TextField()
    subject_id = models.UUIDField()
    run = models.IntegerField(default=1)
    open = models.JSONField(default=list)
    due = models.DateTimeField(null=True)
    ended = models.BooleanField(default=False)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "subject_id", "run"], name="process_run_once"),
        ]
        indexes = [
            models.Index(
                fields=["authority", "due"], condition=models.Q(due__isnull=False, ended=False), name="process_due"
            )
        ]


class Step(Walled):
    """Something that happened to an instance. Append-only: the state is replayed from these rows; they go with it."""

    app_rights = "SELECT, INSERT"

    instance_id = models.UUIDField()
    position = models.IntegerField()
    kind = models.TextField()
    task = models.TextField(default="")
    outcome = models.TextField(default="")
    flags = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "instance_id", "position"], name="process_step_once"),
            SameAuthority(
                fields=["instance_id"], to="processes.Instance", name="step_goes_with_instance", on_delete="CASCADE"
            ),
        ]
