"""Answers of passkeys that are wrong in one thing each (W3C Web Authentication §7.1, §7.2): none may be kept, none opens anything.

Each is made by a function of the device, what it was asked, and the origin. Tried here against the verbs, and by `make identity`
against the pages of the running product.
"""

import hashlib
import json
import struct
from os import urandom

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from stadttor.identity.tests.authenticator import HOLDS_KEY, PRESENT, VERIFIED, Device, base64, unbase64

ELSEWHERE, BACKED_UP, MORE = "https://muenchen.localhost", 0x10, 0x80
SURE = PRESENT | VERIFIED


def _client(asked, origin, kind="webauthn.create", **other):
    said = {"type": kind, "challenge": asked["challenge"], "origin": origin, "crossOrigin": False} | other
    return json.dumps(said).encode()


def _credential(device, response, **other):
    named = base64(device.id)
    return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": response} | other)


def _data(device, host, flags=SURE, used=None):
    return hashlib.sha256(host.encode()).digest() + struct.pack("!BI", flags, device.used if used is None else used)


def made(
    device, asked, origin, *, host="", flags=SURE, key=None, tail=b"", cut=0, statement=None, client=None, **other
):
    """A new passkey, bent: `key` is a COSE key, `tail` follows the data, `cut` bytes are missing of the attestation."""
    device.user = unbase64(asked["user"]["id"])
    attested = device._attested()
    if key is not None:
        attested = bytes(16) + struct.pack("!H", len(device.id)) + device.id + cbor2.dumps(key)
    data = _data(device, host or asked["rp"]["id"], flags | HOLDS_KEY if key != {} else flags) + attested + tail
    whole = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data} | (statement or {}))
    response = {
        "clientDataJSON": base64(client or _client(asked, origin)),
        "attestationObject": base64(whole[: len(whole) - cut]),
    }
    return _credential(device, response, **other)


def answered(
    device, asked, origin, *, host="", flags=SURE, used=None, tail=b"", sign=None, client=None, user=None, **other
):
    """An answer to a question, bent: `sign` signs instead of the device's key, `used` is the counter it tells."""
    device.used += 1
    data = _data(device, host or asked["rpId"], flags, used) + tail
    client = client or _client(asked, origin, "webauthn.get")
    over = data + hashlib.sha256(client).digest()
    signature = sign(over) if sign else device.key.sign(over, ec.ECDSA(hashes.SHA256()))
    parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
    parts["userHandle"] = device.user if user is None else user
    return _credential(device, {name: base64(one) for name, one in parts.items()}, **other)


def _point(device, **other):
    numbers = device.key.public_key().public_numbers()
    key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
    return key | {int(name.replace("m", "-")): one for name, one in other.items()}


def _unasked():
    """RSA with SHA-1 is what nobody offers any more."""
    public = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    return {1: 1, 3: -65535, -1: 6, -2: public}


MAKING = {
    "another origin": lambda d, a, o: made(d, a, ELSEWHERE),
    "the origin without its port": lambda d, a, o: made(d, a, o.rsplit(":", 1)[0]),
    "another town's host": lambda d, a, o: made(d, a, o, host="muenchen.localhost"),
    "a challenge that was never asked": lambda d, a, o: made(d, a | {"challenge": base64(urandom(32))}, o),
    "an answer to another kind of question": lambda d, a, o: made(d, a, o, client=_client(a, o, "webauthn.get")),
    "asked from within another site": lambda d, a, o: made(d, a, o, client=_client(a, o, crossOrigin=True)),
    "nobody present": lambda d, a, o: made(d, a, o, flags=VERIFIED),
    "nobody verified": lambda d, a, o: made(d, a, o, flags=PRESENT),
    "backed up although it cannot be": lambda d, a, o: made(d, a, o, flags=SURE | BACKED_UP),
    "no key in it": lambda d, a, o: made(d, a, o, key={}),
    "an algorithm that nobody asked for": lambda d, a, o: made(d, a, o, key=_unasked()),
    "a point that is on no curve": lambda d, a, o: made(d, a, o, key=_point(d, m3=bytes(32))),
    "a key of the wrong kind for its algorithm": lambda d, a, o: made(d, a, o, key=_point(d, **{"1": 3})),
    "a cut off attestation": lambda d, a, o: made(d, a, o, cut=20),
    "bytes after the key": lambda d, a, o: made(d, a, o, tail=b"\x00"),
    "extensions promised and missing": lambda d, a, o: made(d, a, o, flags=SURE | MORE),
    "a statement where none is promised": lambda d, a, o: made(d, a, o, statement={"attStmt": {"sig": b"x"}}),
    "a format that nobody knows": lambda d, a, o: made(d, a, o, statement={"fmt": "trust-me"}),
    "a signature that does not hold": lambda d, a, o: made(
        d, a, o, statement={"fmt": "packed", "attStmt": {"alg": -7, "sig": b"x" * 70}}
    ),
    "another id on the outside": lambda d, a, o: made(d, a, o, rawId=base64(urandom(32))),
    "no public key credential": lambda d, a, o: made(d, a, o, type="password"),
}
"""Of a new passkey."""

ANSWERING = {
    "another origin": lambda d, a, o: answered(d, a, ELSEWHERE),
    "the origin without its port": lambda d, a, o: answered(d, a, o.rsplit(":", 1)[0]),
    "another town's host": lambda d, a, o: answered(d, a, o, host="muenchen.localhost"),
    "a challenge that was never asked": lambda d, a, o: answered(d, a | {"challenge": base64(urandom(32))}, o),
    "an answer to another kind of question": lambda d, a, o: answered(d, a, o, client=_client(a, o, "webauthn.create")),
    "asked from within another site": lambda d, a, o: answered(
        d, a, o, client=_client(a, o, "webauthn.get", crossOrigin=True)
    ),
    "nobody present": lambda d, a, o: answered(d, a, o, flags=VERIFIED),
    "nobody verified": lambda d, a, o: answered(d, a, o, flags=PRESENT),
    "backed up although it cannot be": lambda d, a, o: answered(d, a, o, flags=SURE | BACKED_UP),
    "a counter that goes back": lambda d, a, o: answered(d, a, o, used=0),
    "a counter that stands still": lambda d, a, o: answered(d, a, o, used=d.used),  # the device counts after
    "another key": lambda d, a, o: answered(
        d, a, o, sign=lambda over: Device().key.sign(over, ec.ECDSA(hashes.SHA256()))
    ),
    "another algorithm": lambda d, a, o: answered(d, a, o, sign=ed25519.Ed25519PrivateKey.generate().sign),
    "another hash": lambda d, a, o: answered(d, a, o, sign=lambda over: d.key.sign(over, ec.ECDSA(hashes.SHA512()))),
    "no signature": lambda d, a, o: answered(d, a, o, sign=lambda over: b""),
    "bytes after the data": lambda d, a, o: answered(d, a, o, tail=b"\x00"),
    "extensions promised and missing": lambda d, a, o: answered(d, a, o, flags=SURE | MORE),
    "another user": lambda d, a, o: answered(d, a, o, user=urandom(16)),
    "another id on the outside": lambda d, a, o: answered(d, a, o, rawId=base64(urandom(32))),
    "a passkey nobody registered": lambda d, a, o: answered(_stranger(d), a, o),
    "no public key credential": lambda d, a, o: answered(d, a, o, type="password"),
}
"""Of a passkey that is registered."""


def _stranger(device):
    other = Device()
    other.user = device.user
    return other
