"""Which OpenID provider an authority's staff signs in with, and what its groups are worth here.

Only what stands in the list gives a role: whoever administers the provider's groups decides who is in them, the organiser
what they mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from stadttor.core.network import address_parts
from stadttor.core.refused import Refused
from stadttor.ground import audit, keys
from stadttor.ground.actor import Actor
from stadttor.ground.rows import first
from stadttor.ground.sealed import seal, unseal
from stadttor.ground.web.language import N_
from stadttor.ground.work import work
from stadttor.identity import ports
from stadttor.identity.models import OpenIdSettings
from stadttor.identity.rules import LONGEST_NAME, must_be_roles

PURPOSE = "openid"
LONGEST = 1_000
MOST_GROUPS = 100
NOT_ALLOWED = N_("The operator has not allowed this host yet. Please ask for it to be named in STADTTOR_OPENID_HOSTS.")
NO_ANSWER = N_("The provider did not answer as expected ({reason}). Please check the address.")


@dataclass(frozen=True)
class Settings:
    """As the organiser sets it; the secret only where it is used.

    `second_factor`: she says that the provider asks for one each time. Otherwise it counts as a password does.
    """

    label: str
    issuer: str
    client_id: str
    groups_claim: str = "groups"
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    second_factor: bool = False
    email_trusted: bool = False
    active: bool = True

    def roles_of(self, groups: frozenset[str]) -> list[str]:
        """Everything these groups are worth, each role once."""
        return sorted({role for group in groups for role in self.roles.get(group, ())})


def settings_of(authority_id: UUID) -> Settings | None:
    """None where no provider was chosen."""
    row = _row(authority_id)
    return _settings(row) if row else None


def sign_in_label(authority_id: UUID) -> str:
    """What stands on the link of the sign-in page; empty where there is none."""
    found = settings_of(authority_id)
    return found.label if found and found.active and ports.openid() else ""


def client_of(authority_id: UUID, redirect_uri: str) -> tuple[Settings, ports.OpenIdClient]:
    """The settings, and as whom we speak to the provider. Refused where nobody signs in this way."""
    row = _row(authority_id)
    if row is None or not row.active:
        raise Refused("openid_off", "Nobody signs in this way here.", status=404)
    secret = unseal(keys.derived(authority_id, PURPOSE), authority_id, bytes(row.client_secret)).decode()
    return _settings(row), ports.OpenIdClient(row.issuer, row.client_id, secret, redirect_uri)


def save_settings(*, authority_id: UUID, settings: Settings, client_secret: str, actor: Actor, now: datetime) -> None:
    """Choose the provider, or change it; an empty secret keeps the one before.

    Refused when something is missing, or the provider does not answer as one does.
    """
    _must_be_complete(settings)
    _must_answer(settings.issuer, now)
    row = _row(authority_id)
    if not client_secret and (row is None or row.issuer != settings.issuer):
        raise Refused("openid_secret", "Please enter the secret that the provider gave you.", field="client_secret")
    given = {name: getattr(settings, name) for name in ("label", "issuer", "client_id", "groups_claim")}
    given |= {"roles": {group: list(roles) for group, roles in settings.roles.items()}}
    given |= {name: getattr(settings, name) for name in ("second_factor", "email_trusted", "active")}
    if client_secret:
        given["client_secret"] = seal(keys.derived(authority_id, PURPOSE), authority_id, client_secret.encode())
    with work(authority_id):
        OpenIdSettings.objects.update_or_create(authority_id=authority_id, defaults=given)
        subject = ("authority", authority_id)
        details = {"active": settings.active, "groups": len(settings.roles)}
        audit.record(authority_id, act="staff.openid_set", actor=actor, subject=subject, at=now, details=details)


def read_roles(text: str) -> dict[str, tuple[str, ...]]:
    """`group = role, role`, a line each. Refused when a line is none, or names a role that does not exist."""
    found: dict[str, tuple[str, ...]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        group, equals, roles = line.rpartition("=")
        listed = tuple(role.strip() for role in roles.split(",") if role.strip())
        if not (group.strip() and equals and listed):
            raise Refused(
                "openid_roles",
                "Please write each group as “group = role”, one a line: {line}",
                field="roles",
                line=line,
            )
        must_be_roles(list(listed))
        found[group.strip()] = listed
    return found


def roles_as_text(roles: Mapping[str, tuple[str, ...]]) -> str:
    """As `read_roles` reads it."""
    return "\n".join(f"{group} = {', '.join(listed)}" for group, listed in sorted(roles.items()))


def _must_be_complete(settings: Settings) -> None:
    parts = address_parts(settings.issuer)
    if parts.scheme != "https" or not parts.netloc or parts.query or parts.fragment or len(settings.issuer) > LONGEST:
        raise Refused("openid_issuer", "Please enter the provider's address; it begins with https://.", field="issuer")
    for name in ("label", "client_id", "groups_claim"):
        if not 0 < len(getattr(settings, name)) <= LONGEST_NAME:
            raise Refused("openid_missing", "Please fill this in.", field=name)
    if not 0 < len(settings.roles) <= MOST_GROUPS:
        raise Refused("openid_no_groups", "Please name at least one group and its roles.", field="roles")


def _must_answer(issuer: str, now: datetime) -> None:
    providers = ports.openid()
    if providers is None:
        raise Refused("openid_no_hosts", NOT_ALLOWED, field="issuer")
    try:
        providers.look_at(issuer, now)
    except ports.NotBelieved as error:
        text = NOT_ALLOWED if error.code == "host" else NO_ANSWER
        raise Refused("openid_unreachable", text, field="issuer", reason=error.code) from error


def _row(authority_id: UUID) -> OpenIdSettings | None:
    with work(authority_id):
        return first(OpenIdSettings, authority_id=authority_id)


def _settings(row: OpenIdSettings) -> Settings:
    roles = {group: tuple(listed) for group, listed in row.roles.items()}
    words = (row.label, row.issuer, row.client_id, row.groups_claim)
    return Settings(*words, roles, row.second_factor, row.email_trusted, row.active)
