"""No room left, for real: on the disk of the files, and on the disk of the whole database with its log."""

import time
from contextlib import closing
from pathlib import Path

from tests.safety.dependencies import ALL_OF_IT, NO_MOUNT, NO_ROOM
from tests.safety.dependencies.house import Answered, House, a_pdf
from tests.safety.dependencies.small_disk import Small
from tests.safety.dependencies.small_folder import SmallFolder, SmallServer, small
from tests.safety.running import RowLines

NOT_KEPT, AWAY = "This file was not kept", "What was saved before is safe"
APPLICATIONS = 12


def files_without_room(lines: RowLines, house: House) -> None:
    """A proof is there and opens; another one cannot be kept, the rest of the page can; afterwards all goes on."""
    from django.conf import settings

    before = Path(settings.STADTTOR_FILES)
    before.mkdir(parents=True, exist_ok=True)
    with small(before) as disk:
        if disk is None:
            lines.write("note", text=f"{NO_MOUNT}: {NO_ROOM[0]} that {NO_ROOM[1]} were not tried.")
            return
        settings.STADTTOR_FILES = disk.path
        try:
            _files(lines, house, disk)
        finally:
            settings.STADTTOR_FILES = before


def _files(lines: RowLines, house: House, disk: SmallFolder) -> None:
    draft = house.begin().where
    house.add_proof(draft, a_pdf(1), day=7)
    proof = house.proof_address(draft)
    with disk.full():
        begun = time.monotonic()
        answered = house.add_proof(draft, a_pdf(2), day=8)
        seconds = time.monotonic() - begun
        opens = house.get(proof).status == 200
        kept = house.day_of(draft) == 8 and house.proofs(draft) == ["clean"]
        halves = len(list(disk.path.rglob("*.part")))
    house.add_proof(draft, a_pdf(3), day=9)
    over = house.proofs(draft) == ["clean", "clean"] and house.day_of(draft) == 9 and house.get(proof).status == 200
    lines.write(
        "fault", of=NO_ROOM[0], fault=NO_ROOM[1], status=answered.status, seconds=seconds, double=0, stuck=not over,
        refused=answered.refuses(NOT_KEPT), said=answered.says(NOT_KEPT) and answered.status < 500,
        lost=(not kept) + (not opens) + halves,
    )  # fmt: skip


def database_without_room(lines: RowLines, house: House, machine: Small, *, rounds: int) -> None:
    """The server of `machine` goes on with all it has on a small disk."""
    machine.stop()
    with small(machine.stand.cluster.data) as disk:
        if disk is None:
            lines.write("note", text=f"{NO_MOUNT}: the {ALL_OF_IT[0]} that {ALL_OF_IT[1]} was not tried.")
            return
        with closing(SmallServer(machine.stand, disk)) as server:
            server.up()
            for _ in range(rounds):
                _database(lines, house, server)


def _database(lines: RowLines, house: House, server: SmallServer) -> None:
    """Applications are sent until one is refused, then its log finds no room: the server ends, and begins again with room.

    A server that is up again by itself before the next person comes was survived, and nobody was refused then; whoever is
    refused must read why.
    """
    drafts, before = [house.complete() for _ in range(APPLICATIONS)], house.applications()
    accepted = [house.send(drafts.pop()).where]
    with server.disk.full():
        last, seconds, no = drafts[-1], 0.0, list[Answered]()
        while drafts:
            begun = time.monotonic()
            sent = house.send(last := drafts.pop())
            seconds = max(seconds, time.monotonic() - begun)
            if not _accepted(sent):
                no.append(sent)
                break
            accepted.append(sent.where)
        server.wants_room_for_its_log()
        begun = time.monotonic()
        begins = house.begin()
        seconds = max(seconds, time.monotonic() - begun)
    no += [begins] * begins.refuses()
    said = all(one.status == 503 and one.says(AWAY) for one in no)
    restarted = server.up()
    lost = sum(house.get(one).status != 200 for one in accepted)
    again = [house.send(draft) for draft in {last, *drafts}]
    expected = before + APPLICATIONS
    lines.write(
        "fault", of=ALL_OF_IT[0], fault=ALL_OF_IT[1], status=max(one.status for one in (*no, begins)),
        seconds=seconds, refused=bool(no), said=said, lost=lost, double=max(0, house.applications() - expected),
        stuck=sum(not _accepted(one) for one in again), accepted=len(accepted), restarted=restarted,
    )  # fmt: skip


def _accepted(sent: Answered) -> bool:
    return "/status/" in sent.where
