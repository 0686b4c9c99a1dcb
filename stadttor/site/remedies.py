"""The legal remedy in a convenience copy: what it comes to in the reader's language, then the German text that counts.

The German text comes from the table of `stadttor.notices.law`, by area of law, Land and court. Where the table has none, or its row
is not confirmed, the member's or the authority's own text counts, if there is one. A court whose district nobody compared with the
law is in no letter before an organiser confirmed it (`Profile.court`). In a copy only what it surely says is translated: which
remedy and how long.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from stadttor.core.languages import OFFICIAL
from stadttor.core.outcomes import area_of_law
from stadttor.ground.web.language import _, speaking
from stadttor.notices import law
from stadttor.site.applications import Submitted, calendar_of
from stadttor.tenancy.queries import authority_by_id, coverage_of, profile, profile_now

MONTH = "eines Monats"


def remedy_of(found: Submitted, day: date) -> str:
    """The German remedy against a decision of this day (§ 58 Abs. 1 VwGO); empty where neither table nor authority say it."""
    authority_id = found.form.authority_id
    rule = law.remedy_rule(area_of_law(found.form.manifest.outcomes), calendar_of(authority_id), day)
    row, described, whose = authority_by_id(authority_id), profile(authority_id), found.form.in_name_of
    whole = (row.name if row else "", *described.lines)
    if whose:
        # The decision is the municipality's; its association only takes in what is said against it.
        whole = (whose.name, *(whose.lines or whole))
    court = described.court or law.court_of(coverage_of(authority_id))
    text = law.remedy_text(rule.kind, authority=", ".join(dict.fromkeys(whole)), court=court) if rule else ""
    own = (whose.remedy if whose else "") or described.remedy
    return (text or own) if rule and rule.checked else (own or text)


def is_known(authority_id: UUID, outcomes: Collection[str], day: date) -> bool:
    """Whether the table says the remedy against decisions with these outcomes here, so that nobody need write it."""
    rule = law.remedy_rule(area_of_law(outcomes), calendar_of(authority_id), day)
    row, court = (
        authority_by_id(authority_id),
        profile_now(authority_id).court or law.court_of(coverage_of(authority_id)),
    )
    return bool(rule and law.remedy_text(rule.kind, authority=row.name if row else "", court=court))


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
