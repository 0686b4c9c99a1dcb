"""The faults, a line each: what was answered while it lasted, and what was there when it was over."""

import contextlib
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from adapters.clamav.tests.server import EICAR
from stadttor.ground.launcher.dsn import changed
from tests.safety.dependencies import small_disk
from tests.safety.dependencies.house import Answered, House, a_pdf, work_off
from tests.safety.dependencies.others import LONGEST_S, Mailbox, Remote, bank, clamd, mail_server
from tests.safety.dependencies.proxy import THROUGH, Fault, Proxy
from tests.safety.dependencies.room import database_without_room, files_without_room
from tests.safety.dependencies.small_disk import Small
from tests.safety.dependencies.true_scanner import try_true_scanner
from tests.safety.running import RowLines
from tests.safety.stand import Stand, make_authority

SOCKET = ".s.PGSQL.5432"
NETWORK = {
    "refuses": Fault("refuse"), "hangs": Fault("hang"), "is cut at once": Fault("cut", size=1),
    "is cut in the middle": Fault("cut", size=5), "trickles": Fault("slow", pause=0.3),
}  # fmt: skip
FULL = "This file was not kept"
AWAY = "What was saved before is safe"
PAY_LATER = "Please pay on this page later"
MOST_BEGUN = 400


def try_all(lines: RowLines, stand: Stand, database: str, *, rounds: int, machine: Small | None) -> None:
    """In one process, which is the product for as long as this takes."""
    addresses = stand.database(database)
    folder = stand.folder / "proxied"
    folder.mkdir(exist_ok=True)
    line = Proxy(stand.cluster.socket_folder / SOCKET, folder / SOCKET)
    stand.product_at(replace(addresses, app=changed(addresses.app, host=str(folder))))
    from django.db import connections

    house = House(make_authority("weissenburg", "Weißenburg i. Bay."))
    house.open()
    for _ in range(rounds):
        _files(lines, house)
        _object_store(lines, house, stand)
        files_without_room(lines, house)
        _scanner(lines, house)
        try_true_scanner(lines, house, stand.folder)
        _mail(lines, house)
        _payment(lines, house)
        _database(lines, house, line)
    connections.close_all()
    if machine:
        _database_full(lines, house, stand, database)
        connections.close_all()
        small_disk.move_back(stand, database)
        database_without_room(lines, house, machine, rounds=1 + rounds // 4)
    connections.close_all()
    line.close()


def _write(lines: RowLines, of: str, fault: str, answered: Answered, seconds: float, *, said: bool, refused: bool = False,
           lost: int = 0, double: int = 0, stuck: int = 0) -> None:  # fmt: skip
    lines.write("fault", of=of, fault=fault, status=answered.status, said=said, refused=refused, lost=lost, double=double,
                stuck=stuck, seconds=seconds)  # fmt: skip


@contextlib.contextmanager
def _no_larger(size: int) -> Iterator[None]:
    """No file grows beyond this: what a full disk is to a program, without mounting one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextlib.contextmanager
def _folder_gone(files: Path) -> Iterator[None]:
    """The volume is not mounted, and nothing can be made in its place."""
    aside = files.with_name("files-aside")
    files.mkdir(parents=True, exist_ok=True)
    files.rename(aside)
    files.touch()
    try:
        yield
    finally:
        files.unlink()
        aside.rename(files)


def _files(lines: RowLines, house: House) -> None:
    from django.conf import settings

    files = Path(settings.STADTTOR_FILES)
    for fault, broken in {"is full": _no_larger(100), "is gone": _folder_gone(files)}.items():
        draft = house.begin().where
        house.get(f"{draft}/seite/anliegen")  # style sheets are made with the first page
        with broken:
            begun = time.monotonic()
            answered = house.add_proof(draft, a_pdf(1), day=7)
            seconds = time.monotonic() - begun
            halves = len(list(files.rglob("*.part"))) if files.is_dir() else 0
            stored = len(house.proofs(draft)) + halves
        kept = house.day_of(draft) == 7
        house.add_proof(draft, a_pdf(2), day=8)
        recovered = house.proofs(draft) == ["clean"] and house.day_of(draft) == 8
        _write(lines, "files", fault, answered, seconds, said=answered.says(FULL) and answered.status < 500,
               refused=answered.refuses(FULL), lost=(not kept) + stored, stuck=not recovered)  # fmt: skip


def _object_store(lines: RowLines, house: House, stand: Stand) -> None:
    from tests.safety.dependencies.object_store import try_object_store

    try_object_store(lines, house, stand.folder, NETWORK)


def _scanner(lines: RowLines, house: House) -> None:
    """A file waits in quarantine, and so does a virus; both get their verdict afterwards."""
    from adapters.clamav import REST_S, Clamd
    from stadttor.forms import ports

    leap = [0.0]
    with clamd() as port:
        proxy = Proxy(port)
        ports.use_scanner(Clamd(f"127.0.0.1:{proxy.port}", seconds=LONGEST_S, clock=lambda: time.monotonic() + leap[0]))
        for fault, how in NETWORK.items():
            draft = house.begin().where
            proxy.set(how)
            begun = time.monotonic()
            answered = house.add_proof(draft, a_pdf(1), day=7)
            seconds = time.monotonic() - begun
            house.add_proof(draft, a_pdf(2, EICAR), day=7)
            waited = house.proofs(draft) == ["quarantine", "quarantine"]
            work_off("forms.rescan")
            proxy.set(THROUGH)
            leap[0] += REST_S + 1
            left = work_off("forms.rescan")
            states = house.proofs(draft)
            _write(lines, "scanner", fault, answered, seconds, said=answered.status in (200, 302) and waited,
                   lost=house.day_of(draft) != 7, stuck=left + (states != ["clean", "infected"]))  # fmt: skip
        proxy.close()
    ports.use_scanner(ports.NoScanner())


def _mail(lines: RowLines, house: House) -> None:
    """The page promises the mail at once; it goes out when the server is back."""
    from adapters.smtp.sender import SmtpSender
    from stadttor.notices import ports

    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        proxy = Proxy(port)
        ports.use_sender(SmtpSender("127.0.0.1", proxy.port, timeout_s=LONGEST_S, longest_s=2 * LONGEST_S))
        for number, (fault, how) in enumerate(NETWORK.items()):
            to = f"amira{number}@example.org"
            draft = house.begin().where
            proxy.set(how)
            answered = house.post(f"{draft}/spaeter", email=to)
            begun = time.monotonic()
            work_off("notices.send_mail")
            seconds = time.monotonic() - begun
            proxy.set(THROUGH)
            left = work_off("notices.send_mail")
            arrived = sum(to in copies[0] for copies in mailbox.arrived.values())
            _write(lines, "mail", fault, answered, seconds, said=answered.status == 302, lost=arrived == 0,
                   double=max(0, arrived - 1), stuck=left)  # fmt: skip
            mailbox.arrived.clear()
        proxy.close()


def _payment(lines: RowLines, house: House) -> None:
    """The application stands, the fee stays open; later it is paid, once."""
    from stadttor.payments import ports, queries

    before = ports.provider()
    with bank() as desk:
        proxy = Proxy(desk.server_address[1])
        ports.use_provider(Remote(proxy.port))
        for fault, how in NETWORK.items():
            proxy.set(how)
            sent = house.send(house.complete())
            begun = time.monotonic()
            answered = house.post(f"{sent.where}/zahlen")
            seconds = time.monotonic() - begun
            desk.orders.clear()
            proxy.set(THROUGH)
            later = house.post(f"{sent.where}/zahlen")
            subject = _subject(sent.where)
            stuck = _settled(house, proxy, how, desk.orders, later)
            paid = subject is not None and queries.payment_of(house.authority, subject).state == "paid"  # type: ignore[union-attr]  # a fee is due
            _write(lines, "payment", fault, answered, seconds, said=answered.status == 503 and answered.says(PAY_LATER),
                   refused=answered.refuses(), lost=sent.status != 302, stuck=stuck + (not paid))  # fmt: skip
        proxy.close()
    ports.use_provider(before)


def _settled(house: House, proxy: Proxy, how: Fault, orders: dict[str, str], later: Answered) -> int:
    """Paid there while it cannot be asked; the job asks again. Gives how many attempts nobody could settle."""
    from stadttor.payments import jobs
    from stadttor.payments.ports import ProviderAway

    key = later.where.rpartition("/")[2]
    orders[key] = "paid"
    proxy.set(how)
    with contextlib.suppress(ProviderAway):
        jobs.ask(authority_id=house.authority, provider_key=key)
    proxy.set(THROUGH)
    try:
        jobs.ask(authority_id=house.authority, provider_key=key)
    except ProviderAway:
        return 1
    return 0


def _subject(status: str) -> Any:
    from uuid import UUID

    return UUID(status.rpartition("/")[2]) if "/status/" in status else None


def _database(lines: RowLines, house: House, line: Proxy) -> None:
    """Nothing can be kept: that is said, and what was kept before is there afterwards, on the same page."""
    for fault, how in {**NETWORK, "falls silent": Fault("silent")}.items():
        draft = house.begin().where
        house.add_proof(draft, a_pdf(1), day=7)
        line.set(how)
        begun = time.monotonic()
        answered = house.add_proof(draft, a_pdf(2), day=9)
        seconds = time.monotonic() - begun
        line.set(THROUGH)
        page = house.get(f"{draft}/seite/anliegen")
        before = house.day_of(draft)
        house.add_proof(draft, a_pdf(3), day=8)
        said = answered.says(AWAY) and answered.status == 503
        if how.kind == "slow":
            said = said or before == 9
        _write(lines, "database", fault, answered, seconds, said=said, refused=answered.refuses(),
               lost=before not in ((7, 9) if how.kind == "slow" else (7,)),
               stuck=(page.status != 200) + (house.day_of(draft) != 8))  # fmt: skip


def _database_full(lines: RowLines, house: House, stand: Stand, database: str) -> None:
    """What still fits is kept; what does not is said; pages are shown; an application is sent when there is room again."""
    from django.db import connections

    connections.close_all()
    small_disk.move(stand, database)
    draft, seconds = house.complete(), 0.0
    kept: list[str] = []
    with small_disk.filled(stand, database):
        for _ in range(MOST_BEGUN):
            begun = time.monotonic()
            answered = house.begin()
            seconds = max(seconds, time.monotonic() - begun)
            if answered.status != 302:
                break
            kept.append(answered.where)
        shown = house.get(f"{draft}/seite/person")
    lost = sum(house.get(f"{one}/seite/person").status != 200 for one in kept)
    sent = house.send(draft)
    _write(lines, "database", "is full", answered, seconds, said=answered.status == 503 and answered.says(AWAY),
           refused=answered.refuses(), lost=lost + (shown.status != 200), stuck="/status/" not in sent.where)  # fmt: skip
