"""What the program itself does with personal data beside the services, for the record (Art. 30 GDPR).

`kept` are the records of `stadttor.core.classify.RETENTIONS` that an entry speaks for; every authority has all of them.
"""

from dataclasses import dataclass

from stadttor.ground.web.language import N_, _
from stadttor.papers import queries


@dataclass(frozen=True)
class Standing:
    """A processing of the product, in words for the reader's language."""

    kept: tuple[str, ...]
    title: str
    purpose: str
    law: str
    persons: str
    personal: str
    period: str
    special: str = N_("none")
    recipients: str = ""


STANDING = (
    Standing(
        ("appointment",),
        N_("Appointments"),
        N_("Booking, moving, cancelling and keeping appointments at the office, and reminding of them."),
        N_("Article 6 (1) (e) GDPR with the Land's law on data protection"),
        N_("people who book an appointment, colleagues who see the list of the day"),
        N_("name, e-mail and telephone as given, service, time; who opened a protected name and why"),
        N_("14 days after the appointment, or after it was cancelled"),
    ),
    Standing(
        ("account", "session"),
        N_("Accounts of citizens"),
        N_("Signing in with a proof of identity, and finding drafts, applications and appointments again."),
        N_("Article 6 (1) (e) GDPR; § 8a OZG"),
        N_("people who sign in"),
        N_(
            "way and level of the proof, a keyed hash in place of the person's name, what she keeps in it, when it was used last"
        ),
        N_("until she deletes it, at most 2 years after it was last used; a session ends after 4 hours"),
        recipients=N_("provider of the account (such as BundID), which confirms who somebody is"),
    ),
    Standing(
        ("account", "session"),
        N_("Accounts of colleagues"),
        N_("Signing in, rights by role and unit, and protection against strangers who try passwords."),
        N_("Article 6 (1) (e) and Article 32 GDPR; the law on data of employees of the Land"),
        N_("colleagues, and whom an organiser invited"),
        N_(
            "name, work e-mail, roles, units, passkeys, hash of the password, sessions with the kind of browser, failed tries"
        ),
        N_("while the account exists; invitations 30 days; sessions until they end"),
        recipients=N_("the authority's own sign-in, where it is connected"),
    ),
    Standing(
        ("audit",),
        N_("Audit chain"),
        N_("Showing later who did or saw what, and that nobody changed it."),
        N_("Article 6 (1) (c) and (e), Article 5 (2) and Article 32 GDPR"),
        N_("colleagues; applicants only by the number of their case"),
        N_("time, act, name of the colleague, ids of cases and keyed hashes; no answers"),
        N_("for good: a deleted entry would break the chain; ids lead nowhere when the case is gone"),
        recipients=N_("audit office and supervision, when they ask"),
    ),
    Standing(
        ("feedback",),
        N_("Feedback and key figures"),
        N_("Seeing how satisfied applicants are, and making services better."),
        N_("Article 6 (1) (e) GDPR"),
        N_("applicants who give a mark; without a name"),
        N_(
            "how often a mark was given for a service in a month; comment in her own words with service, month and whether she was"
            " pleased; that a right to answer was used, as a hash; none of it joined with the others or with the case"
        ),
        N_("comments and hashes at most 1 year; the counts stay, shown from five on"),
    ),
    Standing(
        ("barrier",),
        N_("Reports of barriers"),
        N_("Answering who reports a barrier on the pages, and removing it."),
        N_(
            "Article 6 (1) (c) GDPR; the Land's law on accessibility that transposes Article 7 of Directive (EU) 2016/2102"
        ),
        N_("people who report a barrier"),
        N_("report, page, e-mail where she gave one, answer"),
        N_("3 months after the answer, at most 1 year after the report"),
        special=N_("what somebody tells of a disability"),
        recipients=N_("the body that watches over accessibility, when it asks"),
    ),
)


def standing_cells(one: Standing) -> dict[str, str]:
    """What the record says of it, by the keys of the record's columns."""
    at_home = queries.processor() or _("data centre (not entered)")
    return {
        "purpose": _(one.purpose),
        "law": _(one.law),
        "persons": _(one.persons),
        "personal": _(one.personal),
        "special": _(one.special),
        "recipients": ", ".join([_(one.recipients), at_home] if one.recipients else [at_home]),
        "abroad": _("The program sends none there; the data centre has to confirm it."),
        "period": _(one.period),
    }
