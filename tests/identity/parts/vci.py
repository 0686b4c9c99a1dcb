"""Every receiving case of the outside wallet against the running product, and what the browser plays of them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from stadttor.ground.launcher.postgres import end
from tests.identity.pages import browser_page, faults
from tests.identity.plan import case, note
from tests.identity.product import TOWN
from tests.identity.renewal import certificate, proof, renewal
from tests.identity.stand import Stand, Talk
from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Line

CASES = 27
KIND = "bewohnerparkausweis"
WALLET = "received.wallet.json"


def run(stand: Stand) -> Iterator[Line]:
    """A batch that is looked at from all sides, each forbidden step on an offer of its own, the command line; then pages."""
    house = House(stand)
    tried = [*_batch(house), *(_forbidden(house, one["name"]) for one in house.wallet.ask("tweaks")), _by_hand(house)]
    yield from tried
    if len(tried) != CASES:
        yield note(f"The outside wallet has {len(tried)} receiving cases, not {CASES}.")
    yield from (_played(name, *act(house)) for name, act in PLAYED.items())


@dataclass
class House:
    """The product, the outside wallet, and whoever grants permits."""

    stand: Stand

    @cached_property
    def wallet(self) -> Talk:
        program = ROOT / "tests" / "identity" / "peers" / "vci.mjs"
        roots = (str(self.stand.pki / f"{name}_root.crt") for name in ("municipal", "rogue"))
        return self.stand.node(str(program), str(self.stand.peers), str(self.stand.folder / WALLET), *roots)

    @cached_property
    def granter(self) -> Talk:
        product = self.stand.product
        command = [sys.executable, "-m", "tests.identity.granter", product.seeded["authority_id"]]
        process = subprocess.Popen(
            command, cwd=ROOT, env=product.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.stand.when_closed(end, process, patience=5)
        return Talk(process)

    @property
    def permit(self) -> dict[str, str]:
        """One of its own for each case: of one, only so many are offered."""
        granted: dict[str, str] = self.granter.ask("grant")
        return granted

    def offer(self, permit: dict[str, str]) -> dict[str, str]:
        what = {"case": permit["case"], "kind": permit.get("kind", KIND)}
        offered: dict[str, str] = self.granter.ask("offer", origin=self.stand.product.at(""), **what)
        return offered

    def receive(self, permit: dict[str, str], name: str = "", **options: Any) -> dict[str, Any]:
        offered = self.offer(permit)
        said: dict[str, Any] = self.wallet.ask(
            "receive", uri=offered["uri"], name=name, options={"txCode": offered["tx_code"], **options}
        )
        return said

    def holds(self, name: str, **how: Any) -> bool:
        said: dict[str, Any] = self.wallet.ask("verify", name=name, **how)
        return bool(said.get("valid"))


def _batch(house: House) -> Iterator[Line]:
    said = house.receive(house.granter.ask("grant"), "permit", batch=2)
    given = said.get("credentials") or []
    yield _accepted("batch of two", len(given) == 2, json.dumps(said)[:500])
    for place in (0, 1):
        one = given[place] if len(given) > place else {}
        holds = bool(one.get("valid") and one.get("bound_to_own_key"))
        yield _accepted(f"credential {place + 1} valid and bound to its own key", holds, str(one.get("problem")))
    apart = {(one["key"], one["status_index"]) for one in given}
    keys, places = {key for key, _place in apart}, {place for _key, place in apart}
    yield _accepted("each with its own key and status index", len(keys) == len(places) == 2, str(apart))
    yield _refused("verified against another root", not house.holds("permit", rogue=True))
    house.granter.ask("revoke", number=1, place=given[0]["status_index"])
    yield _refused("after revocation", not house.holds("permit"))
    yield _refused("the other one of the batch after revocation", not house.holds("permit-2"))


def _forbidden(house: House, tweak: str) -> Line:
    said = house.receive(house.permit, tweak=tweak)
    return {**_refused(tweak, bool(said.get("refused")), json.dumps(said)), "error": said.get("error")}


def _by_hand(house: House) -> Line:
    offered = house.offer(house.permit)
    root = str(house.stand.pki / "municipal_root.crt")
    told = house.stand.program("vci.mjs", "receive", offered["uri"], "--tx-code", offered["tx_code"], "--trust", root)
    return _accepted("command line", told.returncode == 0, told.stdout + told.stderr)


def _accepted(name: str, right: bool, why: str = "") -> Line:
    return case(name, "accepted", "accepted" if right else "refused", right=right, why="" if right else why)


def _refused(name: str, right: bool, why: str = "") -> Line:
    return case(name, "refused", "refused" if right else "accepted", right=right, why="" if right else why)


# What is played beside the table


def _played(name: str, expected: str, got: str) -> Line:
    return {**case(name, expected, got, right=expected == got), "kind": "played"}


def _permit_ends(house: House) -> tuple[str, str]:
    """All that is in the wallet of a permit ends with it, and what was offered as well."""
    permit = house.granter.ask("grant")
    house.receive(permit, "ending", batch=2)
    offered, before = house.offer(permit), [house.holds("ending"), house.holds("ending-2")]
    house.granter.ask("end", case=permit["case"])
    late = house.wallet.ask("receive", uri=offered["uri"], options={"txCode": offered["tx_code"]})
    got = [before, house.holds("ending"), house.holds("ending-2"), "credentials" in late]
    return "[[True, True], False, False, False]", str(got)


def _second_wallet(house: House) -> tuple[str, str]:
    """It counts in one wallet at a time."""
    permit = house.granter.ask("grant")
    house.receive(permit, "first")
    house.receive(permit, "second")
    return "[False, True]", str([house.holds("first"), house.holds("second")])


def _pages(house: House) -> tuple[str, str]:
    """By hand of a person: from the permit into the outside wallet, in each state of the page."""
    permit, origin, found = house.granter.ask("grant"), house.stand.product.at(""), []
    status = f"/status/{permit['submission']}"
    with browser_page(origin) as page:
        secret = {"name": f"__Host-{permit['cookie']}", "value": permit["token"]}
        page.context.add_cookies([{**secret, "url": origin, "secure": True}])
        page.goto(f"{status}/ausweis?lang=de")
        page.locator(f"a[href='{status}/wallet']").click()
        for path in (f"{status}/wallet", f"{status}/ausweis"):
            found += faults(page, path)
        page.goto(f"{status}/wallet?lang=de")
        page.locator("main form button").first.click()
        found += faults(page, f"{status}/wallet?received=yes")
        page.goto(f"{status}/wallet?lang=de")
        link = page.locator("a[href^='openid-credential-offer:']").get_attribute("href")
        code = page.locator("main .st-number").inner_text().strip()
        found += [] if page.locator("main svg").count() else ["no code to scan"]
        said = house.wallet.ask("receive", uri=link, name="shown", options={"txCode": code})
        found += [] if said.get("credentials") else [json.dumps(said)[:300]]
        page.locator("form button").first.click()
        found += [] if page.locator(".kern-alert--success").count() else ["the page does not say that it is there"]
        found += faults(page, f"{status}/wallet")
    return "nothing to find", "; ".join(found) or "nothing to find"


def _renewal(house: House) -> tuple[str, str]:
    """What was received is shown again, a year later."""
    return renewal(house, str(house.stand.folder / WALLET))


def _certificate(house: House) -> tuple[str, str]:
    """A certificate of residence, received and shown in another service's form."""
    return certificate(house, str(house.stand.folder / WALLET))


def _proof(house: House) -> tuple[str, str]:
    """The same in the place of a file, until it was taken back."""
    return proof(house, str(house.stand.folder / WALLET))


PLAYED = {
    "the permit ends": _permit_ends,
    "into a second wallet": _second_wallet,
    "shown in the renewal, and refused once it ended": _renewal,
    "a certificate of residence, shown in the place of the identity card": _certificate,
    "a certificate of residence, shown in the place of a file, and refused once it was taken back": _proof,
    f"pages at {TOWN}, with axe and a person's hands": _pages,
}
