"""The corpus through both engines: what the server decides and what the browser shows must be the same."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from stadttor.core.cel import (
    BOOLEAN,
    DATE,
    INTEGER,
    TEXT,
    Declared,
    Environment,
    Expression,
    Kind,
    ProfileError,
    list_of,
    record,
)

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CORPUS = json.loads((HERE / "corpus.json").read_text())
KINDS = {"text": TEXT, "date": DATE, "integer": INTEGER, "boolean": BOOLEAN}


def kind(raw: Any) -> Kind:
    if isinstance(raw, str):
        return KINDS[raw]
    if isinstance(raw, list):
        return list_of(kind(raw[0]))
    return record({name: kind(inner) for name, inner in raw.items()})


def plain(of: Kind) -> Any:
    if of.element:
        return [plain(of.element)]
    return {name: plain(inner) for name, inner in of.fields.items()} if of.name == "record" else of.name


NAMES = Declared(*(kind(CORPUS["declared"][root]) for root in ("a", "p", "item")))
SOURCES = [case["source"] for case in CORPUS["cases"]]


def look_up(path: str) -> Any:
    value: Any = CORPUS["env"]
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def job(source: str) -> dict[str, Any]:
    expression = Expression.parse(source, NAMES)
    paths = sorted(expression.references)
    declared = {path: plain(of) for path in paths if (of := NAMES.kind_of(path))}
    return {"lowered": expression.lowered, "declared": declared, "env": {path: look_up(path) for path in paths}}


@cache
def browser_results() -> dict[str, Any]:
    node = shutil.which("node")
    if not node:
        pytest.skip("no node on this machine")
    if not (ROOT / "node_modules" / "@marcbachmann" / "cel-js").is_dir():
        pytest.skip("node_modules is absent: npm ci brings the browser's engine")
    jobs = json.dumps([job(source) for source in SOURCES])
    done = subprocess.run([node, HERE / "run.mjs"], input=jobs, capture_output=True, text=True, check=True, timeout=60)
    return dict(zip(SOURCES, json.loads(done.stdout), strict=True))


def exactly(value: Any) -> Any:
    """Tells true from 1, which Python's == does not."""
    return json.dumps(value, sort_keys=True)


def test_the_corpus_is_large_enough_and_says_nothing_twice() -> None:
    assert len(SOURCES) >= 150
    assert len(set(SOURCES)) == len(SOURCES)


@pytest.mark.parametrize("case", CORPUS["cases"], ids=lambda case: case["source"])
def test_the_server_evaluates(case: dict[str, Any]) -> None:
    value = Expression.parse(case["source"], NAMES).evaluate(Environment.of(NAMES, CORPUS["env"]))
    assert exactly(value) == exactly(case["value"])


@pytest.mark.parametrize("case", CORPUS["cases"], ids=lambda case: case["source"])
def test_the_browser_evaluates_the_same(case: dict[str, Any]) -> None:
    result = browser_results()[case["source"]]
    assert "error" not in result, result
    assert exactly(result["value"]) == exactly(case["value"])


@pytest.mark.parametrize("case", CORPUS["refused"], ids=lambda case: case["source"][:40])
def test_the_profile_refuses_with_place_and_mend(case: dict[str, Any]) -> None:
    with pytest.raises(ProfileError) as refused:
        Expression.parse(case["source"], NAMES)
    assert case["says"] in refused.value.message
    assert 0 <= refused.value.position <= len(case["source"])
    assert refused.value.mend
