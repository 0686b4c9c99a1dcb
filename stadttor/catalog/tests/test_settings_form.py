"""Codes of a parameter are said in the package's words."""

from django.http import QueryDict

from stadttor.catalog.rules.parameters import Parameter, ParameterSchema
from stadttor.catalog.settings_form import labels_of, posted_values, settings, shown

TERMS = Parameter(
    "laufzeiten", "list", "Laufzeiten", items=Parameter("", "string", "", choices=("halbes_jahr", "ein_jahr"))
)
ZONES = Parameter("zonen", "list", "Gebiete", items=Parameter("", "string", ""))
SCHEMA = ParameterSchema((TERMS, ZONES))
OPTIONS = {"laufzeit.dauer.halbes_jahr": "Ein halbes Jahr", "laufzeit.dauer.ein_jahr": "Ein Jahr", "art.neu": "Neu"}


def test_the_codes_of_a_parameter_are_called_as_in_the_form() -> None:
    labels = labels_of(SCHEMA, OPTIONS)
    assert shown(TERMS, ["halbes_jahr"], labels["laufzeiten"]) == "Ein halbes Jahr"
    assert "zonen" not in labels
    assert labels_of(SCHEMA, {"laufzeit.dauer.halbes_jahr": "Ein halbes Jahr"}) == {}


def test_offered_codes_are_ticked_and_other_lists_are_typed() -> None:
    terms, zones = (
        one.field for one in settings(SCHEMA, {"laufzeiten": ["ein_jahr"]}, labels=labels_of(SCHEMA, OPTIONS))
    )
    assert terms is not None
    assert zones is not None
    assert (terms.type, terms.value, zones.type) == ("multiselect", ["ein_jahr"], "textarea")
    assert list(terms.options) == [
        {"value": "halbes_jahr", "label": "Ein halbes Jahr"},
        {"value": "ein_jahr", "label": "Ein Jahr"},
    ]
    posted = QueryDict("p.laufzeiten=halbes_jahr&p.laufzeiten=ein_jahr&p.zonen=A%0D%0AB")
    assert posted_values(SCHEMA, posted) == {"laufzeiten": ["halbes_jahr", "ein_jahr"], "zonen": ["A", "B"]}
