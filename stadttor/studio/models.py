"""Who publishes packages, and the working copies with every revision of them."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from stadttor.core.classify import K2
from stadttor.ground.classify import classified
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


_SENT = "what authorities asked a publisher for; rows have rules of their own, and comments in it were looked through"
_REQUEST = "EXISTS (SELECT 1 FROM studio_changerequest r WHERE r.id = request_id{})"
_ITS_PUBLISHER = _REQUEST.format(" AND r.publisher_id = {me}")
_MINE = "authority_id = {me}"
_USES = "EXISTS (SELECT 1 FROM catalog_adoption a WHERE a.authority_id = {me} AND a.package_id = studio_changerequest.package_id)"


class ChangeRequest(Common):
    """What is wrong with a package, as it was sent: its publisher and whoever uses the package read it, nobody changes it.

    Who asked stands in `Asking`, what became of it in its lines.
    """

    why_common = _SENT
    app_rights = "SELECT, INSERT"
    rules: ClassVar[Mapping[str, str]] = {
        "SELECT": f"publisher_id = {{me}} OR {_USES}",
        "INSERT": f"publisher_id = {{me}} OR {_USES}",
        "DELETE": "publisher_id = {me}",
    }

    publisher = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    package = models.ForeignKey("catalog.Package", on_delete=models.PROTECT, related_name="+")
    version = models.TextField()
    title = models.TextField()
    wrong = models.TextField()
    place = models.TextField(default="")
    law = models.TextField(default="")
    urgency = models.TextField()
    tag = models.TextField()
    at = models.DateTimeField()


class Asking(Common):
    """That an authority sent a request or joined it, with comments in the form in which they were checked (`quotes`), a year long.

    It and the publisher see it. `seen` is when its organiser last took note of how it stands, `mail` whether its organisers
    get a mail when the publisher answers.
    """

    why_common = _SENT
    app_rights = "SELECT, INSERT, UPDATE"
    rules: ClassVar[Mapping[str, str]] = {
        "SELECT": f"{_MINE} OR {_ITS_PUBLISHER}",
        "INSERT": f"{_MINE} AND {_REQUEST.format('')}",
        "UPDATE": _MINE,
        "DELETE": f"{_MINE} OR {_ITS_PUBLISHER}",
    }

    request = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, db_index=False, related_name="+")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    quotes = classified(ArrayField(models.TextField(), default=list), K2, keep="feedback")
    seen = models.DateTimeField(null=True)
    mail = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "authority"], name="studio_asking_once")]


class RequestLine(Common):
    """How a request stands since a moment; `number` counts from 1, nothing is overwritten. Only its publisher writes one.

    `state` see `rules.requests.STATES`; `body` decides until `decide_by`; `planned` and `published` are versions; `into` is
    the request of which this one is a part now.
    """

    why_common = _SENT
    app_rights = "SELECT, INSERT"
    rules: ClassVar[Mapping[str, str]] = {
        "SELECT": _REQUEST.format(""),
        "INSERT": _ITS_PUBLISHER,
        "DELETE": _ITS_PUBLISHER,
    }

    request = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, db_index=False, related_name="+")
    number = models.IntegerField()
    state = models.TextField()
    body = models.TextField(default="")
    decide_by = models.DateField(null=True)
    reason = models.TextField(default="")
    planned = models.TextField(default="")
    published = models.TextField(default="")
    into = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "number"], name="studio_request_line_once")]
