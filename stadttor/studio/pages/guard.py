"""Who may open the studio: colleagues of a publisher who have the role. For everybody else there is no such page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase

from stadttor.core.refused import not_found
from stadttor.identity.guards import require_role
from stadttor.studio.queries import publisher_at

ROLE = "publisher"
Page = Callable[..., HttpResponseBase]


def for_publishers(page: Page) -> Page:
    """Gives the page its publisher as first argument after the request. Refused (404) whoever has no right here."""

    @wraps(page)
    def with_publisher(request: Any, *args: object, **kwargs: object) -> HttpResponseBase:
        return page(request, publisher_at(request.authority.id), *args, **kwargs)

    asked = require_role(ROLE)(with_publisher)

    @wraps(asked)
    def guarded(request: Any, *args: object, **kwargs: object) -> HttpResponseBase:
        # Before the guard of roles, which would say that there is something to have a role for.
        if request.staff is not None and ROLE not in request.staff.roles:
            raise not_found()
        return asked(request, *args, **kwargs)

    return guarded
