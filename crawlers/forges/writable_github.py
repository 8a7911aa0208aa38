"""Writing to repositories at GitHub, and at Forgejo, whose API is much alike.

Sources: the published API descriptions of GitHub (2022-11-28) and Gitea/Forgejo (v1).
"""

from typing import Self
from urllib.parse import quote

from crawlers.forges.writable import (
    Change,
    WritableRepository,
    content_of,
    file_in,
    is_missing,
    is_taken,
    listed,
    object_in,
    path_in,
    text_in,
    web_address_in,
)
from registry.errors import Conflict


class GitHubRepository(WritableRepository):
    """A repository at GitHub; a branch is made from the tip of another."""

    @property
    def place(self) -> str:
        """Return where the repository is in the API."""
        return f"/repos/{quote(self.path)}"

    def has_branch(self, name: str) -> bool:
        """Say whether a branch is there; an empty repository is answered with 409."""
        return bool(self.ask("GET", self._ref(name), unless=lambda status, _: status in {404, 409}))

    def make_branch(self, name: str, base: str) -> None:
        """Make a branch, unless it is there."""
        tip = object_in(self.ask("GET", self._ref(base)), "object").get("sha")
        asked = {"ref": f"refs/heads/{name}", "sha": tip}
        self.ask("POST", f"{self.place}/git/refs", asked, unless=is_taken)

    def read(self, path: str, branch: str) -> tuple[str | None, str]:
        """Return the text of a file and what names its version."""
        address = f"{self.place}/contents/{quote(path)}?ref={quote(branch, safe='')}"
        return file_in(self.ask("GET", address, unless=is_missing), "sha")

    def write(self, change: Change, known: str) -> None:
        """Commit the file to the branch."""
        asked = content_of(change) | {"message": change.title, **({"sha": known} if known else {})}
        self.ask("PUT", f"{self.place}/contents/{quote(change.path)}", asked)

    def fork(self) -> str:
        """Return the path of the fork of who holds the token."""
        made = self.ask("POST", f"{self.place}/forks", {"default_branch_only": True})
        return path_in(made, "full_name")

    def _ref(self, branch: str) -> str:
        return f"{self.place}/git/ref/{quote(f'heads/{branch}', safe='')}"

    def head(self, home: Self, branch: str) -> str:
        """Return how a branch is called here: with its owner, where it is in a fork."""
        return branch if home is self else f"{home.path.partition('/')[0]}:{branch}"

    def open_request(self, home: Self, branch: str, base: str) -> str:
        """Return the address of the open request of a branch, empty where there is none."""
        head = quote(f"{home.path.partition('/')[0]}:{branch}", safe="")
        query = f"state=open&head={head}&base={quote(base, safe='')}"
        found = listed(self.answer("GET", f"{self.place}/pulls?{query}"))
        return web_address_in(found[0], "html_url") if found else ""

    def request(self, home: Self, change: Change, base: str) -> str:
        """Open a request; empty where there is one already."""
        head = self.head(home, change.branch)
        asked = {"title": change.title, "body": change.body, "head": head, "base": base}
        made = self.ask("POST", f"{self.place}/pulls", asked, unless=is_taken)
        return web_address_in(made, "html_url") if made else ""


class ForgejoRepository(GitHubRepository):
    """As GitHub, with words of its own for branches, new files, forks and open requests."""

    def fork(self) -> str:
        """Return the path of the fork of who holds the token."""
        made = self.ask("POST", f"{self.place}/forks", {}, unless=is_taken)
        if made:
            return path_in(made, "full_name")
        owner = text_in(self.ask("GET", "/user"), "login")
        path = f"{owner}/{self.path.rpartition('/')[2]}"
        found = self.ask("GET", f"/repos/{quote(path)}", unless=is_missing)
        parent = str(object_in(found, "parent").get("full_name"))
        if parent.casefold() != self.path.casefold():
            raise Conflict(f"{path} is no fork of {self.path}: rename it, then ask again")
        return path

    def has_branch(self, name: str) -> bool:
        """Say whether a branch is there."""
        address = f"{self.place}/branches/{quote(name, safe='')}"
        return bool(self.ask("GET", address, unless=is_missing))

    def make_branch(self, name: str, base: str) -> None:
        """Make a branch, unless it is there."""
        asked = {"new_branch_name": name, "old_branch_name": base}
        self.ask("POST", f"{self.place}/branches", asked, unless=is_taken)

    def write(self, change: Change, known: str) -> None:
        """Commit the file to the branch."""
        asked = content_of(change) | {"message": change.title, **({"sha": known} if known else {})}
        method = "PUT" if known else "POST"
        self.ask(method, f"{self.place}/contents/{quote(change.path)}", asked)

    def open_request(self, home: Self, branch: str, base: str) -> str:
        """Return the address of the open request of a branch, empty where there is none."""
        head = quote(self.head(home, branch), safe="")
        address = f"{self.place}/pulls/{quote(base, safe='')}/{head}"
        found = self.ask("GET", address, unless=is_missing)
        return web_address_in(found, "html_url") if found.get("state") == "open" else ""
