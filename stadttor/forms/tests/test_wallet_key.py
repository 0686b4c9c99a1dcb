"""`wallet` at a field: a credential that proves what a file would, and everything that names none."""

from typing import Any

import pytest

from stadttor.forms.definition import FormFaults
from stadttor.forms.parsing import parse_form

OWN = {"service": "meldebescheinigung", "claims": ["family_name", "birth_date", "locality"]}
FOREIGN = {"type": "urn:eudi:pid:de:1", "claims": {"family_name": "family_name", "ort": ["address", "locality"]}}


def form(wallet: Any, *, repeat: bool = False, **attributes: Any) -> Any:
    field = {"id": "nachweis", "type": "file", "evidence": "wohnsitz", "wallet": wallet, **attributes}
    group = {"id": "n", "fields": [{name: one for name, one in field.items() if one is not None}]}
    return parse_form({"pages": [{"id": "n", "groups": [group | ({"repeat": True} if repeat else {})]}]}, {})


def faults(wallet: Any, **attributes: Any) -> str:
    with pytest.raises(FormFaults) as caught:
        form(wallet, **attributes)
    return str(caught.value)


def test_of_our_own_credentials_it_names_the_service_and_what_they_have_to_say() -> None:
    rule = form(OWN).fields["n.nachweis"].wallet
    assert (rule.service, rule.type, [word for word, _path in rule.claims]) == (
        "meldebescheinigung", "", ["family_name", "birth_date", "locality"],
    )  # fmt: skip


def test_of_somebody_elses_it_names_the_type_and_where_the_claims_stand() -> None:
    rule = form(FOREIGN).fields["n.nachweis"].wallet
    assert (rule.service, rule.type) == ("", "urn:eudi:pid:de:1")
    assert dict(rule.claims) == {"family_name": ("family_name",), "ort": ("address", "locality")}
    listed = form({**FOREIGN, "claims": {"staat": ["nationalities", None], "erster": ["nationalities", 0]}})
    assert dict(listed.fields["n.nachweis"].wallet.claims)["staat"] == ("nationalities", None)


@pytest.mark.parametrize(
    ("wallet", "says"),
    [
        ("meldebescheinigung", "names no credential"),
        (None, "names no credential"),
        ({}, "by its service or by its type"),
        ({**OWN, **FOREIGN}, "by its service or by its type"),
        ({**OWN, "issuer": "x.pem"}, "issuer is not known"),
        ({**OWN, "service": "Melde Bescheinigung"}, "service is"),
        ({**OWN, "service": 5}, "service is"),
        ({"service": "meldebescheinigung"}, "not a list of 1 to 20 claims"),
        ({**OWN, "claims": []}, "not a list of 1 to 20 claims"),
        ({**OWN, "claims": ["family_name", "family_name"]}, "not a list of 1 to 20 claims"),
        ({**OWN, "claims": {"family_name": "family_name"}}, "not a list of 1 to 20 claims"),
        ({**OWN, "claims": ["schuhgroesse"]}, "is no claim of ours"),
        ({**OWN, "claims": [{"a": "b"}]}, "is no claim of ours"),
        ({**FOREIGN, "type": "permit"}, "type is"),
        ({**FOREIGN, "type": "urn:x y"}, "type is"),
        ({**FOREIGN, "claims": {}}, "not a list of 1 to 20 claims"),
        ({**FOREIGN, "claims": {f"c{n}": "x" for n in range(21)}}, "not a list of 1 to 20 claims"),
        ({**FOREIGN, "claims": {"Ort": "locality"}}, "is not usable"),
        ({**FOREIGN, "claims": {"ort": ""}}, "leads to no claim"),
        ({**FOREIGN, "claims": {"ort": []}}, "leads to no claim"),
        ({**FOREIGN, "claims": {"ort": [0, "locality"]}}, "leads to no claim"),
        ({**FOREIGN, "claims": {"ort": ["address", -1]}}, "leads to no claim"),
        ({**FOREIGN, "claims": {"ort": ["address", {"a": 1}]}}, "leads to no claim"),
        ({**FOREIGN, "claims": {"bis": "exp"}}, "leads to no claim"),
        ({**FOREIGN, "claims": {"key": ["cnf", "jwk"]}}, "leads to no claim"),
        ({**FOREIGN, "claims": {"tief": ["a"] * 6}}, "leads to no claim"),
    ],
)
def test_what_names_no_credential_is_a_fault_of_the_package(wallet: Any, says: str) -> None:
    if wallet is None:
        with pytest.raises(FormFaults, match="names no credential"):
            parse_form(
                {"pages": [{"id": "n", "groups": [{"id": "n", "fields": [
                    {"id": "f", "type": "file", "evidence": "e", "wallet": None}]}]}]}, {}
            )  # fmt: skip
    else:
        assert says in faults(wallet)


@pytest.mark.parametrize(
    ("claims", "missing"),
    [
        (["locality"], "family_name and birth_date"),
        (["family_name", "locality"], "birth_date"),
        (["birth_date"], "family_name"),
    ],
)
def test_what_we_issued_names_whom_it_is_about(claims: list[str], missing: str) -> None:
    """Else anybody's wallet would prove it for her, and the paper would not say whose it is."""
    said = faults({**OWN, "claims": claims})
    assert "does not say whom it is about" in said
    assert f"Add {missing}." in said


@pytest.mark.parametrize("attributes", [{"type": "text"}, {"evidence": None}])
def test_only_a_file_that_proves_something_can_be_shown_from_a_wallet(attributes: dict[str, Any]) -> None:
    assert "in the place of a file" in faults(OWN, **attributes)


def test_a_wallet_shows_nothing_for_one_of_many() -> None:
    assert "can stand here several times" in faults(OWN, repeat=True)
