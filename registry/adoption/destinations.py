"""Where a copy goes, and the ways to make it there: pages of the forge, or three git commands.

Pure. Addresses of pages are those of GitHub, GitLab, and of Gitea and Forgejo; none needs a token
of ours: people are signed in at their forge.
"""

import re
from collections.abc import Mapping
from shlex import quote
from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

from msgspec import Struct

from registry.domain.identity import canonical_repository_url
from registry.errors import InvalidInput

Forge: TypeAlias = Literal["github", "gitlab", "gitea"]
Way: TypeAlias = Literal["fork_page", "import_page", "api"]

FORGES: Final[tuple[Forge, ...]] = ("github", "gitlab", "gitea")
PURPOSES: Final = ("evaluate", "adapt", "run")
DEFAULT_HOSTS: Final[Mapping[Forge, str]] = {
    "github": "github.com",
    "gitlab": "gitlab.com",
    "gitea": "codeberg.org",
}
MAX_OWNER: Final = 300
MAX_NAME: Final = 100
_STEP = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", re.ASCII)


class WrongDestination(InvalidInput):
    """A destination that cannot be; `field` is `owner`, `name` or `forge`."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Destination(Struct, frozen=True, kw_only=True):
    """A repository that is to be: its canonical address and the account that it will belong to."""

    forge: Forge
    url: str
    owner: str
    name: str

    @property
    def host(self) -> str:
        """Its host, with the port where that is not the scheme's own."""
        return urlsplit(self.url).netloc


class Original(Struct, frozen=True, kw_only=True):
    """The repository that is copied; `forge_id` is its number there, where that is known."""

    url: str
    forge: str
    web_url: str = ""
    forge_id: str | None = None
    default_branch: str | None = None

    @property
    def host(self) -> str:
        """Its host, with the port where that is not the scheme's own."""
        return urlsplit(self.url).netloc


class Instructions(Struct, frozen=True, kw_only=True):
    """How a copy is made: at `page`, or by `commands`; `source` is pasted into an import page."""

    way: Way
    page: str
    source: str
    commands: tuple[str, ...]


def destination_of(
    forge: str, owner: str, name: str, *, allow_http_hosts: frozenset[str] = frozenset()
) -> Destination:
    """Return the place that somebody named, or raise `WrongDestination` saying what to mend.

    `owner` is the name of an account or organisation at the forge's own site, or the address of
    one at any other; groups within groups are GitLab's alone.
    """
    kind: Forge | None = next((known for known in FORGES if known == forge), None)
    if kind is None:
        raise WrongDestination("forge", f"forge must be one of {', '.join(FORGES)}")
    scheme, host, path = _owner(kind, owner.strip())
    steps = path.split("/")
    most = 10 if kind == "gitlab" else 1
    if len(steps) > most or not all(_is_step(step) for step in steps):
        raise WrongDestination(
            "owner", "write the name of an account or organisation, such as my-town, or its address"
        )
    if not _is_step(name) or len(name) > MAX_NAME or name.lower().endswith(".git"):
        raise WrongDestination(
            "name", "a name has up to 100 letters, digits, dashes, dots and underscores"
        )
    try:
        url = canonical_repository_url(
            f"{scheme}://{host}/{path}/{name}", allow_http_hosts=allow_http_hosts
        )
    except InvalidInput as error:
        raise WrongDestination("owner", str(error)) from error
    return Destination(forge=kind, url=url, owner=path, name=name)


def instructions_for(
    original: Original, to: Destination, *, default_branch_only: bool
) -> Instructions:
    """Return the way that needs least: the forge's fork page, else its import page; or git."""
    is_same = original.host == to.host and original.forge == to.forge
    page = _fork_page(original, to.forge) if is_same else _import_page(to)
    return Instructions(
        way="fork_page" if is_same else "import_page",
        page=page,
        source=original.url,
        commands=push_commands(original.url, to, default_branch_only=default_branch_only),
    )


def push_commands(source: str, to: Destination, *, default_branch_only: bool) -> tuple[str, ...]:
    """Return the commands that copy branches and tags to an empty repository; safe for a shell.

    A mirror clone would bring refs of the forge itself (`refs/pull`), which no forge takes back.
    """
    folder, there = quote(f"{to.name}.git"), quote(to.url)
    only = " --single-branch --no-tags" if default_branch_only else ""
    commands = (
        f"git clone --bare{only} {quote(source)} {folder}",
        f"git -C {folder} push --all {there}",
    )
    return commands if only else (*commands, f"git -C {folder} push --tags {there}")


def _owner(forge: Forge, owner: str) -> tuple[str, str, str]:
    if not owner or len(owner) > MAX_OWNER:
        raise WrongDestination("owner", "write the name of your account or organisation")
    if "://" not in owner:
        return "https", DEFAULT_HOSTS[forge], owner.strip("/")
    try:
        parts = urlsplit(owner)
    except ValueError as error:
        raise WrongDestination("owner", "this is not an address") from error
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise WrongDestination("owner", "write the address without anything behind the name")
    return parts.scheme, parts.netloc, parts.path.strip("/")


def _is_step(text: str) -> bool:
    return bool(_STEP.fullmatch(text)) and text not in {".", ".."}


def _fork_page(original: Original, forge: Forge) -> str:
    address = original.web_url or original.url
    if forge == "gitlab":
        return f"{address}/-/forks/new"
    # Before 1.22 Gitea knew forks by number alone, and later versions still do.
    if forge == "gitea" and (original.forge_id or "").isdigit():
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}/repo/fork/{original.forge_id}"
    return f"{address}/fork"


def _import_page(to: Destination) -> str:
    site = f"{urlsplit(to.url).scheme}://{to.host}"
    pages: dict[Forge, str] = {
        "github": f"{site}/new/import",
        "gitlab": f"{site}/projects/new#import_project",
        "gitea": f"{site}/repo/migrate?service_type=1",  # from plain git
    }
    return pages[to.forge]
