import pytest

from adapters.eudi_wallet.encoding import b64url, from_b64url, read_json, read_object
from stadttor.identity.ports import NotProven


def reason(act, *words):
    with pytest.raises(NotProven) as refused:
        act(*words)
    return refused.value.reason


def test_bytes_have_one_spelling():
    assert from_b64url(b64url(b"\xff\xfe\x01")) == b"\xff\xfe\x01"


@pytest.mark.parametrize("text", ["_-8=", "/+8", "_-9", "a", "ä", " YQ", "YQ\n"])
def test_another_spelling_is_refused(text):
    assert reason(from_b64url, text).startswith("base64url")


@pytest.mark.parametrize(
    "text", ['{"a":1,"a":2}', '{"a":{"b":1,"b":1}}', "NaN", "[Infinity]", "1e999", "[" * 5000, b"\xff", "", "{} {}"]
)
def test_json_with_two_readings_is_refused(text):
    assert reason(read_json, text).startswith("json")


def test_deep_json_is_refused():
    assert reason(read_json, "[" * 30 + "]" * 30) == "json_depth"


def test_where_an_object_is_due_nothing_else_does():
    assert reason(read_object, "[]") == "json_no_object"
