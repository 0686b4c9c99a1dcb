"""Accounts of citizens, their sessions, and the keys they hold."""

from django.db import models

from stadttor.core.classify import K2, K4
from stadttor.ground.classify import classified
from stadttor.ground.constraints import SameAuthority
from stadttor.ground.models import Walled


class CitizenAccount(Walled):
    """Somebody who comes back: `person_hash` is the keyed hash of issuer and pseudonym, `level` that of her last sign-in.

    `delivery_since` is when she agreed to get decisions here; none without her consent.
    """

    person_hash = classified(models.BinaryField(), K4, keep="account")
    source = classified(models.TextField(), K2, keep="account")
    level = classified(models.TextField(), K2, keep="account")
    created = models.DateTimeField()
    used = models.DateTimeField()
    delivery_since = models.DateTimeField(null=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "person_hash"], name="citizen_account_once"),
        ]
        indexes = [models.Index(fields=["authority", "used"], name="citizen_account_used")]


class CitizenSession(Walled):
    """A browser in which she is signed in, by the SHA-256 of its token."""

    token_hash = classified(models.BinaryField(), K4, keep="session")
    account_id = models.UUIDField()
    started = models.DateTimeField()
    seen = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "token_hash"], name="citizen_session_token"),
            SameAuthority(
                fields=["account_id"], to="citizens.CitizenAccount", name="same_session_account", on_delete="CASCADE"
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "seen"], name="citizen_session_seen"),
            models.Index(fields=["authority", "account_id"], name="citizen_session_account"),
        ]


class KeptThing(Walled):
    """The key to a draft, an application or an appointment (`kind`), sealed, in somebody's account. Two people may hold the
    same one."""

    account_id = models.UUIDField()
    kind = models.TextField()
    thing_id = models.UUIDField()
    token_sealed = classified(models.BinaryField(), K4, keep="account")
    since = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "account_id", "thing_id"], name="kept_thing_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=("draft", "application", "appointment")), name="kept_thing_kind"
            ),
            SameAuthority(
                fields=["account_id"], to="citizens.CitizenAccount", name="same_kept_account", on_delete="CASCADE"
            ),
        ]
        indexes = [models.Index(fields=["authority", "thing_id"], name="kept_thing_of")]
