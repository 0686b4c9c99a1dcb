"""A new version takes parameters along."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from stadttor.catalog import queries, services
from stadttor.catalog.models import PackageVersion
from stadttor.catalog.rules.faults import PackageRefused
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules.upgrades import migrated_parameters, steps_from
from stadttor.catalog.tests.builders import ADLER, a_package, adopted, checked, faults_of, published
from stadttor.ground.models import Authority
from stadttor.ground.work import common

MIGRATIONS = 'migrations: {"0.x -> 1.0": [{rename: [p.gebuehr_cents, p.preis_cents]}]}\n'


def newer() -> dict[str, bytes]:
    """The skeleton with another name for its fee."""
    files = a_package(package=("version: 0.1.0", "version: 1.0.0"))
    for path, content in files.items():
        text = content.decode().replace("gebuehr_cents", "preis_cents")
        files[path] = (text.replace("search:", f"{MIGRATIONS}search:") if path == "package.yaml" else text).encode()
    return files


def steps(*given: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(given)


def test_parameters_are_renamed_and_dropped() -> None:
    moved = steps({"rename": ["p.alt", "p.neu"]}, {"drop": "p.weg"}, {"rename": ["a.b", "a.c"]})
    assert migrated_parameters(moved, {"alt": 3, "weg": 1, "bleibt": 2}) == {"neu": 3, "bleibt": 2}


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
        ('{"0.x -> 2.0": [{drop: p.alt}]}', "leads beyond this version"),
        ('{"0.x -> 0.1": [{rename: [p.alt, p.nie]}]}', "leads to `p.nie`, which does not exist"),
        ('{"0.x -> 0.1": [{rename: [p.alt, anliegen.ab]}]}', "moves the answer `anliegen.ab`"),
        ('{"0.x -> 0.1": [{rename: [person, halter]}]}', "go on with the version they began with"),
        ('{"0.x -> 0.1": [{drop: anliegen.nummer}]}', "moves the answer `anliegen.nummer`"),
        (
            '{"0.x -> 0.1": [{rename: [p.alt, p.gebuehr_cents]}, {rename: [p.neu, p.gebuehr_cents]}]}',
            "gives two parameters the name `p.gebuehr_cents`",
        ),
    ],
)
def test_steps_that_lead_nowhere_are_refused(migrations: str, said: str) -> None:
    assert said in faults_of(a_package(package=("search:", f"migrations: {migrations}\nsearch:")))


@pytest.mark.db
def test_an_upgrade_takes_parameters_along(authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now, gebuehr_cents=1500)
    version_id = published(now, "1.0.0", newer()).version_id
    services.upgrade(authority_id=authority.id, adoption_id=adoption_id, version_id=version_id, actor=ADLER, now=now)
    assert queries.adopted_form(authority.id, "muster").parameters == {"preis_cents": 1500}


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
