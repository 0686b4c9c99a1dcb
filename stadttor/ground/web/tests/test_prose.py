from stadttor.ground.web.prose import prose


def test_a_text_is_paragraphs():
    assert prose("One.\nStill one.\n\nTwo.") == '<p class="kern-body">One. Still one.</p><p class="kern-body">Two.</p>'


def test_items_follow_their_sentence():
    html = prose("Bring:\n- your pass,\n  or your card\n- a photo")

    assert (
        html
        == '<p class="kern-body">Bring:</p><ul class="st-list"><li>your pass, or your card</li><li>a photo</li></ul>'
    )


def test_what_happens_in_order_is_numbered():
    assert prose("1. We check.\n2. We write.") == '<ol class="st-list"><li>We check.</li><li>We write.</li></ol>'


def test_a_date_at_the_start_of_a_line_is_no_item():
    assert prose("1.1.2027 is the day.") == '<p class="kern-body">1.1.2027 is the day.</p>'


def test_markup_of_a_text_stays_text():
    html = prose("<b>x</b> **bold** [here](https://example.org/?a=1&b=2) [no](javascript:alert)")

    assert "&lt;b&gt;" in html
    assert "<strong>bold</strong>" in html
    assert 'href="https://example.org/?a=1&amp;b=2"' in html
    assert "[no](javascript:alert)" in html
