from django.urls import path

from stadttor.site.api import description
from stadttor.site.api.app import api
from stadttor.site.api.problems import guarded, unknown_address

operations = api.urls
for pattern in operations[0]:
    if pattern.callback:
        pattern.callback = guarded(pattern.callback)

urlpatterns = [
    path("api/docs", description.page, name="api_docs"),
    path("api/openapi.json", description.openapi, name="api_description"),
    path("api/v1/", operations),
    path("api/", unknown_address),
    path("api/<path:rest>", unknown_address),
]
