"""Where a mistaken setting was used: counted for the organiser who corrects it, said on the page of each case it met."""

from collections.abc import Sequence
from uuid import UUID

from stadttor.cases.ports import CaseRef, Caution
from stadttor.cases.queries.of_revisions import Settings, counted_of
from stadttor.catalog.ports import Used
from stadttor.catalog.queries import UsedIn, corrected_after, used_in
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.formats import day
from stadttor.ground.web.language import _


def settings_of(adoption_id: UUID, found: UsedIn) -> Settings:
    """As the cases are asked for them."""
    return Settings(adoption_id, found.revisions, found.by_day, found.began, found.ended or now())


def count_used(authority_id: UUID, adoption_id: UUID, dated_id: UUID) -> Used:
    """Implements `stadttor.catalog.ports.used`."""
    decided, waiting = counted_of(authority_id, settings_of(adoption_id, used_in(authority_id, adoption_id, dated_id)))
    return Used(decided, waiting, url("used_values", adoption_id=adoption_id, dated_id=dated_id))


def corrected_since(case: CaseRef) -> Sequence[Caution]:
    """Says that settings were corrected with which somebody applied. Implements `stadttor.cases.ports.Cautions`."""
    return [
        Caution(
            _("A setting of the application was corrected"),
            _("It counts since {day}: {reason}", day=day(row.since), reason=stood.reason),
        )
        for row, stood in corrected_after(case.authority_id, case.adoption_id, case.adoption_revision)
    ]
