"""Marks of satisfaction: five of them, the best first; and how far a text may still tell of its mark."""

from collections.abc import Mapping


def N_(text: str) -> str:
    """Marks a text for translation where it is not yet shown."""
    return text


WORDS: Mapping[int, str] = {5: N_("Very good"), 4: N_("Good"), 3: N_("Fair"), 2: N_("Bad"), 1: N_("Very bad")}
SCORES = tuple(WORDS)
MEASURE = "score"
"""The measure of all marks; a counter says behind a colon where its marks were asked for (`WAYS`)."""
WAYS: Mapping[str, str] = {
    "online_sent": N_("Online, after sending"),
    "online": N_("Online, after the decision"),
    "counter_sent": N_("At the counter, on handing in"),
    "counter": N_("At the counter, after the decision"),
    "phone_sent": N_("By phone, on applying"),
    "phone": N_("By phone, after the decision"),
    "post_sent": N_("By post, on handing in"),
    "post": N_("By post, after the decision"),
    "appointment": N_("After an appointment"),
}
"""How somebody came to us, and whether she is asked before or after the decision."""
OFFLINE: Mapping[str, str] = {"counter": "counter", "phone": "phone", "paper": "post", "post": "post"}
APPOINTMENT = "appointment"
MEASURES = tuple(f"{MEASURE}:{way}" for way in WAYS)
SHOWN_FROM = 5
"""Fewer answers than this could be guessed back to people."""
LONGEST_COMMENT = 1_000
MOST_A_MONTH = 20_000
"""Per authority and service; what comes after that is no opinion of applicants."""
KEEP_DAYS = 365
"""At most: of a text only the month is known, and with its first day the whole month goes."""
SATISFIED = (4, 5)
MOODS: Mapping[bool, str] = {True: N_("Good or very good"), False: N_("Fair to very bad")}
"""All that stays with a text of the mark it was given with: enough to read complaints first, too little to find the mark."""


def is_score(text: str) -> bool:
    """Whether a posted mark is one of ours."""
    return text in {str(score) for score in SCORES}


def way_of(channel: str, *, is_decided: bool) -> str:
    """The one of WAYS for an application that came in by a channel (`forms.Submission.channel`), or for an `appointment`."""
    if channel == APPOINTMENT:
        return APPOINTMENT
    came = OFFLINE.get(channel, "online")
    return came if is_decided else f"{came}_sent"
