"""QR codes: what an outside reader (jsQR 1.4) has read is kept as a digest of its modules."""

import hashlib

import pytest

from stadttor.ground.web.qr import matrix, picture

READ = {
    "HALLO": (21, "a604670c02737a73"),
    "https://x.example/" + "a" * 60: (37, "b67a2200118bba33"),
    "openid4vp://?client_id=x509_hash%3A" + "b" * 200: (61, "26fa36dff690d548"),
    "Köln ẞ " + "x" * 500: (89, "4bee026659ba9bd5"),
}


@pytest.mark.parametrize(("text", "size", "digest"), [(text, *seen) for text, seen in READ.items()])
def test_codes_that_an_outside_reader_has_read(text, size, digest):
    modules = matrix(text)
    assert len(modules) == size
    assert hashlib.sha256(bytes(one for row in modules for one in row)).hexdigest()[:16] == digest


def test_the_picture_says_what_it_is():
    drawn = picture("HALLO", 'A "code"')
    assert 'role="img" aria-label="A &#34;code&#34;"' in drawn
    assert "style" not in drawn


def test_a_text_that_is_too_long_is_refused():
    assert len(matrix("z" * 997)) == 117
    with pytest.raises(ValueError, match="too long"):
        matrix("z" * 998)
