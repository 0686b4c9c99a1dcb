from django.urls import path

from stadttor.rollout.costs import own_pages

# Below `desk/costs`; loaded with the first page of it (site/urls.py).
app_name = "costs"
urlpatterns = [
    path("", own_pages.own, name="own"),
    path(".csv", own_pages.exported, {"kind": "csv"}, name="csv"),
    path(".xlsx", own_pages.exported, {"kind": "xlsx"}, name="xlsx"),
]
