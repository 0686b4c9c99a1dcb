"""From a working copy to a version: which one follows, who agrees, what the worker signs or refuses."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest
from django.conf import settings

from stadttor.catalog.queries import newest_version, versions
from stadttor.catalog.services.drafting import signed
from stadttor.catalog.signing import key_file, new_key
from stadttor.catalog.tests.builders import KEY, NAME, published
from stadttor.core.refused import Refused
from stadttor.ground.actor import Actor
from stadttor.ground.models import AuditEntry
from stadttor.ground.tests.queue import do, waiting
from stadttor.ground.work import work
from stadttor.studio import queries, services
from stadttor.studio.models import FileChange
from stadttor.studio.queries.publications import publication
from stadttor.studio.services import publishing
from stadttor.studio.tests.builders import HOME, a_body, a_copy, signed_in, text

pytestmark = pytest.mark.db
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
SOMMER, BERG = Actor("staff", UUID(int=1), "Frau Sommer"), Actor("staff", UUID(int=2), "Herr Berg")


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder only the worker reads."""
    monkeypatch.setattr(settings, "STADTTOR_PUBLISHER_KEYS", tmp_path)
    (tmp_path / "redaktion.jwk").write_text(key_file(KEY))
    return tmp_path


def change(body: UUID, copy_id: UUID, now: datetime, path: str, old: str, new: str) -> int:
    seen = queries.copy(body, copy_id).revision
    content = queries.files(body, copy_id, seen)[path].decode()
    assert old in content
    return services.save(
        authority_id=body, copy_id=copy_id, seen=seen, contents={path: content.replace(old, new).encode()}, actor=SOMMER,
        now=now,
    )  # fmt: skip


def ask(body: UUID, copy_id: UUID, now: datetime, step: str = "patch", seen: int | None = None) -> UUID:
    revision = seen or queries.copy(body, copy_id).revision
    return publishing.ask_to_publish(
        publisher=queries.publisher_at(body), copy_id=copy_id, seen=revision, step=step, actor=SOMMER, now=now
    )


def agree(body: UUID, copy_id: UUID, one: UUID, now: datetime, actor: Actor = BERG) -> None:
    publishing.confirm_publication(
        publisher=queries.publisher_at(body), copy_id=copy_id, publication_id=one, actor=actor, now=now
    )


def state(body: UUID, copy_id: UUID) -> str:
    found = publication(body, copy_id)
    assert found
    return found.state


WORDS = ("texts/de.yaml", "title: Muster", "title: Anderes")
FIELD = ("form.yaml", "- {id: nummer, type: text", "- {id: nummer, type: textarea")
ADDED = ("package.yaml", "due: P14D", "due: P21D")


@pytest.mark.parametrize(
    ("changed", "step", "version"),
    [(WORDS, "patch", "0.1.1"), (ADDED, "minor", "0.2.0"), (FIELD, "major", "1.0.0"), (WORDS, "major", "1.0.0")],
)
def test_the_version_follows_what_changed(
    body: UUID, copy_id: UUID, now: datetime, changed: tuple[str, str, str], step: str, version: str
) -> None:
    change(body, copy_id, now, *changed)
    one = ask(body, copy_id, now, step)
    agree(body, copy_id, one, now)
    do("studio.publish")
    do("studio.publish")
    assert (state(body, copy_id), newest_version(NAME)) == ("published", version)
    assert queries.copy(body, copy_id).based_on == version
    with work(body):
        acts = AuditEntry.objects.filter(authority_id=body, act__startswith="publication.").values_list(
            "act", "actor_name"
        )
        assert sorted(acts) == [
            ("publication.asked", "Frau Sommer"), ("publication.confirmed", "Herr Berg"), ("publication.published", "Stadttor"),
        ]  # fmt: skip


@pytest.mark.parametrize(("changed", "step"), [(ADDED, "patch"), (FIELD, "minor"), (WORDS, "none"), (WORDS, "")])
def test_a_version_too_low_is_refused(
    body: UUID, copy_id: UUID, now: datetime, changed: tuple[str, str, str], step: str
) -> None:
    change(body, copy_id, now, *changed)
    with pytest.raises(Refused, match="step_too_small"):
        ask(body, copy_id, now, step)
    assert waiting("studio.publish") == []


def test_nobody_agrees_to_her_own_wish(body: UUID, copy_id: UUID, now: datetime) -> None:
    change(body, copy_id, now, *WORDS)
    one = ask(body, copy_id, now)
    with pytest.raises(Refused, match="second_person"):
        agree(body, copy_id, one, now, SOMMER)
    assert waiting("studio.publish") == []
    with pytest.raises(Refused, match="publication_open"):
        ask(body, copy_id, now)
    assert newest_version(NAME) == "0.1.0"


def test_what_was_changed_after_the_wish_is_not_signed(body: UUID, copy_id: UUID, now: datetime) -> None:
    change(body, copy_id, now, *WORDS)
    one = ask(body, copy_id, now)
    change(body, copy_id, now, "texts/de.yaml", "title: Anderes", "title: Untergeschoben")
    agree(body, copy_id, one, now)
    do("studio.publish")
    assert [row.title for row in versions() if row.version == "0.1.1"] == ["Anderes"]


def test_a_wish_taken_back_publishes_nothing(body: UUID, copy_id: UUID, now: datetime) -> None:
    change(body, copy_id, now, *WORDS)
    one = ask(body, copy_id, now)
    publishing.take_back_publication(
        publisher=queries.publisher_at(body), copy_id=copy_id, publication_id=one, actor=SOMMER, now=now
    )
    with pytest.raises(Refused, match="not_found"):
        agree(body, copy_id, one, now)
    assert state(body, copy_id) == "withdrawn"
    assert ask(body, copy_id, now) != one


def test_findings_nothing_new_and_what_she_did_not_see_are_refused(body: UUID, copy_id: UUID, now: datetime) -> None:
    with pytest.raises(Refused, match="nothing_new"):
        ask(body, copy_id, now)
    change(body, copy_id, now, *WORDS)
    with pytest.raises(Refused, match="changed_since"):
        ask(body, copy_id, now, seen=1)
    change(body, copy_id, now, "form.yaml", "< today", "< todya")
    with pytest.raises(Refused, match="findings"):
        ask(body, copy_id, now)


@pytest.mark.parametrize("how", ["no file", "another key", "public"])
def test_without_the_right_key_it_is_refused_with_the_reason(
    body: UUID, copy_id: UUID, now: datetime, keys: Path, how: str
) -> None:
    change(body, copy_id, now, *WORDS)
    agree(body, copy_id, ask(body, copy_id, now), now)
    file = keys / "redaktion.jwk"
    if how == "no file":
        file.unlink()
    else:
        other = new_key()
        file.write_text(key_file(other) if how == "another key" else key_file(other).replace('"d"', '"x5t"'))
    do("studio.publish")
    found = publication(body, copy_id)
    assert found
    assert found.state == "refused"
    assert found.problem
    assert newest_version(NAME) == "0.1.0"


def test_letters_are_checked_before_it_is_signed(body: UUID, copy_id: UUID, now: datetime) -> None:
    services.save(
        authority_id=body,
        copy_id=copy_id,
        seen=1,
        contents={"letters/bescheid.typ": b"#panic(1)"},
        actor=SOMMER,
        now=now,
    )
    agree(body, copy_id, ask(body, copy_id, now, "minor"), now)
    do("studio.publish")
    found = publication(body, copy_id)
    assert found
    assert "letters/bescheid.typ" in found.problem
    assert newest_version(NAME) == "0.1.0"


def test_a_new_package_gets_the_version_it_says(body: UUID, copy_id: UUID, now: datetime) -> None:
    made = services.begin(publisher=queries.publisher_at(body), package="de.example.hund", actor=SOMMER, now=now)
    agree(body, made, ask(body, made, now, ""), now)
    do("studio.publish")
    assert newest_version("de.example.hund") == "0.1.0"


def test_a_single_editor_publishes_alone_where_the_operator_said_so(now: datetime) -> None:
    body = a_body("allein", four_eyes=False)
    copy_id = a_copy(body, now)
    change(body, copy_id, now, *WORDS)
    ask(body, copy_id, now)
    do("studio.publish")
    assert newest_version(NAME) == "0.1.1"


def test_pages_say_the_difference_and_lead_through(desk: Any, body: UUID, copy_id: UUID, now: datetime) -> None:
    address = f"{HOME}/{copy_id}/publish"
    assert "Nothing differs from version 0.1.0" in text(desk.get(address))
    change(body, copy_id, now, *FIELD)
    change(body, copy_id, now, *WORDS)
    page = text(desk.get(address))
    assert "Asked in another way: Nummer der bisherigen Genehmigung" in page
    assert "One text reads differently" in page
    assert "Files that differ: form.yaml, texts/de.yaml" in page
    assert "1.0.0" in page
    assert "0.1.1" not in page
    assert desk.post(address, {"act": "ask", "seen": "3", "step": "patch"}).status_code == 422
    assert desk.post(address, {"act": "ask", "seen": "3", "step": "major"}).status_code == 303
    one = publication(body, copy_id)
    assert one
    assert "Agree and publish" not in text(desk.get(address))
    assert desk.post(address, {"act": "agree", "publication": str(one.id)}).status_code == 403
    other = signed_in(body, "redaktion", "berg")
    assert "Agree and publish" in text(other.get(address))
    assert other.post(address, {"act": "agree", "publication": str(one.id)}).status_code == 303
    do("studio.publish")
    assert "Version 1.0.0 is published." in text(desk.get(address))
    for wrong in (
        {"act": "agree"},
        {"act": "x", "publication": str(one.id)},
        {"act": "agree", "publication": str(one.id)},
    ):
        assert other.post(address, wrong).status_code == 404


def test_who_publishes_proves_who_she_is(desk: Any, copy_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stadttor.identity.guards.is_proved", lambda *given: False)
    asked = desk.post(f"{HOME}/{copy_id}/publish", {"act": "ask", "seen": "1", "step": "patch"})
    assert asked.status_code == 401


def test_a_copy_that_is_behind_says_so(desk: Any, body: UUID, copy_id: UUID, now: datetime) -> None:
    published(now, "0.5.0")
    change(body, copy_id, now, *WORDS)
    assert "Version 0.5.0 was published meanwhile" in text(desk.get(f"{HOME}/{copy_id}/publish"))


OTHER = "de.example.hund"
STOLEN = ("package.yaml", f"id: {OTHER}", f"id: {NAME}")


def test_a_copy_is_published_as_its_own_package_only(desk: Any, body: UUID, copy_id: UUID, now: datetime) -> None:
    """Else a new package's copy would skip the step rule of another package, and what others published."""
    made = services.begin(publisher=queries.publisher_at(body), package=OTHER, actor=SOMMER, now=now)
    change(body, made, now, *STOLEN)
    change(body, made, now, "package.yaml", "version: 0.1.0", "version: 99.0.0")
    assert f"This is the working copy of {OTHER}, but `id` says another package." in text(desk.get(f"{HOME}/{made}"))
    with pytest.raises(Refused, match="findings"):
        ask(body, made, now)
    assert waiting("studio.publish") == []


def test_the_worker_signs_no_other_package_than_that_of_the_copy(body: UUID, copy_id: UUID, now: datetime) -> None:
    made = services.begin(publisher=queries.publisher_at(body), package=OTHER, actor=SOMMER, now=now)
    one = ask(body, made, now)
    with work(body):
        found = FileChange.objects.get(authority_id=body, copy_id=made, path="package.yaml")
        stolen = bytes(found.content).replace(b"0.1.0", b"99.0.0").replace(OTHER.encode(), NAME.encode())
        FileChange.objects.filter(authority_id=body, id=found.id).update(content=stolen)
    agree(body, made, one, now)
    do("studio.publish")
    ended = publication(body, made)
    assert ended
    assert (ended.state, newest_version(NAME)) == ("refused", "0.1.0")
    assert "another package" in ended.problem


@pytest.mark.parametrize("when", ["before the wish", "before it is signed"])
def test_nothing_below_a_namespace_that_was_taken_away_is_published(
    body: UUID, copy_id: UUID, now: datetime, when: str
) -> None:
    change(body, copy_id, now, *WORDS)
    one = ask(body, copy_id, now) if when == "before it is signed" else None
    services.make_publisher(slug="redaktion", namespace="de.anderswo", name="Muster", key_file="redaktion.jwk")
    if one is None:
        with pytest.raises(Refused, match="package_namespace"):
            ask(body, copy_id, now)
    else:
        agree(body, copy_id, one, now)
        do("studio.publish")
        assert state(body, copy_id) == "refused"
    assert newest_version(NAME) == "0.1.0"


def test_what_is_to_be_published_is_kept_however_much_is_saved_meanwhile(
    body: UUID, copy_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stadttor.studio.services.editing.KEPT_REVISIONS", 2)
    change(body, copy_id, now, *WORDS)
    one = ask(body, copy_id, now)
    wished = publication(body, copy_id)
    assert wished
    before = queries.files(body, copy_id, wished.revision)
    for number in range(5):
        for path in ("package.yaml", "form.yaml"):
            content = before[path] + b"# %d\n" % number
            services.save(
                authority_id=body, copy_id=copy_id, seen=99, contents={path: content}, actor=SOMMER, now=now
            )  # fmt: skip
    assert queries.files(body, copy_id, wished.revision) == before
    agree(body, copy_id, one, now)
    do("studio.publish")
    assert (state(body, copy_id), newest_version(NAME)) == ("published", "0.1.1")


class Broken(Exception):
    """What nobody thought of."""


def take_back(body: UUID, copy_id: UUID, one: UUID, now: datetime) -> None:
    publishing.take_back_publication(
        publisher=queries.publisher_at(body), copy_id=copy_id, publication_id=one, actor=SOMMER, now=now
    )


@pytest.fixture
def stuck(body: UUID, copy_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A publication that somebody agreed to, and that the worker fails at."""
    change(body, copy_id, now, *WORDS)
    one = ask(body, copy_id, now)
    agree(body, copy_id, one, now + HOUR)
    with monkeypatch.context() as broken:
        broken.setattr(publishing, "signed", Mock(side_effect=Broken))
        with pytest.raises(Broken):
            publishing.sign_and_publish(authority_id=body, publication_id=one, actor=SOMMER, now=now + HOUR)
    return one


def test_what_the_worker_fails_at_blocks_its_package_for_an_hour_at_most(
    desk: Any, body: UUID, copy_id: UUID, now: datetime, stuck: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hour begins when somebody agreed, not when it was asked for."""
    with pytest.raises(Refused, match="not_found"):
        take_back(body, copy_id, stuck, now + 2 * HOUR - SECOND)
    monkeypatch.setattr("stadttor.studio.pages.publishing.now", lambda: now + 2 * HOUR - SECOND)
    assert "Take the wish back" not in text(desk.get(f"{HOME}/{copy_id}/publish"))
    monkeypatch.setattr("stadttor.studio.pages.publishing.now", lambda: now + 2 * HOUR)
    page = text(desk.get(f"{HOME}/{copy_id}/publish"))
    assert "Version 0.1.1 could not be published so far." in page
    assert "Take the wish back" in page
    take_back(body, copy_id, stuck, now + 2 * HOUR)
    publishing.sign_and_publish(authority_id=body, publication_id=stuck, actor=SOMMER, now=now + 2 * HOUR)
    assert (state(body, copy_id), newest_version(NAME)) == ("withdrawn", "0.1.0")
    assert ask(body, copy_id, now + 3 * HOUR) != stuck


def test_what_is_signed_at_this_moment_is_not_taken_back(
    body: UUID, copy_id: UUID, now: datetime, stuck: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(*given: Any) -> bytes:
        with pytest.raises(Refused, match="publication_open"):
            take_back(body, copy_id, stuck, now + 3 * HOUR)
        return signed(*given)

    monkeypatch.setattr(publishing, "signed", too_late)
    publishing.sign_and_publish(authority_id=body, publication_id=stuck, actor=SOMMER, now=now + 3 * HOUR)
    assert (state(body, copy_id), newest_version(NAME)) == ("published", "0.1.1")


def test_what_is_in_the_catalogue_is_not_taken_back(body: UUID, copy_id: UUID, now: datetime, stuck: UUID) -> None:
    """The worker died after it published and before it said so."""
    published(now, "0.1.1")
    with pytest.raises(Refused, match="publication_open"):
        take_back(body, copy_id, stuck, now + 3 * HOUR)
    assert state(body, copy_id) == "confirmed"
