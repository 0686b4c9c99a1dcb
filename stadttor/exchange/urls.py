from django.urls import path

from stadttor.exchange import pages

app_name = "exchange"
urlpatterns = [
    path("", pages.targets, name="targets"),
    path("<slug:service>", pages.target, name="target"),
]
