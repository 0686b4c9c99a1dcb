"""Who hears live events, and until when. The process itself: tests/crash/test_live.py."""

import asyncio
import json
import os
from uuid import UUID, uuid4

import psycopg
import pytest

from stadttor.cases.events import Closed
from stadttor.cases.models import Case
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.live import CHANNEL
from stadttor.ground.work import common, work
from stadttor.identity import services
from stadttor.identity.models import StaffSession, Unit
from stadttor.identity.queries import hashed
from stadttor.site import hearing, listeners, live
from tests.isolation.world import in_work

pytestmark = pytest.mark.db
PASSWORD = "ein-gutes-kennwort"


@pytest.fixture
def sign_in(authority):
    """`sign_in("clerk")`: a colleague with these roles; gives her membership and the token of her session."""

    def enter(*roles, name="olsen", must_change=False, units=()):
        email = f"{name}@weissenburg.example"
        membership = services.create_member(
            authority_id=authority.id, email=email, name=name, roles=list(roles), unit_ids=list(units), password=PASSWORD,
            actor=SYSTEM, now=now(), must_change=must_change,
        )  # fmt: skip
        return membership, services.sign_in(
            authority_id=authority.id, email=email, password=PASSWORD, address="::1", now=now()
        )

    return enter


def listen(token, then=lambda said: False, host="weissenburg.localhost"):
    """Listen until the process ends the stream, or until `then` says of what came that the browser goes; gives the
    status and what was sent."""
    return asyncio.run(_listen(token, then, host))


async def _listen(token, then, host):
    status, said, left = [], [], asyncio.Event()

    async def send(message):
        if message["type"] == "http.response.start":
            status.append(message["status"])
        elif message["body"]:
            said.append(message["body"].decode())
            if await live._outside(then, said):
                left.set()

    async def receive():
        await left.wait()
        return {"type": "http.disconnect"}

    headers = [(b"host", host.encode()), (b"cookie", f"stadttor_staff={token}".encode())]
    await live.application({"type": "http", "path": "/events/cases", "headers": headers}, receive, send)
    return status[0], said


def change(authority, *ids):
    for one in ids:
        live._pass_on(payload(authority, one))


def payload(authority, one, **more):
    told = {"authority": authority.id, "topic": "cases", "id": one} | more
    return json.dumps(told, default=str)


def services_unit(authority, name):
    with work(authority.id):
        return Unit.objects.create(authority=authority, name=name, services=[]).id


@pytest.fixture
def quick(monkeypatch):
    """Signs of life come at once."""
    monkeypatch.setattr(live, "HEARTBEAT_S", 0)


def test_a_clerk_hears_what_changed_each_once(authority, sign_in):
    one, other = uuid4(), uuid4()

    def then(said):
        if len(said) == 1:
            change(authority, one, other, one)
        return len(said) == 2

    _membership, token = sign_in("clerk")
    assert listen(token, then) == (200, ["retry: 3000\n\n", f"data: {one}\n\ndata: {other}\n\n"])


def test_of_a_tax_case_only_its_unit_hears(authority, sign_in):
    """§ 30 AO: not even that something happened to it. A lead of another unit, and no unit in charge, hear nothing."""
    tax, other = (services_unit(authority, name) for name in ("Steueramt", "Ordnungsamt"))
    secret, open_to_all = uuid4(), uuid4()

    def heard_by(*units, only):
        def then(said):
            if len(said) == 1:
                live._pass_on(payload(authority, secret, only=only))
                change(authority, open_to_all)
            return len(said) == 2

        _membership, token = sign_in("clerk", "lead", name=uuid4().hex, units=units)
        return str(secret) in listen(token, then)[1][1]

    assert heard_by(tax, only=[tax])
    assert heard_by(tax, other, only=[tax])
    assert not heard_by(other, only=[tax])
    assert not heard_by(only=[tax])
    assert not heard_by(tax, other, only=[])


def test_what_happens_to_a_tax_case_is_announced_for_its_unit_alone(authority):
    case_id, unit_id = UUID(in_work(authority).things["case_id"]), uuid4()
    with work(authority.id):
        Case.objects.filter(id=case_id).update(secrecy="tax", unit_id=unit_id)
    with psycopg.connect(os.environ["STADTTOR_DATABASE_URL"], autocommit=True) as link:
        link.execute(f"LISTEN {CHANNEL}")
        with work(authority.id):
            listeners._live(Closed(authority.id, case_id, now(), "granted"))
        told = [json.loads(one.payload) for one in link.notifies(timeout=5, stop_after=1)]
    assert [(one["id"], one["only"]) for one in told] == [(str(case_id), [str(unit_id)])]


@pytest.mark.parametrize("rights", ["clerk", "organiser"])
def test_no_answer_is_kept_sniffed_or_framed(sign_in, rights):
    """Seen: the stream, and what refuses it, came without the guards of the pages."""
    _membership, token = sign_in(rights)
    heads = []

    async def ask():
        async def send(message):
            heads.append(dict(message.get("headers", [])))

        async def receive():
            return {"type": "http.disconnect"}

        cookie = f"stadttor_staff={token}".encode()
        headers = [(b"host", b"weissenburg.localhost"), (b"cookie", cookie)]
        await live.application({"type": "http", "path": "/events/cases", "headers": headers}, receive, send)

    asyncio.run(ask())
    assert heads[0].items() >= dict(live.GUARDS).items()


def test_whoever_may_see_no_cases_hears_nothing(sign_in):
    assert listen(sign_in("organiser")[1]) == (403, [])


def test_whoever_has_a_password_of_somebody_elses_choice_hears_nothing(sign_in):
    assert listen(sign_in("clerk", must_change=True)[1]) == (403, [])


def test_an_event_asks_for_all_who_listen_at_once(authority, sign_in, monkeypatch):
    """Report: two questions to the database for every open page, and 2,000 of them took three seconds."""
    hers, his = (hashed(sign_in("clerk", name=name)[1]) for name in ("olsen", "adler"))
    statuses = hearing.statuses
    listeners = [hearing.Listener(authority.id, "cases", session) for session in (hers, his, b"ended") * 100]

    async def all_of_them():
        return await asyncio.gather(*(hearing.status(one) for one in listeners))

    reads = []
    monkeypatch.setattr(hearing, "statuses", lambda *asked: reads.append(asked) or statuses(*asked))
    assert asyncio.run(all_of_them()) == [200, 200, 404] * 100
    assert len(reads) == 1


def test_an_answer_is_never_older_than_the_question(authority, sign_in):
    """Whoever asks while the database is being asked already waits for the next answer."""
    _membership, token = sign_in("clerk")
    listener = hearing.Listener(authority.id, "cases", hashed(token))

    async def ask_on_the_way():
        first = asyncio.create_task(hearing.status(listener))
        while authority.id not in hearing._asking:
            await asyncio.sleep(0)
        await live._outside(lambda: services.sign_out(authority_id=authority.id, token=token, now=now()))
        later = await hearing.status(listener)
        await first
        return later

    assert asyncio.run(ask_on_the_way()) == 404
    assert (hearing._asking, hearing._gathering) == ({}, {})


def test_whoever_signed_out_hears_nothing_more(authority, sign_in):
    """Report: the session was looked at once, when the page was opened, and events went on for ever."""
    _membership, token = sign_in("clerk")

    def then(said):
        services.sign_out(authority_id=authority.id, token=token, now=now())
        change(authority, uuid4())
        return False

    assert listen(token, then) == (200, ["retry: 3000\n\n"])


def test_a_silent_stream_ends_with_its_session_too(authority, sign_in, quick):
    _membership, token = sign_in("clerk")

    def then(said):
        if len(said) == 3:
            services.sign_out(authority_id=authority.id, token=token, now=now())
        return False

    assert listen(token, then) == (200, ["retry: 3000\n\n", ": still here\n\n", ": still here\n\n"])


def test_whoever_lost_the_role_hears_nothing_more(authority, sign_in):
    membership, token = sign_in("clerk", "organiser")
    sign_in("organiser", name="kern")

    def then(said):
        services.change_member(
            authority_id=authority.id, membership_id=membership, roles=["organiser"], unit_ids=[], active=True,
            actor=SYSTEM, now=now(),
        )  # fmt: skip
        change(authority, uuid4())
        return False

    assert listen(token, then) == (200, ["retry: 3000\n\n"])


def test_an_open_page_alone_does_not_keep_a_session_from_ending(sign_in, quick):
    _membership, token = sign_in("clerk")
    with common(write=True):
        long_idle = now().replace(microsecond=0) - services.SESSION_LASTS / 20
        StaffSession.objects.update(seen=long_idle)
    listen(token, lambda said: len(said) > 2)
    with common():
        assert StaffSession.objects.get().seen == long_idle


def test_streams_of_a_session_and_of_an_authority_are_bounded(authority, sign_in, monkeypatch):
    token, other = sign_in("clerk")[1], sign_in("clerk", name="adler")[1]
    monkeypatch.setattr(live, "MOST_OF_SESSION", 1)
    monkeypatch.setattr(live, "MOST_OF_AUTHORITY", 2)
    seen = []

    def then(said):
        seen.append(listen(token)[0])  # a second stream of hers
        seen.append(listen(other, lambda _said: seen.append(listen(other)[0]) or True)[0])
        return True

    assert listen(token, then)[0] == 200
    assert seen == [429, 429, 200]
    assert live._open[str(authority.id), "cases"] == set()
