"""The product's addresses and some pages that go wrong."""

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpResponse
from django.urls import path

from stadttor.core.refused import Refused
from stadttor.site.urls import handler400, handler404, handler500
from stadttor.site.urls import urlpatterns as real

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]


def bug(request):
    raise ValueError("Amira Yılmaz lives at Bahnhofstraße 12")


def bug_in_a_bug(request):
    try:
        bug(request)
    except ValueError as error:
        raise RuntimeError("Jonas Weber") from error


def no(request):
    raise Refused("too_many_files", "You can add {n} files at most.", field="nachweis", n=50)


def forbidden(request):
    raise Refused("role_missing", "You need the role “{role}” for this page.", status=403, role="organiser")


def gone(request):
    raise Http404("Amira")


def odd(request):
    raise SuspiciousOperation("Amira")


def form(request):
    return HttpResponse(str(len(request.POST)))


odd_pages = {"bug": bug, "bugs": bug_in_a_bug, "no": no, "forbidden": forbidden, "gone": gone, "odd": odd, "form": form}
urlpatterns = [
    *(path(name, page, name=name) for name, page in odd_pages.items()),
    *(path(f"api/{name}", page) for name, page in odd_pages.items()),
    *real,
]
