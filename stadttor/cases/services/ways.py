"""By which lawful way what was decided goes: the rule's, or another one with a reason."""

from stadttor.cases import ports
from stadttor.cases.rules import in_print
from stadttor.core.outcomes import is_decision
from stadttor.core.refused import Refused


def chosen_way(case: ports.CaseRef, outcome: str, channel: str, reason: str) -> tuple[str, str]:
    """As `lawful_way`, for a decision with this outcome; both empty for what is no decision."""
    return lawful_way(case, channel, reason) if is_decision(outcome) else ("", "")


def lawful_way(case: ports.CaseRef, channel: str, reason: str) -> tuple[str, str]:
    """(channel, why it is another one than the rule's), both empty where nothing is delivered. Inside the open work.

    Refused for a way the law does not know here, and for another than the rule's without a reason.
    """
    ways = ports.ways_of(case)
    if ways is None:
        return "", ""
    channel, why = channel or ways.proposed, in_print(reason, "channel_reason")
    if channel not in {one.key for one in ways.ways}:
        raise Refused("channel_unknown", "This decision cannot be delivered this way.", field="channel")
    if channel == ways.proposed:
        return channel, ""
    if not why:
        raise Refused(
            "channel_reason", "Please say why it is delivered another way than the rule says.", field="channel_reason"
        )
    return channel, why
