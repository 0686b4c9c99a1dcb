"""A case is deleted: so are its hand-overs. What the target has is the target's."""

from uuid import UUID

from stadttor.exchange.models import HandOver, Tick
from stadttor.ground.erasing import Erased, erase
from stadttor.ground.work import work


def erase_hand_overs(*, authority_id: UUID, case_id: UUID) -> Erased:
    """Delete what was handed over of a case, with what was ticked; inside the open work."""
    with work(authority_id):
        gone = Erased()
        for row_id in HandOver.objects.filter(authority_id=authority_id, case_id=case_id).values_list("id", flat=True):
            gone += erase(Tick, authority_id, hand_over_id=row_id)
        return gone + erase(HandOver, authority_id, case_id=case_id)
