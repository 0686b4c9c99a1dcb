"""What is owed and how it was paid."""

from django.db import models

from stadttor.ground.constraints import SameAuthority
from stadttor.ground.models import Walled


class Payment(Walled):
    """What is owed for one subject (a submission). `items` are `{id, cents, text}`, cents are euro cents.

    `refunded_cents` went back so far; `kept` is when a clerk said why the town keeps what was paid for nothing; `stray` is
    when nothing was left of what this was paid for. `at_counter`: never paid online; `taken` is cash or card where it was
    paid at the counter. Of an application that tries a service out (`is_test`) nothing comes into the books.
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
    service = models.TextField(default="")
    at_counter = models.BooleanField(default=False)
    taken = models.TextField(default="")
    is_test = models.BooleanField(default=False)

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


class FinanceRules(Walled):
    """How an authority keeps its books from a day on: Kassenzeichen, receipts, accounts, its bank account.

    `accounts` names accounts by `service/share`, `*` for every service and an empty share for the authority's own part.
    A day should be closed `close_days` after it, the finance procedure should have a closed day after `days`.
    """

    valid_from = models.DateField()
    prefix = models.TextField(default="")
    digits = models.IntegerField()
    check_digits = models.TextField()
    receipt_prefix = models.TextField(default="")
    accounts = models.JSONField(default=dict)
    holder = models.TextField(default="")
    iban = models.TextField(default="")
    bic = models.TextField(default="")
    members = models.JSONField(default=dict)
    days = models.IntegerField()
    close_days = models.IntegerField(default=3)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "valid_from"], name="finance_rules_day"),
        ]


class Counter(Walled):
    """The last number given of a kind. Its row is the lock in which numbers have no gaps and a day is closed once.

    Of the kind `listed` it is the last calendar year whose yearly list was made.
    """

    kind = models.TextField()
    last = models.BigIntegerField(default=0)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "kind"], name="counter_kind"),
        ]


class Claim(Walled):
    """What somebody owes, as the finance procedure knows it. `subject_id` is a payment or a decision, `number` its
    Kassenzeichen; none before rules say how. `mandate` is the day on which the payer allowed direct debits (SEPA), whose
    reference the Kassenzeichen is; none where she did not.
    """

    subject_id = models.UUIDField()
    number = models.TextField(null=True)
    made = models.DateTimeField()
    mandate = models.DateField(null=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "subject_id"], name="claim_subject"),
            models.UniqueConstraint(fields=["authority", "number"], name="claim_number"),
        ]


class Lowered(Walled):
    """A claim asks for less: the thing at this `place` among those it was made for (0 first) was there `until` a day only.

    `told` is when the authority was told, `day` when the books were lowered, `listed` the last year whose amounts they were
    lowered by: a yearly list that is drawn later has it right by itself. `case_id` is the case with the thing, `by_case_id`
    the one that decided so.
    """

    claim_id = models.UUIDField()
    case_id = models.UUIDField()
    place = models.IntegerField()
    until = models.DateField()
    told = models.DateField()
    day = models.DateField()
    listed = models.IntegerField()
    by_case_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "case_id", "place"], name="lowered_once"),
            SameAuthority(fields=["claim_id"], to="payments.Claim", name="same_lowered_claim"),
        ]
        indexes = [models.Index(fields=["authority", "by_case_id"], name="lowered_by_case")]


class Listed(Walled):
    """What a claim that goes on asks for in a later `year`, as whoever keeps the accounts was told: never changed afterwards.

    `told_by` is `list` (the yearly list) or `lines` (lines of the claim: the notice left after that list). `entries` are
    `{begins, cents, of_year}` by the place of what it was made for, `due` pairs of day and cents, `settings` those that it was
    reckoned with. `case_id` is the case with the things.
    """

    app_rights = "SELECT, INSERT, DELETE"

    claim_id = models.UUIDField()
    case_id = models.UUIDField()
    year = models.IntegerField()
    told_by = models.TextField()
    service = models.TextField()
    account = models.TextField(default="")
    entries = models.JSONField()
    due = models.JSONField()
    settings = models.JSONField()
    at = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "claim_id", "year"], name="listed_once"),
            SameAuthority(fields=["claim_id"], to="payments.Claim", name="same_listed_claim"),
        ]
        indexes = [models.Index(fields=["authority", "year", "case_id"], name="listed_year")]


class Receipt(Walled):
    """What was handed out for money at the counter, or that it was undone (`undoes_id`, then `mistake` says why).

    `serial` counts the receipts of a `year` without gaps; `key` makes pressing twice one; `printed` how often.
    """

    payment_id = models.UUIDField()
    key = models.TextField()
    year = models.IntegerField()
    serial = models.IntegerField()
    number = models.TextField()
    method = models.TextField()
    cents = models.IntegerField()
    day = models.DateField()
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    by_name = models.TextField(default="")
    undoes_id = models.UUIDField(null=True)
    mistake = models.TextField(default="")
    printed = models.IntegerField(default=0)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "key"], name="receipt_key"),
            models.UniqueConstraint(fields=["authority", "year", "serial"], name="receipt_serial"),
            models.UniqueConstraint(fields=["authority", "undoes_id"], name="receipt_undone_once"),
            SameAuthority(fields=["payment_id"], to="payments.Payment", name="same_receipt_payment"),
            SameAuthority(fields=["undoes_id"], to="payments.Receipt", name="same_receipt_undone"),
        ]
        indexes = [models.Index(fields=["authority", "payment_id"], name="receipt_payment")]


class Closing(Walled):
    """A day that was closed, once: `sums` are cents by method, undone and in all, `counted` those in the till."""

    day = models.DateField()
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    by_name = models.TextField(default="")
    sums = models.JSONField(default=dict)
    counted = models.IntegerField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "day"], name="closing_day"),
        ]


class Booking(Walled):
    """A line of the books: euro cents that came in (or went out, then negative) on a day, and the account they go to.

    `share` names whose they are, empty for the authority's own. `day` is not that of `at` where that was closed already.
    With the method `claimed` nothing came in: somebody owes it from `due` on, or (negative) does not any more.
    """

    claim_id = models.UUIDField()
    receipt_id = models.UUIDField(null=True)
    closing_id = models.UUIDField(null=True)
    method = models.TextField()
    service = models.TextField(default="")
    share = models.TextField(default="")
    account = models.TextField(default="")
    cents = models.IntegerField()
    due = models.DateField(null=True)
    day = models.DateField()
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    by_name = models.TextField(default="")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(method="claimed", due__isnull=False)
                | ~models.Q(method="claimed") & models.Q(due__isnull=True),
                name="booking_due_if_claimed",
            ),
            SameAuthority(fields=["claim_id"], to="payments.Claim", name="same_booking_claim"),
            SameAuthority(fields=["receipt_id"], to="payments.Receipt", name="same_booking_receipt"),
            SameAuthority(fields=["closing_id"], to="payments.Closing", name="same_booking_closing"),
        ]
        indexes = [
            models.Index(fields=["authority", "closing_id"], name="booking_closing"),
            models.Index(fields=["authority", "day"], condition=models.Q(closing_id=None), name="booking_open"),
            models.Index(fields=["authority", "claim_id"], name="booking_claim"),
        ]
