"""Everything below /api/, in the namespace `api`; loaded with the first call (stadttor/site/late_urls.py)."""

from django.urls import include, path

from stadttor.site.api import description
from stadttor.site.api.app import api
from stadttor.site.api.problems import guarded, unknown_address

operations, _app, _namespace = api.urls
for pattern in operations:
    if pattern.callback:
        pattern.callback = guarded(pattern.callback)

urlpatterns = [
    path("docs", description.page, name="docs"),
    path("openapi.json", description.openapi, name="description"),
    path("v1/", include(operations)),
    path("", unknown_address),
    path("<path:rest>", unknown_address),
]
