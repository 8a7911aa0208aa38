"""`registry fork` and `registry init-reuse`: copy a component, and name it as the source.

Git runs as the person who typed the command: with their own credential helper and ssh keys, which
this program never sees. It gets an argument list and no shell, never runs hooks, never asks on the
terminal, and speaks https, ssh, or what the operator allows with plain http.
"""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Final

import click

from registry.adoption.instructions import ReuseInstructions
from registry.cli.asking import asking_server, server_option
from registry.cli.build import Registry, read_settings
from registry.cli.components import slug_of
from registry.cli.files import text_of
from registry.cli.output import talk
from registry.domain.attribution_notice import with_notice
from registry.errors import Conflict, InvalidInput, Unavailable

_PROTOCOLS: Final = ("https", "http", "ssh")
_SAFE: Final = (
    "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never",
    *(part for name in _PROTOCOLS for part in ("-c", f"protocol.{name}.allow=always")),
    "-c", "transfer.fsckObjects=true", "-c", "fetch.fsck.badTimezone=ignore",
)  # fmt: skip
_REFS: Final = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")


@click.command()
@click.argument("component")
@click.argument("destination", metavar="DESTINATION_URL")
@click.option("--default-branch-only", is_flag=True, help="Without other branches and tags.")
@click.option("--dry-run", is_flag=True, help="Say what would be pushed; push nothing.")
@server_option
def fork(
    component: str, destination: str, default_branch_only: bool, dry_run: bool, server: str | None
) -> None:
    """Copy a component with its history to an empty repository of yours, by git.

    Branches and tags are pushed with your own git credentials. It can be run again: what is there
    is not sent twice. A destination with another history is refused.
    """
    source = _source(component, server)
    if destination.startswith("-") or destination.partition("://")[0] not in _PROTOCOLS:
        raise InvalidInput("write the destination as an https:// or ssh:// address")
    with tempfile.TemporaryDirectory(prefix="registry-fork-") as place:
        folder = str(Path(place) / "copy.git")
        only = ["--single-branch", "--no-tags"] if default_branch_only else []
        talk.print(f"Fetching {source}", markup=False)
        _git("clone", "--bare", "--progress", *only, "--", source, folder)
        _refuse_unrelated(folder, destination)
        refs = _REFS[:1] if default_branch_only else _REFS
        talk.print(f"Pushing to {destination}", markup=False)
        trial = ["--dry-run"] if dry_run else []
        plain = [ref.removeprefix("+") for ref in refs]  # what was changed there is never lost
        _git("-C", folder, "push", "--progress", *trial, "--", destination, *plain)
    talk.print("Nothing was pushed: this was a trial." if dry_run else "Done.")


@click.command("init-reuse")
@click.argument("component")
@click.argument("folder", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--check", is_flag=True, help="Exit 5 where something is missing; change nothing.")
@server_option
def init_reuse(component: str, folder: str, check: bool, server: str | None) -> None:
    """Name a component as the source of what is in a folder, so that reuse can be proven.

    Writes a sentence into NOTICE.md (or NOTICE), and `isBasedOn` into a publiccode.yml that is
    there. Nothing else is changed, and a second run changes nothing.
    """
    registry = Registry(read_settings())
    told = _instructions(registry, component, server)
    root = Path(folder)
    notice = next((root / x for x in ("NOTICE.md", "NOTICE", "NOTICE.txt") if (root / x).is_file()),
                  root / "NOTICE.md")  # fmt: skip
    before = text_of(notice) if notice.is_file() else ""
    changes = {notice: (before, with_notice(before, told.source))}
    metadata = root / "publiccode.yml"
    if metadata.is_file():
        text = text_of(metadata)
        there = registry.publiccode_files.compose(text.encode(), {}).given.get("isBasedOn")
        known = [] if there is None else there.value
        known = known if isinstance(known, list) else [known]
        sources = known if told.source.url in known else [*known, told.source.url]
        value = sources if len(sources) > 1 else sources[0]  # what is named already stays
        made = registry.publiccode_files.compose(text.encode(), {"isBasedOn": value})
        if made.refused:
            raise Conflict("publiccode.yml cannot be changed without touching something else")
        changes[metadata] = (text, made.text)
    registry.close()
    open_ones = [path for path, (old, new) in changes.items() if old != new]
    for path in open_ones:
        if not check:
            path.write_text(changes[path][1], encoding="utf-8")
        talk.print(f"{'Missing in' if check else 'Wrote'} {path}", markup=False)
    if not open_ones:
        talk.print("The source is named already.")
    elif check:
        raise click.exceptions.Exit(5)
    if metadata not in changes:
        talk.print(f"For a publiccode.yml: isBasedOn: {told.source.url}", markup=False)


def _source(component: str, server: str | None) -> str:
    """Return the address of the repository of a component; another instance may give any text."""
    settings = read_settings()
    if server is None:
        registry = Registry(settings)
        found = registry.catalogue.component(slug_of(registry.catalogue, component))
        registry.close()
        return found.repository.url
    with asking_server(settings.crawl, server) as instance:
        url = instance.component(component)[1]
    if url.partition("://")[0] not in _PROTOCOLS:
        raise InvalidInput("the server names a repository that git is not asked for")
    return url


def _instructions(registry: Registry, component: str, server: str | None) -> ReuseInstructions:
    if server is None:
        return registry.reuse_actions.instructions(slug_of(registry.catalogue, component))
    with asking_server(registry.settings.crawl, server) as instance:
        slug = instance.component(component)[0]
        return instance.get("components", slug, "reuse-instructions", kind=ReuseInstructions)


def _refuse_unrelated(folder: str, destination: str) -> None:
    """Refuse a destination that holds commits, none of which the component has."""
    listed = _git("ls-remote", "--", destination, quiet=True).splitlines()
    tips = {line.split("\t")[0] for line in listed if "\trefs/heads/" in line}
    if tips and not any(_has(folder, tip) for tip in tips):
        raise Conflict(
            "the destination holds another history: create an empty repository, or name one"
        )


def _has(folder: str, commit: str) -> bool:
    known = subprocess.run(
        ["git", "-C", folder, "cat-file", "-e", commit], capture_output=True, check=False
    )
    return known.returncode == 0


def _git(*arguments: str, quiet: bool = False) -> str:
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    done = subprocess.run(
        ["git", *_SAFE, *arguments],
        env=environment, text=True, check=False, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if quiet else None,
    )  # fmt: skip
    if done.returncode:
        raise Unavailable(f"git could not {arguments[2] if arguments[0] == '-C' else arguments[0]}")
    return done.stdout
