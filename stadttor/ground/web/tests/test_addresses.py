"""An address put together from its known form is the one Django makes."""

from uuid import UUID

import pytest
from django.http import HttpResponse
from django.urls import NoReverseMatch, path, register_converter, reverse, set_script_prefix, set_urlconf

from stadttor.ground.web.addresses import url

ONE, OTHER = UUID(int=1), UUID(int=2**128 - 1)


class Narrow:
    """Takes some slugs only."""

    regex = "yes|no"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class Loud(Narrow):
    """Writes a slug in another way."""

    regex = "[-A-Z0-9_]+"

    def to_url(self, value):
        return value.upper()


def page(request, **values):
    return HttpResponse()


register_converter(Narrow, "narrow_for_tests")
register_converter(Loud, "loud_for_tests")
urlpatterns = [
    path("fixed", page, name="fixed"),
    path("of/<uuid:id>", page, name="id"),
    path("of/<uuid:id>/page/<slug:slug>/{odd}/<uuid:other>", page, name="several"),
    path("text/<str:text>", page, name="text"),
    path("number/<int:number>", page, name="number"),
    path("narrow/<narrow_for_tests:answer>", page, name="narrow"),
    path("loud/<loud_for_tests:text>", page, name="loud"),
]


@pytest.fixture(autouse=True)
def _these_addresses():
    set_urlconf(__name__)
    yield
    set_urlconf(None)
    set_script_prefix("/")


EXAMPLES = [
    ("fixed", {}),
    ("id", {"id": ONE}),
    ("id", {"id": OTHER}),
    ("id", {"id": str(OTHER)}),
    ("several", {"id": ONE, "slug": "hund_2-b", "other": OTHER}),
    ("several", {"other": ONE, "slug": "hund", "id": OTHER}),
    ("text", {"text": "weg"}),
    ("text", {"text": "Straße {id} %7B?#"}),
    ("number", {"number": 7}),
    ("number", {"number": "7"}),
    ("narrow", {"answer": "yes"}),
    ("loud", {"text": "leise"}),
]


@pytest.mark.parametrize(("name", "values"), EXAMPLES)
def test_an_address_is_the_one_django_makes_the_second_time_too(name, values):
    assert [url(name, **values) for _ in range(2)] == [reverse(name, kwargs=values)] * 2


@pytest.mark.parametrize(
    ("name", "values"), [("narrow", {"answer": "maybe"}), ("id", {"id": "hund"}), ("id", {}), ("nowhere", {})]
)
def test_what_has_no_address_has_none_here(name, values):
    for _ in range(2):
        with pytest.raises(NoReverseMatch):
            url(name, **values)


def test_addresses_follow_the_place_the_portal_is_served_from():
    at_root = url("id", id=ONE)
    set_script_prefix("/~weissenburg/")
    assert url("id", id=ONE) == f"/~weissenburg{at_root}"


def test_addresses_follow_the_table_of_addresses():
    url("id", id=ONE)
    set_urlconf(None)
    with pytest.raises(NoReverseMatch):
        url("id", id=ONE)
