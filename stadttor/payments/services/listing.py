"""What a claim that goes on asks for in a later year is told once, and stands as it was told.

Whatever is let go of it afterwards is a line of its own, as with everything in the books.
"""

from datetime import datetime
from uuid import UUID

from stadttor.ground.actor import Actor
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.payments.models import Listed
from stadttor.payments.queries.finance import rules_on
from stadttor.payments.queries.listing import BY_LINES, ListedRow
from stadttor.payments.rules.finance import account_of
from stadttor.payments.services.booking import claim_of, day_of
from stadttor.payments.services.claiming import write_listed


def keep_listed(*, authority_id: UUID, row: ListedRow, actor: Actor, now: datetime) -> bool:
    """Write down what a year is told to owe, once: False where it was told already. Told by lines these are written with it.

    Takes the lock of the days: whoever lowers or replaces the claim does so before or after it.
    """
    with work(authority_id):
        day = day_of(authority_id, now)
        claim = claim_of(authority_id, row.decision_id, day, now)
        if first(Listed, authority_id=authority_id, claim_id=claim.id, year=row.year):
            return False
        rules = rules_on(authority_id, day)
        account = account_of(rules.accounts, row.service, "") if rules else ""
        Listed.objects.create(
            authority_id=authority_id,
            claim_id=claim.id,
            case_id=row.case_id,
            year=row.year,
            told_by=row.told_by,
            service=row.service,
            account=account,
            entries=[
                {"begins": one.begins.isoformat(), "cents": one.cents, "of_year": one.of_year} for one in row.entries
            ],
            due=[[one.due.isoformat(), one.cents] for one in row.due],
            settings=dict(row.settings),
            at=now,
        )
        if row.told_by == BY_LINES:
            write_listed(claim, row.service, account, row.due, actor, day, now)
        return True
