"""Account services for citizens by SAML 2.0 (BundID, BayernID): implements `stadttor.identity.ports.Accounts`.

Small and strict on purpose ([decision 0015](../../docs/decisions/0015-saml-by-ourselves.md)): one profile (Web Browser SSO,
HTTP-POST both ways), RSASSA-PSS, AES-GCM, one assertion per answer. No Django, no clock, no network.

| file | subject |
|---|---|
| `documents.py` | XML from strangers |
| `signatures.py`, `decrypting.py` | what was signed by whom; what is encrypted to us |
| `asking.py`, `answers.py` | the question, the answer with all its checks |
| `attributes.py` | OIDs, levels and trust of BundID in our vocabulary |
| `metadata.py`, `keys.py` | who we are, who they are |
| `simulated.py` | the service of the demo: anybody may be one of its invented persons |
"""

from datetime import datetime

from stadttor.identity.ports import AccountAnswer, AccountQuestion, AccountService, Described, KeyPair, Relying


class Saml:
    """The XML libraries are loaded with the first sign-in: most processes never need them."""

    def request(self, us: Relying, them: AccountService, question: AccountQuestion, now: datetime) -> str:
        from adapters.saml.asking import request

        return request(us, them, question, now)

    def answer(
        self, us: Relying, them: AccountService, question: AccountQuestion, posted: str, now: datetime
    ) -> AccountAnswer:
        from adapters.saml.answers import answer

        return answer(us, them, question, posted, now)

    def metadata(self, us: Relying, until: datetime) -> bytes:
        from adapters.saml.metadata import metadata

        return metadata(us, until)

    def described(self, metadata: bytes, now: datetime) -> Described:
        from adapters.saml.metadata import described

        return described(metadata, now)

    def new_keys(self, name: str, now: datetime) -> KeyPair:
        from adapters.saml.keys import new_keys

        return new_keys(name, now)
