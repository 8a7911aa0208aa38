"""`registry account` and `registry token`: people of this registry, and their API tokens."""

from typing import Final
from urllib.parse import urlencode

import click

from registry.accounts import operating
from registry.accounts.actors import Role
from registry.accounts.authorise import Scope
from registry.accounts.members import grant_role, remove_member
from registry.accounts.tokens import (
    MAX_DAYS,
    TokenRequest,
    create_token,
    list_tokens,
    revoke_token,
)
from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk, write
from registry.errors import InvalidInput

COLUMNS: Final = (
    "id", "name", "state", "is_operator", "identities", "organisations", "signed_in_at",
)  # fmt: skip
TOKEN_COLUMNS: Final = (
    "id", "name", "ending", "scopes", "organisation", "expires_at", "used_on",
)  # fmt: skip
number = click.argument("number", type=click.IntRange(1))


@click.group()
def account() -> None:
    """List people, let them in, suspend them, and give roles.

    People come by signing in; `link` lets one in without a provider.
    """


@account.command("list")
@format_option
def list_accounts(style: str) -> None:
    """List accounts; those that were deleted are left out."""
    registry = Registry(read_settings())
    with registry.database.read() as session:
        rows = operating.list_accounts(session)
    show_rows(rows, COLUMNS, style)
    registry.close()


@account.command()
@click.argument("number", type=click.IntRange(1), required=False)
@click.option("--operator", is_flag=True, help="For a new account of an operator.")
@click.option("--name", default="Operator", show_default=True, help="Name of the new account.")
def link(number: int | None, operator: bool, name: str) -> None:
    """Print a link that signs in once, within 15 minutes: for account NUMBER, or a new operator."""
    if operator is (number is not None):
        raise InvalidInput("give the number of an account, or --operator for a new one")
    registry = Registry(read_settings())
    now = registry.clock()
    with registry.database.write() as session:
        chosen = number or operating.make_operator(session, name, now)
        secret = operating.link_for(session, chosen, now)
    write(f"{_base_url(registry)}/sign-in/link?{urlencode({'key': secret})}")
    talk.print(f"It signs account {chosen} in, once, within 15 minutes.")
    registry.close()


@account.command()
@number
@click.option("--undo", is_flag=True, help="Take the account into use again.")
def suspend(number: int, undo: bool) -> None:
    """Put account NUMBER out of use: its sessions and tokens end at once."""
    registry = Registry(read_settings())
    change = operating.resume_account if undo else operating.suspend_account
    with registry.database.write() as session:
        change(session, number, registry.clock())
    talk.print(f"Account {number} is {'in use' if undo else 'suspended'}.")
    registry.close()


@account.command()
@number
@click.option("--undo", is_flag=True, help="Make it an ordinary account again.")
def operator(number: int, undo: bool) -> None:
    """Make account NUMBER an operator of this registry; its sessions end."""
    registry = Registry(read_settings())
    with registry.database.write() as session:
        operating.set_operator(session, number, is_operator=not undo, now=registry.clock())
    talk.print(f"Account {number} is {'no operator any more' if undo else 'an operator'}.")
    registry.close()


@account.command()
@number
@click.argument("organisation")
@click.argument("role", type=click.Choice([*(role.value for role in Role), "none"]))
def role(number: int, organisation: str, role: str) -> None:
    """Give account NUMBER a role in an ORGANISATION (its slug): so it gets its first owner.

    `none` takes the role away. An organisation that has owners keeps at least one.
    """
    registry = Registry(read_settings())
    found = registry.accounts.members.organisation(organisation)
    with registry.database.write() as session:
        if role == "none":
            remove_member(session, number, found, None, registry.clock())
        else:
            grant_role(session, number, found, Role(role), None, registry.clock())
    talk.print(f"Account {number} is {role} of {organisation}.")
    registry.close()


@click.group()
def token() -> None:
    """Make, list and revoke API tokens of an account."""


@token.command()
@number
@click.option("--name", required=True, help="By which its owner knows it again.")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice([scope.value for scope in Scope]),
    default=["read"], show_default=True, help="What it may do; may be repeated.",
)  # fmt: skip
@click.option("--organisation", help="Slug of the one organisation that it is for.")
@click.option(
    "--days", type=click.IntRange(1, MAX_DAYS), default=90, show_default=True, help="Until it ends."
)
def create(
    number: int, name: str, scopes: tuple[str, ...], organisation: str | None, days: int
) -> None:
    """Make a token for account NUMBER and print it: it is not shown again."""
    registry = Registry(read_settings())
    only = registry.accounts.members.organisation(organisation) if organisation else None
    with registry.database.write() as session:
        operating.account_in_use(session, number)
        asked = TokenRequest(name, scopes, days, only)
        made, text = create_token(session, number, asked, registry.clock())
    write(text)
    talk.print(f"Token {made}, for {days} days.")
    registry.close()


@token.command("list")
@number
@format_option
def list_command(number: int, style: str) -> None:
    """List the tokens of account NUMBER that are in force."""
    registry = Registry(read_settings())
    with registry.database.read() as session:
        operating.account_in_use(session, number)
        rows = list_tokens(session, number, registry.clock())
    show_rows(rows, TOKEN_COLUMNS, style)
    registry.close()


@token.command()
@number
@click.argument("token_number", metavar="TOKEN", type=click.IntRange(1))
def revoke(number: int, token_number: int) -> None:
    """End a TOKEN (its number) of account NUMBER at once."""
    registry = Registry(read_settings())
    with registry.database.write() as session:
        revoke_token(session, number, token_number, registry.clock())
    talk.print(f"Token {token_number} is revoked.")
    registry.close()


def _base_url(registry: Registry) -> str:
    web = registry.settings.web
    host = "127.0.0.1" if web.host in {"0.0.0.0", "::"} else web.host  # noqa: S104
    return (web.base_url or f"http://{host}:{web.port}").rstrip("/")
