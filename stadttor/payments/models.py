"""What is owed and how it was paid."""

from django.db import models

from stadttor.ground.constraints import SameAuthority
from stadttor.ground.models import Walled


class Payment(Walled):
    """What is owed for one subject (a submission). `items` are `{id, cents, text}`, cents are euro cents.

    `refunded_cents` went back so far; `kept` is when a clerk said why the town keeps what was paid for nothing; `stray` is
    when nothing was left of what this was paid for.
    """

    subject_id = models.UUIDField()
    reference = models.TextField()
    cents = models.IntegerField()
    items = models.JSONField(default=list)
    state = models.TextField(default="open")
    requested = models.DateTimeField()
    settled = models.DateTimeField(null=True)
    refunded_cents = models.IntegerField(default=0)
    kept = models.DateTimeField(null=True)
    stray = models.DateTimeField(null=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "subject_id"], name="payment_subject"),
            models.CheckConstraint(
                condition=models.Q(refunded_cents__gte=0, refunded_cents__lte=models.F("cents")),
                name="payment_refunded",
            ),
            models.CheckConstraint(condition=models.Q(cents__gt=0), name="payment_positive"),
        ]
        indexes = [
            models.Index(fields=["authority", "stray"], condition=models.Q(stray__isnull=False), name="payment_stray")
        ]


class Attempt(Walled):
    """One try to pay at a provider; `provider_key` is our key there, by which we ask when in doubt.

    `refund_cents` is how much of its money goes back while a part of the fee stays paid; else 0, and all of it does.
    """

    payment_id = models.UUIDField()
    provider = models.TextField()
    provider_key = models.TextField()
    state = models.TextField(default="started")
    started = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    refund_cents = models.IntegerField(default=0)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "provider_key"], name="attempt_key"),
            SameAuthority(fields=["payment_id"], to="payments.Payment", name="same_attempt_payment"),
        ]
        indexes = [
            models.Index(fields=["authority", "started"], condition=models.Q(state="started"), name="attempt_started")
        ]


class SimulatedOrder(Walled):
    """What the built-in simulator keeps where a real provider keeps its own books."""

    key = models.TextField()
    reference = models.TextField()
    cents = models.IntegerField()
    return_to = models.TextField()
    state = models.TextField(default="open")
    refunded_cents = models.IntegerField(default=0)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "key"], name="simulated_key"),
        ]
