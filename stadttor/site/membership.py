"""To which member municipality of the authority an application belongs, as the desk needs it."""

from collections.abc import Sequence

from stadttor.cases.ports import CaseRef, Caution
from stadttor.ground.web.language import _
from stadttor.site.applications import submitted
from stadttor.tenancy.queries import authority_by_id


def no_member_is_picked(case: CaseRef) -> Sequence[Caution]:
    """Says before a decision that the address names none of the members, so that the authority's own settings count.

    Implements `stadttor.cases.ports.Cautions`.
    """
    if case.submission_id is None:
        return ()
    form = submitted(case.authority_id, case.submission_id).form
    if form.member is not None or not form.picks_members:
        return ()
    row = authority_by_id(case.authority_id)
    title = _("The address names none of your member municipalities")
    text = _(
        "The settings of {authority} count, and it decides in its own name. Is the address in one of the municipalities? Then ask"
        " the applicant for the name of the municipality as the place.",
        authority=row.name if row else "",
    )
    return (Caution(title, text),)
