"""What a form can take of a wallet: the claims its fields name. Nothing else is ever asked."""

from collections.abc import Mapping

from stadttor.forms.rules.filled import Shown
from stadttor.identity.ports import wallets
from stadttor.portal.journey import Journey

Asked = Mapping[str, tuple[str, ...]]
"""Labels of fields and the claims they take."""
# A field of this claim takes several; any other claim is one of that name.
TOGETHER = {"address": ("street_address", "postal_code", "locality")}


def asked_of_wallets(journey: Journey) -> Asked:
    """The fields outside repeated groups that a wallet can answer; empty where there are no wallets, and at the counter."""
    speaker = wallets()
    if speaker is None or journey.entry is not None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for one in journey.form.form.fields.values():
        claim = (one.prefill or "").removeprefix("claim:")
        claims = TOGETHER.get(claim, (claim,))
        if journey.form.form.groups[one.group].repeat is None and set(claims) <= set(speaker.claims):
            found[journey.label(Shown(one, one.path, None))] = claims
    return found
