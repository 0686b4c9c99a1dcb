"""Pools, bookings, and the steps of places that are taken."""

from django.db import models

from stadttor.appointments.rules import STATES
from stadttor.core.classify import K2, K4
from stadttor.ground.classify import classified
from stadttor.ground.constraints import SameAuthority
from stadttor.ground.models import Walled


class Pool(Walled):
    """Counters that do the same work at one place, `places` of them open at once.

    `hours` are `{day: 0–6, from: "08:00", until: "12:00"}`, `closed` are `[first, last]` days, `services` are
    `{slug, minutes}`; `notice` in hours, `ahead` in days, `every` in minutes.
    """

    name = models.TextField()
    place = models.TextField(default="")
    places = models.IntegerField()
    hours = models.JSONField(default=list)
    closed = models.JSONField(default=list)
    services = models.JSONField(default=list)
    every = models.IntegerField(default=15)
    notice = models.IntegerField(default=2)
    ahead = models.IntegerField(default=60)
    active = models.BooleanField(default=True)
    changed = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "name"], name="appointment_pool_name"),
            models.CheckConstraint(condition=models.Q(places__gte=1), name="appointment_pool_places"),
        ]


class Booking(Walled):
    """An appointment of somebody. The token opens it without an account and is what makes a form sent twice one booking.

    `sequence` counts its changes, for calendars (RFC 5545 §3.8.7.4). `keep_until`: then the row goes.
    `is_protected`: the desk sees no name (§ 51 BMG) but for a reason; `looks` [{at, name, reason}] are those who gave one.
    """

    pool_id = models.UUIDField()
    number = models.TextField()
    service = models.TextField()
    title = models.TextField()
    begins = models.DateTimeField()
    minutes = models.IntegerField()
    state = models.TextField(default="booked")
    channel = models.TextField(default="online")
    language = models.TextField()
    name = classified(models.TextField(), K2, keep="appointment")
    email = classified(models.TextField(default=""), K2, keep="appointment")
    phone = classified(models.TextField(default=""), K2, keep="appointment")
    reason = classified(models.TextField(default=""), K2, keep="appointment")
    token_hash = classified(models.BinaryField(), K4, keep="appointment")
    token_sealed = classified(models.BinaryField(), K4, keep="appointment")
    is_protected = models.BooleanField(default=False)
    looks = classified(models.JSONField(default=list), K2, keep="appointment")
    sequence = models.IntegerField(default=0)
    created = models.DateTimeField()
    changed = models.DateTimeField()
    reminded = models.DateTimeField(null=True)
    keep_until = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "token_hash"], name="appointment_token"),
            models.UniqueConstraint(fields=["authority", "number"], name="appointment_number"),
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="appointment_state"),
            SameAuthority(fields=["pool_id"], to="appointments.Pool", name="same_booking_pool"),
        ]
        indexes = [
            models.Index(fields=["authority", "begins"], name="appointment_begins"),
            models.Index(fields=["authority", "email"], name="appointment_email"),
            models.Index(fields=["authority", "keep_until"], name="appointment_keep"),
        ]


class TakenStep(Walled):
    """Five minutes of one place of a pool, given to a booking: there only as long as it is taken.

    The guard of the module: whoever writes the same step a second time is refused by the database.
    """

    pool_id = models.UUIDField()
    place = models.IntegerField()
    begins = models.DateTimeField()
    booking_id = models.UUIDField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "pool_id", "begins", "place"], name="appointment_place_once"),
            SameAuthority(
                fields=["booking_id"], to="appointments.Booking", name="same_step_booking", on_delete="CASCADE"
            ),
            SameAuthority(fields=["pool_id"], to="appointments.Pool", name="same_step_pool"),
        ]
        indexes = [models.Index(fields=["authority", "booking_id"], name="appointment_step_booking")]
