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


def of(inside: str, head: str = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"') -> str:
    return f"<svg {head}>{inside}</svg>"


SHAPE, XMLNS = '<path d="M0 0h9v9z"/>', 'xmlns="http://www.w3.org/2000/svg"'


@pytest.mark.parametrize(
    ("svg", "code"),
    [
        (of(SHAPE).removesuffix("</svg>"), "crest.broken"),
        (of("<g></g>")[:-9], "crest.broken"),
        (of('<path d="M0'), "crest.broken"),
        (of("<g></path>"), "crest.broken"),
        (of(SHAPE) + of(SHAPE), "crest.broken"),
        (of('<path d="" d=""/>'), "crest.broken"),
        (of('<path xlink:role="x"/>'), "crest.broken"),
        (of("\ud800"), "crest.broken"),
        (of("\x01"), "crest.broken"),
        (of("<g>" * 3_000 + "</g>" * 3_000), "crest.parts"),
        (of("<g>" * 3_000), "crest.parts"),
        (of("<g>" * 32 + "</g>" * 32), "crest.parts"),
        (of("<g/>" * 2_000), "crest.parts"),
        (of(SHAPE, 'viewBox="0 0 9 9"'), "crest.namespace"),
        (of(SHAPE, 'xmlns="http://www.w3.org/1999/xhtml" viewBox="0 0 9 9"'), "crest.namespace"),
        (of('<g xmlns=""/>'), "crest.namespace"),
        (of(SHAPE, XMLNS), "crest.size"),
        (of(SHAPE, f'{XMLNS} width="9"'), "crest.size"),
        (of(SHAPE, f'{XMLNS} width="100%" height="100%"'), "crest.size"),
        (of(SHAPE, f'{XMLNS} viewBox="0 0 9 0"'), "crest.size"),
        (of(SHAPE, f'{XMLNS} viewBox="0 0 9"'), "crest.size"),
        (of(SHAPE, f'{XMLNS} viewBox="0 0 1e999 9"'), "crest.size"),
        (of(SHAPE, f'{XMLNS} viewBox="0 0 9 9" width="0"'), "crest.size"),
    ],
)
def test_a_crest_that_no_letter_could_carry_is_refused_with_its_reason(svg: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_crest(svg)
    assert (refused.value.code, refused.value.field) == (code, "crest")


GOOD = [
    of(SHAPE),
    of("<g>" * 31 + "</g>" * 31),
    of("<g/>" * 1_999),
    of("<title>Ümläut</title><desc>x</desc><defs><g/></defs>"),
    of(SHAPE, f'{XMLNS} width="48" height="56.5"'),
    of(SHAPE, f'{XMLNS} width="40mm" height="5cm"'),
    of(SHAPE, f'{XMLNS} width="100%" height="100%" viewBox="-1,-1 9.5,1e2"'),
    of(SHAPE, f'{XMLNS} xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" inkscape:version="1" viewBox="0 0 9 9"'),
]  # fmt: skip


@pytest.mark.parametrize("svg", GOOD)
def test_a_sound_crest_is_taken_as_it_is(svg: str) -> None:
    assert check_crest(f" {svg}\n") == svg


@pytest.mark.parametrize("demo", AUTHORITIES, ids=lambda demo: demo.slug)
def test_the_demos_shields_and_colours_pass_the_same_check(demo) -> None:  # type: ignore[no-untyped-def]
    assert check_crest(demo.shield.svg())
    assert check_accent(demo.accent) == demo.accent
