"""`registry saving`: what organisations report that reuse saved them, and who confirms it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote

import click
from msgspec import Struct

from registry.accounts.actors import VISITOR
from registry.adoption.savings.checking import CLASSES, amount
from registry.adoption.savings.models import NewAudit, NewConfirmation, NewSaving, SavingView
from registry.adoption.savings.table import SAVING_COLUMNS, saving_items
from registry.cli.asking import asking_server, server_option
from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_record, show_rows, talk
from registry.errors import InvalidInput

SHORT: Final = (
    "number", "component", "organisation", "class", "low", "high", "currency", "since", "until",
    "grade", "overlaps",
)  # fmt: skip
_PATH: Final = "reported-savings"


@click.group()
def saving() -> None:
    """Record what an organisation reports that reuse saved it, or cost it.

    It is stated with a source, never measured, and never added to estimates or to each other. The
    people of an organisation do the same on the page of the component, or from here with --server
    and a token of theirs (scope components:write) in REGISTRY_SERVER_TOKEN; without --server an
    operator enters what a public document says.
    """


@saving.command()
@click.argument("component")
@click.argument("organisation")
@click.option("--class", "kind", required=True, type=click.Choice(CLASSES), help="What it is.")
@click.option("--low", required=True, help="Whole units of the currency; negative: a cost.")
@click.option("--high", default="", help="The upper end of a range; without it one figure.")
@click.option("--currency", required=True, help="A code of ISO 4217, for example AUD.")
@click.option("--since", required=True, help="A day, a month or a year, for example 2024.")
@click.option("--until", default="", help="End of the period; without it the whole of --since.")
@click.option("--method", required=True, help="How it was reckoned, in a sentence.")
@click.option("--url", default="", help="Where it can be read: https, and open to all.")
@click.option("--on", default="", help="Day on which that was read; today, where none is named.")
@click.option("--sha256", default="", help="SHA-256 of the file that was read.")
@click.option("--supersedes", type=click.IntRange(1), help="Number of the one that it amends.")
@server_option
def record(component: str, organisation: str, server: str | None, **given: Any) -> None:
    """Record what ORGANISATION reports that reuse of COMPONENT (slugs) saved it.

    What was recorded is never changed: a later one supersedes it, and both keep their address.
    """
    if server is not None:
        asked = {"organisation": organisation, **given}
        _tell(_written(server, "components", component, _PATH, body=_said(asked)))
        return
    new = NewSaving(component=component, organisation=organisation, **given)
    with _opened() as registry:
        _tell(registry.reported_savings.record(VISITOR, new, as_operator=True))


@saving.command("list")
@click.option("--component", help="Slug of a component: what was reported of it.")
@click.option("--organisation", help="Slug of an organisation: what it reported.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, help="The newest first.")
@server_option
@format_option
def list_savings(
    component: str | None, organisation: str | None, limit: int, server: str | None, style: str
) -> None:
    """List what is reported and in force; numbers are never added up."""
    if server is not None:
        found = _of_server(server, component, organisation, limit)
    else:
        with _opened() as registry:
            found, _ = registry.reported_savings.list(
                component=component, organisation=organisation, limit=limit
            )
    if style in {"json", "ndjson"}:
        show_rows(found, (), style)
    else:
        show_rows(saving_items(found), SAVING_COLUMNS if style == "csv" else SHORT, style)


@saving.command()
@click.argument("number", type=click.IntRange(1))
@server_option
@format_option
def show(number: int, server: str | None, style: str) -> None:
    """Show reported saving NUMBER with its source and who confirmed it, in force or not."""
    if server is not None:
        with asking_server(read_settings().crawl, server) as instance:
            found = instance.get(_PATH, str(number), kind=SavingView)
    else:
        with _opened() as registry:
            found = registry.reported_savings.saving(number)
    show_record(found, style)


@saving.command()
@click.argument("number", type=click.IntRange(1))
@click.argument("organisation")
@click.option("--url", default="", help="Where it confirms it; needed without --server.")
@click.option("--on", default="", help="Day on which that was read; today, where none is named.")
@click.option("--sha256", default="", help="SHA-256 of the file that was read.")
@server_option
def confirm(number: int, organisation: str, server: str | None, **given: str) -> None:
    """Let ORGANISATION (slug) confirm saving NUMBER: another one than the one that reports it."""
    if server is not None:
        asked = {"organisation": organisation, **given}
        _tell(_written(server, _PATH, str(number), "confirm", body=asked))
        return
    new = NewConfirmation(organisation=organisation, **given)
    with _opened() as registry:
        _tell(registry.reported_savings.confirm(VISITOR, number, new, as_operator=True))


@saving.command()
@click.argument("number", type=click.IntRange(1))
@click.argument("auditor")
@click.option("--url", required=True, help="The public report of the audit.")
@click.option("--on", default="", help="Day on which that was read; today, where none is named.")
@click.option("--sha256", default="", help="SHA-256 of the file that was read.")
@server_option
def audit(number: int, auditor: str, server: str | None, **given: str) -> None:
    """Record that AUDITOR (name or slug of an audit body) found saving NUMBER right."""
    if server is not None:
        _tell(_written(server, _PATH, str(number), "audit", body={"auditor": auditor, **given}))
        return
    new = NewAudit(auditor=auditor, **given)
    with _opened() as registry:
        _tell(registry.reported_savings.add_audit(VISITOR, number, new, as_operator=True))


@saving.command()
@click.argument("number", type=click.IntRange(1))
@click.argument("confirmation", type=click.IntRange(1))
@server_option
def unconfirm(number: int, confirmation: int, server: str | None) -> None:
    """Take CONFIRMATION of saving NUMBER back, an audit too; `show` tells their numbers."""
    if server is not None:
        path = (_PATH, str(number), "confirmations", str(confirmation), "withdraw")
        _tell(_written(server, *path, body={}))
        return
    with _opened() as registry:
        _tell(registry.reported_savings.unconfirm(VISITOR, number, confirmation, as_operator=True))


@saving.command()
@click.argument("number", type=click.IntRange(1))
@server_option
def withdraw(number: int, server: str | None) -> None:
    """Take saving NUMBER back; its address stays and says so."""
    if server is not None:
        _tell(_written(server, _PATH, str(number), "withdraw", body={}))
        return
    with _opened() as registry:
        _tell(registry.reported_savings.withdraw(VISITOR, number, as_operator=True))


def _tell(view: SavingView) -> None:
    figure = f"{view.low:,}" if view.low == view.high else f"{view.low:,} to {view.high:,}"
    period = view.since if view.until is None else f"{view.since} to {view.until}"
    talk.print(
        f"Saving {view.id}: {view.organisation.name} reports {figure} {view.currency} "
        f"({view.kind}) by {view.component.name}, {period}; grade {view.grade} of 4, {view.state}.",
        markup=False,
    )
    if view.overlaps:
        others = ", ".join(map(str, view.overlaps))
        talk.print(f"It reports a part of the same time in {others} too: maybe the same money.")


@contextmanager
def _opened() -> Iterator[Registry]:
    registry = Registry(read_settings())
    try:
        yield registry
    finally:
        registry.close()


def _said(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what was said, without what was left out; amounts as numbers."""
    said = {name: value for name, value in asked.items() if value not in ("", None)}
    return said | {name: amount(said[name], name) for name in ("low", "high") if name in said}


class _Page(Struct, frozen=True):
    items: tuple[SavingView, ...]


def _of_server(
    server: str, component: str | None, organisation: str | None, limit: int
) -> tuple[SavingView, ...]:
    """Return the newest there: of a component or of an organisation, at most 100."""
    if (component is None) == (organisation is None):
        raise InvalidInput("name --component or --organisation: a server is asked for one of them")
    of = ("components", component) if component else ("organisations", organisation or "")
    with asking_server(read_settings().crawl, server) as instance:
        return instance.get(*of, _PATH, kind=_Page, limit=min(limit, 100)).items


def _written(server: str, *path: str, body: object) -> SavingView:
    """Send something to an instance as the account of the token, and return what it made."""
    with asking_server(read_settings().crawl, server, has_token=True) as instance:
        return instance.post("/".join(quote(part, safe="") for part in path), body, SavingView)
