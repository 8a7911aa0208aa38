"""`registry proposal`: organisations that people propose to crawl, which an operator decides."""

from typing import Final

import click

from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk
from registry.db.tables import ProposalState

COLUMNS: Final = (
    "id", "state", "name", "country", "url", "evidence_url", "created_at", "reply",
)  # fmt: skip
STATES: Final = (*(x.value for x in ProposalState), "all")


@click.group()
def proposal() -> None:
    """Decide on organisations that people propose to crawl.

    An accepted one becomes a source; the reply is read by who proposed it.
    """


@proposal.command("list")
@click.option("--state", type=click.Choice(STATES), default="waiting", help="Which of them.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, help="The newest first.")
@format_option
def list_proposals(state: str, limit: int, style: str) -> None:
    """List proposals: look at the page that shows that it is a public body."""
    registry = Registry(read_settings())
    found = registry.proposals.latest(None if state == "all" else state, limit)
    show_rows(found, COLUMNS, style)
    registry.close()
    if found:
        talk.print("Next: registry proposal accept NUMBER --reply TEXT, or refuse")


@proposal.command()
@click.argument("number", type=click.IntRange(1))
@click.option("--reply", required=True, help="Why; who proposed it reads this.")
def accept(number: int, reply: str) -> None:
    """Accept a proposal: the organisation is crawled."""
    _decide(number, accept=True, reply=reply)


@proposal.command()
@click.argument("number", type=click.IntRange(1))
@click.option("--reply", required=True, help="Why; who proposed it reads this.")
def refuse(number: int, reply: str) -> None:
    """Refuse a proposal: nothing is asked of its address."""
    _decide(number, accept=False, reply=reply)


def _decide(number: int, *, accept: bool, reply: str) -> None:
    registry = Registry(read_settings())
    view = registry.proposals.decide_as_operator(number, accept=accept, reply=reply)
    talk.print(f"Proposal {view.id} is {view.state}: {view.url}", markup=False)
    registry.close()
