"""The electronic file of a case and the documents in it."""

from django.db import models

from stadttor.core.classify import K2
from stadttor.ground.classify import classified
from stadttor.ground.constraints import SameAuthority
from stadttor.ground.models import Walled

KINDS = ("application", "proof", "letter", "permit", "question", "answer", "note")
ORIGINS = ("citizen", "clerk", "system")


class File(Walled):
    """The electronic file (E-Akte) of one case. `plan_key` is its place in the filing plan (Aktenplan)."""

    case_id = models.UUIDField()
    number = models.TextField()
    title = classified(models.TextField(), K2, keep="case")
    plan_key = models.TextField(default="")
    opened = models.DateTimeField()
    closed = models.DateTimeField(null=True)
    retention_until = models.DateField(null=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "case_id"], name="file_case"),
        ]


class Document(Walled):
    """One version of one document; `source_key` is what it came from, `supersedes` the version before it."""

    file_id = models.UUIDField()
    case_id = models.UUIDField()
    kind = models.TextField()
    title = classified(models.TextField(), K2, keep="case")
    origin = models.TextField()
    created = models.DateTimeField()
    blob_id = models.UUIDField()
    sha256 = models.TextField()
    size = models.BigIntegerField()
    media_type = models.TextField()
    source_key = models.TextField()
    version = models.IntegerField(default=1)
    supersedes = models.UUIDField(null=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "file_id", "source_key", "version"], name="document_version"),
            models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="document_kind"),
            models.CheckConstraint(condition=models.Q(origin__in=ORIGINS), name="document_origin"),
            SameAuthority(fields=["file_id"], to="records.File", name="same_document_file"),
            SameAuthority(fields=["blob_id"], to="ground.Blob", name="same_document_blob"),
            SameAuthority(fields=["supersedes"], to="records.Document", name="same_document_before"),
        ]
        indexes = [models.Index(fields=["authority", "case_id", "created"], name="document_case")]
