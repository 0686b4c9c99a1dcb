"""A report of a barrier: how long it may be, how many are taken, how long it is kept."""

from stadttor.core.refused import Refused

LONGEST = 2_000
LONGEST_PLACE = 200
LONGEST_EMAIL = 254
LONGEST_ANSWER = 500
"""As much as a mail says in one value."""
MOST_A_DAY = 200
"""Per authority; what comes after that is no report of people."""
KEEP_ANSWERED_DAYS = 90
KEEP_OPEN_DAYS = 365
ANSWER_WITHIN_DAYS = 28
"""A month is the shortest time after which a Land lets people turn to its enforcement body (§ 5 Abs. 4 BIKTG Bln)."""


def must_be_report(text: str, place: str) -> None:
    """Refused when it says nothing, or too much."""
    if not text:
        raise Refused("missing", "Please say what you could not use.", field="text")
    for name, value, longest in (("text", text, LONGEST), ("place", place, LONGEST_PLACE)):
        if len(value) > longest:
            raise Refused("long", "Please use at most {longest} characters.", field=name, longest=longest)


def must_be_answer(answer: str, *, is_mailed: bool) -> None:
    """Refused when somebody waits for words and gets none, or more than a mail carries."""
    if is_mailed and not answer:
        raise Refused("missing", "Please write an answer: an e-mail address was given.", field="answer")
    if len(answer) > LONGEST_ANSWER:
        raise Refused("long", "Please use at most {longest} characters.", field="answer", longest=LONGEST_ANSWER)
