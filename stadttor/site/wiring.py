"""Who listens to what. Modules do not know each other; here their events and ports are joined, once, at the start."""

import json
import os
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from adapters.saml import Saml
from adapters.smtp.sender import SmtpSender
from stadttor.appointments import ports as appointment_ports
from stadttor.cases import panels as case_panels
from stadttor.cases import ports as case_ports
from stadttor.catalog import ports as catalog_ports
from stadttor.catalog.queries import adoptions
from stadttor.exchange import ports as exchange_ports
from stadttor.forms import ports as form_ports
from stadttor.ground.web import look
from stadttor.ground.web.addresses import url
from stadttor.identity import ports as identity_ports
from stadttor.insights import ports as insight_ports
from stadttor.insights.services.naming import NamedInFeedback
from stadttor.notices import ports as notice_ports
from stadttor.papers.services.naming import NamedInBarriers
from stadttor.payments import ports as payment_ports
from stadttor.payments.ports import NoProvider
from stadttor.payments.simulator import Simulator
from stadttor.privacy import ports as privacy_ports
from stadttor.site import listeners
from stadttor.site.applications import calendar_of
from stadttor.site.assessing import what_it_comes_to
from stadttor.site.bookable import services_of
from stadttor.site.bucket import use_bucket
from stadttor.site.closing import days_not_closed
from stadttor.site.corrected import corrected_since, count_used
from stadttor.site.decided_fees import fee_of
from stadttor.site.delivering import LawfulWays, how_it_arrives, letter_must_have_left, marks_of_returned
from stadttor.site.delivery_pages import LawPanel
from stadttor.site.documents import RecordDocuments
from stadttor.site.fees import (
    fee_is_another_now,
    fee_is_left,
    fee_is_open,
    fee_must_be_settled,
    fee_must_not_be_left,
    fee_went_back,
)
from stadttor.site.handing_over import offered
from stadttor.site.inviting import forget_invitation, mail_invitation
from stadttor.site.issuing import Issued, own_list
from stadttor.site.letters import PackageLetters
from stadttor.site.membership import whose_settings_count
from stadttor.site.one_per_person import OnePerPerson, applies_twice
from stadttor.site.opinions import after_appointment
from stadttor.site.panels import (
    DeliveryPanel,
    EntryPanel,
    FilePanel,
    HandOverPanel,
    KeepingPanel,
    PaymentPanel,
    PermitPanel,
    TagsPanel,
    WalletPanel,
    payment_marks,
)
from stadttor.site.part_fees import fee_is_for_more
from stadttor.site.representing import speaks_without_proof
from stadttor.site.simulated_people import DEMO_WALLETS, RECEIVING
from stadttor.site.tags import what_it_ends
from stadttor.site.visits import marks_of_nobody_came, nobody_came
from stadttor.site.ways import allow_ways
from stadttor.studio import ports as studio_ports
from stadttor.studio.services.quotes import NamedInRequests
from stadttor.tenancy.queries import profile


def connect() -> None:
    """Join everything; called when the product starts, safe to repeat."""
    case_ports.connect(
        applications=OnePerPerson(),
        letters=PackageLetters(),
        documents=[RecordDocuments()],
        before_decision=[fee_must_be_settled],
        before_closing=[fee_must_not_be_left, letter_must_have_left],
        cautions=[
            fee_is_open,
            fee_is_another_now,
            fee_went_back,
            fee_is_left,
            fee_is_for_more,
            speaks_without_proof,
            whose_settings_count,
            what_it_comes_to,
            nobody_came,
            applies_twice,
            corrected_since,
            what_it_ends,
        ],
        marks=[payment_marks, marks_of_returned, marks_of_nobody_came],
        delivery=LawfulWays(),
        hints=[days_not_closed],
        fee=fee_of,
        reaching=how_it_arrives,
    )
    studio_ports.connect(preview=_previewed)
    privacy_ports.connect(namings=[NamedInBarriers(), NamedInFeedback(), NamedInRequests()])
    insight_ports.connect(baseline=_minutes_by_service)
    appointment_ports.connect(services=services_of, calendar=calendar_of, invitation=after_appointment)
    payment_ports.use_provider(Simulator() if settings.STADTTOR_SIMULATED_PAYMENT else NoProvider())
    notice_ports.use_sender(
        SmtpSender(
            settings.EMAIL_HOST,
            settings.EMAIL_PORT,
            settings.EMAIL_HOST_USER,
            settings.EMAIL_HOST_PASSWORD,
            settings.EMAIL_USE_TLS,
            settings.EMAIL_TIMEOUT,
        )
    )
    use_bucket(os.environ)
    if address := os.environ.get("STADTTOR_CLAMAV"):
        from adapters.clamav import Clamd

        form_ports.use_scanner(Clamd(address))
    exchange_ports.use_offered(offered)
    allow_ways(os.environ, settings.VAR if settings.STADTTOR_DEMO else None)
    if settings.STADTTOR_DEMO:
        from adapters.simulated_register import SimulatedRegisters

        form_ports.use_registers(SimulatedRegisters())
    catalog_ports.use_fetching(_other_catalogues)
    catalog_ports.use_coming(_coming)
    catalog_ports.use_used(count_used)
    look.use(profile)
    identity_ports.use_services(_adopted)
    identity_ports.use_invitations(mail_invitation, forget_invitation)
    identity_ports.use_accounts(Saml())
    if hosts := os.environ.get("STADTTOR_OPENID_HOSTS", "").split():
        identity_ports.use_openid(cache(partial(_openid, frozenset(hosts))))
    _must_be_real_wallets()
    identity_ports.use_wallets(_wallets)
    identity_ports.use_issuer(_issuer, Issued())
    for panel in (
        EntryPanel(),
        PermitPanel(),
        TagsPanel(),
        WalletPanel(),
        PaymentPanel(),
        LawPanel(),
        DeliveryPanel(),
        HandOverPanel(),
        FilePanel(),
        KeepingPanel(),
    ):
        case_panels.register(panel)
    listeners.connect()


def _coming(authority_id: UUID, package: str) -> list[catalog_ports.Coming]:
    """Loaded with the first page of a service at the desk."""
    from stadttor.rollout.queries import announced

    return [
        catalog_ports.Coming(
            one.rollout.version, one.rollout.law, one.rollout.effective_on, one.rollout.notice_days, one.rollout.urgent,
            url("rollout:upgrade", rollout=one.rollout.number),
        )
        for one in announced(authority_id)
        if one.rollout.package == package and one.rollout.effective_on
    ]  # fmt: skip


def _other_catalogues() -> catalog_ports.Fetching:
    """Loaded by commands and the worker alone; on a machine for trying, all lies on it and speaks without TLS."""
    from adapters.other_catalogue import OtherCatalogues

    inside = os.environ.get("STADTTOR_CATALOGUE_HOSTS", "").split()
    return OtherCatalogues(inside, trying=settings.STADTTOR_DEMO)


def _openid(hosts: frozenset[str]) -> identity_ports.OpenIdProviders:
    """One for the process: it keeps what providers say of themselves for a while."""
    from adapters.oidc.client import Providers
    from adapters.oidc.fetching import Web

    return Providers(Web(hosts))


@cache
def _wallets() -> "identity_ports.Wallets | None":
    """Loaded when somebody first shows a wallet: most processes never need what it brings along."""
    path = os.environ.get("STADTTOR_WALLETS") or _wallets_of_demo()
    if not path:
        return None
    from adapters.eudi_wallet.setting import wallets_from

    return wallets_from(Path(path), own_list, demo=settings.STADTTOR_DEMO)


def _must_be_real_wallets() -> None:
    """Outside of the demo nothing starts that would believe a simulated wallet (adapters/eudi_wallet/setting.py refuses too)."""
    path = Path(os.environ.get("STADTTOR_WALLETS", ""))
    if not settings.STADTTOR_DEMO and path.is_file() and json.loads(path.read_text()).get("simulated"):
        raise ImproperlyConfigured(f"{path}: a simulated wallet is believed in the demo only")


def _wallets_of_demo() -> str:
    """The file that the demo wrote for its own simulated wallet; none anywhere else."""
    path = settings.VAR / DEMO_WALLETS
    return str(path) if settings.STADTTOR_DEMO and path.exists() else ""


@cache
def _issuer() -> "identity_ports.Issuer":
    """Loaded when the first credential is offered."""
    from adapters.eudi_wallet.issuing.issuer import EudiIssuer

    return EudiIssuer(RECEIVING if _wallets_of_demo() and not os.environ.get("STADTTOR_WALLETS") else "")


def _adopted(authority_id: UUID) -> list[tuple[str, str]]:
    """The services units may handle: those not withdrawn."""
    return [(one.slug, one.title) for one in adoptions(authority_id) if one.state != "withdrawn"]


def _minutes_by_service(authority_id: UUID) -> Mapping[str, int]:
    from stadttor.inventory.queries import minutes_by_service  # with the first page that asks

    return minutes_by_service(authority_id)


def _previewed(tried: studio_ports.Tried) -> studio_ports.Drawn:
    # Loaded with the first preview: few web processes ever draw one.
    from stadttor.portal.preview import preview

    return preview(tried)
