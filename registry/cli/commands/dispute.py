"""`registry dispute`: objections to edges, which an operator reviews."""

from typing import Any, Final

import click

from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk
from registry.lineage.readmodels import DisputeCase

COLUMNS: Final = (
    "id", "state", "category", "created_at", "key", "kind", "reuser", "origin", "reason", "reply",
)  # fmt: skip


@click.group()
def dispute() -> None:
    """Review objections to edges.

    An accepted objection takes its edge out of every number; the reply is public.
    """


@dispute.command("list")
@click.option("--state", default="open", help="open, accepted, rejected, or all.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, help="How many, the oldest first."
)
@format_option
def list_disputes(state: str, limit: int, style: str) -> None:
    """List objections with what people wrote: it is not public before it was accepted."""
    lineage = Registry(read_settings()).lineage
    cases = lineage.disputes(None if state == "all" else state, limit)
    show_rows(cases if style in {"json", "ndjson"} else map(_row, cases), COLUMNS, style)
    if cases:
        talk.print("Next: registry dispute accept NUMBER --reply TEXT, or reject")


@dispute.command()
@click.argument("number", type=click.IntRange(1))
@click.option("--reply", required=True, help="What you answer; everybody can read it.")
def accept(number: int, reply: str) -> None:
    """Accept an objection: its edge is disputed from now on and no longer counted."""
    _review(number, accept=True, reply=reply)


@dispute.command()
@click.argument("number", type=click.IntRange(1))
@click.option("--reply", required=True, help="What you answer; everybody can read it.")
def reject(number: int, reply: str) -> None:
    """Reject an objection: its edge stays as it is."""
    _review(number, accept=False, reply=reply)


def _review(number: int, *, accept: bool, reply: str) -> None:
    registry = Registry(read_settings())
    view = registry.lineage.review_dispute(number, accept=accept, reply=reply)
    talk.print(f"Objection {view.id} is {view.state}.")
    registry.close()


def _row(case: DisputeCase) -> dict[str, Any]:
    edge, found = case.edge, case.dispute
    return {
        "id": found.id, "state": found.state, "category": found.category,
        "created_at": found.created_at, "key": edge.key, "kind": edge.kind,
        "reuser": edge.reuser.slug, "origin": edge.origin.slug or edge.origin.name,
        "reason": found.reason, "reply": found.reply,
    }  # fmt: skip
