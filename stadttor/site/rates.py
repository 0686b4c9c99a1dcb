"""How often pages take something in: per network address, and per authority, so that one town's rush is not another's.
Saving everything that is held about somebody, booking appointments, reporting barriers and saying how it was are counted once
more, each by itself;
of reports that were taken in, an address has a share of each day.

Reading is not counted. Whoever calls from the machine itself is not counted by address: that is a proxy nobody named in
STADTTOR_PROXIES, the demo, or a measurement.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse

from stadttor.core.network import is_this_machine, neighbourhood
from stadttor.ground.web.language import N_
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
# And of those that were taken in only so many: an authority takes a few hundred a day (papers), and one person alone must not
# use them up for everybody else.
REPORTS_A_DAY = Buckets(Rate(burst=10, per_minute=10 / (24 * 60)))
REPORTED = 303  # the page goes on to say thanks; what was refused uses up no share
# How it was, somebody says seldom; a school or an office behind one address stays below, nobody makes the figures alone.
OPINIONS = frozenset({"portal:opinion", "portal:feedback"})
OPINIONS_BY_ADDRESS = Buckets(Rate(burst=20, per_minute=0.5))
READS = ("GET", "HEAD", "OPTIONS")


class TooManyReports(TooMany):
    """One address has used up its share of reports of barriers; `wait` as with TooMany, said in words people can use."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.values = {}
        self.text = N_(
            "Many reports came from your internet connection today. Please write to the address in the imprint, or come back tomorrow."
        )


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
        response = self.get_response(request)
        if response.status_code == REPORTED and _route_of(request) in REPORTS:
            with suppress(TooMany):  # two at the same moment; both were taken in
                _use(REPORTS_A_DAY.spend, request, time.monotonic())
        return response

    def process_view(self, request: Any, _view: object, _args: object, _kwargs: object) -> HttpResponse | None:
        """Django calls this when it knows the route."""
        if request.method in READS:
            return None
        buckets = _of_route(_route_of(request))
        if buckets is not None:
            try:
                _use(buckets.spend, request, time.monotonic())
            except TooMany as error:
                return _wait(request, error)
        return _share_of_reports(request)


def _share_of_reports(request: HttpRequest) -> HttpResponse | None:
    if _route_of(request) in REPORTS:
        try:
            _use(REPORTS_A_DAY.must_have, request, time.monotonic())
        except TooMany as error:
            return _wait(request, TooManyReports(error.wait))
    return None


def _route_of(request: HttpRequest) -> str:
    """The name of the route, empty before one was found."""
    return str(request.resolver_match.view_name) if request.resolver_match else ""


def _of_route(name: str) -> Buckets | None:
    if name in EXPORTS:
        return EXPORTS_BY_ADDRESS
    if name in REPORTS:
        return REPORTS_BY_ADDRESS
    if name in OPINIONS:
        return OPINIONS_BY_ADDRESS
    return BOOKINGS_BY_ADDRESS if name in BOOKINGS else None


def _wait(request: HttpRequest, error: TooMany) -> HttpResponse:
    answer = errors.refused(request, error)
    answer.headers["Retry-After"] = str(error.wait)
    return answer


def _count(request: HttpRequest, at: float) -> None:
    _use(BY_ADDRESS.spend, request, at)
    authority = getattr(request, "authority", None)
    # Colleagues have a bucket of their own: a flood of forms must not close the desk that could answer it.
    who = "desk" if getattr(request, "staff", None) else "portal"
    BY_AUTHORITY.spend(f"{authority.id if authority else ''} {who}", at)


def _use(act: Callable[[str, float], None], request: HttpRequest, at: float) -> None:
    """Spend from the bucket of the request's address, or look into it, if it is one."""
    address = request.META.get("REMOTE_ADDR", "")
    if not is_this_machine(address):
        act(neighbourhood(address), at)
