"""What the desk says about changed rules of a package, in the reader's language."""

from collections.abc import Iterator

from stadttor.catalog.rules.changed_rules import RulesChanged, Term
from stadttor.catalog.terms import CHANNEL_WORDS, PAYMENT_WORDS, TRUST_WORDS, days, period
from stadttor.ground.web.language import N_, _

LEVEL_WORDS = {
    "land": N_("the Land"),
    "bezirk": N_("the Bezirk"),
    "kreis": N_("the Kreis"),
    "verband": N_("the association of municipalities"),
    "gemeinde": N_("the municipality"),
}
OUTCOME_WORDS = {
    "granted": N_("granted"),
    "partly": N_("granted in part"),
    "refused": N_("refused"),
    "assessed": N_("assessed"),
    "handed_over": N_("prepared for a visit"),
    "registered": N_("registered"),
    "forwarded": N_("passed on"),
    "closed": N_("closed without a decision"),
    "withdrawn": N_("withdrawn"),
}
TERM_WORDS = {
    "competent": N_("Who is competent: {before} → {after}"),
    "trust": N_("Needed to apply online: {before} → {after}"),
    "payment": N_("Payment: {before} → {after}"),
    "due": N_("Time to decide: {before} → {after}"),
    "retention": N_("Kept after closing: {before} → {after}"),
    "channels": N_("Ways to apply: {before} → {after}"),
    "four_eyes": N_("Second clerk confirms: {before} → {after}"),
    "fresh_proof": N_("Whoever decides proves who she is: {before} → {after}"),
    "secrecy": N_("Tax secrecy: {before} → {after}"),
    "one_per_person": N_("One per person: {before} → {after}"),
}
PART_WORDS = {
    "permit": N_("the permit that is issued"),
    "tag": N_("what is entered until it is ended"),
    "credential": N_("the proof for the wallet"),
    "handover": N_("what goes to other procedures"),
    "assessment": N_("how the tax is assessed"),
    "letters_to": N_("who gets the letters"),
    "cautions": N_("what the clerk is cautioned about"),
    "on_behalf": N_("for whom one may apply"),
    "reasons": N_("reasons to choose from"),
    "conditions": N_("conditions to choose from"),
    "only_if": N_("when an outcome can be chosen"),
    "demands": N_("which letters ask for money"),
    "follows": N_("what may follow an outcome"),
    "member": N_("how the member municipality is found"),
    "elsewhere": N_("where else one can apply"),
}


def rules_changed(found: RulesChanged) -> Iterator[str]:
    """One sentence each."""
    sentences = (
        (_("New pages: {names}"), found.pages_added),
        (_("Pages that are gone: {names}"), found.pages_removed),
        (_("Pages that are shown in other cases: {names}"), found.pages_shown),
        (_("Parts of the form that are shown in other cases: {names}"), found.groups_shown),
        (_("Parts of the form that can be given another number of times: {names}"), found.groups_repeated),
        (_("Newly not accepted, with this message: {names}"), _quoted(found.checks_added)),
        (_("No longer checked, with this message: {names}"), _quoted(found.checks_removed)),
        (_("Checked in another way, with this message: {names}"), _quoted(found.checks_changed)),
        (_("Cases can also end: {names}"), tuple(_(OUTCOME_WORDS.get(one, one)) for one in found.outcomes_added)),
        (_("Cases no longer end: {names}"), tuple(_(OUTCOME_WORDS.get(one, one)) for one in found.outcomes_removed)),
        (_("Settings with other bounds or another default: {names}"), found.settings_bound),
        (_("Also different: {names}"), tuple(_(PART_WORDS[one]) for one in found.parts)),
    )
    if found.pages_ordered:
        yield _("The pages come in another order.")
    for sentence, names in sentences:
        if names:
            yield sentence.format(names=", ".join(names))
    for term in found.terms:
        yield _(TERM_WORDS[term.name]).format(before=_value(term, term.before), after=_value(term, term.after))


def _quoted(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"„{one}“" for one in texts)


def _value(term: Term, value: object) -> str:
    match term.name:
        case "competent":
            return _(LEVEL_WORDS[str(value)])
        case "trust":
            return _(TRUST_WORDS[str(value)])
        case "payment":
            return _(PAYMENT_WORDS[str(value)])
        case "due":
            return days(int(str(value)[1:-1]))
        case "retention":
            return period(str(value))
        case "channels":
            return ", ".join(_(CHANNEL_WORDS[one]) for one in value) if isinstance(value, list | tuple) else ""
    return _("Yes") if value else _("No")
