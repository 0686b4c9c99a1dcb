"""Who publishes packages, and the working copies with every revision of them."""

from django.db import models

from stadttor.ground.constraints import SameAuthority
from stadttor.ground.models import Authority, Common, Walled


class Publisher(Common):
    """That an authority publishes packages below `namespace`. Only the operator's command makes one.

    `key_file` is the name of its private key in the folder only the worker reads. With `four_eyes` a second publisher says yes.
    """

    why_common = "who publishes packages is public; no citizen is in it"
    app_rights = "SELECT, INSERT, UPDATE"

    authority = models.OneToOneField(Authority, on_delete=models.PROTECT, related_name="+")
    namespace = models.TextField()
    name = models.TextField()
    key_file = models.TextField(default="")
    four_eyes = models.BooleanField(default=True)


class WorkingCopy(Walled):
    """A package that is edited. `based_on` is the version it was opened from, empty for a new one; `revision` counts from 1."""

    package = models.TextField()
    title = models.TextField(default="")
    based_on = models.TextField(default="")
    revision = models.IntegerField(default=1)
    changed = models.DateTimeField()
    changed_by_name = models.TextField(default="")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "package"], name="studio_copy_once"),
        ]


class Revision(Walled):
    """One step. Its files are those of revision `same_as`: its own number, or an earlier one that was gone back to.

    `before` is the revision whose files it changed, none for the first.
    """

    copy_id = models.UUIDField()
    number = models.IntegerField()
    act = models.TextField()
    same_as = models.IntegerField()
    before = models.IntegerField(null=True)
    at = models.DateTimeField()
    by_name = models.TextField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            SameAuthority(fields=["copy_id"], to="studio.WorkingCopy", name="same_revision_copy", on_delete="CASCADE"),
            models.UniqueConstraint(fields=["authority", "copy_id", "number"], name="studio_revision_once"),
        ]


class FileChange(Walled):
    """What a revision made of a file; no content: it took the file away. The newest one up to a revision counts."""

    copy_id = models.UUIDField()
    path = models.TextField()
    number = models.IntegerField()
    content = models.BinaryField(null=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            SameAuthority(fields=["copy_id"], to="studio.WorkingCopy", name="same_change_copy", on_delete="CASCADE"),
            models.UniqueConstraint(fields=["authority", "copy_id", "path", "number"], name="studio_change_once"),
        ]


OPEN = ("asked", "confirmed")


class Publication(Walled):
    """That a revision shall become a version: asked for, confirmed, then published by the worker, refused, or taken back.

    `problem` says why it was refused, one fault a line; `tried_at` since when the worker is at it, none while it is not.
    """

    copy_id = models.UUIDField()
    revision = models.IntegerField()
    version = models.TextField()
    state = models.TextField()
    asked_by_id = models.UUIDField(null=True)
    asked_by_name = models.TextField()
    asked_at = models.DateTimeField()
    confirmed_by_name = models.TextField(default="")
    confirmed_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    problem = models.TextField(default="")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            SameAuthority(
                fields=["copy_id"], to="studio.WorkingCopy", name="same_publication_copy", on_delete="CASCADE"
            ),
            models.UniqueConstraint(
                fields=["authority", "copy_id"], name="studio_one_publication", condition=models.Q(state__in=OPEN)
            ),
        ]
