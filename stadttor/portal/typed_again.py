"""E-mail addresses that count no more since somebody showed who she is: the link of a draft can be passed on, and whoever had it
before may have typed his own. Whoever holds the draft now types hers, for the secret link to what she sends goes there.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stadttor.forms.definition import FormDefinition
from stadttor.forms.queries.retrieved import retrievals
from stadttor.ground.web.blocks import Field as Block
from stadttor.ground.web.language import N_, _
from stadttor.identity.assertions import signed_in_with
from stadttor.identity.ports import IdentityAssertion
from stadttor.portal.journey import Journey, ShownGroup
from stadttor.portal.prefill import is_same
from stadttor.portal.registers import drawn_anew

TYPE_AGAIN = N_(
    "Please enter the address even if one stood here before: since you signed in or showed a proof, only an address that you"
    " enter yourself now counts."
)


def without_emails(
    form: FormDefinition, answers: Mapping[str, Any], hers: IdentityAssertion | None = None
) -> dict[str, Any]:
    """The answers without e-mail addresses, except the one that her sign-in said.

    All of them, since other answers decide which of them is the applicant's.
    """
    known = hers.claims.get("email") if hers else None
    result = dict(answers)
    for one in form.fields.values():
        if one.type == "email" and one.group in result:
            result[one.group] = _without(result[one.group], one.id, known.value if known else "")
    return result


def _without(group: Any, name: str, known: str) -> Any:
    if isinstance(group, list):
        return [_without(item, name, known) for item in group]
    if not isinstance(group, dict) or (known and is_same(group.get(name) or "", known)):
        return group
    return {one: value for one, value in group.items() if one != name}


def before_proof(journey: Journey) -> Journey:
    """The draft as a proof is added to it, not saved yet: of addresses the one is left that she brought by signing in here."""
    made = signed_in_with(journey.form.authority_id, journey.draft.id, journey.browser)
    answers = without_emails(journey.form.form, journey.draft.answers, made[1] if made else None)
    return replace(journey, draft=replace(journey.draft, answers=answers))


def saying_why(journey: Journey, groups: list[ShownGroup]) -> list[ShownGroup]:
    """The groups of a page, each empty e-mail field with why it is, once somebody showed who she is."""
    empty = any(_is_empty(one) for group in groups for item in group.items for one in item.fields)
    return drawn_anew(groups, _with_reason) if empty and _is_known(journey) else groups


def _is_known(journey: Journey) -> bool:
    if journey.entry is not None:
        return False
    if journey.assertion is not None:
        return True
    if not any(one.wallet for one in journey.form.form.fields.values()):
        return False
    shown = retrievals(journey.form.authority_id, journey.draft.id)
    return any(one.way == "wallet" and one.outcome != "thrown_away" for one in shown)


def _is_empty(block: Block) -> bool:
    return block.type == "email" and not block.value


def _with_reason(block: Block) -> Block:
    return replace(block, help=f"{block.help} {_(TYPE_AGAIN)}".strip()) if _is_empty(block) else block
