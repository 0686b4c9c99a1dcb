"""What papers for the desk say in fixed words."""

from stadttor.ground.web.language import N_, _
from stadttor.papers.queries import Notice, Part, Processing

MEASURES = (
    N_(
        "Each authority's rows are kept apart by the database itself (row-level security); the program's role cannot get around it."
    ),
    N_("Files are encrypted with a key of the authority; copies of the database without the keys open none of them."),
    N_(
        "Colleagues see what their role and unit allow. Acts that open access ask for a fresh proof; passkeys can be demanded."
    ),
    N_("Acts and looks at cases stand in a chain of signed entries that shows any later change."),
    N_("No personal data stand in addresses, in the program's logs or in arguments of jobs."),
    N_("Retention is kept by the clock: what is over is offered to the archive or deleted, with a proof."),
    N_("Backups carry hashes and a signature and can be verified; bringing them back is tried by tests."),
    N_("Pages load nothing from other companies and set no cookie that they do not need."),
)
"""Technical measures of the product (Art. 32 GDPR); each has tests."""

TASKS = (
    N_("Running the program, the database, the store of files and the mail server; installing new versions."),
    N_("Making, keeping and verifying backups; bringing them back after a failure."),
    N_("Watching whether everything works, and telling the authority of disturbances and breaches at once."),
    N_("Looking into data only to mend a fault, on instruction of the authority."),
)
"""What a data centre does for the authority."""

TO_AGREE = (
    N_("Subject, duration and end of the contract, who may give instructions, and how"),
    N_("Confidentiality of the data centre's people (Art. 28 (3) (b) GDPR)"),
    N_("Consent to subprocessors, and how changes are told (Art. 28 (2) and (4) GDPR)"),
    N_("Help with rights of persons, breaches and impact assessments (Art. 28 (3) (e) and (f) GDPR)"),
    N_("Inspections, and proofs such as certificates (Art. 28 (3) (h) GDPR)"),
    N_("TLS, hardening, access to the building and to the machines: measures of the data centre itself (Art. 32 GDPR)"),
)
"""What no program knows and the contract has to say."""

CRITERIA_WORDS = {
    "evaluation": N_("People are evaluated or ranked"),
    "automated": N_("A machine decides with legal effect"),
    "monitoring": N_("People are watched systematically"),
    "sensitive": N_("Data are sensitive or very personal"),
    "large": N_("Data are processed on a large scale"),
    "matching": N_("Data from several sources are joined"),
    "vulnerable": N_("Persons need special protection, such as children"),
    "new": N_("Technology is used in a new way"),
    "prevents": N_("Persons may be kept from a right or a service"),
}
RESULT_WORDS = {
    "due": N_("At least two criteria are met: as a rule an impact assessment is due."),
    "judge": N_("The data alone do not ask for one. A person has to judge the open criteria."),
}


def persons(one: Processing) -> str:
    """Categories of data subjects (Art. 30 (1) (c) GDPR)."""
    found = [_("applicants"), _("persons named in the form"), _("colleagues who work on it")]
    if one.for_others:
        found.insert(1, _("children, wards, principals or protected persons"))
    return ", ".join(found)


def recipients(notice: Notice, processor: str) -> str:
    """Categories of recipients (Art. 30 (1) (d) GDPR)."""
    found = [notice.target] if notice.target else []
    if notice.pays:
        found.append(_("payment service"))
    found += [processor or _("data centre (not entered)"), _("public archive")]
    return ", ".join(found)


def asked(parts: tuple[Part, ...]) -> str:
    """Categories of data, page by page of the form."""
    return "; ".join(f"{part.title.text}: {', '.join(one.text for one in part.asked)}" for part in parts)
