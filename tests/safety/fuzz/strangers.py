"""Readers of what devices, publishers of lists and targets of a hand-over say: passkeys, genericode, status lists, HTTP."""

import json
import socket
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from functools import cache
from threading import Thread
from typing import Any
from uuid import UUID

import cbor2
from hypothesis import strategies as st

from adapters.eudi_wallet import cose, jws, response, sd_jwt
from adapters.eudi_wallet.encoding import b64url, from_b64url
from adapters.eudi_wallet.jwk import public_jwk
from adapters.eudi_wallet.status_list import StatusList, read_packed, read_status_token
from adapters.eudi_wallet.tests import maker
from adapters.eudi_wallet.vocabulary import PID_SD_JWT
from adapters.http_api import LONGEST_ANSWER, HttpApi
from stadttor.catalog.fim.codelists import read_code_list
from stadttor.catalog.fim.tests.test_codelists import LIST
from stadttor.catalog.rules.faults import PackageRefused
from stadttor.core.refused import Refused
from stadttor.exchange.ports import Parcel, Place, TargetAway, TargetRefuses
from stadttor.identity.ports import NotProven
from tests.safety.fuzz.inputs import Reader, Strategy, spoiled, spoiled_binary, spoiled_bytes, spoiled_data, texts

HOST, ORIGIN, CHALLENGE = "weissenburg.example", "https://weissenburg.example", bytes(range(32))
ACCOUNT = UUID(int=7)
STATUS = {"sub": maker.STATUS_URI, "ttl": 60, "status_list": maker.packed(1024, revoked=7)}
TAKEN = b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"id": "FV-2026-17"}'
ANSWERS = (
    TAKEN,
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nFV-17\r\n0\r\n\r\n",
    b"HTTP/1.0 503 Busy\r\nRetry-After: 9\r\n\r\nlater",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n",
)
KEY = maker.new_key()
HEADER = {"alg": "ES256", "typ": "dc+sd-jwt", "x5c": ["MIIB"], "kid": "1"}
ENCRYPTED = maker.encrypted({"vp_token": {}}, {**public_jwk(KEY.public_key()), "kid": "1"})
SEALED = json.loads(from_b64url(ENCRYPTED.partition(".")[0]))
SIGNED = maker.sign1(KEY, b"payload")
HIDDEN = [maker.disclosure("locality", "KÖLN"), maker.disclosure("DE")]
CLAIMS = {
    "_sd_alg": "sha-256", "_sd": [maker.digest(HIDDEN[0]), "decoy"], "vct": "a",
    "nationalities": [{"...": maker.digest(HIDDEN[1])}, {"...": "another decoy"}, "PL"],
}  # fmt: skip
NESTED = tuple(b"HTTP/1.1 200 OK\r\n\r\n" + opening * 800 for opening in (b"[", b'{"id":', b"9"))


def readers() -> list[Reader]:
    """All of them."""
    headers = st.sampled_from([[], {}, {1: []}, {1: {}}, {1: -7, 2: []}, {1: -7.0}, {1: True}]).map(_cose)
    posted = spoiled_bytes(*ANSWERS) | st.sampled_from(NESTED)
    lists = spoiled_binary(zlib.compress(bytes(99))).map(lambda data: {"bits": 1, "lst": b64url(data)})
    return [
        _of_device("new passkey", _registration(), _registered),
        _of_device("answer of a passkey", _assertion(), _asserted),
        Reader("genericode", LIST, spoiled_bytes(LIST), lambda data: read_code_list(data, "list.xml"), (PackageRefused,)),
        Reader("status list", _token(STATUS), spoiled([_token(STATUS)]) | spoiled_data(STATUS).map(_token), _status, (NotProven,)),
        Reader("entries of a status list", STATUS["status_list"], lists | spoiled_data(STATUS["status_list"]), _entry, (NotProven,)),
        Reader("header of a signed text", _compact(HEADER), spoiled_data(HEADER).map(_compact), _header, (NotProven,)),
        Reader("answer of a wallet", ENCRYPTED, spoiled([ENCRYPTED]) | spoiled_data(SEALED).map(_headed), _decrypted, (NotProven,)),
        Reader("COSE", SIGNED, headers | spoiled_binary(SIGNED[0]).map(_under), _signed, (NotProven,)),
        Reader("claims with what they hide", CLAIMS, spoiled_data(CLAIMS), _opened, (NotProven,)),
        Reader("answer of a target", TAKEN, posted, _delivered, (TargetAway, TargetRefuses)),
    ]  # fmt: skip


def _of_device(name: str, sound: dict[str, Any], read: Callable[[str], object]) -> Reader:
    """Spoiled as a text, as data, and in the bytes that it wraps."""
    text = json.dumps(sound)
    inside = [_inside(sound, part) for part in sound["response"]]
    inputs = texts | spoiled([text]) | spoiled_data(sound).map(json.dumps) | st.one_of(inside)
    return Reader(name, text, inputs, read, (Refused,))


def _inside(sound: dict[str, Any], part: str) -> Strategy:
    """Other bytes in one part of what a device answered."""
    plain = urlsafe_b64decode(sound["response"][part] + "==")

    def wrapped(data: bytes) -> str:
        packed = urlsafe_b64encode(data).decode().rstrip("=")
        return json.dumps({**sound, "response": {**sound["response"], part: packed}})

    return (spoiled_binary(plain) | spoiled_bytes(plain)).map(wrapped)


@cache
def _device() -> Any:
    """Registered, so that it can answer."""
    from stadttor.identity.tests.authenticator import Device, base64

    device = Device(counts=False)  # type: ignore[no-untyped-call]  # of the product's tests
    asked = {"user": {"id": base64(ACCOUNT.bytes)}, "rp": {"id": HOST}, "challenge": base64(CHALLENGE)}  # type: ignore[no-untyped-call]
    return device, json.loads(device.register(asked, ORIGIN)), asked["challenge"]


def _registration() -> dict[str, Any]:
    made: dict[str, Any] = _device()[1]
    return made


def _assertion() -> dict[str, Any]:
    device, _, challenge = _device()
    answered: dict[str, Any] = json.loads(device.answer({"rpId": HOST, "challenge": challenge}, ORIGIN))
    return answered


def _registered(credential: str) -> object:
    """As `passkeys.register` asks, without its tables."""
    from stadttor.identity import webauthn_calls

    webauthn_calls.challenge_in(credential)
    return webauthn_calls.registered(credential, CHALLENGE, HOST, ORIGIN)


def _asserted(credential: str) -> object:
    """As `passkeys.sign_in` asks, without its tables: the passkey is the device's own, whatever id is named."""
    from stadttor.identity import webauthn_calls
    from stadttor.identity.models import StaffPasskey

    webauthn_calls.challenge_in(credential)
    webauthn_calls.credential_id_in(credential)
    passkey = StaffPasskey(account_id=ACCOUNT, public_key=_public_key())
    return webauthn_calls.answered(credential, CHALLENGE, HOST, ORIGIN, passkey)


@cache
def _public_key() -> bytes:
    from stadttor.identity import webauthn_calls

    return webauthn_calls.registered(json.dumps(_registration()), CHALLENGE, HOST, ORIGIN).public_key


def _token(claims: dict[str, Any]) -> str:
    """Signed by who may: only what it says can be wrong."""
    sayable = json.dumps(claims, ensure_ascii=False).encode("utf-8", "ignore")
    return maker.status_token(**json.loads(sayable))


def _status(token: str) -> object:
    return read_status_token(token, maker.STATUS_URI, PID_SD_JWT, maker.anchors(), maker.NOW, 300).at(6)


def _header(text: str) -> object:
    return jws.read_jws(text, typ=HEADER["typ"])


def _opened(claims: dict[str, Any]) -> object:
    return sd_jwt.open_claims(claims, HIDDEN)


def _signed(value: list[Any]) -> object:
    return cose.must_be_sign1(value, KEY.public_key())


def _entry(value: Any) -> object:
    return StatusList(*read_packed(value), fresh_until=0).at(6)


def _compact(header: dict[str, Any]) -> str:
    """With a signature that nobody made: a header is read before it is believed."""
    return f"{b64url(json.dumps(header).encode())}.e30.{'A' * 86}"


def _headed(header: dict[str, Any]) -> str:
    """The answer of a wallet under another header."""
    return f"{b64url(json.dumps(header).encode())}.{ENCRYPTED.partition('.')[2]}"


def _decrypted(answer: str) -> object:
    return response.decrypted(answer, KEY, "1", "")


def _cose(header: Any) -> list[Any]:
    return [cbor2.dumps(header), *SIGNED[1:]]


def _under(header: bytes) -> list[Any]:
    return [header, *SIGNED[1:]]


def _delivered(answer: bytes) -> None:
    """What a target says becomes a line that can be shown, and no longer one."""
    target = _target()
    target.says = answer
    place = Place("weissenburg", f"http://127.0.0.1:{target.port}/faelle", secret="ein-token")
    way = HttpApi([f"127.0.0.1:{target.port}"], plain=[f"127.0.0.1:{target.port}"])
    said = way.deliver(place, Parcel(ACCOUNT, "fall.xml", "application/xml", b"<Fall/>"))
    assert said.isprintable(), said
    assert len(said) <= LONGEST_ANSWER + 4, said


class _Target:
    """Answers each request with the same bytes, whatever they are, and hangs up."""

    def __init__(self) -> None:
        self.says = b""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            link, _ = self._listening.accept()
            with link:
                asked = b""
                while not asked.endswith(b"<Fall/>"):
                    asked += link.recv(4096)
                link.sendall(self.says)


@cache
def _target() -> _Target:
    return _Target()
