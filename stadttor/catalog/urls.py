from django.urls import path

from stadttor.catalog import dated_pages, member_pages, pages, starting_pages

app_name = "catalog"
urlpatterns = [
    path("desk/services/", pages.catalogue, name="catalogue"),
    path("desk/services/choose", starting_pages.choose, name="choose"),
    path("desk/services/first-settings", starting_pages.first_settings, name="first_settings"),
    path("desk/services/versions/<uuid:version_id>/", pages.package, name="package"),
    path("desk/services/versions/<uuid:version_id>/adopt", pages.adopt, name="adopt"),
    path("desk/services/<uuid:adoption_id>/", pages.adoption, name="adoption"),
    path("desk/services/<uuid:adoption_id>/settings", pages.change_settings, name="settings"),
    path("desk/services/<uuid:adoption_id>/planned/<uuid:planned_id>/undo", dated_pages.undo, name="undo_planned"),
    path("desk/services/<uuid:adoption_id>/planned/<uuid:planned_id>", dated_pages.change, name="change_planned"),
    path("desk/services/<uuid:adoption_id>/dated/<uuid:dated_id>", dated_pages.correct, name="correct_dated"),
    path(
        "desk/services/<uuid:adoption_id>/members/<str:ars>/settings",
        member_pages.member_settings,
        name="member_settings",
    ),
    path("desk/services/<uuid:adoption_id>/go-live", pages.go_live, name="go_live"),
    path("desk/services/<uuid:adoption_id>/test", pages.to_test, name="to_test"),
    path("desk/services/<uuid:adoption_id>/withdraw", pages.withdraw, name="withdraw"),
    path("desk/services/<uuid:adoption_id>/upgrade/<uuid:version_id>", pages.upgrade, name="upgrade"),
]
