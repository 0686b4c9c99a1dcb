"""What counts as the same answer, and as the whole table."""

from itertools import product

import pytest

from tests.isolation.names import METHODS
from tests.safety import isolation

TABLE = {"kind": "table", "routes": ["desk/cases/<uuid:case_id>"], "methods": ["get"], "roles": ["clerk"]}
CELL = {"kind": "request", "route": "desk/cases/<uuid:case_id>", "method": "get", "role": "clerk", "way": "0.0"}
SAW = {"status": 404, "bytes": "ab12", "statements": 4}


def asked(attempt=0, **theirs):
    """A pair of requests: with the neighbour's name and with one of nothing."""
    return [
        CELL | SAW | theirs | {"attempt": attempt, "of": "theirs"},
        CELL | SAW | {"attempt": attempt, "of": "nothing"},
    ]


def test_the_same_answers_are_counted_as_cells_of_the_table():
    found = isolation.outcome([TABLE, *asked()])
    assert (found.broken, found.injected, found.figures) == ((), 2, {"routes_checked": 1, "leaks": 0})


@pytest.mark.parametrize("change", [{"status": 403}, {"bytes": "cd34"}, {"statements": 5}, {"opened": True}], ids=str)
def test_any_difference_is_a_leak(change):
    found = isolation.outcome([TABLE, *asked(**change)])
    assert (found.leaked, len(found.broken)) == (1, 1)


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ({"status": 404}, 2),
        ({"status": 403}, 2),
        ({"status": 302}, 0),
        ({"status": 302, "sent_to_sign_in": True}, 2),
        ({"status": 200}, 0),
    ],
    ids=str,
)
def test_only_what_was_refused_is_counted_so(line, refused):
    """Report: who was led on after something was done counted as refused."""
    both = [one | line for one in asked()]
    assert isolation.outcome([TABLE, *both]).refused == refused


@pytest.mark.parametrize(
    ("status", "location", "route", "refused"),
    [
        (302, "/desk/sign-in?next=/desk/cases/", "cases:work_list", True),
        (302, "/konto/anmelden?weiter=1", "account:home", True),
        (302, "/desk/sign-in", "identity:sign_out", False),
        (302, "/konto/anmelden?why=closed", "account:close", False),
        (302, "/desk/cases/", "cases:assign", False),
        (302, "/desk/sign-in-rules?saved=1", "identity:sign_in_rules", False),
        (200, "/desk/sign-in", "cases:work_list", False),
    ],
)
def test_who_is_led_to_the_sign_in_was_refused(status, location, route, refused):
    from tests.isolation.asking import Seen
    from tests.isolation.table import targets

    seen = Seen(status, f"Content-Type: text/html\nLocation: {location}\n\nLocation: /desk/sign-in", 1)
    [target, *_] = [one for one in targets() if one.route.name == route]
    assert isolation._sent_to_sign_in(seen, target) is refused


def test_what_a_process_keeps_for_seconds_is_none():
    assert isolation.outcome([TABLE, *asked(statements=5), *asked(attempt=1)]).broken == ()
    assert isolation.outcome([TABLE, *asked(statements=5), *asked(attempt=1, statements=5)]).leaked == 1


def test_bytes_that_differed_once_are_a_leak_and_so_is_a_changed_row():
    """Report: a POST that changes the neighbour's row once, and answers otherwise only then, was none."""
    once = [TABLE, *asked(bytes="cd34"), *asked(attempt=1)]
    assert isolation.outcome(once).leaked == 1
    changed = {"kind": "changed", "route": "desk/", "method": "post", "table": "cases_case"}
    assert isolation.outcome([TABLE, *asked(), changed]).broken == (
        "post desk/ changed rows of the neighbour in cases_case",
    )


def test_a_cell_that_was_not_tried_breaks_the_promise():
    found = isolation.outcome([TABLE | {"roles": ["clerk", "citizen"]}, *asked()])
    assert found.broken == ("not tried: desk/cases/<uuid:case_id>, get, citizen",)
    assert found.figures["routes_checked"] == 1


ROUTES = ["desk/", "desk/cases/<uuid:case_id>"]
WHOLE = [
    {"kind": "begun", "size": "ci"},
    {"kind": "urls", "routes": ROUTES},
    {"kind": "table", "routes": ROUTES, "methods": list(METHODS), "roles": list(isolation.ROLES)},
    *(
        line | {"route": route, "method": method, "role": role}
        for route, method, role in product(ROUTES, METHODS, isolation.ROLES)
        for line in asked()
    ),
]


def test_routes_checked_is_routes_by_methods_by_roles_of_the_url_table():
    found = isolation.outcome(WHOLE)
    assert (found.broken, found.figures["routes_checked"]) == ((), 2 * 7 * 8)


@pytest.mark.parametrize(
    "gone", [("routes", "route", "desk/"), ("methods", "method", "put"), ("roles", "role", "steering")]
)
def test_what_was_left_out_of_the_table_and_of_the_run_is_missed_all_the_same(gone):
    """Report: 200 routes by one role less were as good as all; the least follows from the URL table itself."""
    listed, named, name = gone
    lines = [
        line | {listed: [one for one in line[listed] if one != name]} if line["kind"] == "table" else line
        for line in WHOLE
        if line.get(named) != name
    ]
    most = 2 * 7 * 8
    left = most - most // len({"routes": ROUTES, "methods": METHODS, "roles": isolation.ROLES}[listed])
    assert isolation.outcome(lines).broken == (
        f"{left} routes × methods × roles instead of {most}, those of the URL table", f"{listed} nobody tried: {name}",
    )  # fmt: skip


def test_a_run_that_does_not_say_what_the_url_table_holds_proves_nothing():
    found = isolation.outcome([line for line in WHOLE if line["kind"] != "urls"]).broken
    assert "the run does not say what stands in the URL table: it was not tried" in found


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "home", "route": "desk/", "way": 0, "name": "case_id", "answered": False},
        {"kind": "role", "role": "clerk", "status": 302},
    ],
    ids=lambda line: line["kind"],
)
def test_a_name_that_opens_nothing_at_home_or_a_role_that_lost_its_rights_proves_nothing(line):
    assert len(isolation.outcome([TABLE, *asked(), line]).broken) == 1
