"""Mails and what came of them, messages on the status page, decisions on their lawful way, print runs."""

from django.db import models
from django.db.models import Q

from stadttor.core.classify import K2, K3, K4
from stadttor.ground.classify import classified
from stadttor.ground.constraints import SameAuthority
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


class PrintRun(Walled):
    """Letters that go to the post together. `posted_on` is the day they were handed to the post: from then on nothing of it
    changes. `undone_at`: it was taken apart before that, and its letters wait again. `printed_at`, `printed_by_name`: who
    saved its letters last.
    """

    number = models.IntegerField()
    made_at = models.DateTimeField()
    made_by_name = models.TextField(default="")
    posted_on = models.DateField(null=True)
    posted_by_name = models.TextField(default="")
    undone_at = models.DateTimeField(null=True)
    printed_at = models.DateTimeField(null=True)
    printed_by_name = models.TextField(default="")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "number"], name="print_run_number"),
        ]


class LegalDelivery(Walled):
    """A decision on its one lawful way to whom it is for (Bekanntgabe); `number` counts the tries for one decision.

    `state`: waiting, printed, posted, returned (post); to_hand, handed (counter); provided, opened, unopened (account);
    replaced by another way; withheld, because the case was opened again or withdrawn. `recipient` is {name, lines} as in the
    window, abroad with `country` (its code);
    `documents` the filed letters it carries;
    `account_id`: whose account it was put into, which nobody else opens. `area` is the area of law, empty for a letter that
    decides nothing (a question, a certificate): `decision_id` is then the question, or the outcome it tells of.
    `event_on` is the day from which the law counts, `known_on` when it counts as made known, `remedy_until` the last day of
    the remedy, `rule` {days, event, source, checked, remedy, remedy_source, remedy_checked} the rows of the table applied.
    """

    case_id = models.UUIDField()
    subject_id = models.UUIDField()
    decision_id = models.UUIDField()
    number = models.IntegerField(default=1)
    channel = models.TextField()
    why = models.TextField()
    reason = classified(models.TextField(default=""), K2, keep="case")
    state = models.TextField()
    account_id = models.UUIDField(null=True)
    area = models.TextField()
    calendar = models.TextField(default="")
    informed = models.BooleanField(default=True)
    recipient = classified(models.JSONField(default=dict), K2, keep="case")
    documents = models.JSONField(default=list)
    created = models.DateTimeField()
    event_on = models.DateField(null=True)
    known_on = models.DateField(null=True)
    remedy_until = models.DateField(null=True)
    rule = models.JSONField(default=dict)
    run_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = classified(models.TextField(default=""), K2, keep="case")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "decision_id", "number"], name="delivery_number"),
            models.UniqueConstraint(
                fields=["authority", "decision_id"], condition=Q(ended_at__isnull=True), name="delivery_one_way"
            ),
            SameAuthority(fields=["run_id"], to="notices.PrintRun", name="same_delivery_run"),
        ]
        indexes = [
            models.Index(fields=["authority", "case_id", "number"], name="delivery_case"),
            models.Index(fields=["authority", "state", "created"], name="delivery_state"),
            models.Index(fields=["authority", "run_id"], name="delivery_run"),
            models.Index(fields=["authority", "subject_id"], name="delivery_subject"),
        ]
