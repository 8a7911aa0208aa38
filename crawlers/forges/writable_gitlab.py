"""Writing to projects at GitLab. Source: its published API description (v4)."""

from collections.abc import Mapping
from typing import Any, Final, Self
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
    web_address_in,
)

_MAY_PUSH: Final = 30
"""The access level of a developer."""


class GitLabRepository(WritableRepository):
    """A project at GitLab; a request of a fork is made at the fork."""

    @property
    def place(self) -> str:
        """Return where the repository is in the API."""
        return f"/projects/{quote(self.path, safe='')}"

    def has_branch(self, name: str) -> bool:
        """Say whether a branch is there."""
        address = f"{self.place}/repository/branches/{quote(name, safe='')}"
        return bool(self.ask("GET", address, unless=is_missing))

    def may_push(self, facts: Mapping[str, Any]) -> bool:
        """Say whether the token has the access of a developer at least; if nothing is said, yes."""
        said = object_in(facts, "permissions")
        levels = [
            object_in(said, x).get("access_level") for x in ("project_access", "group_access")
        ]
        known = [level for level in levels if isinstance(level, int)]
        return not said or max(known, default=0) >= _MAY_PUSH

    def fork(self) -> str:
        """Return one's own fork; of several the first that the forge names."""
        own = listed(self.answer("GET", f"{self.place}/forks?owned=true"))
        made = own[0] if own else self.ask("POST", f"{self.place}/fork", {})
        return path_in(made, "path_with_namespace")

    def make_branch(self, name: str, base: str) -> None:
        """Make a branch, unless it is there."""
        asked = {"branch": name, "ref": base}
        self.ask("POST", f"{self.place}/repository/branches", asked, unless=is_taken)

    def read(self, path: str, branch: str) -> tuple[str | None, str]:
        """Return the text of a file and what names its version."""
        file = f"{self.place}/repository/files/{quote(path, safe='')}"
        found = self.ask("GET", f"{file}?ref={quote(branch, safe='')}", unless=is_missing)
        return file_in(found, "last_commit_id")

    def write(self, change: Change, known: str) -> None:
        """Commit the file to the branch."""
        asked = content_of(change) | {"commit_message": change.title, "encoding": "base64"}
        if known:
            asked["last_commit_id"] = known
        file = f"{self.place}/repository/files/{quote(change.path, safe='')}"
        self.ask("PUT" if known else "POST", file, asked)

    def open_request(self, home: Self, branch: str, base: str) -> str:
        """Return the address of the open request of a branch, empty where there is none."""
        branches = f"source_branch={quote(branch, safe='')}&target_branch={quote(base, safe='')}"
        address = f"{self.place}/merge_requests?state=opened&{branches}"
        found = listed(self.answer("GET", address))
        source = home.facts().get("id") if found else None  # forks have branches of that name too
        own = [x for x in found if x.get("source_project_id") == source]
        return web_address_in(own[0], "web_url") if own else ""

    def request(self, home: Self, change: Change, base: str) -> str:
        """Open a request; empty where there is one already."""
        asked: dict[str, Any] = {
            "source_branch": change.branch, "target_branch": base, "title": change.title,
            "description": change.body, "remove_source_branch": True,
        }  # fmt: skip
        if home is not self:
            asked["target_project_id"] = self.facts().get("id")
        made = self.ask("POST", f"{home.place}/merge_requests", asked, unless=is_taken)
        return web_address_in(made, "web_url") if made else ""
