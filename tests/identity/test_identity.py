import pytest

from tests.identity import __main__ as program
from tests.identity.parts.saml import EXPLAINED, Ended, explained
from tests.identity.plan import PLAN, Planned, case, figure, note
from tests.identity.report import counted, recompute
from tests.identity.stand import Stand
from tests.measuring.lines import Lines

RUN = {"machine": {}, "commit": "c", "uncommitted_changes": False, "date": "2026-11-22"}


def test_figures_are_counted_from_the_lines():
    lines = [case("a", "refused", "refused", right=True), case("b", "refused", "accepted", right=False)]
    planned = Planned("wallet", "wallet_cases", "wallet_wrong")
    assert counted(planned, [*lines, figure("presentation_cpu_ms", 2.5)]) == {
        "wallet_cases": 2,
        "wallet_wrong": 1,
        "presentation_cpu_ms": 2.5,
    }


def test_the_report_names_what_was_wrong_and_what_was_not_run(tmp_path):
    lines = Lines(tmp_path)
    lines.write("identity-wallet", kind="begun", **RUN)
    lines.write("identity-wallet", **case("kb-typ", "refused", "accepted", right=False, why="200"))
    lines.write("identity-wallet", **note("played by hand"))
    lines.write("identity-wallet", kind="ended", seconds=1.0)
    lines.write("identity-vectors", kind="begun", **RUN)
    lines.write("identity-vectors", kind="failed", why="no file")
    report = recompute(tmp_path)
    assert report["parts"]["wallet"]["wrong"] == ["kb-typ: refused expected, accepted. 200"]
    assert (report["commit"], report["figures"]["wallet_wrong"], report["figures"]["vectors"]) == ("c", 1, None)
    assert {"part": "vectors", "why": "no file"} in report["not_run"]


def test_a_missed_goal_is_named(tmp_path):
    lines = Lines(tmp_path)
    lines.write("identity-cost", kind="begun", **RUN)
    lines.write("identity-cost", **figure("presentation_cpu_ms", 7.0))
    lines.write("identity-cost", kind="ended", seconds=1.0)
    assert recompute(tmp_path)["missed"] == ["presentation_cpu_ms"]


def test_what_a_second_verifier_does_not_judge_is_listed_with_the_reason(tmp_path):
    lines = Lines(tmp_path)
    lines.write("identity-second_verifier", kind="begun", **RUN)
    lines.write("identity-second_verifier", **case("good", "accepted", "accepted", right=True))
    lines.write("identity-second_verifier", kind="outside", name="second-post", why="it keeps no sessions")
    lines.write("identity-second_verifier", kind="ended", seconds=1.0)
    report = recompute(tmp_path)
    assert report["figures"]["second_verifier_disagreements"] == 0
    assert report["parts"]["second_verifier"]["outside"] == {"second-post": "it keeps no sessions"}


GOOD = case("good", "accepted", "accepted", right=True)


class Short:
    """A part of which one case came back."""

    def run(self, stand):
        yield GOOD


class Planning(Planned):
    def part(self):
        return Short()


@pytest.mark.parametrize(("least", "right"), [(1, True), (2, False)])
def test_a_part_that_tried_fewer_cases_than_it_has_fails(tmp_path, monkeypatch, least, right):
    monkeypatch.setattr(program, "circumstances", lambda moment: RUN)
    assert program._run(Planning("short", "a", "b", least, outside=False), None, Lines(tmp_path)) is right


def test_without_the_outside_clients_it_is_said_that_a_part_was_not_run(tmp_path, monkeypatch):
    monkeypatch.setattr(program, "circumstances", lambda moment: RUN)
    stand = Stand(tmp_path)
    monkeypatch.setattr(Stand, "has_peers", False)
    assert program._run(Planning("story", "a", "b", 1), stand, Lines(tmp_path)) is True
    why = "the outside clients (../shared/peers/identity) are not here"
    assert {"part": "story", "why": why} in recompute(tmp_path)["not_run"]


def test_the_report_names_a_part_that_came_back_short(tmp_path):
    lines = Lines(tmp_path)
    lines.write("identity-vci", kind="begun", **RUN)
    lines.write("identity-vci", **GOOD)
    lines.write("identity-vci", kind="ended", seconds=1.0)
    assert recompute(tmp_path)["lacking"] == {"vci": "1 cases tried, 27 expected"}


def test_each_part_that_counts_cases_says_how_many_it_has():
    assert {planned.name for planned in PLAN if not planned.least} == {"cost"}


@pytest.mark.parametrize("name", EXPLAINED)
def test_a_refusal_counts_as_explained_only_where_her_browser_was_led_to_its_own_reason(name):
    problem, words = EXPLAINED[name]
    assert explained(name, Ended("refused", "302", problem=problem), words)["right"]
    assert not explained(name, Ended("refused", "302", problem="denied"), words)["right"]
    assert not explained(name, Ended("refused", "302", problem=problem), "another page")["right"]
    assert not explained(name, Ended("accepted", "302", problem=problem), words)["right"]
