"""Comments that went along with a request: what names a person goes when she asks (Art. 15, 17 GDPR), and all after a year.

The row is the same for the publisher: what is taken out here is gone there.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from stadttor.ground.erasing import Erased, keyed
from stadttor.ground.holdings import Tables
from stadttor.ground.rows import change, rows
from stadttor.ground.work import work
from stadttor.privacy.ports import Sought, Told, is_told_of
from stadttor.studio.models import Asking, ChangeRequest

FIRST_WORDS = 80
KEPT_FOR = timedelta(days=365)
TABLE = Asking._meta.db_table


class NamedInRequests:
    """Implements `privacy.ports.Naming`, for the authority that sent the comments. Each is a text of its own: the others that
    went along are of other people.
    """

    kind = "request"

    def find(self, authority_id: UUID, sought: Sought) -> Sequence[Told]:
        with work(authority_id):
            requests = ChangeRequest.objects.select_related("package")
            services = {one.id: one.package.slug for one in requests}
            return [
                Told(told_id, row.at, quote[:FIRST_WORDS], services.get(row.request_id, ""))
                for told_id, row, quote in _quotes(authority_id)
                if is_told_of(sought, quote)
            ]

    def held(self, authority_id: UUID, told_id: UUID) -> Tables:
        with work(authority_id):
            return {
                TABLE: [
                    {"id": str(row.id), "request_id": str(row.request_id), "at": row.at.isoformat(), "quotes": [quote]}
                    for known, row, quote in _quotes(authority_id)
                    if known == told_id
                ]
            }

    def erase(self, authority_id: UUID, told_id: UUID) -> Erased:
        with work(authority_id):
            for known, row, quote in _quotes(authority_id, lock=True):
                if known == told_id:
                    left = [one for one in row.quotes if one != quote]
                    change(Asking, {"quotes": left}, authority_id=authority_id, id=row.id)
                    return Erased({TABLE: 1}, (keyed(authority_id, quote.encode()),))
            return Erased()


def forget_quotes(*, authority_id: UUID, now: datetime) -> None:
    """Take the comments out that went along more than a year ago, as long as comments are kept; that it asked stays."""
    with work(authority_id):
        old = Asking.objects.filter(authority_id=authority_id, at__lt=now - KEPT_FOR).exclude(quotes=[])
        old.update(quotes=[])


def _quotes(authority_id: UUID, *, lock: bool = False) -> Iterator[tuple[UUID, Asking, str]]:
    """(id, row, comment) of all the authority sent. The id follows from the words: nothing else tells two of a row apart."""
    for row in rows(Asking, order=("at", "id"), lock=lock, authority_id=authority_id):
        for quote in dict.fromkeys(row.quotes):
            yield uuid5(row.id, quote), row, quote
