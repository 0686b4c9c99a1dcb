"""A passkey's device in software, as the browser and the key together answer (W3C Web Authentication §6, §7).

Written from the specification, without the library that verifies. ES256 only; each answer can be bent by the test.
"""

import hashlib
import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from os import urandom

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, HOLDS_KEY = 0x01, 0x04, 0x40


class Device:
    """One passkey, for the host and the user of the first question it was asked."""

    def __init__(self, *, counts=True):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = urandom(32)
        self.user = b""
        self.used = 0
        self.counts = counts

    def register(self, asked, origin, *, flags=PRESENT | VERIFIED, kind="webauthn.create"):
        self.user = unbase64(asked["user"]["id"])
        data = self._data(asked["rp"]["id"], flags | HOLDS_KEY) + self._attested()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = _client(kind, asked["challenge"], origin)
        return self._credential({"clientDataJSON": base64(client), "attestationObject": base64(attestation)})

    def answer(self, asked, origin, *, flags=PRESENT | VERIFIED, host=None, user=None, kind="webauthn.get"):
        self.used += self.counts
        data = self._data(host or asked["rpId"], flags)
        client = _client(kind, asked["challenge"], origin)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        parts["userHandle"] = self.user if user is None else user
        return self._credential({name: base64(value) for name, value in parts.items()})

    def _data(self, host, flags):
        return hashlib.sha256(host.encode()).digest() + struct.pack("!BI", flags, self.used)

    def _attested(self):
        numbers = self.key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return bytes(16) + struct.pack("!H", len(self.id)) + self.id + cbor2.dumps(key)

    def _credential(self, response):
        named = base64(self.id)
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": response})


def _client(kind, challenge, origin):
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()


def base64(data):
    return urlsafe_b64encode(data).decode().rstrip("=")


def unbase64(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
