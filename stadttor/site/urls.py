"""All addresses of the product."""

from importlib.util import find_spec

from django.urls import include, path

from stadttor.ground.web import accent, look, static_files
from stadttor.site.desk import desk

urlpatterns = [
    path("static/<path:name>", static_files.serve, name="static"),
    path("accent.css", accent.serve, name="accent"),
    path("crest.svg", look.crest, name="crest"),
    path("desk/", desk, name="desk"),
    path("", include("stadttor.identity.urls")),
]
for module in ("tenancy", "catalog", "cases", "portal", "payments", "records", "notices", "site.api"):
    if find_spec(f"stadttor.{module}") and find_spec(f"stadttor.{module}.urls"):
        urlpatterns.append(path("", include(f"stadttor.{module}.urls")))

handler400 = "stadttor.site.errors.bad_request"
handler404 = "stadttor.site.errors.page_not_found"
handler500 = "stadttor.site.errors.server_error"
