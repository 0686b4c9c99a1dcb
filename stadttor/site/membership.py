"""To which member municipality of the authority an application belongs, as the desk needs it."""

from collections.abc import Sequence

from stadttor.cases.ports import CaseRef, Caution
from stadttor.catalog.queries import AdoptedForm
from stadttor.ground.web.language import _
from stadttor.site.applications import submitted
from stadttor.tenancy.queries import authority_by_id


def whose_settings_count(case: CaseRef) -> Sequence[Caution]:
    """Says before a decision which member's settings count, or that the address names none, so that the authority's own do.

    Implements `stadttor.cases.ports.Cautions`.
    """
    if case.submission_id is None:
        return ()
    form = submitted(case.authority_id, case.submission_id).form
    if not form.picks_members:
        return ()
    if form.member is not None:
        return (_of(form),)
    row = authority_by_id(case.authority_id)
    title = _("The address names none of your member municipalities")
    text = _(
        "The settings of {authority} count, and it decides in its own name. Is the address in one of the municipalities? Then ask"
        " the applicant for the name of the municipality as the place.",
        authority=row.name if row else "",
    )
    return (Caution(title, text),)


def _of(form: AdoptedForm) -> Caution:
    """Which member the address picked."""
    name = form.member.name if form.member else ""
    text = _("You decide in its name.") if form.in_name_of else _("You decide in the name of your own authority.")
    return Caution(_("The settings of this municipality count: {member}", member=name), text, kind="info")
