"""The virus scanner: infected is refused, away is quarantine, later is decided."""

import pytest
from django.db import connection

from stadttor.core.refused import Refused
from stadttor.forms import queries
from stadttor.forms.jobs import ScannerAway, rescan
from stadttor.forms.services.attaching import PER_DRAFT, detach, discard, keep_checked
from stadttor.forms.tests import hostile
from stadttor.ground.disk import Disk
from stadttor.ground.models import AuditEntry, Blob
from stadttor.ground.ports import StoreAway
from stadttor.ground.tests.queue import waiting
from stadttor.ground.work import work

pytestmark = pytest.mark.db
INFECTED = hostile.pdf().replace(b"%%EOF", b"%EICAR\n%%EOF")


def kept(authority):
    """How many files lie in store, by rows and by bytes."""
    from pathlib import Path

    from django.conf import settings

    with work(authority.id):
        rows = Blob.objects.count()
    return rows, sum(path.is_file() for path in (Path(settings.STADTTOR_FILES) / str(authority.id)).rglob("*"))


def proof(authority, draft_id):
    (row,) = queries.attachments(authority.id, draft_id)
    return row


def test_a_sound_file_is_kept_clean_and_readable(authority, draft_id, attach, scanner):
    row_id = attach(hostile.pdf(), "../schein.PDF")
    row, data = queries.attachment_bytes(authority.id, row_id)
    assert (row.name, row.media_type, row.state) == ("schein.pdf", "application/pdf", "clean")
    assert data.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("data", "code"),
    [(INFECTED, "file_infected"), (b"", "file_empty"), (b"MZ", "file_false"), (hostile.pdf(pages=0), "file_broken")],
    ids=["infected", "empty", "program", "broken"],
)
def test_of_a_refused_file_nothing_is_kept(authority, draft_id, attach, scanner, data, code):
    with pytest.raises(Refused, match=code):
        attach(data)
    assert kept(authority) == (0, 0)
    assert queries.attachments(authority.id, draft_id) == []


def test_one_file_too_many_is_refused_and_its_bytes_are_not_kept(authority, draft_id, attach, scanner, monkeypatch):
    from stadttor.forms.services import attaching

    monkeypatch.setattr(attaching, "PER_DRAFT", 1)
    attach(hostile.pdf())
    with pytest.raises(Refused, match="too_many_files"):
        attach(hostile.pdf())
    assert kept(authority) == (1, 1)
    assert PER_DRAFT == 50


def test_while_the_scanner_is_away_a_file_waits_and_nobody_can_read_it(authority, draft_id, attach, scanner):
    scanner.away = True
    row_id = attach(hostile.pdf())
    assert proof(authority, draft_id).state == "quarantine"
    assert waiting("forms.rescan") == [{"authority_id": str(authority.id), "attachment_id": str(row_id)}]
    with pytest.raises(Refused, match="not_found"):
        queries.attachment_bytes(authority.id, row_id)
    with pytest.raises(ScannerAway):
        rescan(authority_id=authority.id, attachment_id=row_id)


def test_found_clean_later_it_is_released_once(authority, draft_id, attach, scanner):
    scanner.away = True
    row_id = attach(hostile.pdf())
    scanner.away = False
    for _ in range(2):
        rescan(authority_id=authority.id, attachment_id=row_id)
    assert queries.attachment_bytes(authority.id, row_id)[0].state == "clean"
    assert len(waiting("site.proof_released")) == 1


def test_found_infected_later_its_content_is_deleted(authority, draft_id, attach, scanner):
    """Report: the state was set, the content stayed on disk."""
    scanner.away = True
    row_id = attach(INFECTED)
    assert kept(authority) == (1, 1)
    scanner.away = False
    rescan(authority_id=authority.id, attachment_id=row_id)
    assert proof(authority, draft_id).state == "infected"
    assert kept(authority) == (1, 0)
    with pytest.raises(Refused, match="not_found"):
        queries.attachment_bytes(authority.id, row_id)
    (told,) = waiting("site.proof_infected")
    assert told["attachment_id"] == str(row_id)


def test_a_file_deleted_meanwhile_needs_no_scan(authority, draft_id, attach, scanner, now):
    from stadttor.forms.services.drafting import delete_draft

    scanner.away = True
    row_id = attach(hostile.pdf())
    delete_draft(authority_id=authority.id, draft_id=draft_id, now=now)
    rescan(authority_id=authority.id, attachment_id=row_id)


def test_an_answers_file_is_not_taken_while_the_scanner_is_away(authority, scanner, now):
    scanner.away = True
    with pytest.raises(Refused) as caught:
        keep_checked(
            authority_id=authority.id, data=hostile.pdf(), name="x.pdf", accept=("pdf",), max_mb=5, path="x", now=now
        )
    assert (caught.value.code, caught.value.status) == ("scanner_away", 503)
    assert kept(authority) == (0, 0)


def test_no_transaction_is_open_while_a_file_is_parsed_or_scanned(authority, draft_id, attach, scanner, monkeypatch):
    seen = []
    monkeypatch.setattr(scanner, "scan", lambda data: (seen.append(connection.in_atomic_block), "clean")[1])
    attach(hostile.pdf())
    assert seen == [False]


def test_a_file_for_somebody_elses_draft_is_not_kept(authority, neighbour, start, attach, scanner):
    with pytest.raises(Refused, match="not_found"):
        attach(hostile.pdf(), draft=start(neighbour))
    assert kept(authority) == (0, 0)


def noted(authority, draft_id):
    with work(authority.id):
        found = AuditEntry.objects.filter(authority_id=authority.id, subject_id=draft_id).order_by("id")
        return list(found.values_list("act", "actor_kind", "details"))


def test_what_happens_to_a_proof_stands_in_the_audit_without_its_name(authority, draft_id, attach, scanner, now):
    kept_id = attach(hostile.pdf(), "Befund Amira.pdf")
    detach(authority_id=authority.id, draft_id=draft_id, attachment_id=kept_id, now=now)
    with pytest.raises(Refused, match="file_infected"):
        attach(INFECTED)
    scanner.away = True
    virus, sound = attach(INFECTED), attach(hostile.pdf())
    scanner.away = False
    for row_id in (virus, sound):
        rescan(authority_id=authority.id, attachment_id=row_id)
    ids = [{"attachment_id": str(one)} for one in (kept_id, virus, sound)]
    assert noted(authority, draft_id) == [
        ("proof.added", "citizen", ids[0]),
        ("proof.removed", "citizen", ids[0]),
        ("proof.refused_infected", "citizen", {}),
        ("proof.added", "citizen", ids[1]),
        ("proof.added", "citizen", ids[2]),
        ("proof.infected", "system", ids[1]),
        ("proof.clean", "system", ids[2]),
    ]


def test_files_of_an_answer_that_was_refused_do_not_stay(authority, scanner, now):
    """Report: they were kept with their rows, and nothing ever deleted them."""
    ref, _name = keep_checked(
        authority_id=authority.id, data=hostile.pdf(), name="x.pdf", accept=("pdf",), max_mb=5, path="x", now=now
    )
    assert kept(authority) == (1, 1)
    for _ in range(2):
        discard(authority_id=authority.id, blob_ids=[ref.blob_id])
    assert kept(authority) == (0, 0)


def test_found_infected_while_the_store_is_away_its_content_is_deleted_when_it_is_back(
    authority, draft_id, attach, scanner, monkeypatch
):
    """Report: the row stays and tells of it, so no sweep would ever have come for the content."""
    scanner.away = True
    row_id = attach(INFECTED)
    scanner.away = False
    with monkeypatch.context() as patch:
        patch.setattr(Disk, "remove", _away)
        with pytest.raises(StoreAway):
            rescan(authority_id=authority.id, attachment_id=row_id)
    assert (proof(authority, draft_id).state, kept(authority)) == ("infected", (1, 1))
    rescan(authority_id=authority.id, attachment_id=row_id)
    assert kept(authority) == (1, 0)
    assert len(waiting("site.proof_infected")) == 1


def _away(*_ids):
    raise StoreAway("503")
