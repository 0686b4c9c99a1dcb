"""Colleagues sign in with their authority's OpenID provider, prove themselves there once more, and are signed out by it.

Who comes back is known by issuer and subject alone. An e-mail address ties her to an account that was made here once, and
only if the provider verified it. What she may is what her groups are worth now; without one of them she is not let in.
The way to the provider and back is one sealed cookie of this browser, so that nobody ends in a sign-in somebody else began.
"""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidTag

from stadttor.core.refused import Refused
from stadttor.ground import audit, keys
from stadttor.ground.actor import Actor
from stadttor.ground.rows import insert_unless_taken
from stadttor.ground.sealed import seal, unseal
from stadttor.ground.web.language import N_
from stadttor.ground.work import work
from stadttor.identity import ports, sessions
from stadttor.identity.helping import let_go
from stadttor.identity.models import (
    Membership,
    OpenIdIdentity,
    OpenIdUsed,
    StaffAccount,
    StaffSession,
)
from stadttor.identity.openid_settings import PURPOSE, Settings, client_of
from stadttor.identity.rules import OPENID_LASTS, does_casework

WAY, STRONG_WAY = "openid", "openid_strong"
SKEW = timedelta(minutes=1)
NOT_BELIEVED = N_("The sign-in at your provider could not be confirmed. Please try again.")


@dataclass(frozen=True)
class Way:
    """A way to the provider that was begun in this browser. `account`: whose proof it is, empty when signing in."""

    state: str
    nonce: str
    verifier: str
    begun: float
    target: str
    account: str = ""


@dataclass(frozen=True)
class Back:
    """Back from the provider: the token of the session, and where she wanted to go."""

    token: str
    target: str


def begin(
    *, authority_id: UUID, redirect_uri: str, target: str, now: datetime, account_id: UUID | None = None
) -> tuple[str, str]:
    """(address of the provider, what this browser keeps until it is back). With an account: to prove that it is she.

    Refused where there is no provider, or it does not answer.
    """
    _settings, client = client_of(authority_id, redirect_uri)
    way = Way(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        begun=now.timestamp(),
        target=target,
        account=str(account_id or ""),
    )
    asked = ports.OpenIdAsked(way.state, way.nonce, way.verifier, fresh=account_id is not None)
    try:
        address = _providers().address(client, asked, now)
    except ports.NotBelieved as error:
        raise Refused(
            "openid_away", "Your provider does not answer at the moment. Please try again later.", status=502
        ) from error
    return address, _sealed(authority_id, way)


def finish(
    *,
    authority_id: UUID,
    redirect_uri: str,
    kept: str,
    answered: Mapping[str, str],
    token: str,
    device: str,
    now: datetime,
) -> Back:
    """Start a session for whoever the provider named, or note her proof in that of `token`.

    Refused when the way was not begun in this browser or is over, when the answer does not hold, or when none of her
    groups is worth anything here.
    """
    way = _way(authority_id, kept, answered.get("state", ""), now)
    settings, client = client_of(authority_id, redirect_uri)
    if answered.get("error") == "access_denied":
        raise Refused("openid_cancelled", "You cancelled the sign-in at your provider. Nothing has changed.")
    asked = ports.OpenIdAsked(way.state, way.nonce, way.verifier, fresh=bool(way.account))
    try:
        person = _providers().person(client, asked, answered, settings.groups_claim, now)
    except ports.NotBelieved as error:
        _note_failed(authority_id, error.code, now)
        raise Refused("openid_not_believed", NOT_BELIEVED) from error
    if way.account:
        return Back(_proved(authority_id, settings, person, way, token, now), way.target)
    return Back(_entered(authority_id, settings, person, device, now), way.target)


def sign_out_by(*, authority_id: UUID, redirect_uri: str, logout_token: str, now: datetime) -> int:
    """The provider says that somebody signed out there: her sessions here end; gives how many.

    Refused for anything that is no logout token for us, or was used before (Back-Channel Logout 1.0 §2.6).
    """
    _settings, client = client_of(authority_id, redirect_uri)
    try:
        out = _providers().logged_out(client, logout_token, now)
    except ports.NotBelieved as error:
        raise Refused("openid_not_believed", NOT_BELIEVED, status=400) from error
    whose = {"subject": out.subject} if out.subject else {"sid": out.sid}
    with work(authority_id):
        _use_once(authority_id, f"logout {client.issuer} {out.token_id}", out.until, now, status=400)
        ended = StaffSession.objects.filter(only_at=authority_id, **whose).delete()[0]
        audit.record(
            authority_id,
            act="staff.signed_out_by_provider",
            actor=Actor("system"),
            subject=("account", _account_of(authority_id, client.issuer, out.subject)),
            at=now,
            details={"count": ended},
        )
    return ended


def _entered(authority_id: UUID, settings: Settings, person: ports.OpenIdPerson, device: str, now: datetime) -> str:
    roles = settings.roles_of(person.groups)
    with work(authority_id):
        account = _known(authority_id, settings, person) or (
            _made_known(authority_id, settings, person) if roles else None
        )
        if account is not None:
            _give_roles(authority_id, account, roles)
    if account is None or not roles:
        _note_failed(authority_id, "no_group", now)
        raise Refused(
            "openid_no_role", "None of your groups opens anything here. A colleague with the role organiser can help."
        )
    with work(authority_id):
        if not _may_enter(authority_id, account):
            raise Refused("openid_ended", "Your access here was ended. A colleague with the role organiser can help.")
        provider = sessions.Provider(authority_id, person.subject, person.sid)
        way = STRONG_WAY if settings.second_factor else WAY
        # A provider answers silently while she is signed in there: what proves her is her last sign-in (Core 1.0 §2, auth_time).
        proved = min(person.signed_in, now) if person.signed_in else None
        token = sessions.begin(account, device=device, now=now, proved=proved, way=way, provider=provider)
        _note("staff.signed_in", authority_id, account, now, way=WAY)
    return token


def _proved(
    authority_id: UUID, settings: Settings, person: ports.OpenIdPerson, way: Way, token: str, now: datetime
) -> str:
    """She signed in there after she was asked to, and is the one whose session it is."""
    with work(authority_id):
        account = _known(authority_id, settings, person)
        is_new = person.signed_in and person.signed_in.timestamp() >= way.begun - SKEW.total_seconds()
        if account is None or str(account.id) != way.account or not is_new:
            raise Refused("openid_not_believed", NOT_BELIEVED)
        return sessions.note_proof(account, token, authority_id=authority_id, now=now)


def _known(authority_id: UUID, settings: Settings, person: ports.OpenIdPerson) -> StaffAccount | None:
    account_id = _account_of(authority_id, settings.issuer, person.subject)
    return StaffAccount.objects.filter(id=account_id).first() if account_id else None


def _account_of(authority_id: UUID, issuer: str, subject: str) -> UUID | None:
    """Inside the open work."""
    named = OpenIdIdentity.objects.filter(authority_id=authority_id, issuer=issuer, subject=subject)
    return named.values_list("account_id", flat=True).first()


def _made_known(authority_id: UUID, settings: Settings, person: ports.OpenIdPerson) -> StaffAccount:
    """Here for the first time: the account an organiser made for her address, or a new one without a password."""
    email = person.email.strip().lower()
    if "@" not in email or not (person.email_verified or settings.email_trusted):
        raise Refused(
            "openid_no_email",
            "Your provider gave no verified e-mail address. A colleague with the role organiser can help.",
        )
    # Two windows of hers can come at once: the second waits here for the first and finds what that made.
    insert_unless_taken(StaffAccount(email=email, name=person.name or email, home_id=authority_id))
    account = StaffAccount.objects.select_for_update().get(email=email)
    if known := _known(authority_id, settings, person):
        return known
    if account.home_id != authority_id or OpenIdIdentity.objects.filter(account=account).exists():
        # Made elsewhere: this provider has no say in it. Or somebody else's already.
        raise Refused(
            "openid_email_taken",
            "Your e-mail address belongs to another account. A colleague with the role organiser can help.",
        )
    OpenIdIdentity.objects.create(
        authority_id=authority_id, issuer=settings.issuer, subject=person.subject, account=account
    )
    return account


def _give_roles(authority_id: UUID, account: StaffAccount, roles: list[str]) -> None:
    """What her groups are worth now, also if that is nothing. The last organiser keeps that role: somebody must."""
    given = {"roles": roles}
    member, made = Membership.objects.select_for_update().get_or_create(
        authority_id=authority_id, account=account, defaults=given
    )
    if made or set(member.roles) == set(roles):
        return
    if "organiser" in member.roles and "organiser" not in roles and _is_last_organiser(authority_id, member):
        roles = [*roles, "organiser"]
    Membership.objects.filter(authority_id=authority_id, id=member.id).update(roles=roles)
    if not does_casework(roles):
        let_go(authority_id, account.id)


def _is_last_organiser(authority_id: UUID, member: Membership) -> bool:
    others = Membership.objects.select_for_update().filter(
        authority_id=authority_id, active=True, account__active=True, roles__contains=["organiser"]
    )
    return not others.exclude(id=member.id).exists()


def _may_enter(authority_id: UUID, account: StaffAccount) -> bool:
    """An organiser who shut somebody out here is not overruled by the provider."""
    works = Membership.objects.filter(authority_id=authority_id, account=account, active=True).exists()
    return works and StaffAccount.objects.filter(id=account.id, active=True).exists()


def _providers() -> ports.OpenIdProviders:
    providers = ports.openid()
    if providers is None:
        raise Refused("openid_off", "Nobody signs in this way here.", status=404)
    return providers


def _way(authority_id: UUID, kept: str, state: str, now: datetime) -> Way:
    """The way this browser is on, which nobody goes twice. Refused when it is another, or took too long."""
    late = Refused("openid_late", "This sign-in is over or was begun in another browser. Please begin again.")
    try:
        sealed = urlsafe_b64decode(kept + "=" * (-len(kept) % 4))
        way = Way(**json.loads(unseal(keys.derived(authority_id, PURPOSE), authority_id, sealed)))
    except (InvalidTag, ValueError, TypeError) as error:
        raise late from error
    ends = datetime.fromtimestamp(way.begun, now.tzinfo) + OPENID_LASTS
    if not hmac.compare_digest(way.state.encode(), state.encode()) or now > ends:
        raise late
    with work(authority_id):
        _use_once(authority_id, f"state {way.state}", ends, now)
    return way


def _sealed(authority_id: UUID, way: Way) -> str:
    words = json.dumps(asdict(way)).encode()
    return urlsafe_b64encode(seal(keys.derived(authority_id, PURPOSE), authority_id, words)).decode().rstrip("=")


def _use_once(authority_id: UUID, what: str, until: datetime, now: datetime, status: int = 422) -> None:
    """Inside the open work. Refused when it was used before; two at once wait for each other."""
    OpenIdUsed.objects.filter(authority_id=authority_id, until__lt=now).delete()
    used = OpenIdUsed(authority_id=authority_id, digest=hashlib.sha256(what.encode()).digest(), until=until)
    if not insert_unless_taken(used):
        raise Refused("openid_used", NOT_BELIEVED, status=status)


def _note_failed(authority_id: UUID, why: str, now: datetime) -> None:
    subject: tuple[str, UUID | None] = ("account", None)
    details = {"way": WAY, "why": why}
    with work(authority_id):
        audit.record(
            authority_id, act="staff.sign_in_failed", actor=Actor("staff"), subject=subject, at=now, details=details
        )


def _note(act: str, authority_id: UUID, account: StaffAccount, now: datetime, **details: object) -> None:
    actor, subject = Actor("staff", account.id, account.name), ("account", account.id)
    audit.record(authority_id, act=act, actor=actor, subject=subject, at=now, details=details)
