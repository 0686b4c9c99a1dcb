"""A provider in memory, which signs what it is told to; written from the specifications, not from the adapter."""

from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from stadttor.identity.ports import NotBelieved

ISSUER = "https://login.example.org/realms/stadt"


class Provider:
    """`get` and `post` are what the adapter asks; `claims` and `header` are what the next ID token says beside the rest."""

    def __init__(self, now):
        self.now = now
        self.key, self.kid = RSAKey.generate_key(2048), "one"
        self.asked: list[str] = []
        self.metadata = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "authorization_response_iss_parameter_supported": True,
        }
        self.said: dict[str, object] = {}
        self.posted: dict[str, str] = {}

    def get(self, address):
        self.asked.append(address)
        if address == f"{ISSUER}/.well-known/openid-configuration":
            return self.metadata
        if address == self.metadata["jwks_uri"]:
            return {"keys": [{**self.key.as_dict(private=False), "kid": self.kid, "use": "sig"}]}
        raise NotBelieved("unreachable")

    def post(self, address, form, client):
        self.posted = dict(form)
        return {"id_token": self.signed(self.said), "access_token": "x"}

    def signed(self, claims, *, key=None, header=None):
        """With the provider's key and times unless told otherwise."""
        at = int(self.now.timestamp())
        whole = {"iss": ISSUER, "aud": "staff", "sub": "anna", "iat": at, "exp": at + 300} | claims
        whole = {name: value for name, value in whole.items() if value is not None}
        head = {"alg": "RS256", "kid": self.kid} | (header or {})
        return jwt.encode(head, whole, key or self.key)

    def nonce_of(self, address):
        (nonce,) = parse_qs(urlsplit(address).query)["nonce"]
        return nonce
