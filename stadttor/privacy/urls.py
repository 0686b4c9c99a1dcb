from django.urls import path

from stadttor.privacy.pages import archive, keeping, person

app_name = "privacy"
urlpatterns = [
    path("desk/person", person.person, name="person"),
    path("desk/person/export.zip", person.export, name="export"),
    path("desk/person/forget", person.forget, name="forget"),
    path("desk/cases/<uuid:case_id>/retention", keeping.keeping, name="keeping"),
    path("desk/archive", archive.archive, name="archive"),
    path("desk/archive/payments/<uuid:payment_id>", archive.stray, name="stray"),
    path("desk/archive/<uuid:retention_id>", archive.offer, name="offer"),
    path("desk/archive/<uuid:retention_id>/case.zip", archive.offer_as_zip, name="offer_zip"),
    path("desk/archive/<uuid:retention_id>/open", archive.open_offer, name="open_offer"),
]
