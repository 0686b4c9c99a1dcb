from django.urls import path

from stadttor.catalog.federation import pages

# Below `catalogue/`; loaded with the first of it (site/urls.py).
app_name = "federation"
urlpatterns = [
    path("index.json", pages.index, name="index"),
    path("<str:package>/<str:version>.stadttor.zip", pages.archive, name="archive"),
]
