import pytest

from stadttor.catalog.rules import limits
from stadttor.catalog.rules.faults import PackageRefused
from stadttor.catalog.rules.strict_yaml import load


def refused(text: str | bytes) -> str:
    with pytest.raises(PackageRefused) as caught:
        load(text if isinstance(text, bytes) else text.encode(), "form.yaml")
    return str(caught.value)


def test_words_dates_and_times_stay_text() -> None:
    document = load(b"a: no\nb: 2026-11-22\nc: 12:30\nd: 0123\ne: 1.0.0\nf: '7'\n", "form.yaml")
    assert document.data == {"a": "no", "b": "2026-11-22", "c": "12:30", "d": "0123", "e": "1.0.0", "f": "7"}


def test_numbers_and_truth_values_are_typed() -> None:
    assert load(b"[1, -5, 1.5, true, false, null, ~]", "f").data == [1, -5, 1.5, True, False, None, None]


def test_every_value_knows_its_line() -> None:
    document = load(b"pages:\n  - id: fahrzeug\n    groups:\n      - id: halter\n", "form.yaml")
    assert document.line(("pages", 0, "groups", 0, "id")) == 4
    assert document.line(("pages", 0, "groups", 0, "unknown")) == 4
    assert document.line(("pages", 7)) == 1


def test_a_key_that_stands_twice_is_named_with_its_line() -> None:
    assert "form.yaml:2: The key `id` stands here twice" in refused("id: a\nid: b\n")


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert "form.yaml:1: Anchors and aliases" in refused(bomb)


def test_an_alias_to_itself_is_refused() -> None:
    assert "Anchors and aliases" in refused("&a [*a]\n")


def test_merge_keys_are_refused() -> None:
    assert "Merge keys" in refused("<<: {a: 1}\n")


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system ['true']", "!!binary aGVsbG8=", "!mine x"])
def test_tags_are_refused(tag: str) -> None:
    assert "is not allowed" in refused(f"a: {tag}\n")


def test_deep_mappings_are_refused() -> None:
    assert "Nested deeper" in refused("{a: " * 9 + "1" + "}" * 9)


def test_deep_lists_are_refused_without_exhausting_the_stack() -> None:
    assert "Nested deeper than 16 levels, lists included" in refused("[" * 50_000)


def test_a_huge_text_is_refused() -> None:
    assert f"longer than {limits.TEXT_BYTES:,} bytes" in refused("a: " + "x" * (limits.TEXT_BYTES + 1))


def test_too_many_values_are_refused() -> None:
    assert "values" in refused("[" + "1," * (limits.YAML_NODES + 1) + "]")


def test_a_huge_file_is_refused() -> None:
    assert "larger than" in refused(b"#" * (limits.YAML_BYTES + 1))


def test_a_second_document_is_refused() -> None:
    assert "second document" in refused("a: 1\n---\nb: 2\n")


def test_an_empty_file_is_refused() -> None:
    assert "empty" in refused("")


def test_a_key_that_is_a_list_is_refused() -> None:
    assert "plain word" in refused("[a, b]: c\n")


def test_broken_indentation_is_named_with_its_line() -> None:
    assert "form.yaml:3: This is not valid YAML" in refused("a:\n  b: 1\n c: 2\n")


def test_other_encodings_are_refused_with_the_line() -> None:
    assert "form.yaml:2: The file is not UTF-8" in refused(b"a: 1\nb: \xfc\n")


def test_a_zero_byte_is_refused() -> None:
    assert "zero byte" in refused('a: "\\0"\n')
