"""`registry lineage tree`: the family of a component."""

from typing import Any, Final

import click

from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_record, show_rows, talk
from registry.lineage.readmodels import LineageNode, LineageTree

COLUMNS: Final = ("member", "organisation", "country", "since", "kinds", "state", "edge")


@click.command()
@click.argument("slug")
@format_option
def tree(slug: str, style: str) -> None:
    """Show where the code of a component came from and where it went, by first evidence.

    Descent is shared commits, shared or similar files, and attribution: a dependency is no child.
    """
    found = Registry(read_settings()).lineage.lineage(slug)
    if style == "json":
        show_record(found, style)
        return
    show_rows(found.nodes if style == "ndjson" else map(_row, found.nodes), COLUMNS, style)
    _talk_about(found)


def _row(node: LineageNode) -> dict[str, Any]:
    mark = " *" if node.is_current else ""
    name = f"{'  ' * node.depth}{node.slug or node.name}{mark}"
    day = node.moment.date().isoformat() if node.moment else "not known"
    state = "mirror" if node.is_mirror else node.state
    return {
        "member": name, "organisation": node.organisation, "country": node.region or node.country,
        "since": day, "kinds": node.kinds, "state": state, "edge": node.edge,
    }  # fmt: skip


def _talk_about(tree: LineageTree) -> None:
    if tree.unplaced:
        talk.print(f"{len(tree.unplaced)} edges more, of which nobody knows who was first.")
    if tree.common_upstream:
        talk.print(f"{tree.common_upstream} families share code only through a third.")
    if tree.is_cut:
        talk.print("The family is larger than what is shown.")
