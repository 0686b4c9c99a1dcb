from datetime import datetime
from uuid import UUID

import pytest
from django.test import Client

from stadttor.tenancy import demo

pytestmark = pytest.mark.db


@pytest.fixture
def towns(_clean: None, now: datetime) -> dict[str, UUID]:
    return demo.load(now=now)


@pytest.fixture
def entrance(towns: dict[str, UUID]) -> Client:
    """A browser at the bare domain, which belongs to no authority."""
    return Client(headers={"host": "localhost:8000"})


def asked(client: Client, place: str, language: str = "en") -> str:
    response = client.get("/zustaendig", {"ort": place, "lang": language})
    assert response.status_code == 200
    return response.content.decode()


def test_without_a_place_the_page_asks_for_one(entrance: Client) -> None:
    page = entrance.get("/zustaendig?lang=de").content.decode()
    assert "Wer ist für Sie zuständig?" in page
    assert 'name="ort"' in page


def test_the_answer_names_the_authority_and_leads_to_its_portal(entrance: Client) -> None:
    page = asked(entrance, "Ettenstatt")
    assert "Verwaltungsgemeinschaft Ellingen" in page
    assert 'href="http://vg-ellingen.localhost:8000/"' in page
    assert "Example data" in page


def test_on_a_bare_address_the_demo_leads_by_path(towns: dict[str, UUID]) -> None:
    page = asked(Client(headers={"host": "127.0.0.1:8000"}), "Weißenburg")
    assert 'href="/~weissenburg/"' in page


def test_namesakes_are_links_that_ask_again_by_key(entrance: Client) -> None:
    page = asked(entrance, "Frankfurt")
    assert "Which place do you mean?" in page
    assert "ort=064120000000" in page


def test_the_postal_code_is_explained(entrance: Client) -> None:
    assert "the postal code of each town hall" in asked(entrance, "91781")


def test_what_was_typed_is_shown_harmlessly(entrance: Client) -> None:
    assert "<script>x" not in asked(entrance, "<script>x</script>")


def test_nothing_found_says_what_to_do(entrance: Client) -> None:
    assert "Check the spelling" in asked(entrance, "Xqzvw")


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("de", "Wer ist für Sie zuständig?"),
        ("de-simple", "Welches Amt hilft Ihnen?"),
        ("uk", "Хто відповідає за вас?"),
        ("tr", "Sizin için hangi kurum yetkili?"),
        ("ar", "ما هي الجهة المختصة بكم؟"),
    ],
)
def test_the_page_speaks_every_language(entrance: Client, language: str, heading: str) -> None:
    page = asked(entrance, "Weißenburg", language)
    assert heading in page
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page


def test_it_also_answers_on_an_authoritys_own_host(towns: dict[str, UUID], client: Client) -> None:
    assert "Große Kreisstadt Weißenburg" in asked(client, "Weißenburg")


def test_the_page_is_for_reading_only(entrance: Client) -> None:
    assert entrance.post("/zustaendig").status_code in (403, 405)
