"""The outside wallet shows what it received: in the renewal a permit that counts and one that was taken back, a certificate of
residence in the place of an identity card, and in the place of a file.
"""

import json
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Page

from tests.identity.pages import begin, browser_page, faults
from tests.measuring.circumstances import ROOT

if TYPE_CHECKING:
    from tests.identity.parts.vci import House

SERVICE, TRADE = "bewohnerparkausweis", "gewerbeanmeldung"


def renewal(house: "House", file: str) -> tuple[str, str]:
    """By hand of a person, in each state of the page; `file` holds what the wallet received."""
    permit, wallet = house.granter.ask("grant"), _wallet(house, file)
    house.receive(permit, "renewed")
    found = []
    with browser_page(house.stand.product.at("")) as page:
        path = _renew(page)
        found += faults(page, path)
        said = _show(wallet, page, path)
        found += [f"request: {one}" for one in said.get("request", {}).get("errors", ["none"])]
        page.goto(said.get("redirect_uri", path))
        found += faults(page, path)
        page.goto(f"{path}?lang=de")
        page.locator("button[value=take]").click()
        page.goto(path.replace("/wallet", "/seite/antrag?lang=de"))
        number = page.locator("[name='antrag.ausweis_nummer']").input_value()
        found += [] if number == permit["number"] else [f"the form says {number!r}, not the number of the permit"]
        house.granter.ask("end", case=permit["case"])
        page.context.clear_cookies()
        path = _renew(page)
        said = _show(wallet, page, path)
        found += [] if said.get("http_status") == 400 else [f"after its end: {json.dumps(said)[:200]}"]
        found += faults(page, path)
        page.goto(f"{path}?lang=de")
        found += [] if "gilt nicht mehr" in page.content() else ["it is not said why"]
    return "nothing to find", "; ".join(found) or "nothing to find"


def certificate(house: "House", file: str) -> tuple[str, str]:
    """Received with the pages of a person, shown where she applies for something else."""
    granted, found = house.granter.ask("certify"), []
    wallet, status = _wallet(house, file), f"/status/{granted['submission']}"
    origin = house.stand.product.at("")
    with browser_page(origin) as page:
        secret = {"name": f"__Host-{granted['cookie']}", "value": granted["token"]}
        page.context.add_cookies([{**secret, "url": origin, "secure": True}])
        page.goto(f"{status}?lang=de")
        page.locator(f"a[href='{status}/wallet']").click()
        found += faults(page, f"{status}/wallet")
        page.goto(f"{status}/wallet?lang=de")
        page.locator("main form button").first.click()
        page.goto(f"{status}/wallet?lang=de")
        link = page.locator("a[href^='openid-credential-offer:']").get_attribute("href")
        code = page.locator("main .st-number").inner_text().strip()
        said = house.wallet.ask("receive", uri=link, name="residence", options={"txCode": code})
        valid = [one.get("valid") for one in said.get("credentials") or [{}]]
        found += [] if all(valid) else [json.dumps(said)[:300]]
        path = begin(page, SERVICE)
        found += faults(page, path)
        shown = _show(wallet, page, path, "residence")
        found += [f"request: {one}" for one in shown.get("request", {}).get("errors", ["none"])]
        page.goto(shown.get("redirect_uri", path))
        page.goto(f"{path}?lang=de")
        page.locator("button[value=take]").click()
        page.goto(path.replace("/wallet", "/seite/person?lang=de"))
        name = page.locator("[name='person.nachname']").input_value()
        found += [] if name == "Yılmaz" else [f"the form says {name!r}"]
    return "nothing to find", "; ".join(found) or "nothing to find"


def proof(house: "House", file: str) -> tuple[str, str]:
    """A certificate of residence as the proof of it where a trade is registered; then taken back, and shown in vain."""
    granted, found, wallet = house.granter.ask("certify"), [], _wallet(house, file)
    house.receive(granted, "proof")
    with browser_page(house.stand.product.at("")) as page:
        draft = begin(page, TRADE).removesuffix("/wallet")
        path, form = f"{draft}/zeigen/nachweise.wohnsitz", f"{draft}/seite/nachweise"
        page.goto(f"{form}?lang=de")
        page.locator("button[name=from_wallet]").click()
        page.wait_for_url(lambda url: url.endswith(path))
        found += faults(page, path)
        said = _show_proof(wallet, page, path)
        found += [f"request: {one}" for one in said.get("request", {}).get("errors", ["none"])]
        asked = [one["meta"] for one in said.get("request", {}).get("dcql_query", {}).get("credentials", [])]
        found += [] if asked == [{"vct_values": ["urn:stadttor:meldebescheinigung:1"]}] else [f"asked for {asked}"]
        page.goto(said.get("redirect_uri", path))
        found += faults(page, path)
        page.goto(f"{path}?lang=de")
        found += [] if "Marktplatz 5" in page.content() else ["it is not shown before it counts"]
        page.locator("button[value=add]").click()
        page.wait_for_url(lambda url: "/seite/nachweise" in url)
        found += [] if "Meldebescheinigung.pdf" in page.content() else ["it is no document of the application"]
        _take_back(house, granted)
        said = _show_proof(wallet, page, path)
        found += [] if said.get("http_status") == 400 else [f"after it was taken back: {json.dumps(said)[:200]}"]
        found += faults(page, path)
        page.goto(f"{path}?lang=de")
        found += [] if "zählt nicht mehr" in page.content() else ["it is not said why"]
    return "nothing to find", "; ".join(found) or "nothing to find"


def _take_back(house: "House", granted: dict[str, str]) -> None:
    house.granter.ask("take_back", case=granted["case"])


def _show_proof(wallet: Any, page: Page, path: str) -> dict[str, Any]:
    page.goto(f"{path}?lang=de")
    page.locator("[name=consent]").check()
    page.locator("button[value=here]").click()
    found = faults(page, path)
    if found:
        raise RuntimeError(f"the way into the wallet: {found}")
    link = page.locator("a[href^='openid4vp:']").get_attribute("href")
    said: dict[str, Any] = wallet.ask("answer", uri=link, options={"credential": "proof"})
    return said


def _wallet(house: "House", file: str) -> Any:
    program, trust = ROOT / "tests" / "identity" / "peers" / "wallet.mjs", house.stand.pki / "access_root.crt"
    return house.stand.node(str(program), str(house.stand.peers), file, str(trust))


def _renew(page: Page) -> str:
    """A renewal in a browser that knows nothing of the first application; gives the path of its wallet's page."""
    path = begin(page, SERVICE)
    page.goto(path.replace("/wallet", "/seite/antrag?lang=de"))
    page.locator("[name='antrag.art'][value=verlaengerung]").check()
    page.locator("button[name=go][value=on]").last.click()
    page.wait_for_url(lambda url: "after=check" in url)
    if not page.locator(f"a[href='{path.replace('/wallet', '/ausweisen')}']").count():
        raise RuntimeError("the page of the number does not lead to the wallet")
    return path


def _show(wallet: Any, page: Page, path: str, name: str = "renewed") -> dict[str, Any]:
    page.goto(f"{path}?lang=de")
    page.locator("button[value=here]").click()
    link = page.locator("a[href^='openid4vp:']").get_attribute("href")
    said: dict[str, Any] = wallet.ask("answer", uri=link, options={"credential": name})
    return said
