"""All addresses of the product."""

from django.urls import include, path, register_converter

from stadttor.ground.web import accent, look, static_files
from stadttor.site import (
    answering,
    case_pages,
    corrected_pages,
    delivery_pages,
    entering,
    hand_over_pages,
    post_room,
    scanning,
)
from stadttor.site.desk import desk
from stadttor.site.late_urls import LateURLs
from stadttor.site.simulated_account import simulated_account
from stadttor.site.simulated_wallet import simulated_wallet


class FeeAct:
    """What can be done with a fee."""

    regex = "waive|refund|keep|ask"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class DeliveryAct(FeeAct):
    """How a delivery goes on."""

    regex = "hand|returned|again|arrived"


register_converter(FeeAct, "fee_act")
register_converter(DeliveryAct, "delivery_act")

# Cases first: no page of the desk is opened as often as the work list.
MODULES = ("cases", "identity", "tenancy", "catalog", "privacy", "insights", "payments", "notices")

urlpatterns = [
    # What citizens ask for comes first: the resolver tries one address after the other. None of these begins like another's.
    path("", include("stadttor.portal.urls")),
    path("static/<path:name>", static_files.serve, name="static"),
    path("accent.css", accent.serve, name="accent"),
    path("crest.svg", look.crest, name="crest"),
    path("simuliertes-konto", simulated_account, name="simulated_account"),
    path("simulierte-wallet", simulated_wallet, name="simulated_wallet"),
    path("desk/", desk, name="desk"),
    path("desk/cases/<uuid:case_id>/fee/<fee_act:act>", case_pages.settle_fee, name="fee"),
    path(
        "desk/cases/<uuid:case_id>/delivery/<delivery_act:delivery_act>",
        delivery_pages.settle_delivery,
        name="delivery",
    ),
    path("desk/cases/<uuid:case_id>/file.pdf", case_pages.file_as_pdf, name="file_pdf"),
    path("desk/cases/<uuid:case_id>/file.zip", case_pages.file_as_zip, name="file_zip"),
    path("desk/cases/<uuid:case_id>/scan", scanning.add_documents, name="scan"),
    path("desk/post/", post_room.post_room, name="post_room"),
    path("desk/post/make", post_room.make, name="make_run"),
    path("desk/post/<uuid:run_id>/posted", post_room.posted, name="post_run"),
    path("desk/post/<uuid:run_id>/undo", post_room.undo, name="undo_run"),
    path("desk/post/<uuid:run_id>/letters.pdf", post_room.letters_pdf, name="run_pdf"),
    path("desk/entries/", entering.entries, name="entries"),
    path("desk/entries/<uuid:entry_id>", entering.go_on, name="entered"),
    path("desk/entries/<uuid:entry_id>/summary.pdf", entering.summary, name="entered_summary"),
    path("desk/cases/<uuid:case_id>/answer", answering.answer, name="written_answer"),
    path(
        "desk/services/<uuid:adoption_id>/dated/<uuid:dated_id>/cases", corrected_pages.used_values, name="used_values"
    ),
    path("desk/hand-overs/", hand_over_pages.hand_overs, name="hand_overs"),
    path("desk/hand-overs/<uuid:hand_over_id>", hand_over_pages.one_hand_over, name="hand_over"),
    path("desk/hand-overs/<uuid:hand_over_id>/file", hand_over_pages.hand_over_file, name="hand_over_file"),
    *(path("", include(f"stadttor.{module}.urls")) for module in MODULES),
    LateURLs("konto", "stadttor.portal.account_urls", "account"),
    LateURLs("desk/finance/", "stadttor.site.finance_urls", "finance"),
    LateURLs("desk/targets/", "stadttor.exchange.urls", "exchange"),
    LateURLs("desk/promises", "stadttor.rollout.promises.urls", "promises"),
    LateURLs("desk/upgrades", "stadttor.rollout.urls", "rollout"),
    LateURLs("simulierte-wallet/", "stadttor.site.simulated_wallet_urls", "simulated"),
    LateURLs("wallet-issuer/", "stadttor.identity.issuing.urls", "issuing"),
    LateURLs(".well-known/", "stadttor.identity.issuing.well_known", "well_known"),
    LateURLs("desk/costs", "stadttor.rollout.costs.urls", "costs"),
    LateURLs("desk/figures", "stadttor.insights.key_figures.urls", "figures"),
    LateURLs("offene-daten/laender/", "stadttor.rollout.cockpit.open_urls", "open_figures"),
    LateURLs("offene-daten/", "stadttor.insights.key_figures.open_urls", "open_data"),
    LateURLs("desk/requests", "stadttor.studio.requests.urls", "requests"),
    LateURLs("desk/comments", "stadttor.insights.triage.urls", "triage"),
    LateURLs("desk/descriptions", "stadttor.descriptions.urls", "descriptions"),
    LateURLs("desk/inventory", "stadttor.inventory.urls", "inventory"),
    LateURLs("desk/setup", "stadttor.site.setup.urls", "setup"),
    LateURLs("desk/papers", "stadttor.papers.urls", "papers"),
    LateURLs("desk/cockpit", "stadttor.rollout.cockpit.urls", "cockpit"),
    LateURLs("catalogue/", "stadttor.catalog.federation.urls", "federation"),
    LateURLs("desk/studio", "stadttor.studio.urls", "studio"),
    LateURLs("api/", "stadttor.site.api.urls", "api"),
    # Last: whatever nobody else knows is looked for here, and only then are these pages loaded.
    LateURLs("", "stadttor.appointments.urls", "appointments"),
]

handler400 = "stadttor.site.errors.bad_request"
handler404 = "stadttor.site.errors.page_not_found"
handler500 = "stadttor.site.errors.server_error"
