from django.urls import path

from stadttor.rollout import apply_pages, pages

# Below `desk/upgrades`; loaded with the first page of it (site/urls.py).
app_name = "rollout"
urlpatterns = [
    path("", pages.announced, name="announced"),
    path("/services", apply_pages.services, name="services"),
    path("/services/<str:package>", apply_pages.service, name="service"),
    path("/<int:rollout>", pages.upgrade, name="upgrade"),
]
