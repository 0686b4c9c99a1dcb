from django.urls import path

from stadttor.rollout.cockpit import (
    exporting,
    figure_pages,
    figures_for_everybody,
    figures_of_service,
    kreis_page,
    left_pages,
    pages,
    planning_pages,
    rollout_pages,
)
from stadttor.rollout.costs import steering_pages as costs
from stadttor.rollout.promises import steering_pages as promises

# Below `desk/cockpit`; loaded with the first page of it (site/urls.py).
app_name = "cockpit"
urlpatterns = [
    path("", pages.overview, name="overview"),
    path("/packages.csv", exporting.packages, {"kind": "csv"}, name="packages_csv"),
    path("/packages.xlsx", exporting.packages, {"kind": "xlsx"}, name="packages_xlsx"),
    path("/packages/<str:package>", pages.package, name="package"),
    path("/packages/<str:package>/places.csv", exporting.places, {"kind": "csv"}, name="places_csv"),
    path("/packages/<str:package>/places.xlsx", exporting.places, {"kind": "xlsx"}, name="places_xlsx"),
    path("/packages/<str:package>/authorities", pages.authorities, name="authorities"),
    path("/packages/<str:package>/authorities.csv", exporting.authorities, {"kind": "csv"}, name="authorities_csv"),
    path("/packages/<str:package>/authorities.xlsx", exporting.authorities, {"kind": "xlsx"}, name="authorities_xlsx"),
    path("/packages/<str:package>/costs", costs.listed, name="costs"),
    path("/costs/<uuid:cost_id>", costs.one, name="cost"),
    path("/costs/<uuid:cost_id>.csv", costs.exported, {"kind": "csv"}, name="cost_csv"),
    path("/costs/<uuid:cost_id>.xlsx", costs.exported, {"kind": "xlsx"}, name="cost_xlsx"),
    path("/kreise/<str:kreis>", kreis_page.kreis, name="kreis"),
    path("/authorities/<str:administration>", pages.authority, name="authority"),
    path("/authorities/<str:administration>/services.csv", exporting.authority, {"kind": "csv"}, name="authority_csv"),
    path(
        "/authorities/<str:administration>/services.xlsx", exporting.authority, {"kind": "xlsx"}, name="authority_xlsx"
    ),
    path("/kreise/<str:kreis>/promise", promises.for_place, name="promise_for_place"),
    path("/authorities/<str:administration>/promise", promises.for_authority, name="promise_for"),
    path("/figures", figure_pages.figures, name="figures"),
    path("/figures.csv", figure_pages.exported, {"kind": "csv"}, name="figures_csv"),
    path("/figures.xlsx", figure_pages.exported, {"kind": "xlsx"}, name="figures_xlsx"),
    path("/figures.json", figure_pages.as_json, name="figures_json"),
    path("/figures/open-data", figures_for_everybody.settings, name="figures_open"),
    path("/figures/report/<str:month>.pdf", figure_pages.report, name="figures_report"),
    path("/figures/<slug:service>.csv", figures_of_service.exported, {"kind": "csv"}, name="figures_of_csv"),
    path("/figures/<slug:service>.xlsx", figures_of_service.exported, {"kind": "xlsx"}, name="figures_of_xlsx"),
    path("/figures/<slug:service>", figures_of_service.shown, name="figures_of"),
    path("/promises", promises.listed, name="promises"),
    path("/promises.csv", promises.exported, {"kind": "csv"}, name="promises_csv"),
    path("/promises.xlsx", promises.exported, {"kind": "xlsx"}, name="promises_xlsx"),
    path("/promises/<uuid:promise_id>", promises.one, name="promise"),
    path("/rollouts", rollout_pages.listed, name="rollouts"),
    path("/rollouts.csv", exporting.rollouts, {"kind": "csv"}, name="rollouts_csv"),
    path("/rollouts.xlsx", exporting.rollouts, {"kind": "xlsx"}, name="rollouts_xlsx"),
    path("/rollouts/new", planning_pages.new, name="plan_new"),
    path("/rollouts/prepared/<uuid:plan_id>", planning_pages.one, name="plan"),
    path("/rollouts/prepared/<uuid:plan_id>/change", planning_pages.change, name="plan_change"),
    path("/rollouts/prepared/<uuid:plan_id>/values", planning_pages.values, name="plan_values"),
    path("/rollouts/prepared/<uuid:plan_id>/try", planning_pages.try_out, name="plan_try"),
    path("/rollouts/prepared/<uuid:plan_id>/keep", planning_pages.keep, name="plan_keep"),
    path("/rollouts/prepared/<uuid:plan_id>/delete", planning_pages.delete, name="plan_delete"),
    path("/rollouts/<int:rollout>", rollout_pages.one, name="rollout"),
    path("/rollouts/<int:rollout>/authorities", left_pages.listed, name="left"),
    path("/rollouts/<int:rollout>/authorities.csv", left_pages.exported, {"kind": "csv"}, name="left_csv"),
    path("/rollouts/<int:rollout>/authorities.xlsx", left_pages.exported, {"kind": "xlsx"}, name="left_xlsx"),
    path("/rollouts/<int:rollout>/<str:word>", rollout_pages.act, name="act"),
]
