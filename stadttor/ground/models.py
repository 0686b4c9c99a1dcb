"""The bare authority, the two kinds of table, the audit chain, encrypted files."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from stadttor.core.classify import K2
from stadttor.core.ids import new_id
from stadttor.ground.classify import classified

ALL = "SELECT, INSERT, UPDATE, DELETE"


class Common(models.Model):
    """A global table without data of citizens: readable without an authority. Each says why it is global.

    Where only some authorities may see or write a row, `rules` says which (SQL by command, `{me}` is the authority at work):
    row-level security then holds for it too, and without an authority nothing of it can be read.
    """

    why_common: ClassVar[str] = ""
    app_rights: ClassVar[str] = "SELECT"
    rules: ClassVar[Mapping[str, str]] = {}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True


class Authority(Common):
    """An administration (Behörde) that offers services; what describes it stands in tenancy."""

    why_common = "public: who is responsible works without an authority set"
    app_rights = "SELECT, INSERT, UPDATE"

    slug = models.TextField(unique=True)
    name = models.TextField()
    kind = models.TextField(default="gemeinde")
    active = models.BooleanField(default=True)


class Walled(models.Model):
    """A table of a person or a case: behind row-level security, each row of exactly one authority."""

    app_rights: ClassVar[str] = ALL

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, db_index=False, related_name="+")

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["authority", "id"], name="%(app_label)s_%(class)s_key")]


class AuditEntry(Walled):
    """One act: who did what to which object. Ids, codes and keyed hashes, never answers. Append-only for the product."""

    app_rights = "SELECT, INSERT"

    at = models.DateTimeField()
    act = models.TextField()
    actor_kind = models.TextField()
    actor_id = models.UUIDField(null=True)
    actor_name = classified(models.TextField(default=""), K2, keep="audit")
    subject_kind = models.TextField()
    subject_id = models.UUIDField(null=True)
    details = models.JSONField(default=dict)

    class Meta(Walled.Meta):
        indexes = [models.Index(fields=["authority", "subject_id", "at"], name="audit_subject")]


class AuditWaiting(Common):
    """An entry not yet covered by a kept head; its `id` is the entry's. Written with the entry, deleted by the sealer.

    No unique key on the authority: acts of one town at the same time must not wait for each other.
    """

    why_common = "ids only: tells the sealer, which works for all, whose entries wait"
    app_rights = "SELECT, INSERT, DELETE"

    authority_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["authority_id", "id"], name="audit_waiting")]


class AuditSeal(Walled):
    """The place of one entry in its authority's chain: `digest` = SHA-256 over the previous digest and the entry."""

    app_rights = "SELECT, INSERT"

    position = models.BigIntegerField()
    entry_id = models.UUIDField()
    digest = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "position"], name="audit_position"),
            models.UniqueConstraint(fields=["authority", "entry_id"], name="audit_entry_once"),
        ]


class Blob(Walled):
    """An encrypted file; its bytes lie in the file store under (authority, id)."""

    sha256 = models.BinaryField()
    size = models.BigIntegerField()
    media_type = models.TextField()
    created = models.DateTimeField()

    class Meta(Walled.Meta):
        pass
