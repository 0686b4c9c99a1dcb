"""A person who uses no mouse: everything is reached with Tab and operated with keys."""

from playwright.sync_api import Page

MOST_TABS = 150
# The mark may be drawn by the element, or by a pseudo-element that covers a whole card.
FOCUS = """() => {
  const element = document.activeElement, box = element.getBoundingClientRect()
  const seen = style => (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none'
  const styles = ['', '::before', '::after'].map(part => getComputedStyle(element, part || undefined))
  return {outline: styles.some(seen), on: box.bottom > 0 && box.top < innerHeight}
}"""


class Keyboard:
    """The keys of one page."""

    def __init__(self, page: Page):
        self.page = page
        # Chromium hands a chooser over only while somebody listens. Beginning to listen just before the key is pressed
        # comes too late now and then.
        page.on("filechooser", lambda _chooser: None)

    def tab_to(self, selector: str) -> None:
        """Tab forward until the focus is there and can be seen; fails when no number of tabs leads there."""
        for _ in range(MOST_TABS):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                self._is_seen(selector)
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} cannot be reached by Tab on {self.page.url}")

    def _is_seen(self, selector: str) -> None:
        """WCAG 2.2, 2.4.7 and 2.4.11: the focus has a mark and is on the screen."""
        mark = self.page.evaluate(FOCUS)
        assert mark["on"], f"{selector} has the focus outside the screen"
        native = self.page.evaluate("() => ['radio', 'checkbox'].includes(document.activeElement.type)")
        assert mark["outline"] or native, f"{selector} shows no focus"

    def enter(self, selector: str) -> None:
        """Go there and press Enter; waits for the page it leads to."""
        self.tab_to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, name: str, text: str) -> None:
        """Write into a field, instead of what is there."""
        self.tab_to(f'[name="{name}"]')
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, name: str, value: str) -> None:
        """Choose one of several: Tab leads to the group, the arrows lead through it, Space takes it."""
        self.tab_to(f'[name="{name}"]')
        for _ in range(20):
            if self.page.evaluate("document.activeElement.value") == value:
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")
        assert self.page.locator(f'[name="{name}"][value="{value}"]').is_checked()

    def tick(self, selector: str) -> None:
        self.tab_to(selector)
        self.page.keyboard.press("Space")

    def choose_file(self, name: str, path: str) -> None:
        """The file chooser opens by Space, as every button does."""
        self.tab_to(f'[name="{name}"]')
        with self.page.expect_file_chooser() as opened:
            self.page.keyboard.press("Space")
        opened.value.set_files(path)

    def answer(self, answers: dict[str, str]) -> None:
        """Fields in the order of the page."""
        for name, value in answers.items():
            kind = self.page.evaluate("n => document.getElementsByName(n)[0]?.type ?? 'date'", name)
            if kind == "date":
                for part, text in zip(("day", "month", "year"), value.split("."), strict=True):
                    self.write(f"{name}.{part}", text)
            elif kind == "radio":
                self.choose(name, value)
            else:
                self.write(name, value)
