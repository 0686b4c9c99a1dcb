"""The operator's command that counts key figures from scratch."""

import pytest

from stadttor.ground.work import work
from stadttor.insights.models import Counter
from stadttor.site.figures_cli import main

pytestmark = pytest.mark.db


def test_a_name_that_is_not_here_is_refused_and_nothing_is_counted(authority, capsys):
    assert main(["recount", authority.slug, "nirgends"]) == 1
    told = capsys.readouterr()
    assert told.err == "No authority here is called nirgends.\n"
    assert told.out == ""


def test_an_authority_without_cases_has_nothing_to_tell(authority, capsys):
    assert main(["recount", authority.slug]) == 0
    assert capsys.readouterr().out == ""
    with work(authority.id):
        assert not Counter.objects.filter(authority_id=authority.id).exists()
