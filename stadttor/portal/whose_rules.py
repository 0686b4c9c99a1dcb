"""Whose rules apply, as the person who applies is told: the municipality that her address picks, and what it makes a year."""

from collections.abc import Iterator

from stadttor.forms.definition import Page
from stadttor.ground.web.formats import money
from stadttor.ground.web.language import _
from stadttor.portal.journey import Journey
from stadttor.tenancy.queries import authority_by_id


def after_the_address(journey: Journey, here: Page) -> list[str]:
    """For the page that follows the one with the address; nothing for all others. In the current language."""
    before = journey.before(here)
    said = journey.form.manifest.member
    if before is None or said is None or said.address not in {one.path for one in before.fields}:
        return []
    return [*_whose(journey)]


def on_the_summary(journey: Journey) -> list[str]:
    """Whose rules apply and what they make a year, as far as that can be reckoned. In the current language."""
    return [*_whose(journey), *_a_year(journey)]


def _whose(journey: Journey) -> Iterator[str]:
    form = journey.form
    if not form.picks_members:
        return
    if form.member is not None:
        yield _("By your address the rules of this municipality apply: {member}", member=form.member.name)
        return
    row = authority_by_id(form.authority_id)
    yield _(
        "Your address does not tell us your municipality. Until we know it, the rules shown are those of {authority}.",
        authority=row.name if row else "",
    )


def _a_year(journey: Journey) -> Iterator[str]:
    """The full amount: whether a reduction is granted is for the decision to say."""
    rule = journey.form.content.assessment
    if rule is None:
        return
    said = rule.assessed(journey.filled, rule.outcomes[0], journey.day)
    if said.elements and all(one.full for one in said.elements):
        yield _(
            "By your answers it costs {amount} a year, without any reduction. The decision says what counts.",
            amount=money(sum(one.full for one in said.elements)),
        )
