"""A real clamd with one signature: it finds EICAR, lets pass what is harmless, and looks at what waited while it was down."""

import time
from pathlib import Path
from uuid import uuid4

from adapters.clamav import Clamd
from adapters.clamav.tests import server
from stadttor.forms import ports
from tests.safety.dependencies import NO_CLAMD, TRUE_SCANNER, VERDICTS
from tests.safety.dependencies.house import House, a_pdf, work_off
from tests.safety.running import RowLines

FOUND = "A virus was found in this file. It was not kept."


def try_true_scanner(lines: RowLines, house: House, folder: Path) -> None:
    """Up, down and up again under one product that is never begun anew. Where there is no clamd, that is a note."""
    if not server.program():
        lines.write("note", text=f"{NO_CLAMD}: {server.ABSENT}.")
        return
    place = folder / f"clamd-{uuid4().hex[:8]}"
    place.mkdir()
    scanner, before = server.Scanner(place), ports.scanner()
    ports.use_scanner(Clamd(scanner.address))
    try:
        with scanner.up():
            _verdicts(lines, house)
        _down(lines, house, scanner)
    finally:
        ports.use_scanner(before)


def _verdicts(lines: RowLines, house: House) -> None:
    """Shown to it as they come in: of the virus nothing is kept but a word to who sent it."""
    for file, inside in {"harmless": None, "EICAR": server.EICAR}.items():
        draft, files = house.begin().where, house.files()
        answered = house.add_proof(draft, a_pdf(1, inside), day=7)
        refused = answered.says(FOUND) and answered.status < 500 and not house.proofs(draft)
        found = "refused" if refused and house.files() == files else str(house.proofs(draft))
        lines.write("verdict", file=file, expected=VERDICTS[file], found=found, kept=house.day_of(draft) == 7)


def _down(lines: RowLines, house: House, scanner: server.Scanner) -> None:
    """One that is harmless and one that is not wait; neither is given out; both get their verdict, the next at once."""
    of, fault = TRUE_SCANNER
    draft = house.begin().where
    begun = time.monotonic()
    answered = house.add_proof(draft, a_pdf(1), day=7)
    seconds = time.monotonic() - begun
    house.add_proof(draft, a_pdf(2, server.EICAR), day=7)
    waited = house.proofs(draft) == ["quarantine", "quarantine"]
    tried = work_off("forms.rescan")
    waited = waited and tried == 2 and house.proofs(draft) == ["quarantine", "quarantine"]
    with scanner.up():
        left = work_off("forms.rescan")
        house.add_proof(draft, a_pdf(3), day=8)
        states = house.proofs(draft)
    lines.write(
        "fault", of=of, fault=fault, status=answered.status, seconds=seconds, refused=False, double=0,
        said=answered.status in (200, 302) and waited, lost=house.day_of(draft) != 8,
        stuck=left + (states != ["clean", "infected", "clean"]),
    )  # fmt: skip
