"""The set of descriptions that comes with the product."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings

from stadttor.descriptions import queries
from stadttor.descriptions.rules.template import COSTS, BadDescriptions, read_situation

GOOD = {
    "title": {"de": "Ausweise", "en": "Papers"},
    "reviewed": date(2026, 11, 22),
    "services": {
        "pass": {"title": {"de": "Pass", "en": "Passport"}, "summary": {"de": "Reisen.", "en": "Travel."}, "law": ["§ 1"],
                 "cost": "law"}
    },
}  # fmt: skip


def test_a_new_town_starts_with_at_least_eighty():
    assert len(queries.described("de")) >= 80


@pytest.mark.parametrize("language", ["de", "en"])
def test_each_is_whole_in_both_languages(language):
    for one in queries.described(language):
        whole = queries.description(one.slug, language)
        assert all((whole.title, whole.summary, whole.law)), one.slug
        assert whole.cost in ("", *COSTS), one.slug
        assert whole.language == language


def test_each_was_reviewed_and_none_so_in_the_future():
    days = {queries.description(one.slug, "de").reviewed for one in queries.described("de")}
    assert max(days) <= datetime.now(UTC).date() + timedelta(days=1)


def test_each_belongs_to_a_situation_and_addresses_are_used_once():
    slugs = [slug for one in queries.situations("de") for slug in one.slugs]
    assert len(slugs) == len(set(slugs))
    assert {one.slug for one in queries.described("de")} <= set(slugs)


def test_a_service_of_the_catalogue_has_its_place_among_the_situations():
    """By its address it takes the place of its description; under another one a town would have both."""
    slugs = {slug for one in queries.situations("de") for slug in one.slugs}
    assert {folder.parent.name for folder in settings.STADTTOR_PACKAGES.glob("*/package.yaml")} <= slugs


def test_another_language_gets_the_official_one_and_says_so():
    assert queries.description("personalausweis", "tr").language == "de"
    assert queries.description("personalausweis", "de-simple").language == "de"
    assert queries.description("gibt-es-nicht", "de") is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"law": []}, "no law"),
        ({"cost": "13 Euro"}, "unknown cost"),
        ({"office": "moon"}, "unknown office"),
        ({"title": {"de": "Pass"}}, "title lacks a text"),
        ({"summary": {"de": "Pass", "en": " "}}, "summary lacks a text"),
        ({"need": "Ausweis"}, "need is no text"),
        ({"fee": "x"}, "unknown keys"),
    ],
)
def test_a_file_that_says_too_little_is_refused(change, why):
    read_situation("ausweise", GOOD)
    spoiled = GOOD | {"services": {"pass": GOOD["services"]["pass"] | change}}
    with pytest.raises(BadDescriptions, match=why):
        read_situation("ausweise", spoiled)


def test_a_day_of_review_is_asked_for():
    with pytest.raises(BadDescriptions, match="no day of review"):
        read_situation("ausweise", {key: value for key, value in GOOD.items() if key != "reviewed"})
