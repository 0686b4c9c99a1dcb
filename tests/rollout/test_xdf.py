import pytest

from stadttor.catalog.fim.tests.builders import SAMPLES, VALID, a_field, a_group, a_message
from tests.rollout.xdf import Line, figures, line_of, lines


def test_every_field_comes_in_and_nothing_changes() -> None:
    found = list(lines())
    assert [one for one in found if one.imported != one.fields] == []
    assert figures(found)["xdf_roundtrip_differences"] == 0
    if not (SAMPLES / VALID[0]).is_file():
        pytest.skip("the published schemas are not at hand; only the project's packages were counted")
    assert found[0].imported == 88


def test_a_hidden_field_counts_when_it_is_kept() -> None:
    one = line_of("probe", a_message(a_group(1, a_field(1), a_field(2, feldart="hidden"))))
    assert one == Line("probe", 2, 2, ())


def test_a_difference_is_counted() -> None:
    assert figures([Line("a", 3, 2, ("x", "y")), Line("b", 1, 1, ())]) == {
        "xdf_fields_imported": 3, "xdf_roundtrip_differences": 2,
    }  # fmt: skip
