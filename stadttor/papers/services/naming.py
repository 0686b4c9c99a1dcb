"""Reports of barriers are part of what is held about a person (Art. 15 GDPR), and go when she asks (Art. 17 GDPR)."""

from collections.abc import Sequence
from uuid import UUID

from stadttor.ground.erasing import Erased, erase
from stadttor.ground.holdings import Tables, held, joined
from stadttor.ground.work import work
from stadttor.notices.queries import held_notices, mailed_to
from stadttor.notices.services import erase_about
from stadttor.papers.models import Barrier
from stadttor.privacy.ports import Sought, Told, is_told_of

FIRST_WORDS = 80


class NamedInBarriers:
    """Implements `privacy.ports.Naming`."""

    kind = "barrier"

    def find(self, authority_id: UUID, sought: Sought) -> Sequence[Told]:
        """By the address it came from, which after the answer stands in the mail alone, or by what somebody wrote."""
        with work(authority_id):
            mailed = mailed_to(authority_id, sought.address) if sought.address else frozenset()
            return [
                Told(row.id, row.reported, row.email or row.text[:FIRST_WORDS])
                for row in Barrier.objects.filter(authority_id=authority_id).order_by("reported").iterator()
                if row.id in mailed or is_told_of(sought, row.email, row.text, row.place, row.answer)
            ]

    def held(self, authority_id: UUID, told_id: UUID) -> Tables:
        return joined(held(Barrier, authority_id, id=told_id), held_notices(authority_id, told_id))

    def erase(self, authority_id: UUID, told_id: UUID) -> Erased:
        with work(authority_id):
            return erase_about(authority_id=authority_id, subject_id=told_id) + erase(Barrier, authority_id, id=told_id)
