"""A draft of Amira Yılmaz, without any package: forms know no catalogue."""

from uuid import UUID

import pytest

ADOPTION, REVISION = UUID(int=1), UUID(int=2)
TOKEN = "t" * 64


@pytest.fixture
def start(now):
    """`start(authority)` begins a draft; gives its id."""
    from stadttor.forms.services.drafting import start_draft

    def begin(authority, token=TOKEN, at=now):
        return start_draft(
            authority_id=authority.id, token=token, service="bewohnerparkausweis", adoption_id=ADOPTION,
            revision_id=REVISION, language="tr", now=at,
        )  # fmt: skip

    return begin


@pytest.fixture
def draft_id(authority, start):
    return start(authority)


@pytest.fixture
def send(now):
    """`send(authority, "key")` hands in an application; gives what was accepted."""
    from stadttor.forms.services.submitting import Application, submit

    application = Application(
        service="bewohnerparkausweis", adoption_id=ADOPTION, revision_id=REVISION,
        answers={"person": {"nachname": "Yılmaz"}}, fees=[], language="tr", email="amira.yilmaz@example.org",
        applicant="Amira Yılmaz",
    )  # fmt: skip

    def hand_in(
        authority, key="key", *, token=None, randomness=b"0123456789abcdef", draft_id=None, application=application
    ):
        return submit(
            authority_id=authority.id, key=key, application=application, token=token or f"token of {key}",
            prefix="WEI", randomness=randomness, now=now, draft_id=draft_id,
        )  # fmt: skip

    return hand_in


@pytest.fixture
def attach(authority, draft_id, now):
    """`attach(data)` adds a proof to the draft; gives its id."""
    from stadttor.forms.services.attaching import attach

    def add(data, name="schein.pdf", draft=draft_id, max_mb=5):
        return attach(
            authority_id=authority.id, draft_id=draft, path="fahrzeug.schein", name=name, data=data,
            accept=("pdf", "jpeg", "png"), max_mb=max_mb, now=now,
        )  # fmt: skip

    return add


class FakeScanner:
    """Implements `forms.ports.Scanner`: finds what contains EICAR, and may be away."""

    def __init__(self):
        self.away = False

    def scan(self, data):
        return "unavailable" if self.away else "infected" if b"EICAR" in data else "clean"


@pytest.fixture
def scanner():
    from stadttor.forms import ports

    before, after = ports.scanner(), FakeScanner()
    ports.use_scanner(after)
    yield after
    ports.use_scanner(before)
