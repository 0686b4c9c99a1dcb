"""The object store away, slow, half open and full, under a form that goes on being used and a proof that is to be read."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from adapters.s3 import REST_S, S3, Place
from adapters.s3.link import Bounds
from adapters.s3.tests import server
from stadttor.ground import files, ports
from stadttor.ground.clock import now
from stadttor.ground.ports import StoreAway
from tests.safety.dependencies import NO_STORE
from tests.safety.dependencies.house import House, a_pdf
from tests.safety.dependencies.others import LONGEST_S
from tests.safety.dependencies.proxy import THROUGH, Fault, Proxy
from tests.safety.running import RowLines

NOT_KEPT = "This file was not kept"
NOT_NOW = "We cannot open files at the moment"
BOUNDS = Bounds(connect=LONGEST_S, silent=LONGEST_S, whole=LONGEST_S)
FILLING = bytes(64 * 1024)
MOST_FILLINGS = server.DISK_MB * 20


class Bucket:
    """The bucket behind a proxy as the product sees it, with a clock that leaps; `house` has what it had before elsewhere."""

    def __init__(self, place: Place, house: House) -> None:
        self.proxy, self._leap = Proxy(urlsplit(place.address).port or 0), 0.0
        self._house, self._elsewhere = house, house.files()
        through = Place(f"http://127.0.0.1:{self.proxy.port}/{server.BUCKET}", place.who)
        ports.use_store(S3(through, bounds=BOUNDS, clock=lambda: time.monotonic() + self._leap))

    def back(self) -> None:
        """The fault is over, and so is the rest the product gave the store."""
        self.proxy.set(THROUGH)
        self._leap += REST_S + 1

    def lost(self) -> int:
        """How many rows of files have no bytes that open."""
        return sum(not self._opens(blob_id) for blob_id in self._house.files() - self._elsewhere)

    def wrongly_swept(self) -> int:
        """What faults left without a row is swept, and nothing else: by how many files that is not so."""
        later = now() + timedelta(hours=1)
        files.sweep(self._house.authority, later)
        left = set(ports.store().old(self._house.authority, later))
        return len(left ^ (self._house.files() - self._elsewhere))

    def _opens(self, blob_id: UUID) -> bool:
        try:
            files.read(self._house.authority, blob_id)
        except Exception:  # whatever it is: the file cannot be read
            return False
        return True


def try_object_store(lines: RowLines, house: House, folder: Path, faults: Mapping[str, Fault]) -> None:
    """Afterwards files lie on the disk again. Where there is no store to try, that is a note."""
    if not server.program():
        lines.write("note", text=f"{NO_STORE}: {server.ABSENT}.")
        return
    before = ports.store()
    try:
        _behind_faults(lines, house, folder / f"bucket-{uuid4().hex}", faults)
        _full(lines, house, folder / f"small-bucket-{uuid4().hex}")
    finally:
        ports.use_store(before)


def _behind_faults(lines: RowLines, house: House, folder: Path, faults: Mapping[str, Fault]) -> None:
    with server.s3_server(folder) as place:
        bucket = Bucket(place, house)
        for fault, how in {**faults, "falls silent": Fault("silent")}.items():
            _try(lines, house, bucket, fault, partial(_fault, bucket, how))
        bucket.proxy.close()


@contextlib.contextmanager
def _fault(bucket: Bucket, how: Fault) -> Iterator[None]:
    bucket.proxy.set(how)
    yield
    bucket.back()


def _full(lines: RowLines, house: House, folder: Path) -> None:
    """It answers, and refuses to store; what is there can still be read."""
    if not server.can_be_small(folder.parent):
        lines.write("note", text="No user namespaces on this machine: a full object store was not tried.")
        return
    with server.s3_server(folder, small=True) as place:
        bucket = Bucket(place, house)
        _try(lines, house, bucket, "is full", partial(_filled, bucket, S3(place)), reads=True)
        bucket.proxy.close()


@contextlib.contextmanager
def _filled(bucket: Bucket, store: S3) -> Iterator[None]:
    """`store` takes no more, not even a small piece, for the length of the block."""
    filler, placed = uuid4(), []
    for piece in (FILLING, FILLING[:4096]):
        with contextlib.suppress(StoreAway):
            for _ in range(MOST_FILLINGS):
                placed.append(uuid4())
                store.put(filler, placed[-1], piece)
    yield
    for blob_id in placed:
        store.remove(filler, blob_id)
    bucket.back()


def _try(
    lines: RowLines, house: House, bucket: Bucket, fault: str,
    lasts: Callable[[], contextlib.AbstractContextManager[None]], *, reads: bool = False,
) -> None:  # fmt: skip
    """A proof is there; while it lasts another one cannot be kept, the rest of the page can; afterwards all goes on."""
    draft = house.begin().where
    house.add_proof(draft, a_pdf(1), day=7)
    proof = house.proof_address(draft)
    with lasts():
        begun = time.monotonic()
        answered = house.add_proof(draft, a_pdf(2), day=8)
        seconds = time.monotonic() - begun
        seen = house.get(proof)
        kept = house.day_of(draft) == 8 and len(house.proofs(draft)) == 1
    house.add_proof(draft, a_pdf(3), day=9)
    over = house.proofs(draft) == ["clean", "clean"] and house.day_of(draft) == 9 and house.get(proof).status == 200
    opened = seen.status == 200 if reads else seen.status == 503 and seen.says(NOT_NOW)
    lines.write(
        "fault", of="object store", fault=fault, status=answered.status, refused=answered.refuses(NOT_KEPT), seconds=seconds, double=0,
        said=opened and answered.says(NOT_KEPT) and answered.status < 500,
        lost=(not kept) + bucket.lost(), stuck=(not over) + bucket.wrongly_swept(),
    )  # fmt: skip
