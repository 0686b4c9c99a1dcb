"""Guards that read the system itself: routes ask for roles, jobs carry ids only, lock files name no host."""

import inspect
import re
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints
from uuid import UUID

import pytest

from stadttor.ground import events, jobs
from stadttor.identity.guards import MEMBER
from stadttor.identity.rules import CASEWORK, ROLES
from tests.architecture.routes import Route, routes

ROOT = Path(__file__).resolve().parents[2]

# Pages below /desk/ that must open without a role: somebody who is not signed in yet comes here.
PUBLIC_DESK = {
    "desk", "identity:sign_in", "identity:sign_out", "identity:passkey_sign_in", "identity:ask_to_sign_in",
    "identity:openid_start", "identity:openid_callback", "identity:openid_logout", "identity:invitation",
}  # fmt: skip


@pytest.mark.parametrize("route", [one for one in routes() if one.pattern.startswith("desk")], ids=lambda one: one.name)
def test_every_page_of_the_staff_asks_for_a_role(route: Route):
    if route.name in PUBLIC_DESK:
        assert route.required_role is None
    else:
        assert route.required_role in {*ROLES, MEMBER, CASEWORK}


def test_no_page_for_citizens_asks_for_a_role():
    asked = [one.name for one in routes() if one.required_role and not one.pattern.startswith("desk")]
    assert asked == []


def test_every_route_has_a_name_of_its_own():
    names = [one.name for one in routes() if not one.pattern.startswith("api/")]
    assert len(names) == len(set(names))


PLAIN = (UUID, str, int)


# Tests of the queue register jobs of their own.
OURS = sorted(name for name in jobs.registered() if not name.startswith("tests."))


@pytest.mark.parametrize("name", OURS)
def test_jobs_take_ids_and_keys_only(name):
    """The queue's tables are global: what a job is given may not be about a person."""
    function = next(function for function, known in jobs._names.items() if known == name)
    parameters = inspect.signature(function).parameters
    if list(parameters) == ["values"]:
        return  # a listener of an event, see the next test
    hints = get_type_hints(function)
    assert parameters.pop("authority_id", None) if isinstance(parameters, dict) else "authority_id" in parameters
    for parameter, hint in ((one, hints[one]) for one in parameters):
        assert hint in PLAIN, f"{name}({parameter})"
        is_plain_name = parameter.endswith(("_id", "key", "version", "act", "day")) or parameter in {"after", "rounds"}
        assert is_plain_name, f"{name}({parameter}) does not look like an id or a key"


def test_events_that_travel_as_jobs_carry_ids_and_codes_only():
    assert events._listeners
    for kind in events._listeners:
        hints = get_type_hints(kind)
        for one in fields(kind):
            is_id = one.name.endswith("_id") and hints[one.name] in (UUID, UUID | None)
            assert is_id or one.name in {"outcome", "state", "kind"}, f"{kind.__name__}.{one.name}"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "package-lock.json", ".npmrc"])
def test_lock_files_name_no_host(name):
    text = (ROOT / name).read_text("utf-8")
    addresses = [line for line in text.splitlines() if re.search(r'https?://|"resolved"', line)]
    harmless = [line for line in addresses if re.search(r'"(url|homepage)":', line)]
    assert sorted(set(addresses) - set(harmless)) == []


def test_lock_files_pin_every_package_by_hash():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text("utf-8")
        pins = re.findall(r"^[A-Za-z0-9_.\[\]-]+==[^ ]+ \\\n    --hash=sha256:", text, re.M)
        assert len(pins) == len(re.findall(r"^[A-Za-z]", text, re.M))


def test_packages_hold_no_code():
    forbidden = {".py", ".js", ".mjs", ".html", ".sh", ".so"}
    found = [str(file) for file in (ROOT / "packages").rglob("*") if file.suffix in forbidden]
    assert found == []


def test_scripts_of_pages_use_no_look_behind():
    """Safari before 16.4 (2023) refuses a script that holds one, and with it saving and sending."""
    scripts = [*ROOT.glob("stadttor/*/assets/*.js"), *ROOT.glob("stadttor/ground/web/assets/*.js")]
    assert scripts
    assert not [path.name for path in scripts if re.search(r"\(\?<[=!]", path.read_text())]
