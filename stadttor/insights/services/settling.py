"""An organiser says what key figures are reckoned against, and whether minutes of work are counted at all."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.work import work
from stadttor.insights.models import Counter, FigureSettings
from stadttor.insights.rules.figures import WORKED
from stadttor.insights.rules.licences import LICENCES

MOST_MINUTES, MOST_CENTS = 1_000, 100_000


def settle(
    *,
    authority_id: UUID,
    handling: bool,
    visit: tuple[int | None, int | None],
    hourly_cents: int | None,
    open_licence: str = "",
    not_asked: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> None:
    """Keep the settings. Without `handling` minutes of work are counted no more, and those counted before are deleted.

    With an `open_licence` anybody may read the figures. Refused for minutes or costs that cannot be, and for another licence.
    Applicants of the services in `not_asked` (their addresses) are asked no more how it was.
    """
    least, most = visit
    for field, value, highest in (
        ("visit_least", least, MOST_MINUTES), ("visit_most", most, MOST_MINUTES), ("hourly", hourly_cents, MOST_CENTS),
    ):  # fmt: skip
        if value is not None and not 0 <= value <= highest:
            raise Refused("out_of_range", "This number is too large.", field=field)
    if (least is None) != (most is None) or (least is not None and most is not None and least > most):
        raise Refused("visit_range", "Please enter both numbers, the smaller one first.", field="visit_least")
    if open_licence and open_licence not in LICENCES:
        raise Refused("unknown_licence", "Please choose one of the licences.", field="open_licence")
    values = {
        "handling": handling,
        "visit_least": least,
        "visit_most": most,
        "hourly_cents": hourly_cents,
        "open_licence": open_licence,
        "not_asked": sorted(not_asked),
    }
    with work(authority_id):
        row, _is_new = FigureSettings.objects.update_or_create(authority_id=authority_id, defaults=values)
        if not handling:
            Counter.objects.filter(authority_id=authority_id, measure__in=WORKED).delete()
        audit.record(
            authority_id, act="figures.settled", actor=actor, subject=("figures", row.id), at=now,
            details={"handling": handling, "open_licence": open_licence, "not_asked": sorted(not_asked)},
        )  # fmt: skip


def open_figures(*, authority_id: UUID, licence: str, actor: Actor, now: datetime) -> None:
    """From now on anybody may read the figures under this licence, none for nobody. Refused for a licence of another name."""
    if licence and licence not in LICENCES:
        raise Refused("unknown_licence", "Please choose one of the licences.", field="open_licence")
    with work(authority_id):
        row, _is_new = FigureSettings.objects.update_or_create(
            authority_id=authority_id, defaults={"open_licence": licence}
        )
        audit.record(
            authority_id, act="figures.opened", actor=actor, subject=("figures", row.id), at=now,
            details={"open_licence": licence},
        )  # fmt: skip
