"""What a package lets a decision issue into wallets."""

from datetime import date

import pytest

from stadttor.catalog.tests.builders import a_package, checked, faults_of
from stadttor.core.cel import Environment
from stadttor.forms.rules.filled import Filled

BEFORE = "reasons:\n"
RULE = """credential:
  outcomes: [granted]
  if: "a.person.vorname != ''"
  months: 3
  claims: {family_name: a.person.nachname, given_name: a.person.vorname}
"""


def with_rule(rule: str = RULE) -> dict[str, bytes]:
    return a_package(package=(BEFORE, rule + BEFORE))


def test_it_says_what_the_answers_say_and_nothing_where_it_is_not_for_them() -> None:
    content = checked(with_rule()).accepted()
    assert content.credential is not None
    said = [
        content.credential.said(Environment(Filled(content.form, {"person": person}, {}, date(2026, 11, 23)).seen))
        for person in ({"vorname": "Amira", "nachname": " Yılmaz "}, {"vorname": "Amira"}, {"nachname": "Yılmaz"})
    ]
    assert said == [{"family_name": "Yılmaz", "given_name": "Amira"}, {"given_name": "Amira"}, {}]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[granted]", "[partly]"), "the package has no outcome `partly`"),
        (("{family_name:", "{shoe_size:"), "`credential.claims.shoe_size`: No claim is called so"),
        (("a.person.vorname}", "a.person.nowhere}"), "`credential.claims.given_name`"),
        (("months: 3", "months: 0"), "`credential.months`"),
        (("a.person.vorname != ''", "a.person.vorname"), "`credential.if`"),
    ],
)
def test_what_is_wrong_with_it_is_said(change: tuple[str, str], said: str) -> None:
    assert said in faults_of(with_rule(RULE.replace(*change)))
