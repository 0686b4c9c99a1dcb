"""Turning and enlarging documents, whatever they are."""

import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from threading import BoundedSemaphore

import pikepdf
import pytest
from PIL import Image

from stadttor.cases.pages import viewing
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def picture(width: int = 40, height: int = 30, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "green").save(out, kind)
    return out.getvalue()


def size_of(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as found:
        return found.size


def seen(data: bytes, media_type: str, degrees: int = 0, percent: int = 100) -> bytes:
    return viewing.seen(new_id(), data, media_type, degrees, percent, NOW)


def test_pictures_are_turned_and_enlarged() -> None:
    assert size_of(seen(picture(), "image/png", 90)) == (30, 40)
    assert size_of(seen(picture(kind="JPEG"), "image/jpeg", 180, 200)) == (80, 60)
    assert size_of(seen(picture(5_000, 10), "image/png", 0, 300)) == (6_000, 12)


def test_pages_are_turned_but_not_enlarged() -> None:
    out = io.BytesIO()
    paper = pikepdf.new()
    paper.add_blank_page(page_size=(100, 200))
    paper.save(out)
    data = out.getvalue()
    with pikepdf.open(io.BytesIO(seen(data, "application/pdf", 270))) as turned:
        assert turned.pages[0].obj.Rotate == 270
    assert seen(data, "application/pdf", 0, 300) is data


@pytest.mark.parametrize(
    ("data", "media_type", "degrees", "percent"),
    [
        (b"not a picture", "image/png", 90, 100),
        (b"not a pdf", "application/pdf", 90, 100),
        (picture(kind="JPEG"), "image/png", 90, 100),
        (b"text", "text/plain", 90, 100),
        (picture(), "image/png", 45, 120),
        (picture(12_000, 6_000), "image/png", 90, 100),
    ],
)
def test_what_cannot_be_turned_is_shown_as_it_is(data: bytes, media_type: str, degrees: int, percent: int) -> None:
    assert seen(data, media_type, degrees, percent) == data


def test_what_was_turned_is_kept_for_its_document_alone() -> None:
    one, other = new_id(), new_id()
    first = viewing.seen(one, picture(), "image/png", 90, 100, NOW)
    assert viewing.seen(one, b"read no more", "image/png", 90, 100, NOW) == first
    assert viewing.seen(other, b"other bytes", "image/png", 90, 100, NOW) == b"other bytes"


def test_a_failure_is_not_kept() -> None:
    """Report: what could not be turned on a busy machine stayed unturned."""
    one = new_id()
    assert viewing.seen(one, b"cannot be turned", "image/png", 90, 100, NOW) == b"cannot be turned"
    assert size_of(viewing.seen(one, picture(), "image/png", 90, 100, NOW)) == (30, 40)


def test_no_more_is_kept_than_allowed() -> None:
    kept = viewing.Kept(100)
    keys = [(new_id(), 90, 100) for _ in range(5)]
    for key in keys:
        kept.put(key, b"x" * 30, NOW)
    assert [kept.get(key, NOW) is not None for key in keys] == [False, False, True, True, True]
    kept.put((large := (new_id(), 90, 100)), b"x" * 40, NOW)
    assert kept.get(large, NOW) is None


def test_nothing_is_kept_for_longer_than_a_while() -> None:
    kept, later = viewing.Kept(100), NOW + viewing.KEPT_FOR
    old, new = (new_id(), 90, 100), (new_id(), 90, 100)
    kept.put(old, b"old", NOW)
    kept.put(new, b"new", later)
    assert (kept.get(new, later), kept.get(old, NOW)) == (b"new", None)


def test_too_many_at_once_are_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewing, "_places", places := BoundedSemaphore(1))
    monkeypatch.setattr(viewing, "PATIENCE_S", 0.01)
    places.acquire()
    with pytest.raises(Refused) as refused:
        seen(picture(), "image/png", 90)
    assert (refused.value.code, refused.value.status) == ("busy", 503)
    places.release()
    assert size_of(seen(picture(), "image/png", 90)) == (30, 40)


def test_the_child_bounds_itself_before_it_reads() -> None:
    script = Path(viewing.__file__).with_name("turning.py")
    ask = "import runpy, resource, sys; sys.argv = ['t', 'png', '90', '100']\n"
    ask += f"try: runpy.run_path({str(script)!r}, run_name='__main__')\nexcept SystemExit: pass\n"
    ask += "print(*(resource.getrlimit(one)[0] for one in (resource.RLIMIT_AS, resource.RLIMIT_CPU)))"
    done = subprocess.run([sys.executable, "-c", ask], input=b"", capture_output=True, timeout=30, check=True)
    assert done.stdout.split() == [b"805306368", b"8"]


def test_the_web_process_reads_no_picture_itself() -> None:
    ask = "import sys, stadttor.cases.pages.viewing; print([one for one in ('PIL', 'pikepdf') if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, timeout=30, check=True)
    assert done.stdout == b"[]\n"
