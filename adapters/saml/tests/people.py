"""A town, an account service and what passes between them; Amira has an account, Jonas signs in without one."""

import base64
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from adapters.saml import Saml, simulated
from adapters.saml.keys import new_keys
from stadttor.identity.ports import AccountQuestion, AccountService, Claim, KeyPair, Relying

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ENTITY, SSO = "https://konto.example/idp", "https://konto.example/sso"
US_ID, ACS = "https://weissenburg.example.org/anmelden/1", "https://weissenburg.example.org/anmelden/1/antwort"
CLAIMS = {
    "family_name": Claim("YILMAZ", "hoch", "urn:oid:2.5.4.4"),
    "given_name": Claim("AMIRA", "hoch", "urn:oid:2.5.4.42"),
    "phone": Claim("09141 0000", "none", "urn:oid:2.5.4.20"),
}
AMIRA = simulated.Person("hoch", "eID", CLAIMS, "pseudonym-amira")
JONAS = simulated.Person("hoch", "eID", {"family_name": Claim("WEBER", "hoch", "urn:oid:2.5.4.4")})
QUESTION = AccountQuestion("_frage", "substantiell", {"family_name": True, "given_name": False, "phone": False})


@cache
def keys(name: str) -> KeyPair:
    return new_keys(name, NOW)


@dataclass(frozen=True)
class World:
    us: Relying
    them: AccountService
    question: AccountQuestion = QUESTION

    def bring(self, message: str, now: datetime = NOW):
        return Saml().answer(self.us, self.them, self.question, message, now)

    def ask(self) -> simulated.Asking:
        return simulated.asking(Saml().request(self.us, self.them, self.question, NOW))

    def answered(self, person=AMIRA, signer="service", now=NOW, **other) -> str:
        """What the service answers; `other` replaces fields of the question it believes to have read."""
        asked = replace(self.ask(), **other)
        return simulated.answered(asked, person, ENTITY, keys(signer), self.us.keys[-1].certificate, now)


def world(**agreed) -> World:
    us = Relying(US_ID, ACS, (keys("town"),), "Weißenburg i. Bay.", "BMI-1")
    them = AccountService("bundid", ENTITY, SSO, (keys("service").certificate.decode(),))
    return World(us, replace(them, **agreed))


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def decoded(message: str) -> str:
    return base64.b64decode(message).decode()
