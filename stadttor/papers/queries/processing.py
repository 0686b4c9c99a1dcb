"""What an authority's services do with data, each as papers for the desk need it (Art. 28, 30 and 35 GDPR)."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from stadttor.catalog.queries import ASKED_OF_ALL, AdoptedForm, adopted_form, offered
from stadttor.papers.queries.notice import Notice, notice
from stadttor.papers.rules.screening import Facts, Screening, screened


@dataclass(frozen=True)
class Processing:
    """A service that is open or in test: what it does, for whom else one may apply by it, and the first look at its risks."""

    slug: str
    state: str
    notice: Notice
    for_others: bool
    screening: Screening


def processings(authority_id: UUID, language: str) -> list[Processing]:
    """Every service the authority offers or tries out, by title."""
    found = offered(authority_id, language, include_test=True)
    forms = [adopted_form(authority_id, one.slug, include_test=True) for one in found]
    return [_processing(form, language) for form in forms]


def _processing(form: AdoptedForm, language: str) -> Processing:
    for_others = bool(form.manifest.on_behalf) or _protects(form)
    return Processing(form.slug, form.state, notice(form, language), for_others, screened(facts_of(form)))


def facts_of(form: AdoptedForm) -> Facts:
    """What the package says for the first look."""
    fields, manifest = form.form.fields.values(), form.manifest
    return Facts(
        special=any(one.data_class in ("K3", "K4") for one in fields if one.group != ASKED_OF_ALL),
        joined=form.content.handover is not None or any(one.register for one in fields),
        # With a question of its own the form itself says for whom.
        children="child" in manifest.on_behalf or manifest.on_behalf == "form" or _protects(form),
        plates=bool(manifest.permit and manifest.permit.plates),
        wallets=bool(manifest.credential) or any(one.wallet for one in fields),
        refuses="refused" in manifest.outcomes,
    )


def _protects(form: AdoptedForm) -> bool:
    """By a question of its own; that of the product stands in every form, and says nothing of this one."""
    return any(one.protects and one.group != ASKED_OF_ALL for one in form.form.fields.values())


def subprocessors() -> tuple[str, ...]:
    """Whom the data centre employs, as the operator says it."""
    return tuple(one.strip() for one in str(settings.STADTTOR_SUBPROCESSORS).split(";") if one.strip())
