from django.urls import path

from stadttor.studio.pages import conditions, copies, files, previewing, publishing, shaping, texts
from stadttor.studio.requests import publisher_pages

# Below `desk/studio`; loaded with the first page of it (site/urls.py).
app_name = "studio"
urlpatterns = [
    path("", copies.listed, name="copies"),
    path("/open", copies.open_one, name="open"),
    path("/new", copies.new, name="new"),
    path("/requests", publisher_pages.listed, name="requests"),
    path("/requests/<uuid:request_id>", publisher_pages.one, name="request"),
    path("/<uuid:copy_id>", copies.one, name="copy"),
    path("/<uuid:copy_id>/history", copies.history, name="history"),
    path("/<uuid:copy_id>/delete", copies.delete, name="delete"),
    path("/<uuid:copy_id>/preview", previewing.preview, name="preview"),
    path("/<uuid:copy_id>/publish", publishing.publish, name="publish"),
    path("/<uuid:copy_id>/form", shaping.form, name="form"),
    path("/<uuid:copy_id>/form/add", shaping.add, name="add_part"),
    path("/<uuid:copy_id>/form/part", shaping.part, name="part"),
    path("/<uuid:copy_id>/form/condition", conditions.condition, name="condition"),
    path("/<uuid:copy_id>/texts", texts.texts, name="texts"),
    path("/<uuid:copy_id>/files", files.add, name="add_file"),
    path("/<uuid:copy_id>/files/<path:file>", files.file, name="file"),
]
