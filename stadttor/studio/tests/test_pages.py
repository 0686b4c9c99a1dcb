"""The studio in the browser: who gets in, what the check says, two editors at one file, the script's saves."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from stadttor.catalog.tests.builders import NAME, published
from stadttor.ground.actor import SYSTEM
from stadttor.studio import queries
from stadttor.studio.tests.builders import HOME, a_body, signed_in, text
from stadttor.tenancy.services import create_authority

pytestmark = pytest.mark.db


def test_for_everybody_else_there_is_no_such_page(body: UUID, copy_id: UUID, authority: Any, now: datetime) -> None:
    steering = create_authority(slug="nurlenkung", name="Lenkung", kind="steering", covers=[], actor=SYSTEM, now=now)
    others = [
        signed_in(body, "redaktion", "kern", "organiser"),
        signed_in(body, "redaktion", "lang", "steering"),
        signed_in(authority.id, authority.slug, "olsen", "clerk"),
        signed_in(steering, "nurlenkung", "berg", "publisher"),
    ]
    pages = ["", "/new", f"/{copy_id}", f"/{copy_id}/texts", f"/{copy_id}/files/form.yaml", f"/{copy_id}/history"]
    for one in others:
        assert [one.get(f"{HOME}{page}").status_code for page in pages] == [404] * len(pages)
        assert one.post(f"{HOME}/open", {"package": NAME}).status_code == 404
    stranger = signed_in(a_body("andere"), "andere")
    assert stranger.get(HOME).status_code == 200
    assert [stranger.get(f"{HOME}{page}").status_code for page in pages[2:]] == [404] * 4


def test_a_package_is_opened_from_the_list(desk: Any, now: datetime) -> None:
    published(now)
    assert "No package is being edited" in text(desk.get(HOME))
    opened = desk.post(f"{HOME}/open", {"package": NAME}, follow=True)
    assert "Nothing is wrong" in text(opened)
    assert "2 of 2 come out as expected" in text(opened)
    assert "Frau Sommer" in text(desk.get(HOME))
    assert desk.post(f"{HOME}/open", {"package": "de.example.none"}).status_code == 404


def test_a_new_one_is_begun_with_a_name(desk: Any) -> None:
    wrong = desk.post(f"{HOME}/new", {"package": "de.other.hund"})
    assert wrong.status_code == 422
    assert "must begin with de.example." in text(wrong)
    assert "Nothing is wrong" in text(desk.post(f"{HOME}/new", {"package": "de.example.hund"}, follow=True))


def test_findings_lead_to_their_place_and_examples_run_on_save(desk: Any, copy_id: UUID, body: UUID) -> None:
    address = f"{HOME}/{copy_id}/files/form.yaml"
    form = queries.files(body, copy_id, 1)["form.yaml"].decode()
    saved = desk.post(address, {"content": form.replace("< today", "< todya"), "seen": "1"}, follow=True)
    assert "Saved." in text(saved)
    overview = text(desk.get(f"{HOME}/{copy_id}"))
    assert f"{address}?line=17" in overview
    assert "cannot be published" in overview
    assert f"{HOME}/{copy_id}/form/part?part=" in overview, "and to the form that mends it"
    assert "todya" in text(desk.get(f"{address}?line=17"))
    # With the condition the other way round, the package's own tests say so.
    desk.post(address, {"content": form.replace("< today", "> today"), "seen": "2"})
    assert "0 of 2 come out as expected" in text(desk.get(f"{HOME}/{copy_id}")) or "1 of 2" in text(
        desk.get(f"{HOME}/{copy_id}")
    )
    back = desk.post(f"{HOME}/{copy_id}/history", {"to": "1", "seen": "3"}, follow=True)
    assert "Nothing is wrong" in text(back)


def test_lines_come_out_as_they_were_typed(desk: Any, copy_id: UUID, body: UUID) -> None:
    desk.post(f"{HOME}/{copy_id}/files/README.md", {"content": "eins\r\nzwei\r\n", "seen": "1"})
    assert queries.files(body, copy_id, 2)["README.md"] == b"eins\nzwei\n"
    desk.post(f"{HOME}/{copy_id}/files/README.md", {"content": "", "act": "remove", "seen": "2"})
    assert "README.md" not in queries.files(body, copy_id, 3)


def test_the_second_editor_sees_both_and_loses_nothing(desk: Any, body: UUID, copy_id: UUID) -> None:
    address = f"{HOME}/{copy_id}/files/fees.yaml"
    desk.post(address, {"content": "# hers\n", "seen": "1"})
    other = signed_in(body, "redaktion", "berg")
    met = other.post(address, {"content": "# his <b>\n", "seen": "1"})
    assert met.status_code == 409
    assert "# hers" in text(met)
    assert "# his &lt;b&gt;" in text(met)
    assert "Frau Sommer saved this" in text(met)
    assert queries.files(body, copy_id, queries.copy(body, copy_id).revision)["fees.yaml"] == b"# hers\n"
    assert other.post(address, {"content": "# both\n", "seen": "2"}).status_code == 303


def test_the_script_saves_alone_and_hears_of_the_other(desk: Any, body: UUID, copy_id: UUID) -> None:
    address = f"{HOME}/{copy_id}/files/fees.yaml"
    told = desk.post(address, {"content": "# eins\n", "seen": "1", "alone": "yes"}).json()
    assert (told["revision"], told["told"][:8]) == (2, "Saved on")
    late = desk.post(address, {"content": "# zwei\n", "seen": "1", "alone": "yes"})
    assert late.status_code == 409
    assert "in the meantime" in late.json()["told"]
    assert "Saved by itself" in text(desk.get(f"{HOME}/{copy_id}/history"))


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40])
def test_a_save_without_what_it_saw_overwrites_nothing(desk: Any, body: UUID, copy_id: UUID, seen: str) -> None:
    met = desk.post(f"{HOME}/{copy_id}/files/fees.yaml", {"content": "# x\n", "seen": seen})
    assert met.status_code == 409


def test_what_no_package_holds_is_said_or_not_there(desk: Any, copy_id: UUID) -> None:
    assert desk.get(f"{HOME}/{copy_id}/files/../../etc.yaml").status_code == 404
    assert desk.get(f"{HOME}/{copy_id}/files/run.py").status_code == 404
    assert desk.get(f"{HOME}/{copy_id}/files?name=run.py").status_code == 422
    assert desk.get(f"{HOME}/{copy_id}/files?name=texts/en.yaml").status_code == 302
    big = desk.post(f"{HOME}/{copy_id}/files/form.yaml", {"content": "#" * 1_100_000, "seen": "1"})
    assert big.status_code in (413, 303)


def test_a_copy_is_thrown_away_after_a_question(desk: Any, body: UUID, copy_id: UUID) -> None:
    assert "Throw this working copy away?" in text(desk.get(f"{HOME}/{copy_id}/delete"))
    gone = desk.post(f"{HOME}/{copy_id}/delete", {"confirm": "yes"}, follow=True)
    assert "The working copy is gone" in text(gone)
    assert queries.copies(body) == []
