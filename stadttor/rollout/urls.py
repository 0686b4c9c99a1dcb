from django.urls import path

from stadttor.rollout import pages

# Below `desk/upgrades`; loaded with the first page of it (site/urls.py).
app_name = "rollout"
urlpatterns = [
    path("", pages.announced, name="announced"),
    path("/<int:rollout>", pages.upgrade, name="upgrade"),
]
