"""Mails and their delivery, and the messages of the mailbox on the status page."""

from django.db import models

from stadttor.core.classify import K2, K3, K4
from stadttor.ground.classify import classified
from stadttor.ground.models import Walled


class Mail(Walled):
    """An e-mail, from the promise to send it to the mail server's answer: the proof of delivery.

    `values` fills the text and may hold a secret link: it is emptied as soon as the server has the mail.
    """

    key = models.TextField()
    kind = models.TextField()
    subject_id = models.UUIDField()
    recipient = classified(models.TextField(), K2, keep="case")
    language = models.TextField()
    values = classified(models.JSONField(default=dict), K4, keep="case")
    state = models.TextField(default="queued")
    attempts = models.IntegerField(default=0)
    reply = models.TextField(default="")
    created = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "key"], name="mail_key"),
            models.CheckConstraint(condition=models.Q(state__in=["queued", "sent", "failed"]), name="mail_state"),
        ]
        indexes = [
            models.Index(fields=["authority", "subject_id", "created"], name="mail_subject"),
            models.Index(fields=["authority", "created"], condition=models.Q(state="queued"), name="mail_queued"),
        ]


class Message(Walled):
    """An entry of the mailbox that belongs to a subject (an application); `documents` are ids of filed documents."""

    key = models.TextField()
    subject_kind = models.TextField(default="submission")
    subject_id = models.UUIDField()
    language = models.TextField()
    title = classified(models.TextField(), K2, keep="case")
    body = classified(models.TextField(), K3, keep="case")
    documents = models.JSONField(default=list)
    created = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "key"], name="message_key"),
        ]
        indexes = [models.Index(fields=["authority", "subject_id", "created"], name="message_subject")]
