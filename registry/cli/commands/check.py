"""`registry check`: whether the promises of the registry hold on this copy."""

from collections.abc import Iterator

import click

from registry.accounts.audit_verify import verify_log
from registry.catalogue.check import EXAMPLES, Difference, check_catalogue
from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk

REMEDIES = {
    "not in the store": "registry crawl run --force",
    "in the search index": "registry search-index rebuild",
}


@click.command()
@format_option
def check(style: str) -> None:
    """Verify that nothing is lost, unproved or left over; exit 5 naming the differences.

    Nothing is changed. Changes that are on their way to the search index are no difference.
    """
    registry = Registry(read_settings())
    found = find_differences(registry)
    registry.close()
    if found:
        show_rows(found, ("invariant", "what", "count", "examples"), style)
        for words, command in REMEDIES.items():
            if any(words in x.what for x in found):
                talk.print(f"Next: {command}")
        raise click.exceptions.Exit(5)
    talk.print("Every promise that can be checked holds: I1, I3, I5, I6, I7, I9.")


def find_differences(registry: Registry) -> list[Difference]:
    """Return the broken promises of catalogue, lineage, git store and audit log."""
    found = check_catalogue(registry.database, registry.index, registry.clock())
    found += [*_lineage_differences(registry), *_store_differences(registry)]
    return [*found, *_audit_differences(registry)]


def _audit_differences(registry: Registry) -> Iterator[Difference]:
    with registry.database.read() as session:
        found = verify_log(session, registry.signer.verifier).tampering
    if found:
        yield Difference("I7", found.what, 1, (f"entry {found.index} of the audit log",))


def _lineage_differences(registry: Registry) -> Iterator[Difference]:
    from registry.lineage.check import check_lineage

    for invariant, what, rows in check_lineage(registry.database):
        yield Difference(invariant, what, len(rows), rows[:EXAMPLES])


def _store_differences(registry: Registry) -> Iterator[Difference]:
    from crawlers.gitfetch import GitFetch
    from crawlers.pipeline import store_root, stored_urls
    from crawlers.quarantine import dead_entries

    root = store_root(registry.settings.home)
    dead = [entry.name for entry in dead_entries(root)]
    if dead:
        yield Difference(
            "I9", "a dead crawl left objects in quarantine", len(dead), tuple(dead[:EXAMPLES])
        )
    store = GitFetch(registry.settings.crawl, root, registry.egress)
    urls = stored_urls(registry.database)
    lost = [url for url in urls if not (store.place(url) / "HEAD").is_file()]
    if lost:
        yield Difference(
            "I1", "the objects of a repository are not in the store", len(lost),
            tuple(lost[:EXAMPLES]),
        )  # fmt: skip
