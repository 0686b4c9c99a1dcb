"""A town's crest is drawn on its pages, whatever the policy says that comes with the file."""

import pytest

pytestmark = pytest.mark.browser
# How many colours a picture has where it is drawn; one that was not drawn has none.
COLOURS = """picture => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 80, height: 96})
  const pen = canvas.getContext('2d')
  pen.drawImage(picture, 0, 0, 80, 96)
  const seen = new Set()
  const data = pen.getImageData(0, 0, 80, 96).data
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) seen.add(data.slice(at, at + 3).join())
  return seen.size
}"""


def test_the_crest_has_its_colours_under_a_policy_without_styles(amira):
    amira.open("weissenburg")
    assert amira.page.locator("img.st-header__crest").evaluate(COLOURS) >= 2
    answer = amira.page.goto(amira.page.locator("img.st-header__crest").evaluate("picture => picture.src"))
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "unsafe" not in answer.headers["content-security-policy"]
