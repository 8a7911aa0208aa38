"""The page about agents names every tool, argument and resource, and nothing that is not there."""

import re
from pathlib import Path

import pytest

from web.mcp.resources import COMPONENT, METHOD
from web.mcp.toolbox import Tool
from web.mcp.tools import TOOLS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/mcp.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_tool_is_documented_with_its_arguments_and_an_example(tool: Tool) -> None:
    _, _, rest = PAGE.partition(f"### `{tool.name}`\n")
    section = rest.partition("\n### ")[0].partition("\n## ")[0]
    named = set(re.findall(r"`([a-z_]+)`", section.partition("```")[0]))
    assert set(tool.arguments.__struct_fields__) <= named, "an argument is not documented"
    assert "```json" in section, "there is no example"
    assert tool.description.endswith(".")
    assert 60 < len(tool.description) < 400


def test_no_tool_is_documented_that_is_not_there() -> None:
    assert re.findall(r"^### `(\w+)`$", PAGE, re.MULTILINE) == [tool.name for tool in TOOLS]


def test_resources_and_ways_in_are_documented() -> None:
    for text in (COMPONENT, METHOD, "registry mcp", "/mcp", "/llms.txt", "the extra `mcp`"):
        assert text in PAGE
    assert "docs/mcp.md" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_argument_says_what_it_is() -> None:
    for tool in TOOLS:
        for name, schema in tool.input_schema["properties"].items():
            assert schema.get("description"), (tool.name, name)
