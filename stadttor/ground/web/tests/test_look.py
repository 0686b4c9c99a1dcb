from types import SimpleNamespace
from uuid import UUID

import pytest
from django.test import RequestFactory

from stadttor.ground.web import accent, look

WEISSENBURG = SimpleNamespace(id=UUID(int=1), name="Weißenburg")


@pytest.fixture(autouse=True)
def forgotten():
    yield
    look.use(None)


def request():
    made = RequestFactory().get("/")
    made.authority = WEISSENBURG
    return made


def test_an_authority_shows_its_colour_and_crest():
    look.use(lambda authority_id: SimpleNamespace(accent="#7a1f3d", crest="<svg/>"))

    assert look.known(request())
    assert "#7a1f3d" in accent.serve(request()).content.decode()
    crest = look.crest(request())
    assert crest.content == b"<svg/>"
    policy = crest.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_without_a_look_of_its_own_it_shows_the_products():
    assert not look.known(request())
    assert accent.serve(request()).content == b""
    assert look.crest(request()).status_code == 302
