"""`registry publish`: a publiccode.yml for a repository, drafted from what its files say."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from registry.cli.build import Registry, read_settings
from registry.cli.output import talk, write
from registry.domain.identity import canonical_repository_url
from registry.errors import CrawlFailure, InvalidInput, NotFound
from registry.gitstore.origin import origin_url
from registry.publishing.drafting import first_file
from registry.publishing.draftmodels import Looked
from registry.publishing.fields import BY_NAME
from registry.publishing.port import MAX_FILE_BYTES
from registry.publishing.readmodels import Composed
from registry.publishing.reports import FORMS, report
from registry.publishing.sarif import Checked
from registry.settings import DatabaseSettings


@click.command()
@click.argument("repository", metavar="REPOSITORY_URL_OR_PATH")
@click.option("--check", is_flag=True, help="Print the draft and its problems; change nothing.")
@click.option(
    "--format", "style", type=click.Choice(("plain", *FORMS)), default="plain",
    show_default=True, help="With --check, print the problems in this form in place of the draft.",
)  # fmt: skip
@click.option(
    "--open-pr", is_flag=True,
    help="Open a pull or merge request with the file at GitHub, GitLab or Forgejo; the forge's "
    "token is taken from REGISTRY_PUBLISH_TOKEN, and kept nowhere.",
)  # fmt: skip
@click.option("--url", help="Public address of a local repository, where it has no origin.")
def publish(repository: str, check: bool, style: str, open_pr: bool, url: str | None) -> None:
    """Draft a publiccode.yml from what a repository says of itself.

    A local repository is read on the spot, and without `--check` the draft is written into it; one
    by its URL must be in the catalogue. Exit 1 while the draft has errors: what is missing has to
    be filled in by hand, or at /publish.

    With `--open-pr` the publiccode.yml that stands in the local repository, else the draft, goes to
    the forge on a branch of its own, once it is valid; whoever may not push there asks from a fork.
    Asked again, the same request is brought up to date.
    """
    if style != "plain" and not check:
        raise InvalidInput("--format is for --check: without it, the draft is written")
    if open_pr and check:
        raise InvalidInput("--check changes nothing: leave it or --open-pr out")
    registry = Registry(read_settings())
    folder = Path(repository).resolve() if "://" not in repository else None
    if folder is None and not (check or open_pr):
        raise InvalidInput(
            "a repository that is not here can only be looked at: add --check, or --open-pr"
        )
    found = _read_here(registry, folder, url) if folder else registry.drafts.known(repository)
    composed = _draft(registry, found)
    if open_pr:
        _open_pr(registry, found, folder, composed)
        return
    if folder and not check:
        (folder / "publiccode.yml").write_text(composed.text, encoding="utf-8")
        talk.print(f"Wrote {folder / 'publiccode.yml'}", markup=False)
    elif style == "plain":
        write(composed.text.rstrip("\n"))
    else:
        write(report((Checked("publiccode.yml", composed.validation),), style))
    registry.close()
    if composed.validation.errors:
        raise click.exceptions.Exit(1)


def _open_pr(registry: Registry, found: Looked, folder: Path | None, composed: Composed) -> None:
    """Send the file to the forge; one with errors is left here."""
    from registry.cli.requesting import open_request

    path = found.facts.path if found.facts else "publiccode.yml"
    file = folder / path if folder else None
    if file is not None and file.is_file():
        composed = registry.publiccode_files.compose(_written(file), {}, path=path)
    errors = composed.validation.errors
    if errors:
        raise InvalidInput(f"nothing was opened: {path} has {errors} errors, see --check")
    open_request(registry, found.url, path, composed.text)
    registry.close()


def _written(file: Path) -> bytes:
    with file.open("rb") as opened:
        data = opened.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise InvalidInput(f"{file} is larger than {MAX_FILE_BYTES // 1024} KiB")
    return data


def _draft(registry: Registry, found: Looked) -> Composed:
    if found.facts is None:
        raise NotFound(
            f"{found.url} is not read yet ({found.state}): "
            f"registry source add {found.url}, then registry crawl run"
        )
    facts, composed = first_file(found.facts, registry.publiccode_files)
    for name, value in facts.values.items():
        origin = value.origin
        where = f"{origin.path}, line {origin.line}" if origin.line else origin.path
        key = BY_NAME[name].key.format(lang=facts.lang)
        talk.print(f"{key}: from {where or origin.basis}", markup=False, soft_wrap=True)
    for problem in composed.validation.problems:
        remedy = f" ({problem.fix or problem.advice})" if problem.fix or problem.advice else ""
        line = f"{problem.line}: {problem.severity}: {problem.message}{remedy}"
        talk.print(line, markup=False, soft_wrap=True)
    return composed


def _read_here(registry: Registry, folder: Path, url: str | None) -> Looked:
    """Read a local repository by the same pipeline, in a registry that is thrown away."""
    address = url or origin_url(folder)
    if address is None:
        raise InvalidInput(f"{folder} is no git repository with an origin: give its --url")
    allowed = frozenset(registry.settings.crawl.allow_hosts)
    canonical = canonical_repository_url(address, allow_http_hosts=allowed)
    with _elsewhere(registry, {canonical: str(folder)}) as other:
        _crawl(other, canonical)
        return other.drafts.known(canonical)


def _crawl(registry: Registry, url: str) -> None:
    from crawlers.adding import Entry, add_entry
    from crawlers.forges.infer import parse_source
    from crawlers.pipeline import CRAWL, crawl_job
    from registry.catalogue.sources import find_repository
    from registry.cli.crawling import handlers
    from registry.jobs.port import RunningJob

    allowed = frozenset(registry.settings.crawl.allow_hosts)
    with registry.database.write() as session:
        add_entry(
            session,
            Entry(spec=parse_source(f"git:{url}", allow_http_hosts=allowed)),
            registry.clock(),
        )
        row = find_repository(session, url)
        if row is None:
            raise NotFound(f"{url} could not be registered")
        job = crawl_job(row, registry.settings.crawl)
    try:
        handlers(registry)[CRAWL](RunningJob(task=CRAWL, key=job.key, payload=job.payload))
    except CrawlFailure as failure:
        raise InvalidInput(f"the repository cannot be read: {failure}") from failure


@contextmanager
def _elsewhere(registry: Registry, mirrors: dict[str, str]) -> Iterator[Registry]:
    """Yield a registry in a temporary folder that reads these mirrors and nothing else."""
    with tempfile.TemporaryDirectory(prefix="registry-") as home:
        settings = msgspec.structs.replace(
            registry.settings,
            home=Path(home),
            database=DatabaseSettings(),
            crawl=msgspec.structs.replace(registry.settings.crawl, mirrors=mirrors),
        )
        other = Registry(settings)
        try:
            yield other
        finally:
            other.close()
