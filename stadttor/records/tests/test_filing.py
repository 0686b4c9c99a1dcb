from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground.models import Authority, Blob
from stadttor.ground.work import work
from stadttor.records import queries, services

pytestmark = pytest.mark.db
CASE = new_id()


def opened(authority: Authority, now: datetime) -> UUID:
    return services.open_file(
        authority_id=authority.id, case_id=CASE, number="WUG-2026-4F7K-92", title="Bewohnerparkausweis", now=now
    )


def filed(authority: Authority, now: datetime, data: bytes = b"%PDF-1", source: str = "summary") -> UUID:
    return services.file_document(
        authority_id=authority.id, case_id=CASE, kind="application", title="Antrag", origin="citizen",
        kept=services.put(authority_id=authority.id, data=data), source_key=source, now=now,
    )  # fmt: skip


def test_a_case_has_one_file(authority: Authority, now: datetime) -> None:
    assert opened(authority, now) == opened(authority, now + timedelta(days=1))
    found = queries.file_of(authority.id, CASE)
    assert found is not None
    assert found.opened == now


def test_a_document_keeps_its_bytes_and_their_hash(authority: Authority, now: datetime) -> None:
    opened(authority, now)
    row, data = queries.document_bytes(authority.id, filed(authority, now, b"%PDF-1.7 Antrag"))
    assert data == b"%PDF-1.7 Antrag"
    assert (row.sha256, row.size, row.version) == (sha256(data).hexdigest(), len(data), 1)


def test_filing_the_same_again_changes_nothing(authority: Authority, now: datetime) -> None:
    opened(authority, now)
    assert filed(authority, now) == filed(authority, now)
    with work(authority.id):
        assert Blob.objects.filter(authority_id=authority.id).count() == 1


def test_other_bytes_are_the_next_version_and_the_first_one_stays(authority: Authority, now: datetime) -> None:
    opened(authority, now)
    first = filed(authority, now, b"first")
    second = filed(authority, now + timedelta(hours=1), b"second")
    [newest] = queries.documents(authority.id, CASE)
    assert (newest.id, newest.version, newest.supersedes) == (second, 2, first)
    assert [row.version for row in queries.documents(authority.id, CASE, all_versions=True)] == [1, 2]
    assert queries.document_bytes(authority.id, first)[1] == b"first"


def test_documents_come_in_the_order_they_were_filed(authority: Authority, now: datetime) -> None:
    opened(authority, now)
    later = filed(authority, now + timedelta(hours=2), source="letter")
    earlier = filed(authority, now, source="summary")
    assert [row.id for row in queries.documents(authority.id, CASE)] == [earlier, later]


def test_without_a_file_nothing_is_filed(authority: Authority, now: datetime) -> None:
    with pytest.raises(Refused, match="not_found"):
        filed(authority, now)


def test_the_neighbour_finds_no_document(authority: Authority, neighbour: Authority, now: datetime) -> None:
    opened(authority, now)
    document_id = filed(authority, now)
    assert queries.documents(neighbour.id, CASE) == []
    with pytest.raises(Refused, match="not_found"):
        queries.document_bytes(neighbour.id, document_id)


def test_an_erased_file_leaves_no_version_of_any_document(authority: Authority, now: datetime) -> None:
    opened(authority, now)
    for data in (b"first", b"second"):
        filed(authority, now, data)
    gone = services.erase_file(authority_id=authority.id, case_id=CASE)
    assert gone.counts == {"records_document": 2, "ground_blob": 2, "records_file": 1}
    assert queries.file_of(authority.id, CASE) is None
    with work(authority.id):
        assert Blob.objects.count() == 0
