"""`registry dispute`: objections to edges, components and savings, which an operator reviews."""

from typing import Any, Final

import click

from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk
from registry.disputes.readmodels import DisputeView

COLUMNS: Final = (
    "id", "state", "category", "by", "created_at", "about", "field", "reuser", "origin", "reason",
    "answer", "reply",
)  # fmt: skip


@click.group()
def dispute() -> None:
    """Review objections to edges, organisations and fields of components, and savings.

    An accepted objection takes its edge out of every number, its component from the
    organisation, a value out of view, or a reported saving out of the lists; the reply is public.
    """


@dispute.command("list")
@click.option("--state", default="open", help="open, accepted, rejected, or all.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, help="How many, the oldest first."
)
@format_option
def list_disputes(state: str, limit: int, style: str) -> None:
    """List objections with what people wrote: of visitors it is public once it was accepted."""
    found = Registry(read_settings()).disputes.waiting(None if state == "all" else state, limit)
    show_rows(found if style in {"json", "ndjson"} else map(_row, found), COLUMNS, style)
    if found:
        talk.print("Next: registry dispute accept NUMBER --reply TEXT, or reject")


@dispute.command()
@click.argument("number", type=click.IntRange(1))
@format_option
def show(number: int, style: str) -> None:
    """Show one objection with all that was written about it."""
    registry = Registry(read_settings())
    found = registry.disputes.one(number)
    rows = [found] if style in {"json", "ndjson"} else [_row(found)]
    show_rows(rows, COLUMNS, style)
    registry.close()


@dispute.command()
@click.argument("number", type=click.IntRange(1))
@click.option("--reply", required=True, help="What you answer; everybody can read it.")
def accept(number: int, reply: str) -> None:
    """Accept an objection: its edge is withdrawn, its component of no known organisation,
    what the source of its field says not shown any more, or its saving is withdrawn.
    """
    _decide(number, accept=True, reply=reply)


@dispute.command()
@click.argument("number", type=click.IntRange(1))
@click.option("--reply", required=True, help="What you answer; everybody can read it.")
def reject(number: int, reply: str) -> None:
    """Reject an objection: what it is about stands as before."""
    _decide(number, accept=False, reply=reply)


def _decide(number: int, *, accept: bool, reply: str) -> None:
    registry = Registry(read_settings())
    view = registry.disputes.decide_as_operator(number, accept=accept, reply=reply)
    talk.print(f"Objection {view.id} is {view.state}.")
    registry.close()


def _row(found: DisputeView) -> dict[str, Any]:
    """Return an objection as a line: who objects, and the ends of the edge, by their slugs."""
    edge, component, body, field = found.edge, found.component, found.organisation, found.field
    saving = found.saving
    row: dict[str, Any] = {
        "about": edge.key if edge else component and component.slug,
        "field": field and f"{field.property} ({field.lang or field.basis})",
        "reuser": edge.reuser.slug if edge else None,
        "origin": (edge.origin.slug or edge.origin.name) if edge else body and body.slug,
        "by": found.by and found.by.slug,
    }
    if saving is not None:
        about = f"saving {saving.number}: {saving.low:,} to {saving.high:,} {saving.currency}"
        row |= {"about": about, "reuser": saving.organisation.slug,
                "origin": saving.component.slug}  # fmt: skip
    return {x: row.get(x, getattr(found, x, None)) for x in COLUMNS}
