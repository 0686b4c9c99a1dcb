"""The API object: version 1 with its parts."""

from ninja import NinjaAPI
from ninja.operation import Operation

from stadttor.site.api import applying, casework, public
from stadttor.site.api.problems import explain_to

TEXT = (
    "Online services of German municipalities: who is responsible, what is offered, applications as JSON, and the work "
    "on cases for other systems. Each authority answers on its own host. Refusals are problem+json (RFC 9457)."
)


class Api(NinjaAPI):
    """Operations go by the names of their functions."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = Api(
    title="Stadttor",
    version="1",
    description=TEXT,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
explain_to(api)
for part in (public, applying, casework):
    api.add_router("", part.router)
