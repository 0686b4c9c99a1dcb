"""Drafts, their attachments and entries, submissions and their amendments: what is written and what was accepted of it."""

from django.db import models

from stadttor.core.classify import K2, K3, K4
from stadttor.ground.classify import classified
from stadttor.ground.constraints import SameAuthority
from stadttor.ground.models import Walled


class Draft(Walled):
    """A form being filled in. Opened by a secret whose hash is kept; vanishes 30 days after the last edit."""

    token_hash = classified(models.BinaryField(), K4, keep="draft")
    service = models.TextField()
    adoption_id = models.UUIDField()
    revision_id = models.UUIDField()
    language = models.TextField()
    answers = classified(models.JSONField(default=dict), K3, keep="draft")
    email = classified(models.TextField(default=""), K2, keep="draft")
    revision = models.IntegerField(default=0)
    notes = classified(models.JSONField(default=dict), K2, keep="draft")
    # {path: language} of free texts that were written on a page that was not German.
    written_in = classified(models.JSONField(default=dict), K2, keep="draft")
    created = models.DateTimeField()
    edited = models.DateTimeField()
    expires = models.DateTimeField()
    submission_id = models.UUIDField(null=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "token_hash"], name="draft_token"),
        ]
        indexes = [models.Index(fields=["authority", "expires"], name="draft_expires")]


class Attachment(Walled):
    """A file given as proof, first to a draft, then to the submission made of it."""

    draft_id = models.UUIDField()
    path = models.TextField()
    blob_id = models.UUIDField()
    name = classified(models.TextField(), K2, keep="draft")
    media_type = models.TextField()
    size = models.BigIntegerField()
    sha256 = models.TextField()
    state = models.TextField(default="clean")
    created = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            SameAuthority(fields=["draft_id"], to="forms.Draft", name="same_attachment_draft", on_delete="CASCADE"),
            SameAuthority(fields=["blob_id"], to="ground.Blob", name="same_attachment_blob"),
        ]
        indexes = [
            models.Index(fields=["authority", "draft_id"], name="attachment_draft"),
            models.Index(
                fields=["authority", "created"], condition=models.Q(state="quarantine"), name="attachment_waiting"
            ),
        ]


class Entry(Walled):
    """How an application came in that a colleague enters for somebody: by which channel, on which day, what she saw.

    `identity_document` is the kind of document seen, never its number; `desk_language` is that of the colleague, who may
    show the form in the person's. `overrides` [{path, problem, stand, reason, name,
    at}]: problems that she let pass, see `rules/overriding.py`.
    """

    draft_id = models.UUIDField()
    staff_id = models.UUIDField()
    staff_name = models.TextField()
    channel = models.TextField()
    received_on = models.DateField()
    desk_language = models.TextField(default="de")
    identity_document = classified(models.TextField(default=""), K2, keep="draft")
    overrides = classified(models.JSONField(default=list), K3, keep="draft")
    started = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "draft_id"], name="entry_draft_once"),
            SameAuthority(fields=["draft_id"], to="forms.Draft", name="same_entry_draft", on_delete="CASCADE"),
        ]
        indexes = [models.Index(fields=["authority", "staff_id", "started"], name="entry_of_staff")]


class Reused(Walled):
    """An answer that its person chose to take from an earlier application of hers: from which one, and what it said."""

    draft_id = models.UUIDField()
    path = models.TextField()
    number = models.TextField()
    day = models.DateField()
    value = classified(models.JSONField(), K3, keep="draft")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "draft_id", "path"], name="reused_once"),
            SameAuthority(fields=["draft_id"], to="forms.Draft", name="same_reused_draft", on_delete="CASCADE"),
        ]


class Retrieval(Walled):
    """One question to a register about whoever fills in the draft (Nachweisabruf), and what came of it. Her log of it.

    By `way` wallet it is a credential that she showed instead: `register` is what it is called, `keeper` who issued it, `level`
    how sure it is that it is hers; the row is written when she decides, so it is added or thrown_away at once.

    `outcome`: asked, then declined, nothing, away, unusable or found, then added or thrown_away; removed is an added one
    that she took out again. `claims` names what was said about her, no value; `assertion_id` is the sign-in it is from.
    File and `says` wait for the word of whoever made that: with it the file becomes an attachment, or goes.
    """

    draft_id = models.UUIDField()
    path = models.TextField()
    way = models.TextField(default="register")
    level = models.TextField(default="")
    evidence = models.TextField()
    register = models.TextField()
    keeper = models.TextField()
    simulated = models.BooleanField()
    claims = models.JSONField(default=list)
    asked = models.DateTimeField()
    outcome = models.TextField()
    settled = models.DateTimeField(null=True)
    blob_id = models.UUIDField(null=True)
    name = classified(models.TextField(default=""), K2, keep="draft")
    media_type = models.TextField(default="")
    size = models.BigIntegerField(default=0)
    sha256 = models.TextField(default="")
    says = classified(models.JSONField(default=list), K3, keep="draft")
    attachment_id = models.UUIDField(null=True)
    assertion_id = models.UUIDField(null=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            SameAuthority(fields=["draft_id"], to="forms.Draft", name="same_retrieval_draft", on_delete="CASCADE"),
            SameAuthority(fields=["blob_id"], to="ground.Blob", name="same_retrieval_blob"),
        ]
        indexes = [models.Index(fields=["authority", "draft_id"], name="retrieval_draft")]


class Submission(Walled):
    """An accepted application: exists if and only if its receipt may be shown. Never changed afterwards.

    `is_test` marks one that was made while the service was tried out. `received` is the moment of acceptance,
    `received_on` the day it came in where a colleague entered it.
    """

    key = models.TextField()
    number = models.TextField()
    draft_id = models.UUIDField(null=True)
    token_hash = classified(models.BinaryField(), K4, keep="case")
    token_sealed = classified(models.BinaryField(), K4, keep="case")
    service = models.TextField()
    adoption_id = models.UUIDField()
    revision_id = models.UUIDField()
    language = models.TextField()
    channel = models.TextField(default="online")
    trust = models.TextField(default="none")
    answers = classified(models.JSONField(), K3, keep="case")
    fees = models.JSONField(default=list)
    email = classified(models.TextField(default=""), K2, keep="case")
    applicant = classified(models.TextField(default=""), K2, keep="case")
    received = models.DateTimeField()
    received_on = models.DateField(null=True)
    is_test = models.BooleanField(default=False)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "key"], name="submission_key"),
            models.UniqueConstraint(fields=["authority", "number"], name="submission_number"),
            models.UniqueConstraint(fields=["authority", "token_hash"], name="submission_token"),
        ]
        indexes = [models.Index(fields=["authority", "received"], name="submission_received")]


class Amendment(Walled):
    """What was said otherwise after the application was accepted, by whoever was asked again. Append-only.

    `changes` [{path, before, after}] with answers in their stored form, null for none; `key` names the question.
    """

    app_rights = "SELECT, INSERT"

    submission_id = models.UUIDField()
    key = models.TextField()
    at = models.DateTimeField()
    by = models.TextField()
    changes = classified(models.JSONField(), K3, keep="case")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "submission_id", "key"], name="amendment_once"),
            SameAuthority(
                fields=["submission_id"], to="forms.Submission", name="same_amendment_submission", on_delete="CASCADE"
            ),
        ]
        indexes = [models.Index(fields=["authority", "submission_id", "at"], name="amendment_submission")]
