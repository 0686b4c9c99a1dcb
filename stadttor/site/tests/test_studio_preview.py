"""The preview: what citizens would see, in each language, and nothing of it kept."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from stadttor.catalog.services.drafting import SKELETON
from stadttor.forms.models import Draft
from stadttor.ground.work import work
from stadttor.notices.tests.test_letters import text_of
from stadttor.site.wiring import connect
from stadttor.studio import queries, services
from stadttor.studio.tests.builders import HOME, a_body, a_copy, signed_in, text
from stadttor.studio.tests.test_publishing import SOMMER, change
from stadttor.tenancy import queries as queries_of_places

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def _wired() -> Iterator[None]:
    connect()
    queries_of_places.forget()
    yield
    queries_of_places.forget()


@pytest.fixture
def body(_clean: None) -> UUID:
    return a_body()


@pytest.fixture
def copy_id(body: UUID, now: datetime) -> UUID:
    return a_copy(body, now)


@pytest.fixture
def desk(body: UUID) -> Any:
    return signed_in(body, "redaktion")


def test_it_shows_what_is_written_now_and_what_conditions_open(
    desk: Any, body: UUID, copy_id: UUID, now: datetime
) -> None:
    address = f"{HOME}/{copy_id}/preview"
    change(body, copy_id, now, "texts/de.yaml", "label: Vorname", "label: Rufname")
    assert "Rufname" in text(desk.get(address))
    page = text(desk.get(f"{address}?page=anliegen"))
    assert "Meine Genehmigung verlängern" in page
    tried = text(desk.post(f"{address}?page=anliegen", {"anliegen.art": "verlaengerung"}))
    assert "Nummer der bisherigen Genehmigung" in tried
    assert "kern-error" in tried


def test_answers_of_an_example_stand_in_it(desk: Any, copy_id: UUID) -> None:
    assert "Amira" in text(desk.get(f"{HOME}/{copy_id}/preview?example=examples/neu.yaml"))


def test_nothing_tried_is_kept(desk: Any, body: UUID, copy_id: UUID) -> None:
    desk.post(f"{HOME}/{copy_id}/preview", {"person.vorname": "Xaverl"})
    assert "Xaverl" not in text(desk.get(f"{HOME}/{copy_id}/preview"))
    assert queries.copy(body, copy_id).revision == 1
    with work(body):
        assert not Draft.objects.filter(authority_id=body).exists()


def test_a_package_with_findings_is_not_drawn(desk: Any, body: UUID, copy_id: UUID, now: datetime) -> None:
    services.save(
        authority_id=body, copy_id=copy_id, seen=1, contents={"form.yaml": b"pages: []"}, actor=SOMMER, now=now
    )
    assert "once only examples and texts" in text(desk.get(f"{HOME}/{copy_id}/preview"))


def test_a_field_that_was_added_is_in_it_at_once(desk: Any, copy_id: UUID) -> None:
    # No example answers it yet: that alone is no reason to show nothing.
    typed = {"seen": "1", "label": "Rufname <i>des</i> Hundes", "type": "name", "required": "yes"}
    desk.post(f"{HOME}/{copy_id}/form/add?kind=field&into=group:anliegen", typed)
    page = text(desk.get(f"{HOME}/{copy_id}/preview?page=anliegen"))
    assert "Rufname &lt;i&gt;des&lt;/i&gt; Hundes" in page
    assert "findings in all" in page


def test_the_service_page_and_the_summary_are_in_it_too(desk: Any, copy_id: UUID) -> None:
    address = f"{HOME}/{copy_id}/preview?example=examples/neu.yaml"
    assert "Was brauche ich?" in text(desk.get(f"{address}&page=~service"))
    summary = text(desk.get(f"{address}&page=~summary"))
    assert "Prüfen und absenden" in summary
    assert "Amira" in summary
    assert "Try these answers" not in summary


def test_it_stands_beside_the_editor_and_shows_what_was_saved_alone(
    desk: Any, body: UUID, copy_id: UUID, now: datetime
) -> None:
    beside = f"{HOME}/{copy_id}/preview?beside=yes"
    for page in (f"{HOME}/{copy_id}/files/texts/de.yaml", f"{HOME}/{copy_id}/texts"):
        assert f'src="{beside}"' in text(desk.get(page))
    part = text(desk.get(f"{HOME}/{copy_id}/form/part?part=field:anliegen.art"))
    assert f'src="{HOME}/{copy_id}/preview?page=anliegen&amp;beside=yes"' in part
    german = queries.files(body, copy_id, queries.copy(body, copy_id).revision)["texts/de.yaml"].decode()
    typed = {"content": german.replace("label: Vorname", "label: Rufname"), "seen": "1", "alone": "yes"}
    assert desk.post(f"{HOME}/{copy_id}/files/texts/de.yaml", typed).status_code == 200
    shown = text(desk.get(beside))
    assert "Rufname" in shown
    # Nothing of the desk around it, and choosing another page stays in the frame.
    assert "st-header" not in shown
    assert '<input type="hidden" name="beside" value="yes">' in shown


def test_the_letter_is_set_as_it_is_written_now(desk: Any, body: UUID, copy_id: UUID, now: datetime) -> None:
    address = f"{HOME}/{copy_id}/preview?letter=bescheid"
    for seen, (letter, status, kind) in enumerate(
        [((SKELETON / "letters/bescheid.typ").read_bytes(), 200, "application/pdf"), (b"#nothing(", 422, "text/plain")],
        1,
    ):
        services.save(
            authority_id=body,
            copy_id=copy_id,
            seen=seen,
            contents={"letters/bescheid.typ": letter},
            actor=SOMMER,
            now=now,
        )
        found = desk.get(address)
        assert found.status_code == status
        assert found["Content-Type"].startswith(kind)
    assert address in text(desk.get(f"{HOME}/{copy_id}/preview"))


def test_the_letter_says_what_the_example_answers(
    desk: Any, body: UUID, copy_id: UUID, now: datetime, tmp_path: Path
) -> None:
    """Report: letters were shown with invented facts alone, so nobody saw how a real answer stands in them."""
    letter = {"letters/bescheid.typ": (SKELETON / "letters/bescheid.typ").read_bytes()}
    services.save(authority_id=body, copy_id=copy_id, seen=1, contents=letter, actor=SOMMER, now=now)
    address = f"{HOME}/{copy_id}/preview"
    chosen = "?letter=bescheid&amp;outcome=granted&amp;in=de&amp;example=examples%2Frueckwirkend.yaml"
    page = text(desk.get(f"{address}?example=examples/rueckwirkend.yaml"))
    assert f"{address}{chosen}" in page
    said = text_of(desk.get(f"{address}{chosen}".replace("&amp;", "&")).content, tmp_path)
    assert "Jonas Weber" in said
    assert "Amira" not in said
    assert desk.get(f"{address}?letter=bescheid&example=examples/gibtesnicht.yaml").status_code == 200
