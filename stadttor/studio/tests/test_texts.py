"""Texts side by side: what is missing, what a save writes, two editors at one page."""

from typing import Any
from uuid import UUID

import pytest

from stadttor.studio import queries
from stadttor.studio.rules.texts import sides
from stadttor.studio.tests.builders import HOME, signed_in, text


def test_what_is_missing_is_counted_per_language_and_staff_texts_are_not() -> None:
    german = {
        "title": "T",
        "fields": {"a": {"label": "A"}},
        "parameters": {"x": "X"},
        "letters": {"ausweis": {"s": "S"}},
    }
    found = sides(["de", "en", "uk"], {"de": german, "en": {"title": "E"}, "uk": None}, "ausweis")
    assert found.missing == {"de": 0, "en": 1, "uk": 2}
    assert found.unreadable == ("uk",)
    assert [row.key for row in found.rows] == ["title", "fields.a.label", "parameters.x", "letters.ausweis.s"]


@pytest.fixture
def english(desk: Any, body: UUID, copy_id: UUID) -> str:
    """The page of texts once the package has English."""
    files = queries.files(body, copy_id, 1)
    manifest = files["package.yaml"].decode().replace("languages: [de]", "languages: [de, en]")
    desk.post(f"{HOME}/{copy_id}/files/package.yaml", {"content": manifest, "seen": "1"})
    desk.post(f"{HOME}/{copy_id}/files/texts/en.yaml", {"content": "title: Sample # short\n", "seen": "2"})
    return f"{HOME}/{copy_id}/texts"


def texts_in(body: UUID, copy_id: UUID, language: str) -> str:
    return queries.files(body, copy_id, queries.copy(body, copy_id).revision)[f"texts/{language}.yaml"].decode()


@pytest.mark.db
def test_missing_ones_are_marked_counted_and_filtered(desk: Any, english: str) -> None:
    page = text(desk.get(english))
    assert "texts are still German" in page
    assert "missing" in page
    assert 'name="en:title"' in page
    only = text(desk.get(f"{english}?missing=en"))
    assert 'name="en:summary"' in only
    assert 'name="en:title"' not in only
    assert 'name="de:fields.person.vorname.label"' in text(desk.get(f"{english}?q=vorname"))
    assert "No text is like this" in text(desk.get(f"{english}?q=xyzxyz"))


@pytest.mark.db
def test_a_save_writes_the_typed_texts_alone(desk: Any, english: str, body: UUID, copy_id: UUID) -> None:
    german = texts_in(body, copy_id, "de")
    done = desk.post(
        f"{english}?missing=en",
        {"seen": "3", "de:summary": "Neue Worte.", "en:summary": "New words: yes", "en:title": "Sample"},
        follow=True,
    )
    assert "Saved." in text(done)
    assert texts_in(body, copy_id, "en") == 'title: Sample # short\nsummary: "New words: yes"\n'
    assert texts_in(body, copy_id, "de") == german.replace(
        "Mit diesem Antrag bekommen Sie eine Muster-Genehmigung.", "Neue Worte."
    )


@pytest.mark.db
def test_two_editors_meet_at_the_same_text_alone(desk: Any, english: str, body: UUID, copy_id: UUID) -> None:
    other = signed_in(body, "redaktion", "berg")
    desk.post(english, {"seen": "3", "en:title": "Hers"})
    assert other.post(english, {"seen": "3", "en:title": "Sample", "en:summary": "His"}).status_code == 303
    assert "Hers" in texts_in(body, copy_id, "en")
    met = other.post(english, {"seen": "3", "en:title": "Mine", "de:summary": "Auch neu"})
    assert met.status_code == 409
    assert "Hers" in text(met)
    assert "Mine" in text(met)
    assert 'name="de:summary" value="Auch neu"' in text(met)  # goes along, and is not lost
    assert "Mine" not in texts_in(body, copy_id, "en")
    assert other.post(english, {"seen": "5", "en:title": "Mine", "de:summary": "Auch neu"}).status_code == 303
    assert "Mine" in texts_in(body, copy_id, "en")
    assert "Auch neu" in texts_in(body, copy_id, "de")


@pytest.mark.db
def test_the_script_never_saves_over_a_page_that_is_behind(desk: Any, english: str, body: UUID, copy_id: UUID) -> None:
    assert desk.post(english, {"seen": "3", "alone": "yes", "en:title": "A"}).json()["revision"] == 4
    signed_in(body, "redaktion", "berg").post(english, {"seen": "4", "de:title": "Anders"})
    assert desk.post(english, {"seen": "4", "alone": "yes", "en:title": "B"}).status_code == 409
    assert "title: A" in texts_in(body, copy_id, "en")


@pytest.mark.db
def test_a_file_that_cannot_be_read_is_said_and_left_alone(desk: Any, english: str, copy_id: UUID) -> None:
    desk.post(f"{HOME}/{copy_id}/files/texts/en.yaml", {"content": "title: [", "seen": "3"})
    page = text(desk.get(english))
    assert "texts/en.yaml cannot be read" in page
    assert 'name="en:title"' not in page
