"""`registry claim`: ownership claims, which operators look at, confirm and revoke."""

from typing import Final

import click
import msgspec

from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk
from registry.db.tables import OwnershipState
from registry.publishing.ownership_views import OwnershipClaimView

COLUMNS: Final = (
    "id", "state", "level", "subject", "slug", "claimant", "method", "domain", "is_government",
    "problem", "checked_at",
)  # fmt: skip
WAITING: Final = (OwnershipState.UNCONFIRMED, OwnershipState.CONTESTED)


@click.group()
def claim() -> None:
    """Decide on ownership claims.

    Claims that wait for you are proven, but the domain is not known as the organisation's
    (unconfirmed), or somebody else holds the same (contested).
    """


@claim.command("list")
@click.option(
    "--state",
    type=click.Choice(["waiting", "all", *(x.value for x in OwnershipState)]),
    default="waiting",
    show_default=True,
    help="Which ones.",
)
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, help="How many, the newest first."
)
@format_option
def list_claims(state: str, limit: int, style: str) -> None:
    """List ownership claims."""
    some = {"waiting": WAITING, "all": ()}
    states = some[state] if state in some else (OwnershipState(state),)
    rows = Registry(read_settings()).ownership.all(states, limit)
    show_rows(map(_public, rows), COLUMNS, style)


@claim.command()
@click.argument("number", type=click.IntRange(1))
def confirm(number: int) -> None:
    """Vouch for claim NUMBER as the second person: look first whether it is true."""
    registry = Registry(read_settings())
    view = registry.ownership.confirm_as_operator(number)
    talk.print(f"Claim {view.id} is {view.state}, level {view.level}.")
    registry.close()


@claim.command()
@click.argument("number", type=click.IntRange(1))
def revoke(number: int) -> None:
    """End claim NUMBER, and take the role away that it gave in the organisation."""
    registry = Registry(read_settings())
    view = registry.ownership.revoke(number)
    talk.print(f"Claim {view.id} is {view.state}.")
    registry.close()


@claim.command()
@click.argument("number", type=click.IntRange(1))
def recheck(number: int) -> None:
    """Have the proof of claim NUMBER looked for by the worker, now."""
    registry = Registry(read_settings())
    registry.ownership.recheck(number)
    talk.print("The worker looks for the proof next: see registry claim list --state all")
    registry.close()


def _public(view: OwnershipClaimView) -> dict[str, object]:
    """Return a claim without its token, which is the claimant's."""
    found: dict[str, object] = msgspec.to_builtins(view)
    return {name: value for name, value in found.items() if name != "token"}
