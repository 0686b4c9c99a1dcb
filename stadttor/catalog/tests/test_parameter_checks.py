"""Settings are checked against each other, as the package says; a package cannot say it in a way that costs."""

import pytest

from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.settings_form import fault_texts
from stadttor.catalog.tests.builders import a_package, checked, faults_of

PARAMETERS = """\
  properties:
    zonen: {type: array, items: {type: string}, default: [A, B], maxItems: 300}
    glaeubiger: {type: string, default: DE98ZZZ09999999999, format: creditor-id}
    konto: {type: string, default: "", format: iban}
    strassen:
      type: array
      maxItems: 2000
      items:
        type: object
        required: [strasse, zone]
        properties:
          strasse: {type: string, maxLength: 60}
          von: {type: integer}
          bis: {type: integer}
          zone: {type: string}
      default: [{strasse: Am Hof, von: 1, bis: 9, zone: A}]
"""
CHECKS = """\
parameter_checks:
  - {if: item.von > item.bis, refuse: strassen.bis, text: von_bis}
  - {if: "!(item.zone in p.zonen)", refuse: strassen.zone, text: gebiet}
  - {if: "'Z' in p.zonen && p.gebuehr_cents > 0", refuse: gebuehr_cents, text: gebuehr}
"""
TEXTS = "parameter_checks: {von_bis: Von ist größer als bis., gebiet: Dieses Gebiet gibt es nicht., gebuehr: Gebühr.}\n"


def files(checks: str = CHECKS, texts: str = TEXTS, parameters: str = PARAMETERS) -> dict[str, bytes]:
    found = a_package(package=("  properties:\n", parameters))
    found["package.yaml"] += checks.encode()
    found["texts/de.yaml"] += texts.encode()
    return found


@pytest.fixture(scope="module")
def package() -> PackageContent:
    return checked(files()).accepted()


def faults(package: PackageContent, **values: object) -> list[str]:
    return [str(fault) for fault in package.check_parameters(package.parameters.defaults() | values)]


def street(**row: object) -> dict[str, object]:
    return {"strasse": "Am Hof", "von": 1, "bis": 9, "zone": "A"} | row


def test_the_row_that_contradicts_another_setting_is_named(package: PackageContent) -> None:
    assert faults(package) == []
    rows = [street(), street(von=50, bis=40), street(zone="Z")]
    assert faults(package, strassen=rows) == ["strassen.1.bis: check (von_bis)", "strassen.2.zone: check (gebiet)"]


def test_a_setting_is_checked_against_a_list(package: PackageContent) -> None:
    assert faults(package, zonen=["A", "Z"]) == ["gebuehr_cents: check (gebuehr)"]


def test_an_optional_column_left_out_is_unanswered(package: PackageContent) -> None:
    assert faults(package, strassen=[{"strasse": "Am Hof", "zone": "B"}]) == []


def test_a_check_is_not_asked_about_what_is_wrong_by_itself(package: PackageContent) -> None:
    assert faults(package, strassen=[{"strasse": 7, "zone": "Z"}]) == ["strassen.0.strasse: type"]
    assert faults(package, zonen="A") == ["zonen: type"]


def test_the_package_says_what_is_wrong_in_its_own_words(package: PackageContent) -> None:
    found = package.check_parameters(package.parameters.defaults() | {"strassen": [street(zone="Z")]})
    said = fault_texts(found, package.texts_in("de").section("parameter_checks"))
    assert said == {"strassen.0.zone": "Dieses Gebiet gibt es nicht."}


@pytest.mark.parametrize("value", ["DE00ZZZ00000000000", "DE98ZZZ09999999998", "DE98", "DE98mZZZm09999999999", "98"])
def test_a_creditor_identifier_has_check_digits(package: PackageContent, value: str) -> None:
    assert faults(package, glaeubiger=value) == ["glaeubiger: creditor-id"]


@pytest.mark.parametrize(
    "value", ["DE89370400440532013001", "DE89 3704", "XX00", "DE89.3704.0044.0532.0130.00", "ß" * 22]
)
def test_an_account_has_check_digits(package: PackageContent, value: str) -> None:
    assert faults(package, konto="DE89 3704 0044 0532 0130 00") == []
    assert faults(package, konto=value) == ["konto: iban"]


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("{if: a.antrag.art == 'neu', refuse: zonen, text: gebiet}", "a.antrag is not declared"),
        ("{if: today > '2026-01-01', refuse: zonen, text: gebiet}", "`today` is no setting"),
        ("{if: applicant.trust == 'hoch', refuse: zonen, text: gebiet}", "`applicant.trust` is no setting"),
        ("{if: p.gebuehr_cents, refuse: zonen, text: gebiet}", "The result is integer, not boolean"),
        ("{if: item.von > 1, refuse: strassen, text: gebiet}", "item exists only in a repeated group"),
        ("{if: item.nichts > 1, refuse: strassen.von, text: gebiet}", "item.nichts is not declared"),
        ("{if: p.gebuehr_cents > 1, refuse: nichts, text: gebiet}", "there is no setting `nichts`"),
        ("{if: p.gebuehr_cents > 1, refuse: strassen.nichts, text: gebiet}", "there is no setting `strassen.nichts`"),
        ("{if: p.gebuehr_cents > 1, refuse: zonen.0, text: gebiet}", "has the wrong form"),
        ("{if: p.gebuehr_cents > 90000, refuse: zonen, text: fehlt}", "`parameter_checks.fehlt` is missing"),
        ("{if: p.gebuehr_cents > 1, refuse: gebuehr_cents, text: gebiet}", "the default is refused"),
        ("{if: 'p.zonen.exists(z, p.zonen.exists(y, y == z))', refuse: zonen, text: gebiet}", "cannot be nested"),
        ("{if: 'p.zonen.exists(z, z.matches(\"(a+)+\"))', refuse: zonen, text: gebiet}", "not in the profile"),
        ("{if: \"item.zone in p.zonen && p.strassen.exists(s, s.von == item.bis)\", refuse: strassen.von, text: gebiet}",
         "they could look at 1,200,000,000"),
        ("{refuse: zonen, text: gebiet}", "is missing"),
        ("{if: p.gebuehr_cents > 1, refuse: zonen, text: gebiet, then: x}", "is not known"),
    ],
)  # fmt: skip
def test_a_check_that_cannot_be_asked_is_refused_with_its_line(check: str, said: str) -> None:
    found = faults_of(files(f"parameter_checks:\n  - {check}\n"))
    assert said in found
    assert "package.yaml:" in found or "texts/de.yaml" in found


def test_checks_that_look_at_too_much_are_refused() -> None:
    check = (
        '  - {if: "item.zone in p.zonen && p.andere.exists(x, x == item.zone)", refuse: strassen.von, text: gebiet}\n'
    )
    many = PARAMETERS + "    andere: {type: array, items: {type: string}, default: [], maxItems: 2000}\n"
    assert "could look at 1,200,000,000 rows" in faults_of(files("parameter_checks:\n" + check, parameters=many))


def test_a_format_nobody_knows_is_refused() -> None:
    assert "must be one of iban, creditor-id" in faults_of(files(parameters=PARAMETERS.replace("iban", "bic")))


def test_a_thousand_streets_are_checked_in_the_time_of_a_page(package: PackageContent) -> None:
    rows = [street(zone="Z") for _ in range(2_000)]
    assert len(faults(package, strassen=rows)) == 2_000
