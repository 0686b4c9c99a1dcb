"""Names of files in headers (RFC 6266, RFC 8187)."""

import pytest

from stadttor.ground.web.downloads import LONGEST_NAME, disposition, file_response, plain_name, with_ending


def test_a_letter_without_ending_gets_one_and_keeps_its_umlauts() -> None:
    """Seen at the desk: `Bescheid_ _bersetzung _tr_`, which no program opens."""
    response = file_response(b"%PDF", "application/pdf", "Bescheid, Übersetzung (tr)")
    assert response["Content-Disposition"] == (
        'inline; filename="Bescheid, Uebersetzung (tr).pdf"; '
        "filename*=UTF-8''Bescheid%2C%20%C3%9Cbersetzung%20%28tr%29.pdf"
    )


@pytest.mark.parametrize(
    ("name", "media_type", "expected"),
    [
        ("Foto.JPEG", "image/jpeg", "Foto.JPEG"),
        ("Foto", "image/jpeg", "Foto.jpg"),
        ("Bescheid v1.2", "application/pdf", "Bescheid v1.2.pdf"),
        ("daten.xyz", "application/x-unknown", "daten.xyz"),
    ],
)
def test_an_ending_is_added_where_it_is_missing(name: str, media_type: str, expected: str) -> None:
    assert with_ending(name, media_type) == expected


@pytest.mark.parametrize("media_type", ["application/pdf", "image/png", "application/zip"])
def test_a_strangers_file_runs_nothing_and_styles_nothing(media_type: str) -> None:
    """Report: styles in the file were let through (ASVS 3.4.3)."""
    policy = file_response(b"x", media_type, "Schein")["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_nothing_can_be_written_behind_a_name() -> None:
    header = disposition("attachment", 'ü"\r\nSet-Cookie: a=b')
    assert header == "attachment; filename=\"ue___Set-Cookie_ a_b\"; filename*=UTF-8''%C3%BC___Set-Cookie_%20a%3Db"


def test_a_foreign_name_has_a_plain_form_and_a_long_one_keeps_its_ending() -> None:
    assert plain_name("Yılmaz Şen.pdf") == "Yilmaz Sen.pdf"
    assert len(plain_name("ä" * 300 + ".pdf")) <= 2 * LONGEST_NAME
    assert plain_name("ä" * 300 + ".pdf").endswith(".pdf")
