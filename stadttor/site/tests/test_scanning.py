"""Papers handed in at the counter are scanned straight into the case."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stadttor.cases.models import Case, Event
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.records.models import Document
from stadttor.site import wiring
from tests.isolation.world import Town, in_work, pdf

pytestmark = pytest.mark.db


@pytest.fixture
def town(authority) -> Town:
    wiring.connect()
    return in_work(authority)


def scan(town: Town, data: bytes, **more: object):
    file = SimpleUploadedFile("scan0001.pdf", data, "application/pdf")
    return town.clerk().post(f"/desk/cases/{town.things['case_id']}/scan", {"title": "Vollmacht", "files": file} | more)


def on_file(town: Town) -> list[Document]:
    with work(town.authority_id):
        return list(Document.objects.filter(origin="clerk"))


def test_a_scan_stands_on_file_and_on_the_case_with_who_added_it(town):
    assert scan(town, pdf()).status_code == 302
    [document] = on_file(town)
    assert (document.title, document.kind, document.media_type) == ("Vollmacht", "proof", "application/pdf")
    page = town.clerk().get(f"/desk/cases/{town.things['case_id']}").content.decode()
    assert f"document={document.id}" in page
    with work(town.authority_id):
        assert Event.objects.get(act="documents_added").actor_name == "Frau Adler"
        assert AuditEntry.objects.get(act="records.filed", subject_id=document.id).actor_kind == "staff"


def test_the_same_scan_twice_is_one_document(town):
    data = pdf()
    scan(town, data)
    scan(town, data)
    assert len(on_file(town)) == 1


def test_files_and_photos_come_together_and_none_stays_when_one_is_refused(town):
    broken = SimpleUploadedFile("foto.jpg", b"no picture", "image/jpeg")
    answer = scan(town, pdf(), photos=broken)
    assert answer.status_code == 422
    assert on_file(town) == []


@pytest.mark.parametrize(("sent", "field"), [({"title": ""}, "title"), ({"files": ""}, "files")])
def test_what_is_missing_is_said(town, sent, field):
    answer = scan(town, pdf(), **sent)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.content.decode()


def test_a_case_that_ended_is_opened_again_first(town):
    with work(town.authority_id):
        Case.objects.filter(id=town.things["case_id"]).update(state="closed", active=False)
    assert scan(town, pdf()).status_code == 409
    assert on_file(town) == []
