"""Words of roll-outs that pages and mails share."""

from stadttor.ground.web.language import N_, _
from stadttor.rollout.rules.watching import risen_of

RISEN_WORDS = {
    "refusals": N_("Refusals: {part} of {total}, before {old} of {old_total}"),
    "questions back": N_("Questions back: {part} of {total}, before {old} of {old_total}"),
    "broken pages": N_("Broken pages: {part} of {total} tries, before {old} of {old_total}"),
    "errors": N_("Errors: {part} of {total}, before {old} of {old_total}"),
}


def risen_texts(why: str) -> list[str]:
    """What rose, in words of the reader's language. A reason of another form is shown as it is."""
    found = [
        _(
            RISEN_WORDS[one.name],
            part=one.after.part, total=one.after.total, old=one.before.part, old_total=one.before.total,
        )
        for one in risen_of(why)
    ]  # fmt: skip
    return found or [why]
