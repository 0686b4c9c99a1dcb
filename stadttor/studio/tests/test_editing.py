"""Working copies: what two editors save, what going back does, what no package may hold."""

from datetime import datetime
from uuid import UUID

import pytest

from stadttor.catalog.tests.builders import NAME, a_package, published
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.studio import queries, services
from stadttor.studio.rules import copies as rules
from stadttor.studio.rules.copies import Crossed
from stadttor.studio.tests.builders import a_body
from stadttor.tenancy.services import create_authority

pytestmark = pytest.mark.db


def save(body: UUID, copy_id: UUID, now: datetime, seen: int, **contents: bytes | None) -> int:
    paths = {"form": "form.yaml", "fees": "fees.yaml", "texts": "texts/de.yaml"}
    return services.save(
        authority_id=body, copy_id=copy_id, seen=seen, contents={paths[key]: one for key, one in contents.items()},
        actor=SYSTEM, now=now,
    )  # fmt: skip


def form(body: UUID, copy_id: UUID, revision: int | None = None) -> bytes:
    row = queries.copy(body, copy_id)
    return queries.files(body, copy_id, revision or row.revision)["form.yaml"]


def test_it_opens_the_newest_version_once(body: UUID, now: datetime) -> None:
    published(now)
    newer = a_package(package=("version: 0.1.0", "version: 0.10.0"), texts=("title: Muster", "title: Neues Muster"))
    published(now, "0.10.0", newer)
    one = services.open_published(publisher=queries.publisher_at(body), package=NAME, actor=SYSTEM, now=now)
    row = queries.copy(body, one)
    assert (row.based_on, row.title, row.revision) == ("0.10.0", "Neues Muster", 1)
    assert queries.files(body, one, 1) == newer
    assert services.open_published(publisher=queries.publisher_at(body), package=NAME, actor=SYSTEM, now=now) == one


def test_a_new_package_begins_below_the_own_name_alone(body: UUID, copy_id: UUID, now: datetime) -> None:
    publisher = queries.publisher_at(body)
    made = services.begin(publisher=publisher, package="de.example.hund", actor=SYSTEM, now=now)
    assert queries.copy(body, made).based_on == ""
    for name, code in (
        ("de.stadttor.hund", "package_namespace"), ("de.examples.hund", "package_namespace"), ("Hund", "package_name"),
        (NAME, "package_taken"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=code):
            services.begin(publisher=publisher, package=name, actor=SYSTEM, now=now)
    with pytest.raises(Refused, match="not_found"):
        services.open_published(publisher=publisher, package="de.stadttor.hundesteuer", actor=SYSTEM, now=now)


def test_who_saw_an_older_revision_overwrites_nothing(body: UUID, copy_id: UUID, now: datetime) -> None:
    assert save(body, copy_id, now, seen=1, form=b"pages: []\n") == 2
    with pytest.raises(Crossed) as caught:
        save(body, copy_id, now, seen=1, form=b"pages: [other]\n")
    assert (caught.value.paths, caught.value.revision) == (("form.yaml",), 2)
    assert form(body, copy_id) == b"pages: []\n"
    # Another file is nobody's but hers.
    assert save(body, copy_id, now, seen=1, fees=b"[]\n") == 3
    assert form(body, copy_id) == b"pages: []\n"


def test_saving_what_is_there_already_is_no_step(body: UUID, copy_id: UUID, now: datetime) -> None:
    assert save(body, copy_id, now, seen=1, form=form(body, copy_id)) == 1


def test_going_back_is_a_step_and_goes_on_backwards(body: UUID, copy_id: UUID, now: datetime) -> None:
    first = form(body, copy_id)
    for number in (1, 2, 3):
        save(body, copy_id, now, seen=number, form=b"pages: [%d]\n" % number)

    def undo() -> bytes:
        row = queries.copy(body, copy_id)
        assert row.undo_to
        services.go_back(
            authority_id=body, copy_id=copy_id, seen=row.revision, to=row.undo_to, actor=SYSTEM, now=now
        )  # fmt: skip
        return form(body, copy_id)

    assert [undo(), undo(), undo()] == [b"pages: [2]\n", b"pages: [1]\n", first]
    assert queries.copy(body, copy_id).undo_to is None
    # Nothing was lost by it.
    services.go_back(authority_id=body, copy_id=copy_id, seen=7, to=4, actor=SYSTEM, now=now)
    assert form(body, copy_id) == b"pages: [3]\n"
    assert undo() == b"pages: [2]\n"


def test_going_back_takes_files_away_and_brings_them_again(body: UUID, copy_id: UUID, now: datetime) -> None:
    save(body, copy_id, now, seen=1, fees=None)
    assert "fees.yaml" not in queries.files(body, copy_id, 2)
    services.go_back(authority_id=body, copy_id=copy_id, seen=2, to=1, actor=SYSTEM, now=now)
    assert queries.files(body, copy_id, 3) == queries.files(body, copy_id, 1)


def test_nobody_goes_back_over_what_she_has_not_seen(body: UUID, copy_id: UUID, now: datetime) -> None:
    save(body, copy_id, now, seen=1, form=b"pages: []\n")
    with pytest.raises(Crossed):
        services.go_back(authority_id=body, copy_id=copy_id, seen=1, to=1, actor=SYSTEM, now=now)


def test_old_steps_are_forgotten_and_their_files_stay(
    body: UUID, copy_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stadttor.studio.services.editing.KEPT_REVISIONS", 3)
    for number in range(1, 6):
        save(body, copy_id, now, seen=number, form=b"pages: [%d]\n" % number)
    assert [one.number for one in queries.history(body, copy_id, 50)] == [6, 5, 4, 3]
    assert form(body, copy_id, 3) == b"pages: [2]\n"
    assert "texts/de.yaml" in queries.files(body, copy_id, 3)
    with pytest.raises(Refused, match="not_found"):
        services.go_back(authority_id=body, copy_id=copy_id, seen=6, to=2, actor=SYSTEM, now=now)


@pytest.mark.parametrize("path", ["../x.yaml", "run.py", "letters/x.exe"])
def test_what_no_package_holds_is_not_saved(body: UUID, copy_id: UUID, now: datetime, path: str) -> None:
    with pytest.raises(Refused, match="file_refused"):
        services.save(authority_id=body, copy_id=copy_id, seen=1, contents={path: b"x"}, actor=SYSTEM, now=now)


def test_what_is_too_large_is_not_saved(body: UUID, copy_id: UUID, now: datetime) -> None:
    with pytest.raises(Refused, match="file_refused"):
        save(body, copy_id, now, seen=1, form=b"#" * 4_000_001)


def test_there_are_not_more_copies_than_bounds(
    body: UUID, copy_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rules.MOST_COPIES == 200
    monkeypatch.setattr("stadttor.studio.services.editing.MOST_COPIES", 1)
    with pytest.raises(Refused, match="too_many_copies"):
        services.begin(publisher=queries.publisher_at(body), package="de.example.hund", actor=SYSTEM, now=now)


def test_each_act_stands_in_the_audit(body: UUID, copy_id: UUID, now: datetime) -> None:
    save(body, copy_id, now, seen=1, form=b"pages: []\n")
    services.go_back(authority_id=body, copy_id=copy_id, seen=2, to=1, actor=SYSTEM, now=now)
    services.throw_away(authority_id=body, copy_id=copy_id, actor=SYSTEM, now=now)
    with work(body):
        acts = AuditEntry.objects.filter(authority_id=body, subject_id=copy_id).values_list("act", flat=True)
        assert set(acts) == {"copy.opened", "copy.saved", "copy.went_back", "copy.thrown_away"}
    assert queries.copies(body) == []


def test_another_publisher_of_the_same_name_has_copies_of_its_own(body: UUID, copy_id: UUID, now: datetime) -> None:
    other = a_body("andere")
    assert queries.copies(other) == []
    with pytest.raises(Refused, match="not_found"):
        queries.copy(other, copy_id)
    with pytest.raises(Refused, match="not_found"):
        save(other, copy_id, now, seen=1, form=b"x")
    with pytest.raises(Refused, match="not_found"):
        services.throw_away(authority_id=other, copy_id=copy_id, actor=SYSTEM, now=now)


def test_only_a_steering_body_becomes_a_publisher(now: datetime) -> None:
    create_authority(slug="ort", name="Ort", kind="gemeinde", covers=[], actor=SYSTEM, now=now)
    for slug in ("ort", "nirgends"):
        with pytest.raises(Refused, match="publisher_steers"):
            services.make_publisher(slug=slug, namespace="de.example", name="x", key_file="x.jwk")
