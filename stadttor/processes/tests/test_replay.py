"""The built-in process, played step by step."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from stadttor.core.refused import Refused
from stadttor.processes.queries import BUILTIN
from stadttor.processes.rules import Flag, State, Step, TaskNotOpen, replay
from stadttor.processes.rules.parsing import parse

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANTRAG = parse(BUILTIN)


class Played:
    """An instance as a test plays it, one step an hour."""

    def __init__(self, **flags: Flag) -> None:
        self.steps = [Step("start", MONDAY, flags=flags)]

    def __getattr__(self, name: str) -> object:
        return getattr(self.state, name)

    @property
    def state(self) -> State:
        return replay(ANTRAG, self.steps)

    @property
    def open_ids(self) -> list[str]:
        return [task.id for task in self.state.open]

    def done(self, task: str, outcome: str, flags: Mapping[str, Flag] | None = None) -> "Played":
        at = MONDAY + timedelta(hours=len(self.steps))
        self.steps.append(Step("task", at, task, outcome, flags or {}))
        return self

    def told(self, message: str) -> "Played":
        self.steps.append(Step("message", MONDAY + timedelta(hours=len(self.steps)), message))
        return self

    def waited(self, days: int) -> "Played":
        self.steps.append(Step("timer", MONDAY + timedelta(days=days)))
        return self


def test_the_straight_way() -> None:
    played = Played()
    assert played.open_ids == ["check"]
    assert played.done("check", "ready").open_ids == ["decide"]
    assert played.done("decide", "granted").open_ids == ["send"]
    assert played.state.effects == ("notify",)
    assert played.done("send", "sent").open_ids == ["close"]
    assert played.done("close", "closed").state.ended


def test_asking_back_comes_back_to_checking_as_often_as_needed() -> None:
    played = Played()
    for _ in range(3):
        assert played.done("check", "ask_back").open_ids == ["answer"]
        assert played.state.open[0].waits_for == "outside"
        assert played.done("answer", "answered").open_ids == ["check"]


def test_the_applicant_is_reminded_once_after_two_weeks() -> None:
    played = Played().done("check", "ask_back")
    assert played.state.due == MONDAY + timedelta(days=14, hours=1)
    assert played.waited(13).state.effects == ()
    assert played.waited(15).state.effects == ("remind",)
    assert played.state.due is None
    assert played.open_ids == ["answer"]


def test_an_answer_ends_the_timer() -> None:
    played = Played().done("check", "ask_back").done("answer", "answered")
    assert played.state.due is None
    assert played.waited(30).state.effects == ()


def test_four_eyes_come_from_the_flags() -> None:
    played = Played(four_eyes=True).done("check", "ready").done("decide", "granted")
    assert played.open_ids == ["confirm"]
    assert played.state.effects == ()
    assert played.done("confirm", "confirmed").state.effects == ("notify",)


def test_the_second_person_may_send_back() -> None:
    played = Played(four_eyes=True).done("check", "ready").done("decide", "granted")
    assert played.done("confirm", "sent_back").open_ids == ["decide"]


def test_a_decision_taken_back_is_decided_again() -> None:
    played = Played().done("check", "ready").done("decide", "granted").done("send", "taken_back")
    assert played.open_ids == ["decide"]
    assert played.done("decide", "check_again").open_ids == ["check"]


@pytest.mark.parametrize(
    "steps", [[], [("check", "ask_back")], [("check", "ready")], [("check", "ready"), ("decide", "x")]]
)
def test_withdrawing_is_possible_at_any_time(steps: list[tuple[str, str]]) -> None:
    played = Played(four_eyes=True)
    for task, outcome in steps:
        played.done(task, outcome)
    assert played.told("withdraw").state.ended


def test_what_is_not_open_cannot_be_finished() -> None:
    with pytest.raises(TaskNotOpen):
        _ = Played().done("decide", "granted").state
    with pytest.raises(TaskNotOpen):
        _ = Played().told("withdraw").told("withdraw").state
    with pytest.raises(TaskNotOpen):
        _ = Played().told("no such message").state


def test_the_same_steps_give_the_same_state() -> None:
    played = (
        Played(four_eyes=True).done("check", "ask_back").waited(15).done("answer", "answered").done("check", "ready")
    )
    assert replay(ANTRAG, played.steps) == replay(parse(BUILTIN), played.steps)


def test_instances_do_not_share_anything() -> None:
    first, second = Played(four_eyes=True), Played()
    first.done("check", "ready").done("decide", "granted")
    second.done("check", "ready").done("decide", "granted")
    assert (first.open_ids, second.open_ids) == (["confirm"], ["send"])


def test_the_number_of_steps_is_bounded() -> None:
    with pytest.raises(Refused) as refused:
        replay(ANTRAG, [Step("start", MONDAY)] * 501)
    assert refused.value.code == "too_many_steps"
