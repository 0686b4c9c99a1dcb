"""Who signs, what was offered, what was issued. Never what a credential said: that is asked anew when a wallet fetches it."""

from django.db import models
from django.db.models import Q

from stadttor.core.classify import K2, K4
from stadttor.ground.classify import classified
from stadttor.ground.models import Walled


class CredentialSigner(Walled):
    """With which key and certificates (PEM, leaf first, without root) the authority signs credentials.

    `earlier`: the chains it signed with before, newest first, for as long as they hold; their keys are gone.
    """

    key_sealed = classified(models.BinaryField(), K4, keep="account")
    chain = models.TextField()
    earlier = models.JSONField(default=list)
    changed = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority"], name="credential_signer_once"),
        ]


class CredentialOffer(Walled):
    """An offer to one wallet, found by hashes of what travels: open → redeemed → done; void from anywhere.

    `about` is the case it comes of. `secrets_sealed` holds address, code and transaction code, wiped when they were used.
    `nonce_hash` is that of the proof with which it was fetched: a nonce counts once.
    """

    about = models.UUIDField()
    kind = models.TextField()
    offer_hash = classified(models.BinaryField(), K4, keep="session")
    code_hash = classified(models.BinaryField(), K4, keep="session")
    token_hash = classified(models.BinaryField(null=True), K4, keep="session")
    nonce_hash = classified(models.BinaryField(null=True), K4, keep="session")
    secrets_sealed = classified(models.BinaryField(null=True), K4, keep="session")
    mailed = models.BooleanField(default=False)
    tries = models.IntegerField(default=0)
    status = models.TextField(default="open")
    started = models.DateTimeField()
    expires = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "offer_hash"], name="credential_offer_address"),
            models.UniqueConstraint(fields=["authority", "code_hash"], name="credential_offer_code"),
            models.UniqueConstraint(fields=["authority", "token_hash"], name="credential_offer_token"),
            models.UniqueConstraint(fields=["authority", "nonce_hash"], name="credential_offer_nonce"),
        ]
        indexes = [
            models.Index(fields=["authority", "about"], name="credential_offer_about"),
            models.Index(fields=["authority", "expires"], name="credential_offer_expires"),
        ]


class IssuedCredential(Walled):
    """One credential in a wallet: its place in a status list, and from when it does not count any more, and why: from the end
    that it says itself on, or earlier.

    `offer_id` is the same for all that came at once. `about` is empty once the case was erased: the place stays taken.
    """

    about = models.UUIDField(null=True)
    kind = models.TextField()
    offer_id = models.UUIDField()
    list_number = models.IntegerField()
    place = models.IntegerField()
    issued = classified(models.DateTimeField(), K2, keep="case")
    ends = models.DateTimeField()
    revoked_from = models.DateTimeField(null=True)
    why = models.TextField(default="")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "list_number", "place"], name="status_place_once"),
        ]
        indexes = [
            models.Index(fields=["authority", "about"], name="issued_credential_about"),
            models.Index(
                fields=["authority", "list_number", "revoked_from"],
                condition=Q(revoked_from__isnull=False),
                name="issued_credential_revoked",
            ),
        ]
