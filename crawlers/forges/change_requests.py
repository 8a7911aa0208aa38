"""Opening a pull or merge request with one file, by a person's token at GitHub, GitLab, Forgejo.

Asked again, it goes on where it stopped: a branch or request that is there is used, and the file in
it brought up to date. Who may not push has the forge fork the repository, or uses the fork that is
there, and asks from that.
"""

import time
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from crawlers.forges.client import Http
from crawlers.forges.port import ForgeKind
from crawlers.forges.refusals import TOKEN
from crawlers.forges.writable import (
    Change,
    WritableRepository,
    default_branch,
    is_missing,
)
from crawlers.forges.writable_github import ForgejoRepository, GitHubRepository
from crawlers.forges.writable_gitlab import GitLabRepository
from registry.errors import Conflict, Forbidden, InvalidInput, Unauthenticated, Unavailable

PAUSES: Final = (0.0, 1.0, 2.0, 4.0, 8.0)
"""Forges fork after they answered: so long it is waited for, in seconds."""
_FORGES: Final[Mapping[str, type[WritableRepository]]] = {
    ForgeKind.GITHUB: GitHubRepository,
    ForgeKind.GITLAB: GitLabRepository,
    ForgeKind.GITEA: ForgejoRepository,
}


class Opened(Struct, frozen=True):
    """Where the request is; `is_new` is false for one that was there already, and `fork` is the
    path of the copy that it comes from, where that is not the repository itself."""

    url: str
    is_new: bool
    fork: str = ""


def open_change_request(
    http: Http,
    kind: str,
    url: str,
    token: str,
    change: Change,
    pause: Callable[[float], None] = time.sleep,
) -> Opened:
    """Open a request at the repository `url`, or return the open one of the same branch.

    Raises `InvalidInput` for a forge that has none, `Unauthenticated`, `Forbidden` or `NotFound`
    for what the token may not, `Conflict` where there is nothing to ask for, `Unavailable` where
    trying again later may help.
    """
    if kind not in _FORGES:
        raise InvalidInput("at this forge no request can be opened: GitHub, GitLab or Forgejo can")
    if not TOKEN.fullmatch(token):
        raise Unauthenticated("the token is none: it holds spaces, or is too short or too long")
    forge = _FORGES[kind](http, kind, url, token)
    facts = forge.facts()
    base = default_branch(facts)
    if forge.read(change.path, base)[0] == change.text:
        raise Conflict(f"the branch {base} has this very file already: there is nothing to request")
    home = forge if forge.may_push(facts) else _forked(forge, pause)
    home.make_branch(change.branch, base if home is forge else default_branch(home.facts()))
    found, known = home.read(change.path, change.branch)
    if found != change.text:
        home.write(change, known)
    fork = "" if home is forge else home.path
    if there := forge.open_request(home, change.branch, base):
        return Opened(there, is_new=False, fork=fork)
    made = forge.request(home, change, base)
    there = made or forge.open_request(home, change.branch, base)
    return Opened(there, is_new=made != "", fork=fork)


def _forked(forge: WritableRepository, pause: Callable[[float], None]) -> WritableRepository:
    """Return the fork of who holds the token, once it can be written to."""
    try:
        home = forge.at(forge.fork())
    except Forbidden as error:
        raise Forbidden(
            f"the token may neither write to this repository nor fork it: {error}"
        ) from None
    for seconds in PAUSES:
        pause(seconds)
        facts = home.ask("GET", home.place, unless=is_missing)
        branch = facts.get("default_branch")
        if isinstance(branch, str) and branch and home.has_branch(branch):
            return home
    raise Unavailable(f"the forge still makes the fork {home.path}: ask again in a minute", 60)
