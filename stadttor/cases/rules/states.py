"""States of a case and the acts that lead from one to the next."""

from dataclasses import dataclass
from typing import Literal

from stadttor.core.refused import Refused

State = Literal["received", "in_review", "waiting_for_citizen", "awaiting_second", "decided", "closed", "withdrawn"]
STATES: tuple[State, ...] = (
    "received",
    "in_review",
    "waiting_for_citizen",
    "awaiting_second",
    "decided",
    "closed",
    "withdrawn",
)
OPEN_STATES = STATES[:5]
WITH_CITIZEN = "waiting_for_citizen"

ActName = Literal[
    "take", "give_back", "assign", "note", "ask_back", "answer", "stop_asking", "complete_step", "decide", "propose",
    "confirm", "send_back", "undo", "withdraw", "close", "reopen",
]  # fmt: skip
SAME = "same"


@dataclass(frozen=True)
class Act:
    """What somebody does: from which states it is possible and to which it leads (`same` keeps the state)."""

    name: ActName
    by: Literal["staff", "citizen"]
    before: tuple[State, ...]
    after: str


REVIEW: tuple[State, ...] = ("received", "in_review")
ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act("take", "staff", (*REVIEW, "waiting_for_citizen", "awaiting_second", "decided"), SAME),
        Act("assign", "staff", (*REVIEW, "waiting_for_citizen", "awaiting_second", "decided"), SAME),
        Act("give_back", "staff", (*REVIEW, "waiting_for_citizen", "awaiting_second", "decided"), SAME),
        Act("note", "staff", STATES, SAME),
        Act("ask_back", "staff", REVIEW, "waiting_for_citizen"),
        Act("answer", "citizen", ("waiting_for_citizen",), "in_review"),
        Act("stop_asking", "staff", ("waiting_for_citizen",), "in_review"),
        Act("complete_step", "staff", REVIEW, "in_review"),
        Act("decide", "staff", REVIEW, "decided"),
        Act("propose", "staff", REVIEW, "awaiting_second"),
        Act("confirm", "staff", ("awaiting_second",), "decided"),
        Act("send_back", "staff", ("awaiting_second",), "in_review"),
        Act("undo", "staff", ("decided", "awaiting_second"), "in_review"),
        Act("withdraw", "citizen", (*REVIEW, "waiting_for_citizen", "awaiting_second"), "withdrawn"),
        Act("close", "staff", ("decided",), "closed"),
        Act("reopen", "staff", ("closed", "withdrawn"), "in_review"),
    )
}


def may(act: ActName, state: str) -> bool:
    """Whether the act is possible in this state."""
    return state in ACTS[act].before


def must(act: ActName, state: str) -> str:
    """The state after the act. Refused when it is not possible now."""
    if not may(act, state):
        raise Refused(
            "not_now",
            "This is not possible any more: the case has moved on. Please look at its history.",
            status=409,
            act=act,
            state=state,
        )
    after = ACTS[act].after
    if after == SAME:
        return "in_review" if act == "take" and state == "received" else state
    return after


# Outcomes by which the applicant got what the fee is for.
SERVED = frozenset({"granted", "partly", "registered", "assessed"})


def ended_with_nothing(state: str, outcome: str) -> bool:
    """Whether the work ended without what the applicant asked for; `outcome` is that of the decision she was told."""
    if state == "withdrawn":
        return True
    return state in ("decided", "closed") and outcome not in SERVED


def next_act(state: str, *, mine: bool, decided_by_me: bool, sent: bool) -> ActName | None:
    """The next sensible act for the person who looks, shown as the one big button. None: there is nothing to do.

    Taking a decision back is possible for a minute, but nothing one is led to.
    """
    if state in REVIEW:
        return "decide" if mine else "take"
    if state == "awaiting_second":
        return None if decided_by_me else "confirm"
    if state == "decided":
        return "close" if sent else None
    return None
