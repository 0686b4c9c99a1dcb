from django.urls import path

from stadttor.rollout.promises import own_pages

# Below `desk/promises`; loaded with the first page of it (site/urls.py). A steering body's pages lie in its cockpit.
app_name = "promises"
urlpatterns = [
    path("", own_pages.listed, name="own"),
    path(".csv", own_pages.exported, {"kind": "csv"}, name="csv"),
    path(".xlsx", own_pages.exported, {"kind": "xlsx"}, name="xlsx"),
    path("/new", own_pages.new, name="new"),
    path("/<uuid:promise_id>", own_pages.one, name="one"),
]
