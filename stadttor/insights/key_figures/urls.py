from django.urls import path

from stadttor.insights.key_figures import costs_page, exporting, pages, reporting, settings_page

# Below `desk/figures`; loaded with the first page of it (site/urls.py).
app_name = "figures"
urlpatterns = [
    path("", pages.overview, name="overview"),
    path(".csv", exporting.table, {"kind": "csv"}, name="csv"),
    path(".xlsx", exporting.table, {"kind": "xlsx"}, name="xlsx"),
    path(".json", exporting.open_data, name="json"),
    path("/report/<str:month>.pdf", reporting.report, name="report"),
    path("/settings", settings_page.settings, name="settings"),
    path("/<slug:service>/costs", costs_page.costs, name="costs"),
    path("/<slug:service>", pages.service, name="service"),
]
