from django.urls import path

from stadttor.inventory.pages import diagram, editing, exporting, importing, listing, maturity, ranking, roadmap

# Below `desk/inventory`; loaded with the first page of it (site/urls.py).
app_name = "inventory"
urlpatterns = [
    path("", listing.overview, name="overview"),
    path(".csv", exporting.table, {"kind": "csv"}, name="csv"),
    path(".xlsx", exporting.table, {"kind": "xlsx"}, name="xlsx"),
    path("/take-over", editing.take_over, name="take_over"),
    path("/import", importing.import_table, name="import"),
    path("/priorities", ranking.priorities, name="priorities"),
    path("/priorities.csv", exporting.priorities, {"kind": "csv"}, name="priorities_csv"),
    path("/priorities.xlsx", exporting.priorities, {"kind": "xlsx"}, name="priorities_xlsx"),
    path("/roadmap.csv", exporting.roadmap, {"kind": "csv"}, name="roadmap_csv"),
    path("/roadmap.xlsx", exporting.roadmap, {"kind": "xlsx"}, name="roadmap_xlsx"),
    path("/roadmap", roadmap.roadmap, name="roadmap"),
    path("/maturity", maturity.overview, name="maturity"),
    path("/new", editing.new, name="new"),
    path("/<uuid:process_id>", editing.one, name="process"),
    path("/<uuid:process_id>/volume", editing.take_volume, name="take_volume"),
    path("/<uuid:process_id>/rating", ranking.rating, name="rating"),
    path("/<uuid:process_id>/plan", roadmap.plan, name="plan"),
    path("/<uuid:process_id>/maturity", maturity.assessment, name="assessment"),
    path("/<uuid:process_id>/diagram", diagram.show, name="diagram"),
    path("/<uuid:process_id>/delete", editing.delete, name="delete"),
]
