"""A short name is changed with all its uses, or not at all."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from stadttor.catalog.rules.files import read_folder
from stadttor.catalog.rules.renaming import mention_of, renamed
from stadttor.catalog.services.drafting import SKELETON, looked_over
from stadttor.core.refused import Refused
from stadttor.studio import queries
from stadttor.studio.rules.parts import Target
from stadttor.studio.services import renaming
from stadttor.studio.tests.builders import HOME, a_body, a_copy, signed_in, text

ROOT = Path(__file__).parents[3]
ART = Target(group="anliegen", field="art")


@pytest.fixture
def unpublished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renaming, "is_published", lambda package, target: False)


def test_only_the_path_itself_is_a_mention() -> None:
    mention = mention_of("antrag", "art")
    said = "a.antrag.art == 'x' && a.antrag.art_alt != '' && p.antrag.art && data.a.antrag.art && antrag.art"
    assert mention.sub(r"\g<1>was", said) == (
        "a.antrag.was == 'x' && a.antrag.art_alt != '' && p.antrag.art && data.a.antrag.was && antrag.was"
    )


def test_a_file_keeps_its_comments_and_its_quotes() -> None:
    content = b"# why\na: {x.y: 'x.y', z: x.yy} # here\nb:\n  - >-\n    a.x.y\n    && true\n"
    mention = mention_of("x", "y")
    say = lambda at, said: mention.sub(r"\g<1>new", said)  # noqa: E731  # said once
    assert renamed(content, "a.yaml", keys=say, values=say) == (
        b"# why\na: {x.new: 'x.new', z: x.yy} # here\nb:\n  - >-\n    a.x.new\n    && true\n"
    )


def test_a_field_is_renamed_in_conditions_texts_examples_and_checks(unpublished: None) -> None:
    files = read_folder(SKELETON)
    changed, goal = renaming.rename(files, "de.example.muster", ART, "vorhaben")
    assert str(goal) == "field:anliegen.vorhaben"
    assert {"form.yaml", "texts/de.yaml", "examples/neu.yaml"} <= changed.keys()
    after = looked_over({**files, **changed})
    assert after.faults == looked_over(files).faults
    assert after.content is not None
    assert "anliegen.vorhaben" in after.content.form.fields
    assert "anliegen.art" not in after.content.form.fields
    back, _goal = renaming.rename({**files, **changed}, "de.example.muster", goal, "art")
    assert {**files, **changed, **back} == files


def test_a_page_is_renamed_with_its_texts_and_what_examples_expect(unpublished: None) -> None:
    files = read_folder(SKELETON)
    changed, goal = renaming.rename(files, "de.example.muster", Target(page="anliegen"), "wunsch")
    assert str(goal) == "page:wunsch"
    assert b"pages: [person, wunsch]" in changed["examples/neu.yaml"]
    assert looked_over({**files, **changed}).faults == looked_over(files).faults


@pytest.mark.parametrize(
    ("package", "target"),
    [
        ("bewohnerparkausweis", Target(group="antrag", field="art")),
        ("hundesteuer", Target(group="person", field="nachname")),
        ("bewohnerparkausweis", Target(group="fahrzeug", field="kennzeichen")),
        ("bewohnerparkausweis", Target(page="antrag")),
    ],
)
def test_a_package_that_ships_is_renamed_without_a_new_finding(unpublished: None, package: str, target: Target) -> None:
    """With permits that set answers, hand-overs, recipients of letters and all its languages."""
    files = read_folder(ROOT / "packages" / package)
    changed, _goal = renaming.rename(files, f"de.stadttor.{package}", target, "ganz_anders")
    assert looked_over({**files, **changed}).faults == looked_over(files).faults


@pytest.mark.parametrize(("name", "code"), [("ab", "part_taken"), ("Art", "part_name"), ("in", "part_reserved")])
def test_a_name_that_cannot_be_is_refused_where_it_was_typed(unpublished: None, name: str, code: str) -> None:
    with pytest.raises(Refused, match=code) as refused:
        renaming.rename(read_folder(SKELETON), "de.example.muster", ART, name)
    assert refused.value.field == renaming.FIELD


def test_a_letter_that_says_the_answer_goes_along(unpublished: None) -> None:
    files = read_folder(SKELETON)
    files["letters/bescheid.typ"] += (
        b'\n#data.a.anliegen.art #let of(g, f) = data.a.at(g).at(f)\n#of("anliegen", "art")\n'
    )
    changed, _goal = renaming.rename(files, "de.example.muster", ART, "vorhaben")
    assert b"#data.a.anliegen.vorhaben " in changed["letters/bescheid.typ"]
    assert b'#of("anliegen", "vorhaben")' in changed["letters/bescheid.typ"]


def test_a_letter_that_names_the_field_apart_is_not_left_behind(unpublished: None) -> None:
    files = read_folder(SKELETON)
    files["letters/bescheid.typ"] += b'\n#data.a.at("anliegen").at("art", default: "")\n'
    with pytest.raises(Refused, match="rename_by_hand"):
        renaming.rename(files, "de.example.muster", ART, "vorhaben")


def test_a_question_that_is_asked_several_times_is_renamed_by_hand(unpublished: None) -> None:
    files = read_folder(ROOT / "packages" / "hundesteuer")
    with pytest.raises(Refused, match="rename_repeated"):
        renaming.rename(files, "de.stadttor.hundesteuer", Target(group="hund", field="name"), "rufname")


@pytest.mark.db
@pytest.mark.usefixtures("_clean")
def test_a_published_question_is_renamed_for_a_major_version_alone(now: datetime) -> None:
    body: UUID = a_body()
    copy_id = a_copy(body, now)
    desk: Any = signed_in(body, "redaktion")
    address = f"{HOME}/{copy_id}/form/part?part=field:anliegen.art"
    page = text(desk.get(address))
    assert "This question is published" in page
    posted = {"act": "rename", "new_id": "vorhaben", "seen": "1"}
    refused = desk.post(address, posted)
    assert refused.status_code == 422
    assert "would lose their meaning" in text(refused)
    assert queries.copy(body, copy_id).revision == 1
    done = desk.post(address, {**posted, "major": "yes"})
    assert done.status_code == 303
    assert "anliegen.vorhaben" in done.headers["Location"]
    assert b"anliegen.vorhaben" in queries.files(body, copy_id, 2)["form.yaml"]
    behind = desk.post(
        address.replace("anliegen.art", "anliegen.vorhaben"), {**posted, "new_id": "was", "major": "yes"}
    )
    assert behind.status_code == 409
