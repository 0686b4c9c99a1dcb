"""Somebody takes her permit into a wallet, by the protocol (OpenID4VCI 1.0), with the number that a mail brings her."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from tests.safety.live.browser import NUMBER, Browser
from tests.safety.live.service import SLUG

Code = Callable[[str, float], str]
"""The number that came by mail for an application after a moment; empty while none did."""
_LINK = re.compile(r'href="([a-z-]+://[^"]*credential_offer_uri=[^"]+)"')
MAIL_S, PAUSE_S = 6.0, 0.2


@dataclass
class Wallet:
    """Of one person: `browser` is hers, with her applications; the wallet itself has no cookie."""

    browser: Browser
    code: Code

    def take(self, submission: str) -> dict[str, Any] | None:
        """The place of the credential in its status list; None where nothing came into the wallet, and she tries it anew."""
        from adapters.eudi_wallet.tests.holder import Holder

        path, begun = f"/status/{submission}/wallet", time.monotonic()
        self.browser.post(path, [("csrfmiddlewaretoken", self.browser.get(path).csrf)])
        page = self.browser.get(path)
        link = unescape(page.value(_LINK))
        number = self.browser.get(f"/status/{submission}").value(NUMBER)
        if page.status != 200 or not link or not number:
            return None
        app = Browser(self.browser.port, self.browser.slug, self.browser.tell)
        holder = Holder(lambda *asked, **more: _asked(app, *asked, **more))
        try:
            holder.receive(link, self._typed(number, begun), SLUG)
        except ValueError:  # no answer, or half of one
            return None
        finally:
            app.close()
        return _place(holder.held[SLUG]) if SLUG in holder.held else None

    def _typed(self, number: str, begun: float) -> str:
        while not (code := self.code(number, begun)) and time.monotonic() - begun < MAIL_S:
            time.sleep(PAUSE_S)
        return code


def _asked(app: Browser, path: str, body: bytes | None = None, kind: str = "", token: str = "") -> tuple[int, str]:
    headers = {"Content-Type": kind, **({"Authorization": f"Bearer {token}"} if token else {})}
    answer = app.get(path) if body is None else app.send(path, body, headers)
    return answer.status, answer.text


def _place(credential: str) -> dict[str, Any]:
    from adapters.eudi_wallet.jws import read_jws

    said = read_jws(credential.partition("~")[0], typ="dc+sd-jwt").claims()["status"]["status_list"]
    return {"list": int(urlsplit(said["uri"]).path.rpartition("/")[2]), "place": int(said["idx"])}
