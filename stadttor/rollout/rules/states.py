"""What may follow what in the life of a roll-out."""

from collections.abc import Mapping

from stadttor.core.refused import Refused

# After a wave that is not the last the roll-out is `watched`, until the next wave begins or it is stopped.
FROM: Mapping[str, tuple[str, ...]] = {
    "running": ("planned", "running", "paused", "watched", "stopped"),
    "paused": ("running", "watched"),
    "stopped": ("running", "watched"),
    "watched": ("running",),
    "done": ("running",),
    "taking_back": ("running", "paused", "watched", "stopped", "done", "taking_back"),
    "taken_back": ("taking_back",),
    "given_up": ("planned",),
}

# What a steering body can say to a roll-out, and the states in which that makes sense.
WORDS: Mapping[str, tuple[str, ...]] = {
    "pause": FROM["paused"],
    "go-on": ("planned", "paused", "stopped"),
    "next-wave": ("watched",),
    "take-back": FROM["taking_back"],
    "give-up": FROM["given_up"],
    "try-again": ("done", "paused", "stopped", "watched"),
}

# What may be otherwise at another try; the rest is the authority's own decision.
WORTH_ANOTHER_TRY = ("address_taken", "parameters", "unset", "deferred", "not_applicable", "not_covering")


def must_fit(state: str, word: str) -> None:
    """Refused unless the word makes sense in this state."""
    if state not in WORDS[word]:
        raise Refused(
            "rollout_word", "This roll-out is “{state}” now; this cannot be done with it.", status=409, state=state
        )


def must_follow(state: str, wanted: str) -> None:
    """Refused unless a roll-out may go from one state to the other."""
    if state not in FROM[wanted]:
        raise Refused(
            "rollout_state",
            "This roll-out is “{state}” and cannot become “{wanted}”.",
            status=409,
            state=state,
            wanted=wanted,
        )
