"""A permit goes into a wallet: offered, fetched once, taken back. The wallet is a small one of the test."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.eudi_wallet.credential import StatusEntry
from adapters.eudi_wallet.encoding import from_b64url
from adapters.eudi_wallet.issuing import proofs
from adapters.eudi_wallet.issuing.issuer import EudiIssuer
from adapters.eudi_wallet.jwk import public_jwk
from adapters.eudi_wallet.jws import sign_jws
from adapters.eudi_wallet.status_list import read_status_token
from adapters.eudi_wallet.tests import maker
from adapters.eudi_wallet.x509_path import Anchors
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry
from stadttor.ground.web.addresses import portal_of
from stadttor.ground.work import work
from stadttor.identity import ports
from stadttor.identity.issuing import exchange, limits, nonces, pages, queries, services, signing
from stadttor.identity.issuing.models import CredentialOffer, IssuedCredential
from stadttor.identity.issuing.status import public_list
from stadttor.identity.ports import CredentialKind, Issuable, NotIssued

pytestmark = pytest.mark.db
ABOUT, KIND, TYPE = UUID(int=11), "parken", "urn:stadttor:parken:1"
ROOT = maker.root("Town CA", days=(-9_000, 9_000))


class One:
    """One kind, and something to say about one case while `there`."""

    there = True

    def kinds(self, authority_id):
        return [CredentialKind(KIND, TYPE, {"de": "Parken"}, {}), CredentialKind("hund", "urn:x:1", {}, {})]

    def issuable(self, authority_id, kind, about, now):
        if not self.there or (kind, about) != (KIND, ABOUT):
            return None
        return Issuable({"permit_number": "WEI-1"}, now, now + timedelta(days=100))


@pytest.fixture
def issuables(authority, now):
    one, town = One(), maker.below(ROOT, "Weißenburg", days=(-9_000, 9_000))
    ports.use_issuer(EudiIssuer, one)
    signing.put_signer(authority_id=authority.id, key=town.pkcs8(), chain=town.pem(), actor=SYSTEM, now=now)
    yield one
    ports.use_issuer(None, None)


@pytest.fixture
def place(authority):
    return pages.place_of(authority.id, "https://weissenburg.example")


@pytest.fixture
def offer(authority, issuables, now):
    def act(at=now, **how):
        values = {"about": ABOUT, "kind": KIND, "mailed": False, **how}
        return services.offer(authority_id=authority.id, now=at, **values)

    return act


@pytest.fixture
def token(place, now):
    def act(offered, tx_code="", at=now):
        said = exchange.offer_for(place, offered.secret, {True: "mail", False: "page"}, at)
        code = said["grants"][exchange.GRANT]["pre-authorized_code"]
        form = {"grant_type": exchange.GRANT, "pre-authorized_code": code, "tx_code": tx_code or offered.tx_code}
        return exchange.token_for(place, form, at)["access_token"]

    return act


@pytest.fixture
def fetch(place, now):
    """`fetch(token, batch=2)`: the credentials; `nonce` to use one again."""

    def act(token, *, batch=1, kind=KIND, nonce="", at=now):
        nonce = nonce or nonces.new_nonce(place.authority_id, at)
        keys = [maker.new_key() for _ in range(batch)]
        said = {"aud": place.at.issuer, "iat": int(at.timestamp()), "nonce": nonce}
        jwts = [sign_jws({"typ": proofs.TYPE, "jwk": public_jwk(key.public_key())}, said, key) for key in keys]
        body = json.dumps({"credential_configuration_id": kind, "proofs": {"jwt": jwts}}).encode()
        given = exchange.credentials_for(place, token, body, at)["credentials"]
        return [json.loads(from_b64url(one["credential"].split(".")[1])) for one in given]

    return act


def counts(place, credential, at):
    from stadttor.identity.issuing.status import status_list

    entry = credential["status"]["status_list"]
    text = status_list(place.authority_id, int(entry["uri"].rpartition("/")[2]), entry["uri"], at)
    found = read_status_token(text, entry["uri"], TYPE, Anchors({TYPE: ROOT.chain}), at, 300)
    return found.at(StatusEntry(entry["uri"], entry["idx"]).index) == 0


def acts(authority):
    with work(authority.id):
        return list(AuditEntry.objects.filter(subject_id=ABOUT).order_by("at", "id").values_list("act", flat=True))


def refusals(authority):
    """Why nothing was issued about the case, as the chain says it."""
    with work(authority.id):
        found = AuditEntry.objects.filter(subject_id=ABOUT, act="wallet.not_issued").order_by("at", "id")
        return [one.details["reason"] for one in found]


def test_a_permit_goes_into_a_wallet_and_counts(authority, place, offer, token, fetch, now):
    first, second = fetch(token(offer()), batch=2)
    assert first["vct"] == TYPE
    assert first["cnf"] != second["cnf"]
    assert first["status"] != second["status"]
    assert counts(place, first, now)
    assert counts(place, second, now)
    assert acts(authority) == ["wallet.offered", "wallet.issued"]
    assert queries.taken(authority.id, ABOUT).counts(now)


def test_an_offer_is_fetched_as_often_as_a_wallet_likes_until_it_is_used(offer, token, place, now):
    offered = offer()
    token(offered)
    with pytest.raises(Refused, match="not_found"):
        token(offered)
    late = offer()
    with pytest.raises(Refused, match="not_found"):
        token(late, at=now + services.LASTS)


def test_three_wrong_numbers_are_the_end_of_it(authority, offer, token):
    offered = offer()
    wrong = "111111" if offered.tx_code != "111111" else "222222"
    for _ in range(limits.TRIES_MOST):
        with pytest.raises(NotIssued, match="invalid_grant"):
            token(offered, wrong)
    with pytest.raises(Refused, match="not_found"):
        token(offered)
    assert acts(authority).count("wallet.code_wrong") == limits.TRIES_MOST


def test_every_refusal_of_what_was_offered_stands_in_the_chain(authority, place, offer, token, fetch, now):
    used, late = offer(), services.LASTS
    given, form = token(used), {"grant_type": exchange.GRANT, "pre-authorized_code": "nobodys", "tx_code": "111111"}
    with pytest.raises(NotIssued, match="invalid_grant"):
        exchange.token_for(place, form, now)
    assert refusals(authority) == [], "what nobody was offered is about nothing"
    with pytest.raises(Refused, match="not_found"):
        exchange.offer_for(place, used.secret, {True: "", False: ""}, now)
    with pytest.raises(NotIssued, match="invalid_nonce"):
        fetch(given, nonce=nonces.new_nonce(UUID(int=1), now))
    with pytest.raises(NotIssued, match="invalid_credential_request"):
        fetch(given, kind="hund")
    with pytest.raises(NotIssued, match="invalid_proof"):
        exchange.credentials_for(place, given, json.dumps({"credential_configuration_id": KIND}).encode(), now)
    fetch(given)
    with pytest.raises(NotIssued, match="invalid_token"):
        fetch(given)
    with pytest.raises(Refused, match="not_found"):
        token(offer(), at=now + late)
    assert refusals(authority) == ["used", "nonce_not_fresh", "not_offered", "proof_missing", "used", "late"]


def test_who_tries_without_end_does_not_fill_the_chain(authority, place, offer, token, now):
    used = offer()
    token(used)
    for _ in range(exchange.NOTED_MOST + 3):
        with pytest.raises(Refused, match="not_found"):
            exchange.offer_for(place, used.secret, {True: "", False: ""}, now)
    assert len(refusals(authority)) == exchange.NOTED_MOST


def test_it_is_offered_five_times_an_hour_and_twenty_times_a_day(authority, offer, now):
    hours = [now + timedelta(hours=one) for one in range(4)]
    for hour in hours:
        for _ in range(limits.PER_HOUR):
            offer(hour)
        with pytest.raises(Refused, match="wallet_too_often"):
            offer(hour)
    with pytest.raises(Refused, match="wallet_too_often"):
        offer(now + timedelta(hours=5))
    assert queries.free_from(authority.id, ABOUT, now + timedelta(hours=5)) == now + limits.DAY
    services.forget_ended(authority_id=authority.id, now=now + timedelta(hours=23))
    with pytest.raises(Refused, match="wallet_too_often"):
        offer(now + timedelta(hours=23))
    assert offer(now + limits.DAY)


def test_new_offers_do_not_give_new_numbers_to_guess_without_end(authority, offer, token, now):
    for _ in range(limits.WRONG_PER_DAY // limits.TRIES_MOST):
        offered = offer()
        for _ in range(limits.TRIES_MOST):
            with pytest.raises(NotIssued):
                token(offered, str((int(offered.tx_code) + 1) % 10**6).zfill(6))
    with pytest.raises(Refused, match="wallet_too_often"):
        offer(now + timedelta(hours=23))
    assert offer(now + limits.DAY)


def test_a_code_counts_once_even_if_it_was_read_before(offer, place, now):
    offered = offer()
    said = exchange.offer_for(place, offered.secret, {True: "", False: ""}, now)
    code = said["grants"][exchange.GRANT]["pre-authorized_code"]
    form = {"grant_type": exchange.GRANT, "pre-authorized_code": code, "tx_code": offered.tx_code}
    exchange.token_for(place, form, now)
    with pytest.raises(NotIssued, match="invalid_grant"):
        exchange.token_for(place, form, now)


def test_a_token_counts_once_and_for_five_minutes(offer, token, fetch, now):
    used, late = token(offer()), None
    fetch(used)
    with pytest.raises(NotIssued, match="invalid_token"):
        fetch(used)
    late = token(offer())
    with pytest.raises(NotIssued, match="invalid_token"):
        fetch(late, at=now + exchange.TOKEN_LASTS)


def test_a_nonce_counts_once_and_for_five_minutes_and_only_here(authority, neighbour, offer, token, fetch, now):
    nonce = nonces.new_nonce(authority.id, now)
    fetch(token(offer()), nonce=nonce)
    again = token(offer())
    for wrong in (
        nonce,
        f"{nonce[:9]}!{nonce[9:]}",
        nonces.new_nonce(neighbour.id, now),
        nonces.new_nonce(authority.id, now - nonces.LASTS),
    ):
        with pytest.raises(NotIssued, match="invalid_nonce"):
            fetch(again, nonce=wrong)
    assert fetch(again)


def test_next_door_nothing_of_it_is_known(neighbour, offer, token, now):
    town = maker.below(ROOT, "Next door", days=(-9_000, 9_000))
    signing.put_signer(authority_id=neighbour.id, key=town.pkcs8(), chain=town.pem(), actor=SYSTEM, now=now)
    there, offered = pages.place_of(neighbour.id, "https://weissenburg.example"), offer()
    with pytest.raises(Refused, match="not_found"):
        exchange.offer_for(there, offered.secret, {True: "", False: ""}, now)
    with pytest.raises(NotIssued, match="invalid_token"):
        exchange.credentials_for(there, token(offered), b"{}", now)
    assert queries.open_offer(neighbour.id, ABOUT, KIND, now) is None


def test_only_what_was_offered_is_issued(offer, token, fetch):
    given = token(offer())
    with pytest.raises(NotIssued, match="unknown_credential_configuration"):
        fetch(given, kind="unknown")
    with pytest.raises(NotIssued, match="invalid_credential_request"):
        fetch(given, kind="hund")


def test_nothing_is_issued_about_what_ended_meanwhile(authority, issuables, offer, token, fetch, now):
    given = token(offer())
    issuables.there = False
    with pytest.raises(NotIssued, match="credential_request_denied"):
        fetch(given)
    with pytest.raises(Refused, match="not_found"):
        offer()
    issuables.there = True
    services.revoke(authority_id=authority.id, about=ABOUT, why="revoked", begins=now, actor=SYSTEM, now=now)
    with pytest.raises(NotIssued, match="invalid_token"):
        fetch(given)


def test_earlier_certificates_are_kept_until_they_end_or_are_disbelieved(authority, issuables, now):
    def put(days, **how):
        one = maker.below(ROOT, "Weißenburg", days=(-9_000, (now - maker.NOW).days + days))
        signing.put_signer(authority_id=authority.id, key=one.pkcs8(), chain=one.pem(), actor=SYSTEM, **how)
        return one.pem()

    first = signing.signer_of(authority.id).chain
    short, long = put(10, now=now), put(400, now=now)
    assert signing.earlier_of(authority.id) == (short, first)
    put(500, now=now + timedelta(days=20))
    assert signing.earlier_of(authority.id) == (long, first)
    put(600, now=now, believe_earlier=False)
    assert signing.earlier_of(authority.id) == ()


def test_nothing_is_issued_once_the_certificate_of_the_signer_has_ended(
    authority, place, issuables, offer, token, fetch, now
):
    town = maker.below(ROOT, "Weißenburg", days=(-9_000, (now - maker.NOW).days + 2))
    signing.put_signer(authority_id=authority.id, key=town.pkcs8(), chain=town.pem(), actor=SYSTEM, now=now)
    given, later = token(offer()), now + timedelta(days=3)
    assert queries.can_offer(authority.id, ABOUT, KIND, now)
    assert not queries.can_offer(authority.id, ABOUT, KIND, later)
    with pytest.raises(Refused, match="not_found"):
        offer(later)
    with work(authority.id):
        CredentialOffer.objects.update(expires=later + timedelta(minutes=1))
    with pytest.raises(NotIssued, match="credential_request_denied"):
        fetch(given, at=later)


def test_it_ends_from_the_day_on_that_it_was_ended(authority, place, offer, token, fetch, now):
    credential = fetch(token(offer()))[0]
    later = now + timedelta(days=3)
    services.revoke(authority_id=authority.id, about=ABOUT, why="returned", begins=later, actor=SYSTEM, now=now)
    assert counts(place, credential, later - timedelta(seconds=1))
    assert not counts(place, credential, later)
    assert not counts(place, credential, later + timedelta(days=200))
    # A later end does not give it back.
    services.revoke(authority_id=authority.id, about=ABOUT, why="x", begins=later + timedelta(1), actor=SYSTEM, now=now)
    assert not counts(place, credential, later)


def test_it_ends_in_the_list_with_its_last_day(authority, place, offer, token, fetch, now):
    credential, end = fetch(token(offer()))[0], now + timedelta(days=100)
    assert counts(place, credential, end - timedelta(seconds=1))
    assert not counts(place, credential, end)
    assert not queries.taken(authority.id, ABOUT).counts(end)


def test_it_counts_in_one_wallet_at_a_time(place, offer, token, fetch, now):
    first = fetch(token(offer()))[0]
    second = fetch(token(offer()))[0]
    assert [counts(place, one, now) for one in (first, second)] == [False, True]


def test_what_came_together_is_taken_back_by_the_place_of_one(authority, place, offer, token, fetch, now):
    first, second = fetch(token(offer()), batch=2)
    where = {"number": 1, "place": first["status"]["status_list"]["idx"], "actor": SYSTEM, "now": now}
    assert services.revoke_place(authority_id=authority.id, **where)
    assert not services.revoke_place(authority_id=authority.id, **where)
    assert [counts(place, one, now) for one in (first, second)] == [False, False]


def test_what_ends_later_can_be_taken_back_at_once(authority, place, offer, token, fetch, now):
    credential, later = fetch(token(offer()))[0], now + timedelta(days=3)
    services.revoke(authority_id=authority.id, about=ABOUT, why="returned", begins=later, actor=SYSTEM, now=now)
    where = {"number": 1, "place": credential["status"]["status_list"]["idx"], "actor": SYSTEM, "now": now}
    assert services.revoke_place(authority_id=authority.id, **where)
    assert not counts(place, credential, now)


def test_what_is_erased_stays_revoked_and_says_nothing_more(authority, place, offer, token, fetch, now):
    credential = fetch(token(offer()))[0]
    held = queries.held_issued(authority.id, ABOUT)
    assert {name: len(rows) for name, rows in held.items()} == {
        "identity_credentialoffer": 1,
        "identity_issuedcredential": 1,
    }
    assert "token_hash" not in held["identity_credentialoffer"][0]
    services.erase_issued(authority_id=authority.id, about=ABOUT, now=now)
    assert queries.held_issued(authority.id, ABOUT) == {}
    assert not counts(place, credential, now)
    with work(authority.id):
        [bare] = IssuedCredential.objects.all()
    assert bare.about is None
    assert {(one.day, one.hour, one.minute) for one in (bare.issued, bare.ends, bare.revoked_from)} == {(1, 0, 0)}
    assert bare.ends >= now + timedelta(days=100)


def test_what_is_over_is_forgotten(authority, offer, token, fetch, now):
    fetch(token(offer()))
    offer()
    services.forget_ended(authority_id=authority.id, now=now + timedelta(hours=1))
    with work(authority.id):
        assert not CredentialOffer.objects.filter(secrets_sealed__isnull=False).exists()
    services.forget_ended(authority_id=authority.id, now=now + limits.DAY)
    with work(authority.id):
        assert (CredentialOffer.objects.count(), IssuedCredential.objects.count()) == (0, 1)
    services.forget_ended(authority_id=authority.id, now=now + timedelta(days=131))
    with work(authority.id):
        assert IssuedCredential.objects.count() == 0


def test_secrets_are_sealed_and_wiped(authority, offer, token):
    offered = offer()
    with work(authority.id):
        row = CredentialOffer.objects.get()
    assert offered.tx_code.encode() not in bytes(row.secrets_sealed)
    token(offered)
    with work(authority.id):
        assert CredentialOffer.objects.get().secrets_sealed is None


# What is reached from outside


def test_wallets_find_us_and_only_where_something_is_issued(client, authority, now):
    ports.use_issuer(EudiIssuer, One())
    assert client.get("/.well-known/openid-credential-issuer").status_code == 404
    town = maker.below(ROOT, "Weißenburg", days=(-9_000, 9_000))
    signing.put_signer(authority_id=authority.id, key=town.pkcs8(), chain=town.pem(), actor=SYSTEM, now=now)
    said = client.get("/.well-known/openid-credential-issuer").json()
    server = client.get("/.well-known/oauth-authorization-server").json()
    assert said["credential_issuer"] == server["issuer"] == portal_of("weissenburg")
    other = client.get("/.well-known/openid-credential-issuer", headers={"host": "weissenburg.localhost:1"})
    assert other.json() == said
    assert set(said["credential_configurations_supported"]) == {KIND, "hund"}
    ports.use_issuer(None, None)


@pytest.mark.parametrize(
    ("path", "body", "kind", "status", "error"),
    [
        ("token", "grant_type=x", pages.FORM_TYPE, 400, "unsupported_grant_type"),
        ("token", "", pages.FORM_TYPE, 400, "invalid_request"),
        ("token", "{}", "application/json", 400, "invalid_request"),
        ("token", f"grant_type={exchange.GRANT}&pre-authorized_code=x", pages.FORM_TYPE, 400, "invalid_request"),
        ("token", f"grant_type={exchange.GRANT}&pre-authorized_code=x&tx_code=1&tx_code=2", pages.FORM_TYPE, 400, "invalid_request"),
        ("token", f"grant_type={exchange.GRANT}&pre-authorized_code=x&tx_code=1", pages.FORM_TYPE, 400, "invalid_grant"),
        ("credential", "{}", "application/json", 401, "invalid_token"),
    ],
)  # fmt: skip
def test_what_is_refused_says_so_as_the_protocol_does(client, issuables, path, body, kind, status, error):
    answer = client.post(f"/wallet-issuer/{path}", body, content_type=kind)
    assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_a_list_is_signed_anew_only_when_something_ended_or_its_time_is_over(
    authority, place, offer, token, fetch, now
):
    def asked(at):
        return public_list(authority.id, 1, place.status + "1", at)

    fetch(token(offer()))
    begun = asked(now)
    assert asked(now + timedelta(seconds=50)) == begun
    assert asked(now + timedelta(seconds=61)) != begun
    begun = asked(now + timedelta(seconds=61))
    ended = now + timedelta(seconds=62)
    services.revoke(authority_id=authority.id, about=ABOUT, why="x", begins=ended, actor=SYSTEM, now=now)
    assert asked(ended - timedelta(seconds=1)) == begun
    assert asked(ended) != begun


def test_a_list_can_be_read_by_anybody_and_another_one_is_not_there(client, issuables, offer, token, fetch):
    fetch(token(offer()))
    found = client.get("/wallet-issuer/status/1")
    assert found.headers["Content-Type"] == "application/statuslist+jwt"
    assert found.headers["Cache-Control"] == "public, max-age=300"
    assert client.get("/wallet-issuer/status/2").status_code == 404
