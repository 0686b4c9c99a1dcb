"""Where an authority hands over, what was handed over, and what was copied by hand."""

from django.db import models

from stadttor.core.classify import K2, K4
from stadttor.exchange.rules import OPEN
from stadttor.ground.classify import classified
from stadttor.ground.constraints import SameAuthority
from stadttor.ground.models import Walled


class Target(Walled):
    """Where the hand-overs of one service go. `secret` is sealed; `looked_*` is what came of trying the connection."""

    service = models.TextField()
    way = models.TextField()
    place = models.TextField()
    username = models.TextField(default="")
    host_key = models.TextField(default="")
    secret = classified(models.BinaryField(default=b""), K4, keep="account")
    active = models.BooleanField(default=True)
    looked_at = models.DateTimeField(null=True)
    looked_problem = models.TextField(default="")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "service"], name="target_service"),
        ]


class HandOver(Walled):
    """What one procedure is to get of one case, or of what `about` names instead.

    `payload` is the sealed file, empty where there is only the sheet. `along` are the proofs that go with it, as they lie in the
    electronic file of the case: `{id, name, media_type, blob_id, sha256}`; their bytes go from there.
    `key` is its cause: there is one hand-over for each. `leased` is until when somebody is at it.
    """

    case_id = models.UUIDField()
    about = models.TextField(default="case")
    key = models.TextField()
    service = models.TextField()
    target = models.TextField()
    state = models.TextField()
    name = models.TextField(default="")
    media_type = models.TextField(default="")
    sha256 = models.TextField(default="")
    payload = classified(models.BinaryField(default=b""), K2, keep="case")
    along = classified(models.JSONField(default=list), K2, keep="case")
    made = models.DateTimeField()
    due = models.DateTimeField()
    tries = models.IntegerField(default=0)
    next_try = models.DateTimeField(null=True)
    leased = models.DateTimeField(null=True)
    problem = models.TextField(default="")
    ended = models.DateTimeField(null=True)
    ended_by_name = models.TextField(default="")
    answer = classified(models.TextField(default=""), K2, keep="case")
    reason = classified(models.TextField(default=""), K2, keep="case")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "key"], name="hand_over_key"),
        ]
        indexes = [
            models.Index(fields=["authority", "case_id"], name="hand_over_case"),
            models.Index(fields=["authority", "due"], condition=models.Q(state__in=OPEN), name="hand_over_open"),
        ]


class Tick(Walled):
    """A line of the sheet that somebody copied. `value_hash` is keyed: what was copied may have changed since."""

    hand_over_id = models.UUIDField()
    line = models.TextField()
    value_hash = models.TextField()
    by_id = models.UUIDField()
    by_name = models.TextField()
    at = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "hand_over_id", "line"], name="tick_line"),
            SameAuthority(fields=["hand_over_id"], to="exchange.HandOver", name="same_tick_hand_over"),
        ]
