"""Passkeys at the pages of the running product: an outside authenticator makes and uses some, and every bent answer is refused.

The outside one is `nid-webauthn-emulator` (MIT, npm), an authenticator with its browser that shares nothing with the product. In
Python there is none to use: `soft-webauthn` stands still since 2022 and wants a `fido2` below 2.0, `soft-fido2` calls itself
experimental and brings a second JWT library along. What no client does by itself is made by the tests' own device
(`bent_passkeys.py`).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from stadttor.identity.tests.authenticator import Device
from stadttor.identity.tests.bent_passkeys import ANSWERING, MAKING, answered, made
from tests.identity.plan import case
from tests.identity.stand import Stand, Talk
from tests.identity.visiting import Answer, Visit
from tests.measuring.lines import Line

Bend = Callable[[Device, dict[str, Any], str], str]


def run(stand: Stand) -> Iterator[Line]:
    """The outside authenticator's way through the pages, then each bent answer, then that the same answers unbent are taken."""
    house = House(stand)
    yield from _outside(house)
    yield _accepted("made without a bend", house.keep(made(house.device, house.asked_to_make(), house.origin)))
    yield _straight(house, "signed in without a bend")
    yield from (_tried_making(house, name, bend) for name, bend in MAKING.items())
    yield from (_tried_answering(house, name, bend) for name, bend in ANSWERING.items())
    yield _straight(house, "signed in without a bend, after all the others")


@dataclass
class House:
    """The product, the outside authenticator, and Frau Kern, who is signed in with her password where she makes passkeys."""

    stand: Stand
    desk: Visit = field(init=False)
    authenticator: Talk = field(init=False)
    device: Device = field(default_factory=Device)

    def __post_init__(self) -> None:
        self.authenticator, self.desk = self.stand.authenticator(), self.visit()
        told = self.desk.post(self.at("/desk/sign-in"), self.stand.product.seeded["organiser"])
        if told.status != 302:
            raise RuntimeError(f"Frau Kern was not let in: {told.status}")

    def at(self, path: str) -> str:
        return self.stand.product.at(path)

    @property
    def origin(self) -> str:
        parts = urlsplit(self.at("/"))
        return f"{parts.scheme}://{parts.netloc}"

    def visit(self) -> Visit:
        return Visit(self.stand.tls)

    def asked_to_make(self) -> dict[str, Any]:
        said: dict[str, Any] = _ask(self.desk, self.at("/desk/passkeys"), self.at("/desk/passkeys/ask")).json()
        return said

    def keep(self, credential: str) -> bool:
        """Whether the page of her passkeys takes it."""
        told = self.desk.post(self.at("/desk/passkeys"), {"credential": credential, "name": "Schluessel"})
        return told.status == 302 and told.location.endswith("?done=added")

    def asked_to_sign_in(self, browser: Visit) -> dict[str, Any]:
        said: dict[str, Any] = _ask(browser, self.at("/desk/sign-in"), self.at("/desk/sign-in/passkey/ask")).json()
        return said

    def let_in(self, browser: Visit, credential: str) -> bool:
        """Whether the page for signing in opens the desk."""
        form = {"credential": credential, "next": "/desk"}
        told = browser.post_from(self.at("/desk/sign-in"), self.at("/desk/sign-in/passkey"), form)
        return told.status == 302 and browser.get(self.at("/desk/passkeys")).status == 200


def _ask(browser: Visit, page: str, address: str) -> Answer:
    return browser.post_from(page, address, {})


def _outside(house: House) -> Iterator[Line]:
    """It makes two, signs in with one twice, and answers what it was not asked here."""
    talk, origin = house.authenticator, house.origin
    for name in ("first", "second"):
        options = house.asked_to_make()
        credential = talk.ask("make", name=name, origin=origin, options=options)
        yield _accepted(f"outside: a passkey is made, the {name}", house.keep(_text(credential)))
    yield _refused("outside: the same answer once more", not house.keep(_text(credential)))
    again = talk.ask("make", name="first", origin=origin, options=house.asked_to_make())
    yield _refused("outside: a second one of the same device", "CREDENTIAL_EXCLUDED" in again.get("failed", ""))
    for time in ("once", "again"):
        browser = house.visit()
        answer = talk.ask("answer", name="first", origin=origin, options=house.asked_to_sign_in(browser))
        yield _accepted(f"outside: signed in with it {time}", house.let_in(browser, _text(answer)))
    yield _refused("outside: the same answer in another browser", not house.let_in(house.visit(), _text(answer)))
    browser = house.visit()
    asked = house.asked_to_sign_in(browser) | {"challenge": house.asked_to_make()["challenge"]}
    answer = talk.ask("answer", name="first", origin=origin, options=asked)
    yield _refused("outside: a challenge of another kind", not house.let_in(browser, _text(answer)))
    elsewhere = "https://muenchen.localhost"
    made_there = talk.ask("make", name="elsewhere", origin=elsewhere, options=_of(house.asked_to_make(), "rp"))
    yield _refused("outside: a passkey made for another town", not house.keep(_text(made_there)))
    asked = house.asked_to_sign_in(browser) | {"rpId": "muenchen.localhost"}
    answer = talk.ask("answer", name="elsewhere", origin=elsewhere, options=asked)
    yield _refused("outside: another town's passkey", not house.let_in(browser, _text(answer)))


def _of(options: dict[str, Any], key: str) -> dict[str, Any]:
    """The same question as if another town had put it."""
    return {**options, key: {**options[key], "id": "muenchen.localhost"}}


def _text(said: dict[str, Any]) -> str:

    if "failed" in said:
        raise RuntimeError(said["failed"])
    return json.dumps(said)


def _straight(house: House, name: str) -> Line:
    """Our own device, bent in nothing: what refuses the others is what is bent."""
    browser = house.visit()
    credential = answered(house.device, house.asked_to_sign_in(browser), house.origin)
    return _accepted(name, house.let_in(browser, credential))


def _tried_making(house: House, name: str, bend: Bend) -> Line:
    kept = house.keep(bend(Device(), house.asked_to_make(), house.origin))
    return _refused(f"made: {name}", not kept)


def _tried_answering(house: House, name: str, bend: Bend) -> Line:
    browser, before = house.visit(), house.device.used
    credential = bend(house.device, house.asked_to_sign_in(browser), house.origin)
    house.device.used = before
    return _refused(f"signed in: {name}", not house.let_in(browser, credential))


def _accepted(name: str, right: bool) -> Line:
    return case(name, "accepted", "accepted" if right else "refused", right=right)


def _refused(name: str, right: bool) -> Line:
    return case(name, "refused", "refused" if right else "accepted", right=right)
