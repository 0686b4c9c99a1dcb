"""A passkey's device in the browser itself: Chromium's virtual authenticator, which holds keys and knows its owner."""

from playwright.sync_api import CDPSession, Page

OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    """In one page; `knows_owner(False)` is a wrong finger."""

    def __init__(self, session: CDPSession, key: str) -> None:
        self._session, self._key = session, key

    def knows_owner(self, known: bool) -> None:
        self._session.send("WebAuthn.setUserVerified", {"authenticatorId": self._key, "isUserVerified": known})


def add_device(page: Page) -> Device:
    """From now on this page answers questions to passkeys."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
    return Device(session, made["authenticatorId"])
