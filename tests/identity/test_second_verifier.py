"""The second verifier judges for itself: what is wrong is refused by it, whatever the product said."""

import base64
import json
from datetime import UTC, datetime

import pytest

from adapters.eudi_wallet.encoding import b64url
from adapters.eudi_wallet.jwk import public_jwk, thumbprint
from adapters.eudi_wallet.mdoc import Handover
from adapters.eudi_wallet.tests import maker
from tests.identity.parts import second_verifier

QUERY = {
    "credentials": [
        {"id": "pid", "format": "dc+sd-jwt", "meta": {"vct_values": [maker.PID_SD_JWT]}},
        {"id": "pid_mdoc", "format": "mso_mdoc", "meta": {"doctype_value": maker.PID_MDOC}},
    ],
    "credential_sets": [{"options": [["pid"], ["pid_mdoc"]]}],
}
CLIENT, URI = "x509_hash:abc", "https://town.example/answer"


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """Its certificates and dates are those of this moment: the second verifier has a clock of its own."""
    monkeypatch.setattr(maker, "NOW", datetime.now(UTC))
    monkeypatch.setattr(maker, "SECONDS", int(maker.NOW.timestamp()))
    for kept in (maker.pid_root, maker.pid_signer):
        kept.cache_clear()
    yield
    for kept in (maker.pid_root, maker.pid_signer):
        kept.cache_clear()


def captured(name="good", got="accepted", *, mdoc=False, nonce="n" * 22):
    key = maker.new_key()
    jwk = public_jwk(key.public_key())
    kid = b64url(thumbprint(jwk))
    if mdoc:
        shown = {"pid_mdoc": [maker.mdoc(Handover(CLIENT, nonce, thumbprint(jwk), URI))]}
    else:
        # It wants the issuer named, and the name in the certificate.
        issued = maker.sd_jwt_vc(maker.below(maker.pid_root(), "PID", dns="pid.example"), iss="https://pid.example")
        shown = {"pid": [maker.bound(issued, audience=CLIENT, nonce=nonce)]}
    response = maker.encrypted({"vp_token": shown}, {**jwk, "kid": kid})
    request = {"client_id": CLIENT, "nonce": "n" * 22, "response_uri": URI, "dcql_query": QUERY}
    pkcs8 = base64.b64encode(maker.Signer(key, ()).pkcs8()).decode()
    return {
        "name": name, "got": got, "key": pkcs8, "response": response, "format": "mso_mdoc" if mdoc else "dc+sd-jwt",
        "request": {**request, "encryption_key_thumbprint": kid},
    }  # fmt: skip


def lines(tmp_path, *captures):
    class Stand:
        folder = tmp_path

        def pem(self, name):
            return maker.pid_root().pem()

    (tmp_path / "captures.jsonl").write_text("".join(json.dumps(one) + "\n" for one in captures))
    return list(second_verifier.run(Stand()))


@pytest.mark.parametrize("mdoc", [False, True])
def test_it_agrees_and_a_disagreement_is_noticed(tmp_path, mdoc):
    good, believed = captured(mdoc=mdoc), captured("kb-wrong-nonce", "accepted", mdoc=mdoc, nonce="other")
    first, second, told = lines(tmp_path, good, believed)
    assert (first["got"], first["right"]) == ("accepted", True), first["why"]
    assert (second["got"], second["right"]) == ("refused", False)
    assert told["text"].startswith("2 captures compared; 0 outside")


def test_what_it_does_not_judge_is_named_and_counts_neither_way(tmp_path):
    first, _good, told = lines(tmp_path, captured("second-post", "accepted-once"), captured())
    assert (first["kind"], first["why"]) == ("outside", second_verifier.OUTSIDE["second-post"])
    assert "1 outside" in told["text"]


def test_where_nothing_was_compared_nothing_is_claimed(tmp_path):
    with pytest.raises(RuntimeError, match="no capture"):
        lines(tmp_path, captured("second-post"))


def test_names_are_outside_as_a_whole_or_by_their_beginning():
    assert second_verifier.reason_outside("credential-status-expired-list")
    assert not second_verifier.reason_outside("transaction-data")
    assert not second_verifier.reason_outside("credential-rogue")
