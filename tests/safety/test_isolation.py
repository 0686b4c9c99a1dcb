"""What counts as the same answer, and as the whole table."""

import pytest

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


def test_a_table_that_shrank_is_not_whole():
    """Report: one route and one role were as good as all."""
    few = isolation.outcome([{"kind": "begun", "size": "ci"}, TABLE, *asked()]).broken
    assert few[:2] == ("1 routes instead of 200", "1 methods instead of 7")
    assert few[2:] == tuple(f"nobody came as {role}" for role in isolation.ROLES if role != "clerk")


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
