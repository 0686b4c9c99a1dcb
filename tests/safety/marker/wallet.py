"""A permit on its way into a wallet; at each step a wallet asks the other town for the same, with all that this one knows."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from tests.safety.live.browser import Answer, Browser
from tests.safety.marker.towns import Town

Show = Callable[[str, Answer], None]
DESCRIBED = ("/.well-known/openid-credential-issuer", "/.well-known/oauth-authorization-server")


class Wallet:
    """Of one person at one town, without a cookie; `secrets` is what it was given to open things with."""

    def __init__(self, port: int, town: Town) -> None:
        self.town, self.browser = town, Browser(port, town.slug)
        self.secrets: list[str] = []
        self._case: UUID | None = None

    def offered(self, case: str) -> None:
        """Somebody pressed the button on the page of her permit."""
        self._case = UUID(case)

    def fetch(self, service: str, show: Show, elsewhere: Browser, show_elsewhere: Show) -> None:
        """To its end: description, offer, token, nonce, credential, status list."""
        from adapters.eudi_wallet.jws import read_jws
        from adapters.eudi_wallet.tests.holder import Holder
        from stadttor.ground.web.addresses import portal_of
        from stadttor.portal.services import offer_link

        offered = self._offer(service)

        def ask(path: str, body: bytes | None = None, kind: str = "", token: str = "") -> tuple[int, str]:
            headers = {"Content-Type": kind, **({"Authorization": f"Bearer {token}"} if token else {})}
            show_elsewhere(path, _sent(elsewhere, path, body, headers))
            answer = _sent(self.browser, path, body, headers)
            show(path, answer)
            self.secrets += list(_opening(answer))
            return answer.status, answer.text

        for path in DESCRIBED:
            ask(path)
        holder = Holder(ask)
        holder.receive(offer_link(portal_of(self.town.slug), offered), offered.tx_code, service)
        if service in holder.held:
            said = read_jws(holder.held[service].partition("~")[0], typ="dc+sd-jwt").claims()
            ask(urlsplit(said["status"]["status_list"]["uri"]).path)

    def _offer(self, service: str) -> Any:
        """The one that waits; its number stands in a mail."""
        from stadttor.ground.clock import now
        from stadttor.identity.issuing.queries import open_offer

        assert self._case is not None, "nothing was offered"
        offered = open_offer(self.town.id, self._case, service, now())
        assert offered is not None, "the offer is over"
        self.secrets.append(offered.secret)
        return offered


def _sent(browser: Browser, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    """Once more where a connection that was kept had ended: nothing had arrived then."""
    for _ in range(2):
        answer = browser.get(path) if body is None else browser.send(path, body, headers)
        if answer.status:
            break
    return answer


def _opening(answer: Answer) -> Iterator[str]:
    """Code and token in an answer."""
    if answer.status != 200 or answer.text[:1] != "{":
        return
    said = json.loads(answer.text)
    if "access_token" in said:
        yield said["access_token"]
    for grant in said.get("grants", {}).values():
        yield grant["pre-authorized_code"]
