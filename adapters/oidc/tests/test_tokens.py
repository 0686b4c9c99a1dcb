"""What a token must be to be believed; each test bends one thing."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from adapters.oidc.client import Providers
from adapters.oidc.tests.provider import ISSUER, Provider
from stadttor.identity.ports import NotBelieved, OpenIdAsked, OpenIdClient

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLIENT = OpenIdClient(ISSUER, "staff", "geheim", "https://weissenburg.example/desk/sign-in/openid/callback")
ASKED = OpenIdAsked("state", "nonce-of-this-question", "v" * 64)
EVENT = {"http://schemas.openid.net/event/backchannel-logout": {}}
OUT = {"events": EVENT, "jti": "1", "sid": "s"}


@pytest.fixture
def provider():
    return Provider(NOW)


@pytest.fixture
def speaking(provider):
    return Providers(provider)


@pytest.fixture
def person(provider, speaking):
    """`person(claim=value)`: who an ID token with these claims names; None leaves a claim out."""

    def name(answered=None, **said):
        provider.said = {"nonce": ASKED.nonce, "groups": ["buergerbuero"]} | said
        return speaking.person(CLIENT, ASKED, answered or {"code": "c", "iss": ISSUER}, "groups", NOW)

    return name


def refused(act, *given, **named):
    with pytest.raises(NotBelieved) as caught:
        act(*given, **named)
    return caught.value.code


def unsigned(claims, **header):
    parts = [json.dumps(one).encode() for one in ({"alg": "none"} | header, claims)]
    return ".".join(urlsafe_b64encode(one).decode().rstrip("=") for one in parts) + "."


def test_a_right_token_names_the_person(person):
    found = person(name="Anna", email="anna@stadt.example", email_verified=True, acr="substantial", auth_time=1)
    assert (found.subject, found.name, found.groups, found.email_verified) == ("anna", "Anna", {"buergerbuero"}, True)
    assert found.signed_in == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)


def test_one_group_may_stand_without_a_list(person):
    assert person(groups="leitung").groups == {"leitung"}


def test_only_true_itself_is_verified(person):
    assert not person(email_verified="true").email_verified
    assert not person(email="anna@stadt.example").email_verified


AT = int(NOW.timestamp())
BENT = {
    "issuer": [{"iss": "https://other.example"}, {"iss": None}, {"iss": ISSUER + "/"}],
    "audience": [{"aud": "other"}, {"aud": ["staff", "other"]}, {"aud": []}, {"aud": None}, {"aud": {"staff": 1}}],
    "authorized_party": [{"azp": "other"}, {"azp": ["staff"]}],
    "nonce": [{"nonce": "other"}, {"nonce": None}, {"nonce": 7}, {"nonce": ""}],
    "expired": [{"exp": AT - 60}],
    "exp": [{"exp": None}, {"exp": True}, {"exp": "9999999999"}, {"exp": 1e300}],
    "issued": [{"iat": AT + 61}, {"iat": AT - 661}, {"iat": AT + 86_400}],
    "iat": [{"iat": None}],
    "not_yet": [{"nbf": AT + 61}],
    "subject": [{"sub": None}, {"sub": ""}, {"sub": 5}, {"sub": "x" * 256}],
    "groups": [{"groups": {"leitung": 1}}, {"groups": [1]}, {"groups": ["x"] * 1_001}],
    "email": [{"email": ["a@b"]}],
    "auth_time": [{"auth_time": "now"}],
}


@pytest.mark.parametrize(
    ("code", "said"), [(code, said) for code, bent in BENT.items() for said in bent], ids=str
)  # fmt: skip
def test_a_token_with_one_thing_wrong_is_not_believed(person, code, said):
    assert refused(person, **said) == code


@pytest.mark.parametrize(("code", "bent"), [("signature", None), ("key", "two")])
def test_a_signature_of_another_key(provider, speaking, code, bent, monkeypatch):
    foreign = RSAKey.generate_key(2048)
    header = {"kid": bent} if bent else {}
    token = provider.signed({"nonce": ASKED.nonce}, key=foreign, header=header)
    monkeypatch.setattr(provider, "post", lambda *_: {"id_token": token})
    assert refused(speaking.person, CLIENT, ASKED, {"code": "c", "iss": ISSUER}, "groups", NOW) == code


def hs256(secret):
    def sign(claims, provider):
        key = OctKey.import_key(secret(provider))
        return jwt.encode({"alg": "HS256", "kid": provider.kid}, claims, key)

    return sign


FORGED = {
    "none": lambda claims, provider: unsigned(claims),
    "None": lambda claims, provider: unsigned(claims, alg="None"),
    "HS256 with the secret": hs256(lambda provider: CLIENT.client_secret * 6),
    "HS256 with the public key": hs256(lambda provider: json.dumps(provider.key.as_dict(private=False))),
    "no token": lambda claims, provider: "x.y",
    "not even text": lambda claims, provider: "ü.ü.ü",
    "very long": lambda claims, provider: "x" * 40_000 + "..",
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_what_nobody_signed(provider, speaking, forge, monkeypatch):
    claims = {"iss": ISSUER, "aud": "staff", "sub": "anna", "iat": AT, "exp": AT + 300, "nonce": ASKED.nonce}
    token = forge(claims, provider)
    monkeypatch.setattr(provider, "post", lambda *_: {"id_token": token})
    code = refused(speaking.person, CLIENT, ASKED, {"code": "c", "iss": ISSUER}, "groups", NOW)
    assert code in ("algorithm", "token")


def test_a_key_in_the_tokens_own_header_is_not_looked_at(provider, speaking, monkeypatch):
    foreign = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "jwk": foreign.as_dict(private=False)}
    claims = {"iss": ISSUER, "aud": "staff", "sub": "anna", "iat": AT, "exp": AT + 300, "nonce": ASKED.nonce}
    monkeypatch.setattr(provider, "post", lambda *_: {"id_token": jwt.encode(header, claims, foreign)})
    assert refused(speaking.person, CLIENT, ASKED, {"code": "c", "iss": ISSUER}, "groups", NOW) == "signature"


def test_a_logout_token_is_no_id_token(provider, speaking, monkeypatch):
    token = provider.signed({"nonce": ASKED.nonce} | OUT, header={"typ": "logout+jwt"})
    monkeypatch.setattr(provider, "post", lambda *_: {"id_token": token})
    assert refused(speaking.person, CLIENT, ASKED, {"code": "c", "iss": ISSUER}, "groups", NOW) == "type"


def test_the_answer_names_its_provider(person):
    assert refused(person, {"code": "c", "iss": "https://other.example"}) == "answer_issuer"
    assert refused(person, {"code": "c"}) == "answer_issuer"


def test_a_provider_that_does_not_promise_it_may_be_silent(provider, person):
    del provider.metadata["authorization_response_iss_parameter_supported"]
    assert person({"code": "c"}).subject == "anna"
    assert refused(person, {"code": "c", "iss": "https://other.example"}) == "answer_issuer"


def test_an_error_is_no_code(person):
    assert refused(person, {"error": "server_error", "iss": ISSUER}) == "no_code"


def test_the_question_carries_state_nonce_and_the_challenge_only(speaking):
    address = speaking.address(CLIENT, ASKED, NOW)
    assert address.startswith(
        f"{ISSUER}/auth?response_type=code&client_id=staff&redirect_uri=https%3A%2F%2Fweissenburg"
    )
    assert "code_challenge_method=S256" in address
    assert ASKED.verifier not in address
    assert "prompt" not in address
    fresh = OpenIdAsked("s", "n", "v", fresh=True)
    assert speaking.address(CLIENT, fresh, NOW).endswith("&prompt=login&max_age=0")


def test_the_code_is_exchanged_with_the_verifier(provider, person):
    person()
    assert provider.posted["code_verifier"] == ASKED.verifier
    assert provider.posted["redirect_uri"] == CLIENT.redirect_uri


def test_a_new_key_is_found_and_made_up_ones_do_not_make_us_ask_each_time(provider, speaking, person):
    person()
    provider.key, provider.kid = RSAKey.generate_key(2048), "two"
    later = NOW.replace(minute=5)
    provider.now = later
    provider.said = {"nonce": ASKED.nonce}
    assert speaking.person(CLIENT, ASKED, {"code": "c", "iss": ISSUER}, "groups", later).subject == "anna"
    before = provider.asked.count(f"{ISSUER}/keys")
    for _ in range(5):
        token = provider.signed(OUT, header={"kid": "made-up", "typ": "logout+jwt"})
        assert refused(speaking.logged_out, CLIENT, token, later) == "key"
    assert provider.asked.count(f"{ISSUER}/keys") == before


@pytest.mark.parametrize(
    ("code", "bent"),
    [
        ("metadata_issuer", {"issuer": "https://other.example"}),
        ("metadata_jwks_uri", {"jwks_uri": "http://login.example.org/keys"}),
        ("metadata_jwks_uri", {"jwks_uri": "https://login.example.org]/keys"}),
        ("metadata_token_endpoint", {"token_endpoint": None}),
        ("metadata_authorization_endpoint", {"authorization_endpoint": ["x"]}),
        ("metadata_code_challenge_methods_supported", {"code_challenge_methods_supported": ["plain"]}),
        ("metadata_algorithms", {"id_token_signing_alg_values_supported": ["none", "HS256"]}),
        ("metadata_client_authentication", {"token_endpoint_auth_methods_supported": ["private_key_jwt"]}),
    ],
)
def test_a_provider_that_cannot_do_it_is_not_chosen(provider, speaking, code, bent):
    provider.metadata |= bent
    assert refused(speaking.look_at, ISSUER, NOW) == code


def test_a_short_key_is_none(provider, person):
    provider.key = RSAKey.generate_key(1024)
    assert refused(person) == "key"


class TestLogout:
    @pytest.fixture
    def out(self, provider, speaking):
        def read(header=None, **said):
            token = provider.signed(OUT | said, header={"typ": "logout+jwt"} | (header or {}))
            return speaking.logged_out(CLIENT, token, NOW)

        return read

    def test_who_signed_out(self, out):
        found = out()
        assert (found.subject, found.sid, found.token_id) == ("anna", "s", "1")
        assert out(sub=None).subject == ""

    @pytest.mark.parametrize("kind", ["JWT", "", "at+jwt"])
    def test_a_token_of_another_kind_signs_nobody_out(self, out, kind):
        assert refused(out, header={"typ": kind}) == "type"

    @pytest.mark.parametrize(
        ("code", "said"),
        [
            ("audience", {"aud": "other"}),
            ("issuer", {"iss": "https://other.example"}),
            ("nonce", {"nonce": "n"}),
            ("events", {"events": None}),
            ("events", {"events": {"https://other.example/event": {}}}),
            ("events", {"events": {next(iter(EVENT)): True}}),
            ("issued", {"iat": AT - 3_600, "exp": AT + 60}),
            ("expired", {"exp": AT - 100}),
            ("subject", {"sub": None, "sid": None}),
            ("subject", {"jti": None}),
        ],
    )
    def test_anything_else_signs_nobody_out(self, out, code, said):
        assert refused(out, **said) == code
