"""Accounts and sessions of staff (global), their membership in an authority, what citizens' sign-ins said (walled)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from stadttor.core.classify import K2, K4
from stadttor.ground.classify import classified
from stadttor.ground.constraints import SameAuthority
from stadttor.ground.models import ALL, Common, Walled
from stadttor.identity.issuing.models import CredentialOffer, CredentialSigner, IssuedCredential

__all__ = ["CredentialOffer", "CredentialSigner", "IssuedCredential"]


class StaffAccount(Common):
    """A person who works for one or more authorities."""

    why_common = "a colleague may work for several authorities; no citizen is in it"
    app_rights = ALL

    email = classified(models.TextField(unique=True), K2, keep="account")
    name = classified(models.TextField(), K2, keep="account")
    password_hash = classified(models.TextField(default=""), K4, keep="account")
    must_change = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    home = models.ForeignKey("ground.Authority", on_delete=models.PROTECT, related_name="+")


class StaffSession(Common):
    """A signed-in browser, by the SHA-256 of its token.

    One that an OpenID provider began counts at its authority only (`only_at`); `subject` and `sid` are the provider's names
    for person and session.
    `way` is what began it or last strengthened it (rules.WAYS), `proved` when its owner last showed that it is she.
    """

    why_common = "found by its token before anything else is known; names an account of staff only"
    app_rights = ALL

    token_hash = classified(models.BinaryField(unique=True), K4, keep="session")
    account = models.ForeignKey(StaffAccount, on_delete=models.CASCADE, related_name="+")
    device = classified(models.TextField(default=""), K2, keep="session")
    started = models.DateTimeField()
    seen = models.DateTimeField()
    proved = models.DateTimeField(null=True)
    way = models.TextField(default="password")
    only_at = models.UUIDField(null=True)
    subject = classified(models.TextField(default=""), K2, keep="session")
    sid = classified(models.TextField(default=""), K2, keep="session")


class StaffPasskey(Common):
    """A key pair of which the private half stays with the colleague (WebAuthn), for the one host it was made at."""

    why_common = "belongs to an account of staff, which is global; found by its id before anybody is known"
    app_rights = ALL

    account = models.ForeignKey(StaffAccount, on_delete=models.CASCADE, related_name="+")
    host = models.TextField()
    credential_id = models.BinaryField()
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    name = classified(models.TextField(), K2, keep="account")
    created = models.DateTimeField()
    used = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "credential_id"], name="passkey_once")]


class PasskeyChallenge(Common):
    """A question to a passkey that waits for its one answer, by the SHA-256 of its random bytes."""

    why_common = "asked before anybody is known; random bytes, and an account of staff at most"
    app_rights = ALL

    digest = models.BinaryField(unique=True)
    purpose = models.TextField()
    host = models.TextField()
    account_id = models.UUIDField(null=True)
    asked = models.DateTimeField()


class SignInTries(Common):
    """Wrong passwords in a row, per keyed hash of account name or network address."""

    why_common = "counted before anybody is known; keyed hashes only"
    app_rights = ALL

    subject = models.TextField(unique=True)
    wrong = models.IntegerField(default=0)
    last = models.DateTimeField()


class SignInRules(Walled):
    """What an authority asks of its colleagues' sign-ins beyond a password; without a row nothing."""

    passkey_needed = models.BooleanField(default=False)
    proof_for_decisions = models.BooleanField(default=False)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority"], name="sign_in_rules_once"),
        ]


class OpenIdSettings(Walled):
    """The OpenID provider of an authority's staff. `roles`: which of its groups has which roles here, no other has any."""

    label = models.TextField()
    issuer = models.TextField()
    client_id = models.TextField()
    client_secret = classified(models.BinaryField(), K4, keep="account")
    groups_claim = models.TextField(default="groups")
    roles = models.JSONField(default=dict)
    second_factor = models.BooleanField(default=False)
    email_trusted = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority"], name="openid_settings_once"),
        ]


class OpenIdIdentity(Walled):
    """That a provider's subject is this account: found by issuer and subject, never by an e-mail address."""

    issuer = models.TextField()
    subject = classified(models.TextField(), K2, keep="account")
    account = models.ForeignKey(StaffAccount, on_delete=models.CASCADE, related_name="+")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "issuer", "subject"], name="openid_identity_once"),
        ]


class OpenIdUsed(Walled):
    """A state or a logout token that was used, by its SHA-256: it counts once. Kept until nobody would believe it."""

    digest = models.BinaryField()
    until = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "digest"], name="openid_used_once"),
        ]


class Unit(Walled):
    """An organisational unit (Amt, Sachgebiet) whose clerks share cases."""

    name = models.TextField()
    services = ArrayField(models.TextField(), default=list)

    class Meta(Walled.Meta):
        pass


class Membership(Walled):
    """That a staff account works for this authority, in which roles and units."""

    account = models.ForeignKey(StaffAccount, on_delete=models.CASCADE, related_name="+")
    roles = ArrayField(models.TextField(), default=list)
    active = models.BooleanField(default=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "account"], name="membership_once"),
        ]


class Helper(Common):
    """That a colleague of the helping authority works on the cases of an agreement; she has no membership there.

    Whether she may is asked of the agreement at every request: when it ends, so does this. `dismissed`: the responsible
    authority does not want her, and she does not work on them until it takes that back.
    """

    why_common = "names an account of staff and an agreement between two authorities; no citizen is in it"
    app_rights = ALL

    agreement = models.ForeignKey("tenancy.Agreement", on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(StaffAccount, on_delete=models.CASCADE, related_name="+")
    dismissed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "account"], name="identity_helper_once")]


class UnitMember(Walled):
    """A member's place in a unit."""

    membership_id = models.UUIDField()
    unit_id = models.UUIDField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "membership_id", "unit_id"], name="unit_member_once"),
            SameAuthority(
                fields=["membership_id"], to="identity.Membership", name="same_unit_member", on_delete="CASCADE"
            ),
            SameAuthority(fields=["unit_id"], to="identity.Unit", name="same_unit_unit", on_delete="CASCADE"),
        ]


class Invitation(Walled):
    """That somebody may come to work here, until `expires`: found by the SHA-256 of what her mail says. It goes with its use."""

    email = classified(models.TextField(), K2, keep="account")
    name = classified(models.TextField(), K2, keep="account")
    roles = ArrayField(models.TextField(), default=list)
    unit_ids = ArrayField(models.UUIDField(), default=list)
    token_hash = classified(models.BinaryField(), K4, keep="account")
    expires = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "email"], name="invitation_once"),
            models.UniqueConstraint(fields=["authority", "token_hash"], name="invitation_token"),
        ]


class ApiToken(Walled):
    """A token of another system of this authority, by the SHA-256 of its secret, with the scopes it may use."""

    token_hash = classified(models.BinaryField(), K4, keep="account")
    name = models.TextField()
    scopes = ArrayField(models.TextField(), default=list)
    created = models.DateTimeField()
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True)

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "token_hash"], name="api_token_hash"),
        ]


class Assertion(Walled):
    """What a citizen's sign-in said about her, for one draft and the application made of it.

    `claims` {name: {value, trust, origin}}, `subject` her pseudonym at `issuer`, empty without an account there;
    `browser_hash` of the secret of the browser she signed in with.
    """

    draft_id = models.UUIDField()
    source = classified(models.TextField(), K2, keep="case")
    level = classified(models.TextField(), K2, keep="case")
    obtained = models.DateTimeField()
    claims = classified(models.JSONField(default=dict), K2, keep="case")
    issuer = classified(models.TextField(default=""), K2, keep="case")
    subject = classified(models.TextField(default=""), K2, keep="case")
    method = classified(models.TextField(default=""), K2, keep="case")
    browser_hash = classified(models.BinaryField(null=True), K4, keep="draft")

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "draft_id"], name="assertion_once"),
        ]


class AccountServiceRow(Walled):
    """An account service citizens can sign in with here, what was agreed with it, and our keys for it.

    `keys_sealed` holds [{private, certificate}] in PEM under the authority's key; the first one signs.
    """

    source = models.TextField()
    entity_id = models.TextField()
    sign_in_url = models.TextField()
    certificates = models.JSONField()
    signed = models.TextField(default="assertion")
    encrypted = models.BooleanField(default=True)
    algorithms = ArrayField(models.TextField(), default=list)
    online_service = models.TextField(default="")
    keys_sealed = classified(models.BinaryField(), K4, keep="account")
    active = models.BooleanField(default=False)
    created = models.DateTimeField()

    class Meta(Walled.Meta):
        db_table = "identity_accountservice"
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "entity_id"], name="account_service_once"),
        ]


class CitizenSignIn(Walled):
    """A sign-in under way: found by the hash of what travels with the answer, bound to one browser by another hash.

    `result` is what came back, until the person takes it into her draft or the hour is over. Where the `purpose` is her
    account there is no draft: `draft_id` is then an id of nothing else.
    """

    service_id = models.UUIDField()
    draft_id = models.UUIDField()
    purpose = models.TextField(default="draft")
    relay_hash = classified(models.BinaryField(), K4, keep="draft")
    browser_hash = classified(models.BinaryField(), K4, keep="draft")
    question = models.JSONField()
    state = models.TextField(default="open")
    result = classified(models.JSONField(null=True), K2, keep="draft")
    started = models.DateTimeField()
    expires = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "relay_hash"], name="sign_in_relay"),
            SameAuthority(
                fields=["service_id"], to="identity.AccountServiceRow", name="same_sign_in_service", on_delete="CASCADE"
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "draft_id"], name="sign_in_draft"),
            models.Index(fields=["authority", "browser_hash"], name="sign_in_browser"),
            models.Index(fields=["authority", "expires"], name="sign_in_expires"),
        ]


class TakenAnswer(Walled):
    """The id of an answer that was taken, as a hash, until it could not be used again anyway."""

    service_id = models.UUIDField()
    answer_hash = models.BinaryField()
    until = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "service_id", "answer_hash"], name="answer_once"),
            SameAuthority(
                fields=["service_id"], to="identity.AccountServiceRow", name="same_answer_service", on_delete="CASCADE"
            ),
        ]


class WalletAccess(Walled):
    """With which key and certificates the authority asks wallets.

    `chain` is the access certificate with its issuers in PEM, `registrations` {slug of a service, "" for all: what may be
    asked for} (ETSI TS 119 475), `across` the services that may be asked by QR code on another device.
    """

    key_sealed = classified(models.BinaryField(), K4, keep="account")
    chain = models.TextField()
    registrations = models.JSONField(default=dict)
    prefix = models.TextField(default="x509_hash")
    across = ArrayField(models.TextField(), default=list)
    changed = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority"], name="wallet_access_once"),
        ]


class WalletSignIn(Walled):
    """A question to a wallet and what came of it. Found by hashes of what travels; bound to the browser that began.

    `question_sealed` holds state, nonce and the key of this one answer; it is wiped with the answer. `result_sealed` is what
    the wallet proved, until the person takes it over. `proof`: the field of the form where a credential takes the place of a
    file; empty for who she is.
    """

    draft_id = models.UUIDField()
    state_hash = classified(models.BinaryField(), K4, keep="draft")
    browser_hash = classified(models.BinaryField(), K4, keep="draft")
    code_hash = classified(models.BinaryField(null=True), K4, keep="draft")
    question_sealed = classified(models.BinaryField(null=True), K4, keep="draft")
    result_sealed = classified(models.BinaryField(null=True), K2, keep="draft")
    proof = models.TextField(default="")
    across = models.BooleanField(default=False)
    status = models.TextField(default="open")
    problem = models.TextField(default="")
    started = models.DateTimeField()
    expires = models.DateTimeField()

    class Meta(Walled.Meta):
        constraints = [
            *Walled.Meta.constraints,
            models.UniqueConstraint(fields=["authority", "state_hash"], name="wallet_sign_in_state"),
            models.UniqueConstraint(fields=["authority", "draft_id"], name="wallet_sign_in_draft"),
        ]
        indexes = [
            models.Index(fields=["authority", "code_hash"], name="wallet_sign_in_code"),
            models.Index(fields=["authority", "expires"], name="wallet_sign_in_expires"),
        ]
