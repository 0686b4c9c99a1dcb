from django.urls import path

from stadttor.studio.requests import own_pages

# Below `desk/requests`; loaded with the first page of it (site/urls.py). A publisher's pages lie in its studio.
app_name = "requests"
urlpatterns = [
    path("", own_pages.listed, name="own"),
    path("/new", own_pages.new, name="new"),
    path("/<uuid:request_id>", own_pages.one, name="one"),
]
