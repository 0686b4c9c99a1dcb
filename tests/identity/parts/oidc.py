"""The outside OpenID provider: every case of its README against the running product, as a colleague's browser."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.identity.in_browser import chromium, colleague, somebody
from tests.identity.plan import case, note
from tests.identity.product import OPENID_HOST
from tests.identity.stand import Stand
from tests.identity.visiting import Answer, Visit
from tests.measuring.lines import Line

ROLES = "sachbearbeitung = clerk\nleitung = organiser, clerk"
CLIENT, SECRET = "staff", secrets.token_hex(24)
SIGN_IN, DESK = "/desk/sign-in/openid", "/desk/cases/"
OP = f"https://{OPENID_HOST}"


@dataclass
class Trying:
    """A town whose staff signs in at the provider."""

    stand: Stand

    def visit(self) -> Visit:
        return Visit(self.stand.tls)

    def at(self, path: str) -> str:
        return self.stand.product.at(path)

    def sent(self, visit: Visit) -> str:
        """Where the product sends this browser."""
        return visit.get(self.at(SIGN_IN)).location

    def walked(self, address: str, **choice: Any) -> Answer:
        """The provider plays the way from there to the address it sends the browser back to."""
        return self.visit().tell(f"{OP}/api/authorize", {"url": address, **choice})

    def signed_in(self, visit: Visit, **choice: Any) -> tuple[Answer, str]:
        """The product's answer to who comes back, and with which address she came."""
        back = self.walked(self.sent(visit), **choice)
        callback = back.json()["callback"]
        return visit.get(callback), callback

    def is_in(self, visit: Visit) -> bool:
        return visit.get(self.at("/desk/sessions")).status == 200

    def may_work(self, visit: Visit) -> bool:
        return visit.get(self.at(DESK)).status == 200

    def may_organise(self, visit: Visit) -> bool:
        return visit.get(self.at("/desk/staff")).status == 200

    def logout(self, user: str, **choice: Any) -> int:
        """The product's status for a logout token."""
        status: int = self.visit().tell(f"{OP}/api/logout", {"user": user, **choice}).json()["http_status"]
        return status


def run(stand: Stand) -> Iterator[Line]:
    """All of it, a line each."""
    trying = Trying(stand)
    _start_provider(stand)
    _choose_provider(trying)
    yield from _by_hand(trying)
    yield from _people(trying)
    yield from _ways(trying)
    yield from _attacks(trying)
    yield note("The README's table names 37 cases; the account `dora`, which it describes besides, is the 38th.")


def _start_provider(stand: Stand) -> None:
    product, port = stand.product, OPENID_HOST.rpartition(":")[2]
    program = stand.node(
        "oidc-op.mjs", "serve", "--port", port, "--client-id", CLIENT, "--client-secret", SECRET,
        "--redirect-uri", product.at(f"{SIGN_IN}/callback"),
        "--backchannel-logout-uri", product.at(f"{SIGN_IN}/logout"),
        "--tls-cert", str(stand.pki / "tls.crt"), "--tls-key", str(stand.pki / "tls.key"),
    )  # fmt: skip
    program.heard()


def _choose_provider(trying: Trying) -> None:
    """As the organiser does it, on her page."""
    kern = trying.visit()
    kern.post(trying.at("/desk/sign-in"), trying.stand.product.seeded["organiser"])
    given = {
        "label": "Rathauskonto",
        "issuer": OP,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "groups_claim": "groups",
        "roles": ROLES,
        "email_trusted": "false",
        "active": "true",
    }
    answer = kern.post(trying.at("/desk/openid"), given)
    if answer.status != 302:
        raise RuntimeError(f"the organiser's settings were not taken: {answer.status}")


def _by_hand(trying: Trying) -> Iterator[Line]:
    """A colleague presses the buttons of the provider's own page; her groups decide what is open, signing out there counts here."""
    expected = {
        "anna": "cases; signed out there (200): out",
        "bodo": "cases, staff; signed out there (200): out",
        "cleo": "nothing",
    }
    with chromium() as browser:
        for user, right in expected.items():
            with somebody(browser, trying.at("")) as page:
                got = colleague(page, user, None if right == "nothing" else trying.logout)
            line = case(f"by hand: {user}", right, got, right=got == right)
            yield {**line, "kind": "played"}


def _people(trying: Trying) -> Iterator[Line]:
    """Who has a group that counts gets in with its role; others get in without any, or not at all."""
    anna = trying.visit()
    _answer, callback = trying.signed_in(anna, user="anna")
    as_clerk = trying.may_work(anna) and not trying.may_organise(anna)
    yield _case("anna", "accepted", as_clerk and "Anna" in anna.get(trying.at(DESK)).text)
    bodo = trying.visit()
    trying.signed_in(bodo, user="bodo")
    yield _case("bodo", "accepted", trying.may_work(bodo) and trying.may_organise(bodo))
    for user in ("cleo", "dora"):
        visit = trying.visit()
        answer, _callback = trying.signed_in(visit, user=user)
        out = (
            not trying.may_work(visit) and "Anna Sach" not in answer.text + visit.get(trying.at("/desk/sessions")).text
        )
        yield _case(user, "refused", not out, answer)
    thief = trying.visit()
    answer = thief.get(callback)
    yield _case("code used twice", "refused", trying.is_in(thief) or answer.status == 302, answer)


def _ways(trying: Trying) -> Iterator[Line]:
    """Ways that were changed between the product and the provider."""
    changed: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
        "no PKCE": lambda words: {
            name: value for name, value in words.items() if not name.startswith("code_challenge")
        },
        "foreign redirect_uri": lambda words: words | {"redirect_uri": "https://attacker.example/callback"},
        "other code_verifier": lambda words: words | {"code_challenge": secrets.token_urlsafe(32)},
    }
    for name, change in changed.items():
        visit = trying.visit()
        parts = urlsplit(trying.sent(visit))
        words = dict(parse_qsl(parts.query))
        back = trying.walked(parts._replace(query=urlencode(change(words))).geturl())
        answer = visit.get(back.json()["callback"]) if back.status == 200 else back
        yield _case(name, "refused", trying.is_in(visit), answer)
    visit = trying.visit()
    answer, _callback = trying.signed_in(visit, cancel=True)
    yield _case("cancelled", "refused", trying.is_in(visit) or "abgebrochen" not in answer.text, answer)


def _attacks(trying: Trying) -> Iterator[Line]:
    """Everything the provider can do wrong by name, and the one right logout."""
    anna = trying.visit()
    trying.signed_in(anna, user="anna")
    status = trying.logout("anna")
    yield _case("back-channel logout", "accepted", status == 200 and not trying.is_in(anna))
    for attack in trying.visit().get(f"{OP}/api/cases").json()["attacks"]:
        name = attack["name"]
        visit = trying.visit()
        if name.startswith("logout-"):
            trying.signed_in(visit, user="anna")
            status = trying.logout("anna", attack=name)
            yield _case(name, "refused", status != 400 or not trying.is_in(visit), more=attack["spec"])
        else:
            answer, _callback = trying.signed_in(visit, user="anna", attack=name)
            yield _case(name, "refused", trying.is_in(visit), answer, attack["spec"])


def _case(name: str, expected: str, got_in: bool, answer: Answer | None = None, more: str = "") -> Line:
    got = "accepted" if got_in else "refused"
    why = f"{more} {answer.status} {answer.location}".strip() if answer else more
    return case(name, expected, got, right=got == expected, why=why)
