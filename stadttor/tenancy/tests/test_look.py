import pytest

from stadttor.core.refused import Refused
from stadttor.tenancy.demo import AUTHORITIES
from stadttor.tenancy.rules.look import check_accent, check_crest


def test_a_pale_accent_is_refused_with_its_contrast() -> None:
    with pytest.raises(Refused) as refused:
        check_accent("#FFD800")
    assert (refused.value.code, refused.value.values["ratio"]) == ("accent.contrast", "1.4")


@pytest.mark.parametrize(
    "svg",
    [
        "<svg><script>alert(1)</script></svg>",
        '<svg><path onload="x()" d=""/></svg>',
        '<svg><image href="https://example.org/x.png"/></svg>',
        '<!DOCTYPE svg [<!ENTITY x "y">]><svg/>',
        '<svg><rect fill="url(https://example.org)"/></svg>',
        "<svg><foreignObject/></svg>",
        "<svg><style>*{}</style></svg>",
        "<svg>" + " " * 70_000 + "</svg>",
        "a shield",
    ],
)
def test_a_crest_with_anything_but_shapes_is_refused(svg: str) -> None:
    with pytest.raises(Refused):
        check_crest(svg)


@pytest.mark.parametrize("demo", AUTHORITIES, ids=lambda demo: demo.slug)
def test_the_demos_shields_and_colours_pass_the_same_check(demo) -> None:  # type: ignore[no-untyped-def]
    assert check_crest(demo.shield.svg())
    assert check_accent(demo.accent) == demo.accent
