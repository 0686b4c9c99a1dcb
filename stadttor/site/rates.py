"""How often pages take something in: per network address, and per authority, so that one town's rush is not another's.
Saving everything that is held about somebody, booking appointments and reporting barriers are counted once more, each by itself.

Reading is not counted. Whoever calls from the machine itself is not counted by address: that is a proxy nobody named in
STADTTOR_PROXIES, the demo, or a measurement.
"""

import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from stadttor.core.network import is_this_machine, neighbourhood
from stadttor.site import errors
from stadttor.site.buckets import Buckets, Rate, TooMany

# A family at one address, saving page by page, stays far below; a school or a town hall behind one address too.
BY_ADDRESS = Buckets(Rate(burst=300, per_minute=300))
# Some hundred people of one town at the same moment; a process takes in about as many from all towns together.
BY_AUTHORITY = Buckets(Rate(burst=3_000, per_minute=12_000))
# Everything about an application is read, decrypted and packed: as much work as some hundred pages.
EXPORTS = frozenset({"portal:export", "privacy:export", "privacy:offer_zip"})
EXPORTS_BY_ADDRESS = Buckets(Rate(burst=20, per_minute=10))
# Nobody needs many times that others need too; a library with a computer for everybody stays below.
BOOKINGS = frozenset({"appointments:details", "appointments:move"})
BOOKINGS_BY_ADDRESS = Buckets(Rate(burst=30, per_minute=5))
# A report of a barrier is written, and answered, by people.
REPORTS = frozenset({"portal:report_barrier"})
REPORTS_BY_ADDRESS = Buckets(Rate(burst=10, per_minute=1))
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
            return _wait(request, error)
        return self.get_response(request)

    def process_view(self, request: Any, _view: object, _args: object, _kwargs: object) -> HttpResponse | None:
        """Django calls this when it knows the route."""
        buckets = None if request.method in READS else _of_route(request.resolver_match.view_name)
        if buckets is not None:
            try:
                _spend(buckets, request, time.monotonic())
            except TooMany as error:
                return _wait(request, error)
        return None


def _of_route(name: str) -> Buckets | None:
    if name in EXPORTS:
        return EXPORTS_BY_ADDRESS
    if name in REPORTS:
        return REPORTS_BY_ADDRESS
    return BOOKINGS_BY_ADDRESS if name in BOOKINGS else None


def _wait(request: HttpRequest, error: TooMany) -> HttpResponse:
    answer = errors.refused(request, error)
    answer.headers["Retry-After"] = str(error.wait)
    return answer


def _count(request: HttpRequest, at: float) -> None:
    _spend(BY_ADDRESS, request, at)
    authority = getattr(request, "authority", None)
    # Colleagues have a bucket of their own: a flood of forms must not close the desk that could answer it.
    who = "desk" if getattr(request, "staff", None) else "portal"
    BY_AUTHORITY.spend(f"{authority.id if authority else ''} {who}", at)


def _spend(buckets: Buckets, request: HttpRequest, at: float) -> None:
    """Of the bucket of the request's address, if it is one."""
    address = request.META.get("REMOTE_ADDR", "")
    if not is_this_machine(address):
        buckets.spend(neighbourhood(address), at)
