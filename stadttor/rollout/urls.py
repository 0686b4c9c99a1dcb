from django.urls import path

from stadttor.rollout import pages

app_name = "rollout"
urlpatterns = [
    path("desk/upgrades", pages.announced, name="announced"),
    path("desk/upgrades/<int:rollout>", pages.upgrade, name="upgrade"),
]
