"""What a form can take of a wallet: the claims its fields name. Nothing else is ever asked.

A permit that the town issued is asked for by its own service, once that asks for its number; other credentials of the town
may take the place of the identity card where the service need not be sure who applies.
"""

from collections.abc import Mapping

from stadttor.core.languages import OFFICIAL
from stadttor.core.trust import as_trust, reaches
from stadttor.forms.rules.filled import Shown
from stadttor.identity.issuing.queries import Shown as Credential
from stadttor.identity.issuing.queries import shown_again
from stadttor.identity.ports import EVIDENCE_LEVEL, PERSON, Evidence, wallets
from stadttor.identity.wallet_sign_in import registered
from stadttor.portal.journey import Journey
from stadttor.portal.prefill import asked_fields

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


def evidence_of(journey: Journey) -> list[Evidence]:
    """Credentials of the town itself that answer this form as it is answered now; none at the counter."""
    if wallets() is None or journey.entry is not None:
        return []
    authority_id = journey.form.authority_id
    found = [one for shown in shown_again(authority_id) for one in _asked_for(journey, shown)]
    return registered(authority_id, journey.form.slug, found) if found else []


def may_be_alone(journey: Journey) -> bool:
    """Whether such a credential is enough without the identity card: whoever shows it is not surely known."""
    return reaches(EVIDENCE_LEVEL, as_trust(journey.form.manifest.trust))


def titles_of(journey: Journey) -> dict[str, str]:
    """What such credentials are called, by the service they come of."""
    known = shown_again(journey.form.authority_id)
    return {one.service: one.titles.get(journey.language, one.titles[OFFICIAL]) for one in known}


def questions_for(journey: Journey, evidence: Evidence) -> dict[str, str]:
    """{claim: what the form calls it}, for the claims of a credential."""
    return {
        name: journey.label(Shown(one, one.path, None))
        for one, claim in asked_fields(journey.form.form)
        for name in TOGETHER.get(claim, (claim,))
        if name in evidence.paths
    }


def _asked_for(journey: Journey, shown: Credential) -> list[Evidence]:
    first, fields = next(iter(shown.words)), list(asked_fields(journey.form.form))
    if first in PERSON:
        words = {name for _one, claim in fields for name in TOGETHER.get(claim, (claim,))}
        return [shown.asked_for(words, beside=False)] if first in words and may_be_alone(journey) else []
    groups = journey.form.form.groups
    words = {claim for one, claim in fields if journey.filled.visible(groups[one.group], one, None)}
    return [shown.asked_for(words, beside=True)] if shown.service == journey.form.slug and first in words else []


def is_simulated() -> bool:
    """Whether wallets prove nothing here: in the demo, whose only wallet is a page of its own."""
    speaker = wallets()
    return speaker is not None and speaker.simulated
