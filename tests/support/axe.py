"""The axe accessibility engine, run inside a page of a real browser."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags},
    resultTypes: ["violations"]});
  return found.violations.map((rule) => ({rule: rule.id, help: rule.help,
    targets: rule.nodes.map((node) => node.target.join(" ")).slice(0, 5)}));
}"""


def is_available() -> bool:
    """Say whether `python -m web.assets.build` has fetched the engine."""
    return AXE.is_file()


@cache
def _engine() -> str:
    return AXE.read_text(encoding="utf-8")


def violations(page: Page) -> list[dict[str, Any]]:
    """Return the rules that a page breaks, with some of the elements that break them."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_engine())
    found: list[dict[str, Any]] = page.evaluate(RUN, TAGS)
    return found
