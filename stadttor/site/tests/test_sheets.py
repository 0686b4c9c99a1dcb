"""The file holds what was written too: answers, notes, payment and history (report: they were found nowhere in it)."""

import io
import zipfile
from uuid import UUID

import pytest

from stadttor.cases.services import note
from stadttor.ground.clock import now
from stadttor.identity.queries import staff_of
from stadttor.records.queries import documents
from stadttor.site import wiring
from stadttor.site.sheets import file_sheets
from tests.isolation.world import made

pytestmark = pytest.mark.db


def test_answers_notes_and_history_are_filed_once_and_again_when_something_is_added(authority):
    wiring.connect()
    town = made(authority)
    case_id = UUID(town.things["case_id"])
    path = f"/status/{town.things['submission_id']}/antwort/{town.things['question_id']}"
    assert town.citizen().post(path, {"text-question": "Seit Mai."}).status_code == 302
    with zipfile.ZipFile(io.BytesIO(b"".join(town.clerk().get(f"/desk/cases/{case_id}/file.zip")))) as archive:
        index = archive.read("index.csv").decode("utf-8-sig")
    assert "Antworten auf unsere Fragen" in index
    assert "Notizen, Zahlung und Verlauf" in index

    def versions():
        filed = documents(town.authority_id, case_id)
        return {one.source_key.partition(":")[0]: one.version for one in filed}

    assert [versions()[key] for key in ("answers", "course")] == [1, 1]
    file_sheets(authority_id=town.authority_id, case_id=case_id)
    assert versions()["course"] == 1, "nothing was added"
    adler = staff_of(town.secrets["session"], town.authority_id, now())
    note(staff=adler, case_id=case_id, text="Hat angerufen.", now=now())
    file_sheets(authority_id=town.authority_id, case_id=case_id)
    assert versions() | {"answers": 1, "course": 2} == versions()
