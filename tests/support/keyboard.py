"""A page as somebody goes through it who has nothing but a keyboard."""

from typing import Any

from playwright.sync_api import Page

# What has the focus, by the words that people hear; whether it shows, and whether it is in sight.
FOCUS = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const marks = [at, ...(at.labels || [])].flatMap((x) =>
    [null, "::before", "::after"].map((part) => getComputedStyle(x, part)));
  const name = at.labels && at.labels.length ? at.labels[0].textContent : at.textContent;
  const x = box.left + Math.min(box.width, 20) / 2, y = box.top + box.height / 2;
  const top = document.elementFromPoint(x, y);
  const own = (x) => x && (at.contains(x) || x.contains(at) || [...(at.labels || [])].includes(x));
  return {
    tag: at.tagName, id: at.id, name: (name || at.id).trim().replace(/\\s+/g, " ").slice(0, 60),
    marked: marks.some((x) => x.outlineStyle !== "none" && parseFloat(x.outlineWidth) > 0),
    shadowed: marks.some((x) => x.boxShadow !== "none"),
    hidden: !own(top), inMain: Boolean(at.closest("main")),
  };
}"""


def stops(page: Page, most: int = 90) -> list[dict[str, Any]]:
    """Press Tab from the beginning of a page to its end; return every stop in the page."""
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUS)
        if now["tag"] == "BODY":
            return found
        found.append(now)
    raise AssertionError(f"the keyboard does not leave the page: {found[-3:]}")


class Keyboard:
    """Somebody who has nothing but a keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go_to(self, name: str, most: int = 90) -> None:
        """Press Tab until something of this name has the focus."""
        self.page.wait_for_load_state("load")
        seen = []
        for _ in range(most):
            self.page.keyboard.press("Tab")
            now = self.page.evaluate(FOCUS)
            if now["tag"] == "BODY":
                continue
            assert now["marked"] or now["shadowed"], now
            assert not now["hidden"], now
            if now["name"].startswith(name):
                return
            seen.append(now["name"])
        raise AssertionError(f"the keyboard does not reach {name!r}: {seen}")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, name: str, text: str) -> None:
        """Go to a field and write into it."""
        self.go_to(name)
        self.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, first: str, wanted: str) -> None:
        """Go to a group of choices, by the first of them, and walk to one with the arrows."""
        self.go_to(first)
        self.press("Space")
        for _ in range(20):
            if self.page.evaluate(FOCUS)["name"].startswith(wanted):
                return
            self.press("ArrowDown")
        raise AssertionError(f"the arrows do not reach {wanted!r}")

    def leave_by(self, name: str, address: str, key: str = "Enter") -> None:
        """Go to a link or button, press it, and wait for the page that it leads to."""
        self.go_to(name)
        self.press(key)
        self.page.wait_for_url(address)
