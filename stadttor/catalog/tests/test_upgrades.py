"""A new version takes parameters and open drafts along."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from stadttor.catalog import queries, services
from stadttor.catalog.models import PackageVersion
from stadttor.catalog.rules.faults import PackageRefused
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules.upgrades import migrated_answers, migrated_parameters, migrated_path, steps_from
from stadttor.catalog.tests.builders import ADLER, a_package, adopted, checked, faults_of, published
from stadttor.core.refused import Refused
from stadttor.forms.models import Draft
from stadttor.forms.services.drafting import save_answers, start_draft
from stadttor.ground.models import Authority
from stadttor.ground.work import common, work

STEPS = "{rename: [p.gebuehr_cents, p.preis_cents]}, {rename: [person, halter]}, {drop: anliegen.nummer}"
MIGRATIONS = f'migrations: {{"0.x -> 1.0": [{STEPS}]}}\n'


def newer(version: str = "1.0.0", migrations: str = MIGRATIONS) -> dict[str, bytes]:
    """The skeleton with other names for its fee and its person."""
    files = a_package(package=("version: 0.1.0", f"version: {version}"))
    for path, content in files.items():
        text = content.decode().replace("gebuehr_cents", "preis_cents").replace("person", "halter")
        files[path] = (text.replace("search:", f"{migrations}search:") if path == "package.yaml" else text).encode()
    return files


def steps(*given: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(given)


def test_parameters_are_renamed_and_dropped() -> None:
    moved = steps({"rename": ["p.alt", "p.neu"]}, {"drop": "p.weg"}, {"rename": ["a.b", "a.c"]})
    assert migrated_parameters(moved, {"alt": 3, "weg": 1, "bleibt": 2}) == {"neu": 3, "bleibt": 2}


@pytest.mark.parametrize(
    ("step", "answers", "carried"),
    [
        ({"rename": ["a.x", "a.y"]}, {"a": {"x": 1, "z": 2}}, {"a": {"y": 1, "z": 2}}),
        ({"rename": ["a.x", "b.y"]}, {"a": {"x": 1}}, {"a": {}, "b": {"y": 1}}),
        ({"rename": ["a.x", "a.y"]}, {"a": [{"x": 1}, {}]}, {"a": [{"y": 1}, {}]}),
        ({"rename": ["a.x", "b.y"]}, {"a": [{"x": 1}]}, {"a": [{}]}),
        ({"rename": ["a", "b"]}, {"a": [{"x": 1}]}, {"b": [{"x": 1}]}),
        ({"drop": "a.x"}, {"a": {"x": 1, "z": 2}}, {"a": {"z": 2}}),
        ({"drop": "a"}, {"a": {"x": 1}, "b": {}}, {"b": {}}),
        ({"drop": "a.x"}, {}, {}),
        ({"rename": ["p.x", "p.y"]}, {"p": {"x": 1}}, {"p": {"x": 1}}),
    ],
)
def test_answers_move(step: Mapping[str, Any], answers: Mapping[str, Any], carried: Mapping[str, Any]) -> None:
    assert migrated_answers(steps(step), answers) == carried


@pytest.mark.parametrize(
    ("step", "path", "place"),
    [
        ({"rename": ["a.x", "b.y"]}, "a.x", "b.y"),
        ({"rename": ["a.x", "a.y"]}, "a.0.x", "a.0.y"),
        ({"rename": ["a.x", "b.y"]}, "a.0.x", None),
        ({"rename": ["a", "b"]}, "a.1.x", "b.1.x"),
        ({"drop": "a"}, "a.x", None),
        ({"drop": "a.x"}, "a.y", "a.y"),
    ],
)
def test_files_go_where_their_answer_goes(step: Mapping[str, Any], path: str, place: str | None) -> None:
    assert migrated_path(steps(step), path) == place


@pytest.mark.parametrize(
    ("old", "version", "names"),
    [
        ("0.1.0", "1.0.0", ["a"]),
        ("0.1.0", "2.3.1", ["a", "b"]),
        ("1.4.0", "2.3.1", ["b"]),
        ("2.0.0", "2.3.1", []),
        ("0.1.0", "0.9.0", []),
    ],
)
def test_a_jump_over_several_versions_takes_each_span(old: str, version: str, names: list[str]) -> None:
    found = steps_from(_manifest(version), old)
    assert [step["drop"] for step in found] == names


def _manifest(version: str) -> Manifest:
    manifest = checked(a_package()).accepted().manifest
    spans = {"0.x -> 1.0": [{"drop": "a"}], "1.x -> 2.0": [{"drop": "b"}]}
    return replace(manifest, version=version, migrations=spans)


@pytest.mark.parametrize(
    ("migrations", "said"),
    [
        ('{"0.x -> 2.0": [{drop: anliegen}]}', "leads beyond this version"),
        ('{"0.x -> 0.1": [{rename: [anliegen.ab, anliegen.nie]}]}', "leads to `anliegen.nie`, which does not exist"),
        ('{"0.x -> 0.1": [{rename: [p.alt, p.nie]}]}', "leads to `p.nie`, which does not exist"),
        ('{"0.x -> 0.1": [{rename: [p.alt, anliegen.ab]}]}', "which is of another kind"),
        ('{"0.x -> 0.1": [{rename: [anliegen, anliegen.ab]}]}', "which is of another kind"),
    ],
)
def test_steps_that_lead_nowhere_are_refused(migrations: str, said: str) -> None:
    assert said in faults_of(a_package(package=("search:", f"migrations: {migrations}\nsearch:")))


@pytest.mark.db
def test_an_upgrade_takes_parameters_and_open_drafts_along(authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now, gebuehr_cents=1500)
    answers = {"person": {"vorname": "Amira"}, "anliegen": {"art": "neu", "nummer": "7"}}
    draft_id = start(authority, adoption_id, answers, now)
    version_id = published(now, "1.0.0", newer()).version_id
    services.upgrade(authority_id=authority.id, adoption_id=adoption_id, version_id=version_id, actor=ADLER, now=now)
    form = queries.adopted_form(authority.id, "muster")
    assert form.parameters == {"preis_cents": 1500}
    draft = draft_of(authority, draft_id)
    assert draft.answers == {"halter": {"vorname": "Amira"}, "anliegen": {"art": "neu"}}
    assert draft.revision_id == form.revision_id


@pytest.mark.db
def test_who_types_meanwhile_is_told_to_reload(authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now)
    draft_id = start(authority, adoption_id, {}, now)
    version_id = published(now, "1.0.0", newer()).version_id
    services.upgrade(authority_id=authority.id, adoption_id=adoption_id, version_id=version_id, actor=ADLER, now=now)
    with pytest.raises(Refused) as refused:
        save_answers(authority_id=authority.id, draft_id=draft_id, revision=0, answers={}, language="de", now=now)
    assert refused.value.code == "edited_elsewhere"


@pytest.mark.db
def test_a_draft_without_a_migration_goes_on_with_its_own_version(authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now)
    draft_id = start(authority, adoption_id, {"person": {"vorname": "Amira"}}, now)
    before = draft_of(authority, draft_id).revision_id
    version_id = published(now, "1.0.0", newer(migrations="")).version_id
    services.upgrade(authority_id=authority.id, adoption_id=adoption_id, version_id=version_id, actor=ADLER, now=now)
    draft = draft_of(authority, draft_id)
    assert (draft.revision_id, draft.answers) == (before, {"person": {"vorname": "Amira"}})


@pytest.mark.db
def test_two_publish_the_same_version_at_the_same_moment(now: datetime) -> None:
    published(now)
    one, other = (
        a_package(package=("version: 0.1.0", "version: 0.2.0"), texts=("title: Muster", f"title: {title}"))
        for title in ("Muster", "Anders")
    )
    ends = at_once(lambda: published(now, "0.2.0", one), lambda: published(now, "0.2.0", other))
    assert sorted(type(end).__name__ for end in ends) == ["PackageRefused", "Published"]
    refused = next(end for end in ends if isinstance(end, PackageRefused))
    assert "published already, with other contents" in str(refused)
    with common():
        assert PackageVersion.objects.filter(version="0.2.0").count() == 1


def at_once(*acts: Any) -> list[Any]:
    """What came of each act, all begun at the same moment."""
    barrier = Barrier(len(acts))

    def run(act: Any) -> Any:
        barrier.wait()
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def start(authority: Authority, adoption_id: UUID, answers: Mapping[str, Any], now: datetime) -> UUID:
    revision_id = queries.adopted_form(authority.id, "muster").revision_id
    return start_draft(
        authority_id=authority.id,
        token="t" * 43,
        service="muster",
        adoption_id=adoption_id,
        revision_id=revision_id,
        language="de",
        now=now,
        answers=answers,
    )


def draft_of(authority: Authority, draft_id: UUID) -> Draft:
    with work(authority.id):
        return Draft.objects.get(authority_id=authority.id, id=draft_id)
