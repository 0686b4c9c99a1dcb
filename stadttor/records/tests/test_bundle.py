import csv
import io
import zipfile
from datetime import datetime, timedelta
from hashlib import sha256

import pikepdf
import pytest
from PIL import Image

from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground.models import Authority
from stadttor.records import services
from stadttor.records.bundle import bundle_pdf, bundle_zip

pytestmark = pytest.mark.db
CASE = new_id()


def a_pdf(pages: int = 1, script: bool = False) -> bytes:
    pdf = pikepdf.Pdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(595, 842))
    if script:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")
        pdf.Root.OpenAction = action
        pdf.pages[0].obj.AA = pikepdf.Dictionary(O=action)
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def a_photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (400, 300), "green").save(target, "JPEG")
    return target.getvalue()


def filed(authority: Authority, at: datetime, title: str, data: bytes, media_type: str = "application/pdf") -> None:
    services.file_document(
        authority_id=authority.id, case_id=CASE, kind="proof", title=title, origin="citizen", data=data,
        media_type=media_type, source_key=title, now=at,
    )  # fmt: skip


@pytest.fixture
def case(authority: Authority, now: datetime) -> Authority:
    """Weißenburg, with a file of four documents: two pages, a photo, a note, and something without pages."""
    services.open_file(
        authority_id=authority.id, case_id=CASE, number="WUG-2026-4F7K-92", title="Bewohnerparkausweis", now=now
    )
    filed(authority, now, "Antrag", a_pdf(2))
    filed(authority, now + timedelta(minutes=1), "Fahrzeugschein 🚗", a_photo(), "image/jpeg")
    filed(authority, now + timedelta(minutes=2), "=Vermerk", "Rückruf Frau Yılmaz".encode(), "text/plain")
    filed(authority, now + timedelta(minutes=3), "Kaputt", b"not a pdf")
    return authority


def test_the_file_is_one_pdf_with_cover_and_bookmarks(case: Authority, now: datetime) -> None:
    with pikepdf.open(io.BytesIO(bundle_pdf(authority_id=case.id, case_id=CASE, now=now))) as bound:
        assert len(bound.pages) == 1 + 2 + 1 + 1
        with bound.open_outline() as outline:
            titles = [item.title for item in outline.root]
        assert titles == ["Akte WUG-2026-4F7K-92", "Antrag", "Fahrzeugschein 🚗", "=Vermerk"]
        assert (str(bound.Root.Lang), str(bound.docinfo["/Title"])) == ("de", "Akte WUG-2026-4F7K-92")


def test_a_photo_lies_across_on_a4(case: Authority, now: datetime) -> None:
    with pikepdf.open(io.BytesIO(bundle_pdf(authority_id=case.id, case_id=CASE, now=now))) as bound:
        _, _, width, height = (float(side) for side in bound.pages[3].mediabox)
    assert (width, height) == pytest.approx((842, 595), abs=1)


def test_scripts_of_a_document_stay_behind(authority: Authority, now: datetime) -> None:
    services.open_file(authority_id=authority.id, case_id=CASE, number="1", title="Muster", now=now)
    filed(authority, now, "Formular", a_pdf(script=True))
    bundle = bundle_pdf(authority_id=authority.id, case_id=CASE, now=now)
    with pikepdf.open(io.BytesIO(bundle)) as bound:
        assert "/OpenAction" not in bound.Root
        assert "/AA" not in bound.pages[1].obj


def test_the_zip_holds_every_version_with_its_hash(case: Authority, now: datetime) -> None:
    filed(case, now + timedelta(hours=1), "Antrag", a_pdf(3))
    with zipfile.ZipFile(io.BytesIO(bundle_zip(authority_id=case.id, case_id=CASE))) as archive:
        index = archive.read("index.csv").decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(index), delimiter=";"))
        assert [row["version"] for row in rows if row["title"] == "Antrag"] == ["1", "2"]
        assert all(sha256(archive.read(row["file"])).hexdigest() == row["sha256"] for row in rows)
        assert rows[2]["title"] == "'=Vermerk"


def test_the_same_file_is_the_same_zip(case: Authority) -> None:
    assert bundle_zip(authority_id=case.id, case_id=CASE) == bundle_zip(authority_id=case.id, case_id=CASE)


def test_the_neighbour_gets_no_bundle(case: Authority, neighbour: Authority, now: datetime) -> None:
    with pytest.raises(Refused, match="not_found"):
        bundle_pdf(authority_id=neighbour.id, case_id=CASE, now=now)
    with pytest.raises(Refused, match="not_found"):
        bundle_zip(authority_id=neighbour.id, case_id=CASE)
