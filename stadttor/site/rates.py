"""How often pages take something in: per network address, and per authority, so that one town's rush is not another's.

Reading is not counted. Whoever calls from the machine itself is not counted by address: that is a proxy nobody named in
STADTTOR_PROXIES, the demo, or a measurement.
"""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from stadttor.core.network import is_this_machine, neighbourhood
from stadttor.site import errors
from stadttor.site.buckets import Buckets, Rate, TooMany

# A family at one address, saving page by page, stays far below; a school or a town hall behind one address too.
BY_ADDRESS = Buckets(Rate(burst=300, per_minute=300))
# Some hundred people of one town at the same moment; a process takes in about as many from all towns together.
BY_AUTHORITY = Buckets(Rate(burst=3_000, per_minute=12_000))
READS = ("GET", "HEAD", "OPTIONS")


class Rates:
    """Answers 429 with the seconds to wait. The API counts its callers itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in READS or request.path_info.startswith("/api/"):
            return self.get_response(request)
        try:
            _count(request, time.monotonic())
        except TooMany as error:
            answer = errors.refused(request, error)
            answer.headers["Retry-After"] = str(error.wait)
            return answer
        return self.get_response(request)


def _count(request: HttpRequest, at: float) -> None:
    address = request.META.get("REMOTE_ADDR", "")
    if not is_this_machine(address):
        BY_ADDRESS.spend(neighbourhood(address), at)
    authority = getattr(request, "authority", None)
    # Colleagues have a bucket of their own: a flood of forms must not close the desk that could answer it.
    who = "desk" if getattr(request, "staff", None) else "portal"
    BY_AUTHORITY.spend(f"{authority.id if authority else ''} {who}", at)
