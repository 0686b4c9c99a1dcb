"""Every case of the outside wallet against the running product, and what the browser plays of them."""

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from stadttor.ground.launcher.postgres import end
from tests.identity.pages import begin, browser_page, cookie_of, faults, of_organiser
from tests.identity.plan import case, note
from tests.identity.stand import Stand, Talk
from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Line

PROBLEMS = ("declined", "no_wallet", "question", "invalid", "late")
STATUS_PORT = 9443
CAPTURES = "captures.jsonl"
"""In the folder of the run: what the wallet sent in each case, and what of the question somebody else needs to judge it."""
ERIKA = "MUSTERMANN"
DECLINED = {
    "access_denied": "declined", "wallet_unavailable": "no_wallet", "invalid_request": "question",
    "invalid_client": "question", "vp_formats_not_supported": "question",
    "invalid_request_uri_method": "question", "invalid_transaction_data": "question",
}  # fmt: skip


def run(stand: Stand) -> Iterator[Line]:
    """The table of the README, then its second table, which a browser has to play."""
    house = House(stand)
    cases = house.wallet.ask("cases")
    for one in cases:
        yield _tried(house, one)
    if len(cases) != 126:
        yield note(f"The outside wallet has {len(cases)} cases, not 126.")
    for name, act in BROWSER.items():
        yield _played(name, act(house))


@dataclass
class House:
    """The product, the outside wallet with its issuer, and whoever begins sign-ins."""

    stand: Stand
    thumbprints: list[str] = field(default_factory=list)

    @cached_property
    def issuer(self) -> dict[str, Any]:
        """Credentials are issued, status lists are served."""
        pki, out = self.stand.pki, self.stand.folder / "issued"
        tls = ("--tls-cert", str(pki / "tls.crt"), "--tls-key", str(pki / "tls.key"))
        base = f"https://localhost:{STATUS_PORT}/status"
        where = ("--pki", str(pki), "--out", str(out), "--status-base", base, "--port", str(STATUS_PORT))
        told: dict[str, Any] = self.stand.node("issuer.mjs", "serve", *where, *tls).heard()
        return told

    @cached_property
    def wallet(self) -> Talk:
        program = ROOT / "tests" / "identity" / "peers" / "wallet.mjs"
        trust = self.stand.pki / "access_root.crt"
        return self.stand.node(str(program), str(self.stand.peers), self.issuer["wallet"], str(trust))

    @cached_property
    def starter(self) -> Talk:
        product = self.stand.product
        command = [sys.executable, "-m", "tests.identity.starter", product.seeded["authority_id"]]
        process = subprocess.Popen(
            command, cwd=ROOT, env=product.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.stand.when_closed(end, process, patience=5)
        return Talk(process)

    def begin(self, ask: str, **how: Any) -> dict[str, str]:
        begun: dict[str, str] = self.starter.ask("begin", ask=ask, origin=self.stand.product.at(""), **how)
        return begun

    def answer(self, begun: Mapping[str, str], **options: Any) -> dict[str, Any]:
        said: dict[str, Any] = self.wallet.ask("answer", uri=begun["uri"], options=options)
        if thumbprint := said.get("request", {}).get("encryption_key_thumbprint"):
            self.thumbprints.append(thumbprint)
        return said

    @cached_property
    def prior(self) -> dict[str, Any]:
        """An earlier answer of each kind, for those that use one again."""
        earlier = {"sd-jwt": "good", "mdoc": "mdoc-good"}
        return {ask: self.answer(self.begin(ask), credential=held)["capture"] for ask, held in earlier.items()}

    def browse(self, address: str, begun: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Status and where it leads, in the browser that began, or in any other."""
        link = http.client.HTTPSConnection("localhost", self.stand.product.port, context=self.stand.tls, timeout=30)
        parts = urlsplit(address)
        headers = {"Host": parts.netloc}
        if begun:
            headers["Cookie"] = f"__Host-{begun['cookie']}={begun['browser']}"
        link.request("GET", f"{parts.path}?{parts.query}", headers=headers)
        answer = link.getresponse()
        answer.read()
        link.close()
        return answer.status, answer.headers.get("Location", "")

    def said(self, begun: Mapping[str, str]) -> dict[str, str] | None:
        """The claims that wait in the session that began; afterwards none do."""
        claims: dict[str, str] | None = self.starter.ask("said", draft=begun["draft"], browser=begun["browser"])[
            "claims"
        ]
        return claims


def _tried(house: House, one: Mapping[str, Any]) -> Line:
    """One case of the table: what the product answered, and what of it is in the session that began."""
    begun = house.begin(one["ask"])
    options = {"credential": one.get("credential"), "tweak": one.get("tweak"), **one.get("options", {})}
    # One name stands for both formats: those of the table that use an earlier answer get one of their own format.
    said = house.answer(begun, prior=house.prior.get(one["ask"]), **options)
    back = said.get("redirect_uri")
    if back:
        house.browse(back, begun)
    claims = house.said(begun)
    got, right = _judged(one["expect"], said, claims)
    _keep(house, one, begun, said, got)
    errors = said.get("request", {}).get("errors", ["no request"])
    why = "; ".join(errors) or json.dumps(
        {name: said.get(name) for name in ("http_status", "statuses", "refused", "failed")}
    )
    return case(one["name"], one["expect"], got, right=right and not errors, why=why, errors=len(errors))


def _keep(house: House, one: Mapping[str, Any], begun: Mapping[str, str], said: Mapping[str, Any], got: str) -> None:
    captured, request = said.get("capture"), said.get("request")
    if not captured or not request:
        return
    kept = ("client_id", "nonce", "response_uri", "dcql_query", "encryption_key_thumbprint")
    shown = {
        "name": one["name"], "got": got, "key": begun["key"], "response": captured.get("response", ""),
        "format": "mso_mdoc" if "mdoc" in str(one.get("credential")) else "dc+sd-jwt",
        "request": {name: request[name] for name in kept},
    }  # fmt: skip
    with (house.stand.folder / CAPTURES).open("a") as file:
        file.write(json.dumps(shown) + "\n")


def _judged(expected: str, said: Mapping[str, Any], claims: Mapping[str, str] | None) -> tuple[str, bool]:
    """What it was in a word, and whether that is right."""
    status, arrived = said.get("http_status"), claims is not None and claims.get("family_name") == ERIKA
    if status is None:
        return "not answered", False
    if "passed" in said or "first_http_status" in said:
        once = said["passed"] == 1 if "passed" in said else said["first_http_status"] == 200 and status >= 400
        return ("accepted-once" if once else "accepted twice or never"), once and expected == "accepted-once"
    accepted = status == 200 and bool(said.get("redirect_uri")) and arrived
    refused = (status >= 400 or "connection" in said) and not said.get("redirect_uri") and claims is None
    got = "accepted" if accepted else "refused" if refused else "neither"
    return got, got == expected


# What the browser plays


def _played(name: str, found: tuple[str, str]) -> Line:
    expected, got = found
    return {**case(name, expected, got, right=expected == got), "kind": "played"}


def _opened_again(house: House) -> tuple[str, str]:
    begun = house.begin("sd-jwt")
    back = house.answer(begun, credential="good")["redirect_uri"]
    statuses = [house.browse(back, begun)[0], house.browse(back, begun)[0]]
    return "[302, 404]", str(statuses)


def _elsewhere(house: House) -> tuple[str, str]:
    begun = house.begin("sd-jwt")
    back = house.answer(begun, credential="good")["redirect_uri"]
    statuses = [house.browse(back)[0], house.browse(back, begun)[0]]
    return "[403, 404], nothing", f"{statuses}, {'something' if house.said(begun) else 'nothing'}"


def _across(house: House) -> tuple[str, str]:
    begun = house.begin("sd-jwt", across=True)
    said = house.answer(begun, credential="good")
    draft = begun["draft"]
    stranger = house.starter.ask("look", draft=draft, browser="somebody else")["answered"]
    hers = house.starter.ask("look", draft=draft, browser=begun["browser"])["answered"]
    seen = [said["http_status"], said.get("redirect_uri"), stranger, hers, bool(house.said(begun))]
    return "[200, None, False, True, True]", str(seen)


def _declining(house: House) -> tuple[str, str]:
    seen = {}
    for code in DECLINED:
        begun = house.begin("sd-jwt")
        back = house.wallet.ask("decline", uri=begun["uri"], error=code).get("redirect_uri") or ""
        seen[code] = house.browse(back, begun)[1].rpartition("problem=")[2] if back else "no way back"
        seen[code] += " and claims" if house.said(begun) else ""
    return str(DECLINED), str(seen)


def _fresh_keys(house: House) -> tuple[str, str]:
    seen = house.thumbprints
    return "each differs", "each differs" if len(set(seen)) == len(seen) > 100 else f"{len(set(seen))} of {len(seen)}"


def _pages(house: House) -> tuple[str, str]:
    """By hand of a person: every state of the page, from the question to what was proven by the outside wallet."""
    origin, found = house.stand.product.at(""), []
    with browser_page(origin) as page:
        path = begin(page, "bewohnerparkausweis")
        found += faults(page, path.replace("/wallet", "/ausweisen"))
        found += faults(page, path)
        for problem in PROBLEMS:
            found += faults(page, f"{path}?problem={problem}")
        for way in ("across", "here"):
            page.goto(f"{path}?lang=de")
            page.locator(f"button[value={way}]").click()
            found += faults(page, path)
            if way == "across":
                page.context.clear_cookies(name="__Host-" + cookie_of(path))
        link = page.locator("a[href^='openid4vp:']").get_attribute("href")
        said = house.answer({"uri": str(link)}, credential="good")
        page.goto(said["redirect_uri"])
        found += faults(page, path)
        page.goto(f"{path}?lang=de")
        found += [] if ERIKA in page.content() else ["what was proven is not shown"]
        page.locator("button[value=take]").click()
        found += [] if "/seite/" in page.url else ["not back at the form"]
        found += of_organiser(page, house.stand.product.seeded["organiser"])
    return "nothing to find", "; ".join(found) or "nothing to find"


BROWSER = {
    "pages, with axe and a person's hands": _pages,
    "redirect_uri opened a second time": _opened_again,
    "redirect_uri opened in another session": _elsewhere,
    "cross device": _across,
    "every code of decline": _declining,
    "encryption_key_thumbprint": _fresh_keys,
}
