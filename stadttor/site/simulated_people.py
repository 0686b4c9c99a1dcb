"""The invented people of the simulated account service: the attribute set of BundID with a trust for each value.

One of each kind: identity card with and without an account, ELSTER, another state's eID, user name and password.
"""

from dataclasses import dataclass

from stadttor.core.trust import Trust
from stadttor.ground.web.language import N_
from stadttor.identity.ports import Claim

DEMO_WALLETS = "demo/wallets.json"
"""Below VAR: whom the demo believes, written by itself (simulated_wallet.py)."""
RECEIVING = "../../simulierte-wallet/annehmen"
"""Where the demo's wallet receives, seen from an offer."""


@dataclass(frozen=True)
class Invented:
    """Somebody: name as shown, what is special, level and means of the sign-in, values with their trust."""

    name: str
    says: str
    level: Trust
    method: str
    values: dict[str, tuple[str, Trust]]
    pseudonym: str = ""

    @property
    def claims(self) -> dict[str, Claim]:
        return {name: Claim(value, trust, "simulated") for name, (value, trust) in self.values.items()}


def _all(trust: Trust, **values: str) -> dict[str, tuple[str, Trust]]:
    return {name: (value, trust) for name, value in values.items()}


PEOPLE: dict[str, Invented] = {
    "amira": Invented(
        "Amira Yılmaz",
        N_("online identity card, with an account"),
        "hoch",
        "eID",
        _all(
            "hoch", family_name="YILMAZ", given_name="AMIRA", birth_date="1988-05-24", place_of_birth="NÜRNBERG",
            nationality="DE", street_address="BAHNHOFSTRAẞE 12", postal_code="91781", locality="WEISSENBURG I. BAY.",
            country="DE",
        )
        | _all("normal", email="amira.yilmaz@example.org")
        | _all("none", phone="+49 9141 000012"),
        "sim-amira",
    ),
    "jonas": Invented(
        "Jonas Weber",
        N_("online identity card, once, without an account"),
        "hoch",
        "eID",
        _all(
            "hoch", family_name="WEBER", given_name="JONAS", birth_date="1975-02-11", place_of_birth="WEISSENBURG",
            nationality="DE", street_address="LUITPOLDSTRAẞE 7", postal_code="91781", locality="WEISSENBURG I. BAY.",
            country="DE",
        ),
    ),
    "deniz": Invented(
        "Dr. Deniz Aydın",
        N_("ELSTER certificate"),
        "substantiell",
        "Elster",
        _all(
            "substantiell", title="Dr.", family_name="Aydın", given_name="Deniz", birth_date="1969-11-03",
            street_address="Am Hof 3-5", postal_code="91781", locality="Weißenburg i. Bay.", country="DE",
        )
        | _all("normal", email="deniz.aydin@example.org"),
        "sim-deniz",
    ),
    "olena": Invented(
        "Olena Kovalenko",
        N_("eID of another state, no address known"),
        "substantiell",
        "eIDAS",
        _all("substantiell", family_name="Kovalenko", given_name="Olena", birth_date="1992-07-30", nationality="UA")
        | _all("none", email="olena@example.org"),
        "sim-olena",
    ),
    "suri": Invented(
        "Suri",
        N_("online identity card, one name only, day of birth unknown"),
        "hoch",
        "eID",
        _all("hoch", family_name="SURI", birth_date="1950-00-00", street_address="MARKTPLATZ 1", postal_code="91781",
             locality="WEISSENBURG I. BAY.", country="DE"),
        "sim-suri",
    ),
    "max": Invented(
        "Max D’Arcy",
        N_("user name and password, nothing verified"),
        "normal",
        "Benutzername",
        _all("none", family_name="D’Arcy", given_name="Max", birth_date="2001-12-24", street_address="Straße des 17. Juni 135",
             postal_code="10623", locality="Berlin", country="DE", phone="030 000000")
        | _all("normal", email="max@example.org"),
        "sim-max",
    ),
}  # fmt: skip


def wallet_people() -> dict[str, Invented]:
    """Those who have a wallet in the demo: whoever has an identity card."""
    return {key: one for key, one in PEOPLE.items() if one.level == "hoch"}
