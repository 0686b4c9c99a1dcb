"""Files from strangers: each hostile class is refused, its harmless twin is taken; nothing of a refused file is kept."""

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pikepdf import Name, Pdf, Stream
from PIL import Image

from stadttor.core.refused import Refused
from stadttor.forms.tests import hostile
from stadttor.forms.uploads import checking, inspector
from stadttor.forms.uploads.checking import must_be_sound
from stadttor.forms.uploads.kinds import must_be_acceptable, safe_name

ALL = ("pdf", "jpeg", "png")
IDS = [name for name, *_ in hostile.CLASSES]


@pytest.mark.parametrize(("name", "kind", "bad", "code", "good"), hostile.CLASSES, ids=IDS)
def test_a_hostile_file_is_refused_and_its_harmless_twin_is_not(name, kind, bad, code, good):
    with pytest.raises(Refused) as caught:
        must_be_sound(bad(), kind, "nachweis")
    assert (caught.value.code, caught.value.field) == (code, "nachweis")
    assert must_be_sound(good(), kind, "nachweis") >= 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("size", [(1, 1), (7, 5), (640, 480)])
def test_pictures_of_every_kind_of_colour_are_whole(mode, size):
    data = io.BytesIO()
    Image.new(mode, size).save(data, "PNG")
    assert must_be_sound(data.getvalue(), "png", "x") == 1


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 2), (8, 8), (9, 17)])
def test_the_rows_of_an_interlaced_picture_are_counted_pass_by_pass(width, height):
    """Each pixel is sent in one of seven passes, each row of a pass with one byte before it."""
    rows = sum(len(range(y, height, down)) * (len(range(x, width, right)) > 0) for x, y, right, down in inspector.ADAM7)
    assert inspector._row_bytes(width, height, 8, 0, 1) == width * height + rows


def test_words_that_grow_are_counted_as_long_as_they_are():
    """65, then 1 + 2 + 3 … letters: what a reader of LZW would write."""
    packed = hostile.lzw_words(1_000)
    document = Pdf.new()
    stream = Stream(document, b"")
    stream.write(packed, filter=Name.LZWDecode)
    assert inspector._lzw_length(packed, 10**9) == len(stream.read_bytes()) == sum(range(1, 1_002))


def kind_of_picture(kind):
    data = io.BytesIO()
    Image.new("RGB", (9, 9)).save(data, kind)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "file_kind"),
        (b"<html><script>alert(1)</script>", "file_kind"),
        (b"MZ\x90\0", "file_kind"),
        (b"PK\x03\x04", "file_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_kind"),
        (b"GIF89a" + hostile.pdf(), "file_kind"),
        (b"#!/bin/sh\n" + hostile.pdf(), "file_kind"),
        (kind_of_picture("GIF"), "file_kind"),
        (kind_of_picture("TIFF"), "file_kind"),
        (hostile.pdf() + bytes(3_000_000), "file_big"),
    ],
    ids=["empty", "SVG", "HTML", "EXE", "ZIP", "DOC", "GIF and PDF", "script and PDF", "GIF", "TIFF", "too big"],
)
def test_what_is_no_pdf_or_photo_by_its_first_bytes_is_refused_before_anybody_parses_it(data, code):
    with pytest.raises(Refused) as caught:
        must_be_acceptable(data, accept=ALL, max_mb=3, path="nachweis")
    assert caught.value.code == code


def test_a_photo_where_only_a_pdf_is_wanted_is_refused_with_what_is_wanted():
    with pytest.raises(Refused) as caught:
        must_be_acceptable(hostile.picture(), accept=("pdf",), max_mb=3, path="nachweis")
    assert caught.value.values == {"kinds": "PDF"}


def test_a_picture_sent_as_pdf_is_judged_by_what_it_is():
    assert must_be_acceptable(hostile.picture(), accept=ALL, max_mb=3, path="x") == "png"


@pytest.mark.parametrize(
    ("sent", "kind", "shown"),
    [
        ("../../etc/passwd", "pdf", "passwd.pdf"),
        ("C:\\Users\\Amira\\Fahrzeugschein.PDF", "pdf", "Fahrzeugschein.pdf"),
        ("schein.pdf\0.exe", "pdf", "schein.pdf.pdf"),
        ("rechnung\u202efdp.exe", "pdf", "rechnungfdp.pdf"),
        ("\u2066schein\u2069\u200f", "png", "schein.png"),
        ("zwei\r\nzeilen: x", "pdf", "zweizeilen x.pdf"),
        ("foto.svg", "jpeg", "foto.jpg"),
        ("", "pdf", "datei.pdf"),
        ("..", "pdf", "datei.pdf"),
        (".htaccess", "png", "datei.png"),
        ("<img src=x>", "png", "img src=x.png"),
        ("a" * 500 + ".pdf", "pdf", "a" * 120 + ".pdf"),
        ("Führungszeugnis Yılmaz.pdf", "pdf", "Führungszeugnis Yılmaz.pdf"),
        ("رخصة.jpg", "jpeg", "رخصة.jpg"),
    ],
)
def test_a_name_is_for_people_only(sent, kind, shown):
    assert safe_name(sent, kind) == shown


def child(statement, tmp_path):
    """Runs a statement in a process bounded as the inspector is."""
    folder = Path(inspector.__file__).parent
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); import inspector; inspector._limit(); {statement}"
    return subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, timeout=60, check=False, cwd=tmp_path
    )


def test_the_child_cannot_take_more_memory_than_it_may(tmp_path):
    assert b"MemoryError" in child("bytearray(600_000_000)", tmp_path).stderr
    assert child("bytearray(100_000_000)", tmp_path).returncode == 0


def test_the_child_cannot_write_files(tmp_path):
    child("open('x', 'w').write('x' * 9)", tmp_path)
    assert (tmp_path / "x").stat().st_size == 0


def test_a_child_that_never_ends_is_ended(monkeypatch, tmp_path):
    endless = tmp_path / "inspector.py"
    endless.write_text("while True: pass")
    monkeypatch.setattr(checking, "SECONDS", 0.5)
    monkeypatch.setattr(checking, "__file__", str(tmp_path / "checking.py"))
    started = time.monotonic()
    with pytest.raises(Refused, match="file_broken"):
        must_be_sound(hostile.picture(), "png", "x")
    assert time.monotonic() - started < 5


def test_the_child_knows_no_secrets_of_ours(monkeypatch, tmp_path):
    """Report: the child inherited the address of the database, with its password."""
    telling = tmp_path / "inspector.py"
    telling.write_text(
        "import os, json; print(json.dumps({'ok': True, 'pages': sum('STADTTOR' in k for k in os.environ)}))"
    )
    monkeypatch.setenv("STADTTOR_DATABASE_URL", "postgresql://app:secret@db/stadttor")
    monkeypatch.setattr(checking, "__file__", str(tmp_path / "checking.py"))
    assert os.environ["STADTTOR_DATABASE_URL"]
    assert must_be_sound(b"x", "pdf", "x") == 0


def test_the_child_finds_its_parsers_in_the_virtual_environment():
    assert sys.prefix != sys.base_prefix, "the tests run in the virtual environment"
    assert must_be_sound(hostile.pdf(), "pdf", "x") == 1
    assert must_be_sound(hostile.picture("JPEG"), "jpeg", "x") == 1
