"""What a colleague reads of her own browsers, from headers as browsers send them."""

import pytest

from stadttor.identity.devices import device_of

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
SENT = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0": "Firefox, Windows",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/130.0.0.0": "Edge, Windows",
    f"Mozilla/5.0 (X11; Linux x86_64) {CHROME} Safari/537.36": "Chrome, Linux",
    f"Mozilla/5.0 (Linux; Android 10; K) {CHROME} Mobile Safari/537.36": "Chrome, Android",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {SAFARI} Mobile/15E148 Safari/604.1": "Safari, iPhone",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {SAFARI} Safari/605.1.15": "Safari, macOS",
    "curl/8.5.0": "",
    "": "",
    "<script>alert(1)</script> Firefox/1": "Firefox",
}


@pytest.mark.parametrize(("header", "words"), SENT.items())
def test_a_browser_is_named_by_kind_and_system_only(header, words):
    assert device_of(header) == words
