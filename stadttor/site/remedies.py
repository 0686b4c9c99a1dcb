"""The legal remedy in a convenience copy: what it comes to in the reader's language, then the German text that counts.

The text itself is the authority's own. Only what it surely says is translated: which remedy and how long.
"""

from stadttor.core.languages import OFFICIAL
from stadttor.ground.web.language import _, speaking

MONTH = "eines Monats"


def remedy_in(language: str, german: str) -> str:
    """The authority's remedy as a letter in this language says it; the German letter has it word for word."""
    if language == OFFICIAL or not german.strip():
        return german
    with speaking(language):
        return f"{_meaning(german)}\n\n{german}"


def _meaning(german: str) -> str:
    """One remedy within one month, as nearly every authority says it; else only where to read on (§ 58 VwGO)."""
    remedies = [word for word in ("Widerspruch", "Klage") if word in german]
    if MONTH not in german or len(remedies) != 1:
        return _(
            "You can take legal action against this decision. How, where and until when is said in the German text"
            " below. Only the German text counts."
        )
    if remedies == ["Widerspruch"]:
        return _(
            "If you do not agree with this decision, you can object to it (in German: Widerspruch). You have one month"
            " after you received the decision. Where to send your objection is said in the German text below."
            " Only the German text counts."
        )
    return _(
        "If you do not agree with this decision, you can go to court (in German: Klage). You have one month after you"
        " received the decision. Which court it is is said in the German text below. Only the German text counts."
    )
