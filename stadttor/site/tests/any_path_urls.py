"""The product's addresses and a page at every path that ends with a slash."""

from django.http import HttpResponse
from django.urls import re_path

from stadttor.site.urls import handler400, handler404, handler500
from stadttor.site.urls import urlpatterns as real

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*real, re_path(r".*/$", lambda request: HttpResponse(""))]
