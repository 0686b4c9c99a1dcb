"""What a presentation and long status lists, read and made, cost the processor: the least of several rounds."""

import random
import time
import zlib
from collections.abc import Callable, Iterator

from adapters.eudi_wallet.credential import StatusEntry
from adapters.eudi_wallet.encoding import b64url
from adapters.eudi_wallet.issuing.issuer import EudiIssuer
from adapters.eudi_wallet.jws import read_jws
from adapters.eudi_wallet.status_list import must_be_valid, read_status_token
from adapters.eudi_wallet.status_lists import StatusLists
from adapters.eudi_wallet.tests import maker
from adapters.eudi_wallet.verifier import EudiWallets
from adapters.eudi_wallet.vocabulary import PID_SD_JWT
from stadttor.identity.ports import Asker, Signer, WalletQuestion
from tests.identity.plan import figure, note
from tests.identity.stand import Stand
from tests.measuring.lines import Line

ROUNDS, EACH = 5, 40
MILLION = 1_000_000
CLAIMS = ("family_name", "given_name", "street_address", "postal_code", "locality")


def run(stand: Stand) -> Iterator[Line]:
    """Both goals of the issue."""
    yield figure("presentation_cpu_ms", _least(_presentation()))
    yield figure("status_list_million_cpu_ms", _least(_made(), each=5))
    yield note(f"To verify and open a list of a million entries: {_least(_million(), each=5):.1f} ms")


def _presentation() -> Callable[[], object]:
    """Decrypt, verify everything, look the status up in a list that is known already."""
    wallets = EudiWallets(maker.anchors(), StatusLists(lambda uri: maker.status_token()))
    signer = maker.below(maker.root("Access"), "Town", dns="town.example")
    asker = Asker(signer.pkcs8(), signer.pem())
    question = WalletQuestion(
        CLAIMS, ("dc+sd-jwt",), "state", "nonce", wallets.new_key(), "https://town.example/response"
    )
    request = read_jws(
        wallets.request(asker, question, wallet_nonce="", now=maker.NOW), typ="oauth-authz-req+jwt"
    ).claims()
    issued = maker.sd_jwt_vc(status={"status_list": {"uri": maker.STATUS_URI, "idx": 5}})
    shown = maker.bound(issued, audience=request["client_id"], nonce=request["nonce"])
    answer = maker.encrypted({"vp_token": {"pid": [shown]}}, request["client_metadata"]["jwks"]["keys"][0])
    return lambda: wallets.proven(asker, question, answer, maker.NOW)


def _made() -> Callable[[], object]:
    """Pack and sign a list of a million entries, a thousand of them revoked at random places."""
    town = maker.below(maker.root("Town CA"), "Town")
    signer, revoked = Signer(town.pkcs8(), town.pem()), random.Random(1).sample(range(MILLION), 1_000)
    return lambda: EudiIssuer().status_token(signer, maker.STATUS_URI, MILLION, 1, revoked, maker.NOW)


def _million() -> Callable[[], object]:
    """Verify and open a list of a million entries of two bits each, a thousand of them revoked; look one up."""
    data = bytearray(MILLION // 4)
    for place in range(0, MILLION // 4, 250):
        data[place] = 1
    lists = {"bits": 2, "lst": b64url(zlib.compress(bytes(data), 9))}
    token = maker.status_token(status_list=lists)

    def look() -> None:
        found = read_status_token(token, maker.STATUS_URI, PID_SD_JWT, maker.anchors(), maker.NOW, 300)
        must_be_valid(found, StatusEntry(maker.STATUS_URI, MILLION - 1))

    return look


def _least(act: Callable[[], object], *, each: int = EACH) -> float:
    """Milliseconds of processor time of one."""
    act()
    rounds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for _ in range(each):
            act()
        rounds.append((time.process_time() - begun) * 1_000 / each)
    return min(rounds)
