"""Which accounts an authority needs for its fees: its own of each service, and those of others whose share it takes in."""

from dataclasses import dataclass
from uuid import UUID

from stadttor.catalog.queries import adopted_form, adoptions
from stadttor.ground.web.language import _
from stadttor.payments.queries.finance import ANY_SERVICE


@dataclass(frozen=True)
class AccountField:
    """An account to be named: `key` is `service/share`, `field` the control on the page."""

    key: str
    field: str
    label: str


def account_fields(authority_id: UUID, language: str) -> list[AccountField]:
    """The general account first, then each service with fees or a tax, then each other whose share is taken in."""
    services, shares = [], set()
    for one in adoptions(authority_id):
        if one.state == "withdrawn":
            continue
        form = adopted_form(authority_id, one.slug, include_test=True)
        if form.fees or form.content.assessment:
            services.append(AccountField(f"{one.slug}/", f"service-{one.slug}", form.texts(language).text("title")))
        shares |= {share.to for item in form.fees for share in item.shares}
    general = AccountField(f"{ANY_SERVICE}/", "accounts", _("Everything without an account of its own"))
    others = [
        AccountField(f"{ANY_SERVICE}/{to}", f"share-{place}", _("Share that is passed on: {whose}", whose=to))
        for place, to in enumerate(sorted(shares))
    ]
    return [general, *services, *others]
