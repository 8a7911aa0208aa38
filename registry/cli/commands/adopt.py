"""`registry adopt`: who states to use what; operators write down what organisations told them."""

from typing import Final
from urllib.parse import quote

import click
import msgspec
from msgspec import Struct

from registry.accounts.actors import VISITOR
from registry.adoption.adopters import HOWS, NewAdoption
from registry.adoption.readmodels import AdoptionView
from registry.cli.asking import asking_server, server_option
from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk
from registry.errors import InvalidInput

COLUMNS: Final = (
    "id", "component", "organisation", "country", "state", "version", "used_since",
    "in_production", "how", "contact", "repository_url", "evidence", "expires_at",
)  # fmt: skip


@click.group()
def adopt() -> None:
    """State that an organisation uses a component, for twelve months.

    It is declared, and never added to what is measured. The people of an organisation do the same
    on its page, or from here with --server and a token of theirs (scope components:write) in
    REGISTRY_SERVER_TOKEN; without --server an operator does it for them.
    """


@adopt.command()
@click.argument("component")
@click.argument("organisation")
@click.option("--version", default="", help="Which version, for example 2.1.")
@click.option("--since", default="", help="A day, a month or a year, for example 2025-04.")
@click.option("--production/--no-production", default=None, help="Is it in production?")
@click.option("--how", type=click.Choice(HOWS), help="As it is, or adapted.")
@click.option("--contact", default="", help="A page, or the mailbox of a function.")
@click.option("--repository", default="", help="The organisation's own copy, if there is one.")
@server_option
def declare(
    component: str,
    organisation: str,
    version: str,
    since: str,
    production: bool | None,
    how: str | None,
    contact: str,
    repository: str,
    server: str | None,
) -> None:
    """State that ORGANISATION uses COMPONENT (slugs); what was stated before is replaced."""
    stated = {
        "organisation": organisation, "version": version, "used_since": since,
        "in_production": production, "how": how, "contact": contact, "repository_url": repository,
    }  # fmt: skip
    if server is not None:
        _tell(_written(server, "components", component, "adopters", body=stated))
        return
    registry = Registry(read_settings())
    made = registry.adopters.declare_as_operator(
        msgspec.convert({"component": component, **stated}, NewAdoption)
    )
    _tell(made)
    registry.close()


@adopt.command("list")
@click.option("--component", help="Slug of a component: who states to use it.")
@click.option("--organisation", help="Slug of an organisation: what it states to use.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, help="The newest first.")
@server_option
@format_option
def list_adoptions(
    component: str | None, organisation: str | None, limit: int, server: str | None, style: str
) -> None:
    """List the statements in force."""
    if server is not None:
        show_rows(_of_server(server, component, organisation, limit), COLUMNS, style)
        return
    registry = Registry(read_settings())
    found, _ = registry.adopters.list(component=component, organisation=organisation, limit=limit)
    show_rows(found, COLUMNS, style)
    registry.close()


class _Page(Struct, frozen=True):
    items: tuple[AdoptionView, ...]


def _of_server(
    server: str, component: str | None, organisation: str | None, limit: int
) -> tuple[AdoptionView, ...]:
    """Return the newest statements there: of a component or of an organisation, at most 100."""
    if (component is None) == (organisation is None):
        raise InvalidInput("name --component or --organisation: a server is asked for one of them")
    path = ("components", component, "adopters") if component else (
        "organisations", organisation or "", "adoptions"
    )  # fmt: skip
    with asking_server(read_settings().crawl, server) as instance:
        return instance.get(*path, kind=_Page, limit=min(limit, 100)).items


def _written(server: str, *path: str, body: object) -> AdoptionView:
    """Send something to an instance as the account of the token, and return what it made."""
    with asking_server(read_settings().crawl, server, has_token=True) as instance:
        return instance.post("/".join(quote(part, safe="") for part in path), body, AdoptionView)


@adopt.command()
@click.argument("number", type=click.IntRange(1))
@server_option
def renew(number: int, server: str | None) -> None:
    """Confirm statement NUMBER for another twelve months."""
    if server is not None:
        _tell(_written(server, "adoptions", str(number), "renew", body={}))
        return
    registry = Registry(read_settings())
    _tell(registry.adopters.renew(VISITOR, number, as_operator=True))
    registry.close()


@adopt.command()
@click.argument("number", type=click.IntRange(1))
@server_option
def withdraw(number: int, server: str | None) -> None:
    """End statement NUMBER; what was measured stays."""
    if server is not None:
        _tell(_written(server, "adoptions", str(number), "withdraw", body={}))
        return
    registry = Registry(read_settings())
    _tell(registry.adopters.withdraw(VISITOR, number, as_operator=True))
    registry.close()


def _tell(view: AdoptionView) -> None:
    talk.print(
        f"Statement {view.id}: {view.organisation.name} uses {view.component.name}, {view.state}, "
        f"until {view.expires_at:%Y-%m-%d}.",
        markup=False,
    )
