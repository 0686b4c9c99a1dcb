import pytest

from stadttor.core.colours import contrast


@pytest.mark.parametrize(("colour", "ratio"), [("#000000", 21), ("#ffffff", 1), ("#767676", 4.54)])
def test_contrast_follows_wcag(colour: str, ratio: float) -> None:
    assert contrast(colour, "#ffffff") == contrast("#ffffff", colour) == pytest.approx(ratio, abs=0.01)
