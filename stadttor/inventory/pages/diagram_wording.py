"""What a diagram says in symbols, in words: conditions of flows and times of waiting."""

import re
from collections.abc import Mapping

from stadttor.ground.web.language import N_, _, ngettext

# What `a.outcome` and `a.decision` can be in the processes of packages (processes/rules/vocabulary.py).
VALUES: Mapping[str, str] = {
    "ask_back": N_("there is a question"), "check_again": N_("it is to be checked again"), "sent_back": N_("it was sent back"),
    "taken_back": N_("the decision was taken back"), "granted": N_("it is granted"), "partly": N_("it is granted in part"),
    "refused": N_("it is refused"), "withdrawn": N_("the application was withdrawn"),
}  # fmt: skip
_TIME = re.compile(r"P(?:(\d{1,3})D|T(\d{1,4})H|T(\d{1,4})M)")
_VALUE = re.compile(r"a\.(?:outcome|decision) (==|!=) ['\"](\w+)['\"]")
_FLAG = re.compile(r"(!?)a\.four_eyes")


def condition_in_words(source: str) -> str:
    """A condition of a flow; what has no words here stays as it is written."""
    said = [_part(one.strip()) for one in source.split("&&")]
    if not all(said):
        return source
    words = said[0]
    for one in said[1:]:
        words = _("{condition} and {another}", condition=words, another=one)
    return words


def _part(source: str) -> str:
    if found := _VALUE.fullmatch(source):
        known = VALUES.get(found[2])
        if known is None:
            return ""
        return _(known) if found[1] == "==" else _("not: {words}", words=_(known))
    if found := _FLAG.fullmatch(source):
        return _("one person is enough") if found[1] else _("a second person has to confirm")
    return ""


def time_in_words(source: str) -> str:
    """A duration of days, hours or minutes (ISO 8601); any other as it is written."""
    found = _TIME.fullmatch(source)
    if not found:
        return source
    days, hours, minutes = (int(one) if one else None for one in found.groups())
    if days is not None:
        return ngettext("{count} day", "{count} days", days)
    if hours is not None:
        return ngettext("{count} hour", "{count} hours", hours)
    return ngettext("{count} minute", "{count} minutes", minutes or 0)
