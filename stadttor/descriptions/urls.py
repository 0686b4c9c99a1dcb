from django.urls import path

from stadttor.descriptions.pages import editing, files, listing

# Below `desk/descriptions`; loaded with the first page of it (site/urls.py).
app_name = "descriptions"
urlpatterns = [
    path("", listing.overview, name="overview"),
    path("/import", files.take_in, name="import"),
    path("/export.csv", files.export, {"kind": "csv"}, name="csv"),
    path("/export.json", files.export, {"kind": "json"}, name="json"),
    path("/example.csv", files.example, {"kind": "csv"}, name="example_csv"),
    path("/example.json", files.example, {"kind": "json"}, name="example_json"),
    path("/new", editing.new, name="new"),
    path("/<slug:described>", editing.one, name="one"),
    path("/<slug:described>/preview", editing.preview, name="preview"),
    path("/<slug:described>/hidden", editing.hidden, name="hidden"),
    path("/<slug:described>/take-back", editing.take_back, name="take_back"),
]
