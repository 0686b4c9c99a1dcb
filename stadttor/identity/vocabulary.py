"""What a sign-in of a citizen says, in one vocabulary for every way: account, wallet, identity card.

Adapters translate their protocol into an `IdentityAssertion`; forms ask for claims by the names below (`prefill:
"claim:family_name"`) and know no protocol. Each claim has a trust of its own: a login at level hoch can bring a telephone
number that nobody checked (BundID interface description 10.2, chapter 6). Values stay as the source wrote them, capitals
included; an empty value is no claim.

| claim | value |
|---|---|
| `family_name` `given_name` `birth_name` `title` | as written |
| `birth_date` | ISO date; unknown month or day is `00` (`1950-00-00`) |
| `place_of_birth` `gender` | as written |
| `nationality` `country` | ISO 3166-1 alpha-2 |
| `street_address` | street with house number in one line |
| `postal_code` `locality` | as written |
| `email` `phone` | as written |
| `permit_number` `number_plate` | of a permit of ours, shown from a wallet |
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from stadttor.core.trust import Trust, as_trust, lower

Source = Literal["bundid", "bayernid", "muk", "eid", "wallet_pid", "wallet_eaa", "simulated", "simulated_wallet"]
SOURCES: tuple[Source, ...] = get_args(Source)
PERSON = frozenset(
    {
        "family_name",
        "given_name",
        "birth_name",
        "title",
        "birth_date",
        "place_of_birth",
        "gender",
        "nationality",
        "country",
        "street_address",
        "postal_code",
        "locality",
        "email",
        "phone",
    }
)
CLAIMS = PERSON | {"permit_number", "number_plate"}
"""Beside what a person's account knows: what only credentials say that we issued."""
LONGEST_VALUE = 500


@dataclass(frozen=True)
class Claim:
    """One value: how surely it is known, and `origin`, its name at the source (an OID, a path in a credential)."""

    value: str
    trust: Trust
    origin: str


@dataclass(frozen=True)
class IdentityAssertion:
    """What one sign-in said about a person.

    `level` is that of the sign-in, `subject` the pseudonym that stays the same at the next one (empty: a single
    identification without an account), meaningful only together with `issuer`; `method` what the person used, in the words
    of the source (eID, Elster). Raises ValueError for an unknown source or claim, or a value of more than 500 characters.
    """

    source: Source
    level: Trust
    obtained: datetime
    claims: Mapping[str, Claim] = field(default_factory=dict)
    issuer: str = ""
    subject: str = ""
    method: str = ""

    def __post_init__(self) -> None:
        if self.source not in SOURCES:
            raise ValueError(f"no source of identities: {self.source!r}")
        if unknown := self.claims.keys() - CLAIMS:
            raise ValueError(f"no claims: {sorted(unknown)}")
        if any(not claim.value or len(claim.value) > LONGEST_VALUE for claim in self.claims.values()):
            raise ValueError("a claim is empty or very long")

    def trust_of(self, name: str) -> Trust:
        """How surely the claim is known, never more surely than the person herself; none without the claim."""
        claim = self.claims.get(name)
        return lower(claim.trust, self.level) if claim else "none"


def stored(claims: Mapping[str, Claim]) -> dict[str, dict[str, str]]:
    """Claims as they are kept: {name: {value, trust, origin}}."""
    return {
        name: {"value": claim.value, "trust": claim.trust, "origin": claim.origin} for name, claim in claims.items()
    }


def read_claims(kept: Mapping[str, Mapping[str, Any]]) -> dict[str, Claim]:
    """Claims that were kept."""
    return {name: Claim(one["value"], as_trust(one["trust"]), one["origin"]) for name, one in kept.items()}


def written(assertion: IdentityAssertion) -> dict[str, Any]:
    """A whole assertion as JSON, for as long as it waits for somebody's word."""
    rest = {name: getattr(assertion, name) for name in ("source", "level", "issuer", "subject", "method")}
    return {**rest, "obtained": assertion.obtained.isoformat(), "claims": stored(assertion.claims)}


def read_assertion(kept: Mapping[str, Any]) -> IdentityAssertion:
    """The same back."""
    return IdentityAssertion(
        source=kept["source"],
        level=as_trust(kept["level"]),
        obtained=datetime.fromisoformat(kept["obtained"]),
        claims=read_claims(kept["claims"]),
        issuer=kept["issuer"],
        subject=kept["subject"],
        method=kept["method"],
    )
