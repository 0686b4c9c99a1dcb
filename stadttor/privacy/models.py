"""The clock of closed cases, holds, and the proofs of what was deleted."""

from django.db import models

from stadttor.core.classify import K2
from stadttor.ground.classify import classified
from stadttor.ground.constraints import SameAuthority
from stadttor.ground.models import Walled
from stadttor.privacy.rules import ARCHIVE_ANSWERS, CAUSES, KEPT, STATES


class Retention(Walled):
    """A closed case on its way out: kept until its last day, offered, answered, free to be deleted.

    `closed_at` is the closing it counts from: a case that was closed again since begins anew. `moved` is its last step,
    or the end of the last hold: what has stood still for longer than that is late.
    """

    case_id = models.UUIDField()
    submission_id = models.UUIDField(null=True)
    service = models.TextField()
    closed = models.DateField()
    closed_at = models.DateTimeField(null=True)
    until = models.DateField()
    state = models.TextField(default=KEPT)
    offered = models.DateField(null=True)
    answer_by = models.DateField(null=True)
    archive = models.TextField(default="")
    moved = models.DateTimeField(null=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "case_id"], name="privacy_case_once"),
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="privacy_state"),
            models.CheckConstraint(condition=models.Q(archive__in=ARCHIVE_ANSWERS), name="privacy_archive"),
            SameAuthority(fields=["case_id"], to="cases.Case", name="same_retention_case", on_delete="CASCADE"),
        ]
        indexes = [models.Index(fields=["authority", "state", "until", "id"], name="privacy_until")]


class Hold(Walled):
    """Why a case must not be deleted for now (a claim, a procedure): until a day, or until somebody lifts it.

    `former` is what it said before, oldest first: `{reason, until, changed}`. Who changed it stands in the audit chain.
    """

    case_id = models.UUIDField()
    reason = classified(models.TextField(), K2, keep="case")
    since = models.DateTimeField()
    until = models.DateField(null=True)
    by_name = models.TextField(default="")
    former = classified(models.JSONField(default=list), K2, keep="case")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "case_id"], name="privacy_held_once"),
            SameAuthority(fields=["case_id"], to="cases.Case", name="same_hold_case", on_delete="CASCADE"),
        ]


class Deletion(Walled):
    """The proof that a case is gone: why, when its retention ended, what the archive said, what went.

    `counts` {table: rows}, `files` keyed hashes of their contents, `digest` one keyed hash over every row and file,
    `number_hash` that of the receipt number, to compare with a number somebody names. Nothing about a person.
    """

    app_rights = "SELECT, INSERT"

    case_id = models.UUIDField()
    service = models.TextField()
    cause = models.TextField()
    at = models.DateTimeField()
    closed = models.DateField(null=True)
    until = models.DateField(null=True)
    archive = models.TextField(default="")
    counts = models.JSONField()
    files = models.JSONField(default=list)
    digest = models.TextField()
    number_hash = models.TextField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "case_id"], name="privacy_deleted_once"),
            models.CheckConstraint(condition=models.Q(cause__in=CAUSES), name="privacy_cause"),
        ]
        indexes = [models.Index(fields=["authority", "at", "id"], name="privacy_deleted_at")]
