import csv
import io
import os
import subprocess
import sys
import tracemalloc
import zipfile
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from threading import BoundedSemaphore

import pikepdf
import pytest
from PIL import Image

from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground.models import Authority
from stadttor.records import services
from stadttor.records.bundle import bundle_pdf, bundle_zip, gathering, pdf

pytestmark = pytest.mark.db
CASE = new_id()


def a_pdf(pages: int = 1, script: bool = False) -> bytes:
    paper = pikepdf.Pdf.new()
    for _ in range(pages):
        paper.add_blank_page(page_size=(595, 842))
    if script:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")
        paper.Root.OpenAction = action
        paper.pages[0].obj.AA = pikepdf.Dictionary(O=action)
    target = io.BytesIO()
    paper.save(target)
    return target.getvalue()


def a_photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (400, 300), "green").save(target, "JPEG")
    return target.getvalue()


def filed(authority: Authority, at: datetime, title: str, data: bytes, media_type: str = "application/pdf") -> None:
    services.file_document(
        authority_id=authority.id, case_id=CASE, kind="proof", title=title, origin="citizen",
        kept=services.put(authority_id=authority.id, data=data, media_type=media_type), source_key=title, now=at,
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
    with pikepdf.open(bundle_pdf(authority_id=case.id, case_id=CASE, now=now)) as bound:
        assert len(bound.pages) == 1 + 2 + 1 + 1
        with bound.open_outline() as outline:
            titles = [item.title for item in outline.root]
        assert titles == ["Akte WUG-2026-4F7K-92", "Antrag", "Fahrzeugschein 🚗", "=Vermerk"]
        assert (str(bound.Root.Lang), str(bound.docinfo["/Title"])) == ("de", "Akte WUG-2026-4F7K-92")


def test_a_photo_lies_across_on_a4(case: Authority, now: datetime) -> None:
    with pikepdf.open(bundle_pdf(authority_id=case.id, case_id=CASE, now=now)) as bound:
        _, _, width, height = (float(side) for side in bound.pages[3].mediabox)
    assert (width, height) == pytest.approx((842, 595), abs=1)


def test_scripts_of_a_document_stay_behind(authority: Authority, now: datetime) -> None:
    services.open_file(authority_id=authority.id, case_id=CASE, number="1", title="Muster", now=now)
    filed(authority, now, "Formular", a_pdf(script=True))
    bundle = bundle_pdf(authority_id=authority.id, case_id=CASE, now=now)
    with bundle, pikepdf.open(bundle) as bound:
        assert "/OpenAction" not in bound.Root
        assert "/AA" not in bound.pages[1].obj


def test_the_zip_holds_every_version_with_its_hash(case: Authority, now: datetime) -> None:
    filed(case, now + timedelta(hours=1), "Antrag", a_pdf(3))
    with zipfile.ZipFile(bundle_zip(authority_id=case.id, case_id=CASE)) as archive:
        index = archive.read("index.csv").decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(index), delimiter=";"))
        assert [row["version"] for row in rows if row["title"] == "Antrag"] == ["1", "2"]
        assert all(sha256(archive.read(row["file"])).hexdigest() == row["sha256"] for row in rows)
        assert rows[2]["title"] == "'=Vermerk"


def test_the_same_file_is_the_same_zip(case: Authority) -> None:
    one, other = (bundle_zip(authority_id=case.id, case_id=CASE) for _ in range(2))
    with one, other:
        assert one.read() == other.read()


def test_the_same_file_is_the_same_pdf(case: Authority, now: datetime) -> None:
    one, other = (bundle_pdf(authority_id=case.id, case_id=CASE, now=now) for _ in range(2))
    with one, other:
        assert one.read() == other.read()


def test_too_many_at_once_are_asked_to_come_again(
    case: Authority, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "_places", places := BoundedSemaphore(1))
    with gathering.a_place():
        for put_together in (partial(bundle_pdf, now=now), bundle_zip):
            with pytest.raises(Refused) as refused:
                put_together(authority_id=case.id, case_id=CASE)
            assert (refused.value.code, refused.value.status) == ("busy", 503)
    bundle_zip(authority_id=case.id, case_id=CASE).close()
    assert places.acquire(blocking=False)


def test_a_file_of_many_photos_takes_no_memory_of_this_process(authority: Authority, now: datetime) -> None:
    services.open_file(authority_id=authority.id, case_id=CASE, number="1", title="Muster", now=now)
    for number in range(10):
        filed(authority, now, f"Foto {number}", a_photo() + os.urandom(5_000_000), "image/jpeg")
    tracemalloc.start()
    with bundle_pdf(authority_id=authority.id, case_id=CASE, now=now) as bound:
        assert len(pikepdf.open(bound).pages) == 11
    with bundle_zip(authority_id=authority.id, case_id=CASE) as packed:
        assert packed.seek(0, os.SEEK_END) > 50_000_000
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 25_000_000


def test_a_child_that_fails_is_a_file_too_large(
    case: Authority, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "SECONDS", 0.001)
    with pytest.raises(Refused) as refused:
        bundle_pdf(authority_id=case.id, case_id=CASE, now=now)
    assert refused.value.code == "too_large"


def test_the_web_process_reads_no_document_itself() -> None:
    ask = "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'stadttor.site.settings'; django.setup()\n"
    ask += "import stadttor.records.bundle; print([one for one in ('PIL', 'pikepdf') if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, timeout=60, check=True)
    assert done.stdout == b"[]\n"


def test_the_neighbour_gets_no_bundle(case: Authority, neighbour: Authority, now: datetime) -> None:
    with pytest.raises(Refused, match="not_found"):
        bundle_pdf(authority_id=neighbour.id, case_id=CASE, now=now)
    with pytest.raises(Refused, match="not_found"):
        bundle_zip(authority_id=neighbour.id, case_id=CASE)
