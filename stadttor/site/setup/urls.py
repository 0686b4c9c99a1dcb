from django.urls import path

from stadttor.site.setup import areas, describing, members, opening, pages, switching, trying

# Below `desk/setup`; loaded with the first page of it (site/urls.py).
app_name = "setup"
urlpatterns = [
    path("", pages.overview, name="overview"),
    path("/aside", pages.put_aside, name="aside"),
    path("/places", areas.areas, name="areas"),
    path("/contact", describing.contact, name="contact"),
    path("/hours", describing.hours, name="hours"),
    path("/trying", trying.trying, name="trying"),
    path("/opening", opening.opening, name="opening"),
    path("/parts", switching.parts, name="parts"),
    path("/law", describing.law, name="law"),
    path("/members", members.listed, name="members"),
    path("/members/<str:ars>", members.letterhead, name="member"),
]
