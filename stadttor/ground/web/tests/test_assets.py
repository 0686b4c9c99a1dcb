"""The build itself needs Node and the npm packages; `make test` has run it before."""

import gzip

import pytest
from django.test import RequestFactory

from stadttor.ground.web import static_files
from stadttor.ground.web.assets import build, find_node
from stadttor.ground.web.manifest import BUILD, asset, letter_fonts, manifest

BUDGET = 50_000


@pytest.fixture(scope="module", autouse=True)
def built():
    build()
    manifest.cache_clear()
    static_files._served.cache_clear()


def get(name, **headers):
    return static_files.serve(RequestFactory().get(f"/static/{name}", headers=headers), name)


def test_a_second_build_does_nothing():
    assert build() is False


def test_node_is_found():
    assert find_node()[0]


def test_the_form_page_loads_less_than_50_kilobytes_of_script():
    assert len(gzip.compress((BUILD / manifest()["form.js"]).read_bytes())) < BUDGET


def test_an_asset_is_kept_for_ever_and_sent_packed_to_whom_it_suits():
    name = asset("kern.css").removeprefix("/static/")
    packed, plain = get(name, accept_encoding="gzip, br"), get(name)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "immutable" in packed.headers["Cache-Control"]
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(b"".join(packed.streaming_content)) == b"".join(plain.streaming_content)


@pytest.mark.parametrize("name", ["../manifest.py", "..%2fmanifest.py", "/etc/passwd", "manifest.json", "kern.css", ""])
def test_nothing_but_built_assets_is_served(name):
    assert get(name).status_code == 404


def test_the_right_to_left_sheet_is_mirrored_but_ticks_are_not():
    left, right = ((BUILD / manifest()[name]).read_text() for name in ("kern.css", "kern.rtl.css"))

    def block(sheet, selector):
        return sheet.split(selector + "{")[1].split("}")[0]

    assert "border-left:" in block(left, ".kern-form-input--error")
    assert "border-right:" in block(right, ".kern-form-input--error")
    tick = ".kern-form-check__checkbox:checked:before"
    assert block(left, tick) == block(right, tick)


def test_fonts_named_in_the_sheet_are_there():
    sheet = (BUILD / manifest()["kern.css"]).read_text()
    for name in ("FiraSans-Regular.woff2", "noto-sans-arabic-arabic-wght-normal.woff2"):
        assert manifest()[name] in sheet
        assert (BUILD / manifest()[name]).exists()


def test_letters_have_fonts_for_latin_cyrillic_and_arabic():
    assert {"NotoSans_400Regular.ttf", "NotoSans_700Bold.ttf", "NotoNaskhArabic_400Regular.ttf", "OFL.txt"} <= {
        file.name for file in letter_fonts().iterdir()
    }
