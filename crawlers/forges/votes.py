"""Votes in threads of a forge, as the bot of publiccode.yml marks them: start, end, and tally.

Anybody can write a comment that looks like the bot's. What counts is by the author who also opened
the polls, and who is a member of the project or a program by GitHub's own word (its published
description: `author_association`, `type`), or by the account that is named as the bot. Sources:
https://github.com/publiccodeyml/bot (the texts), API descriptions of GitHub, GitLab, Gitea.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit

from msgspec import Struct

from crawlers.forges.answers import Fields, listed, segments
from crawlers.forges.client import Api, ForgeClient
from crawlers.forges.infer import KNOWN_HOSTS
from crawlers.forges.port import ForgeKind, api_root
from registry.domain.votes import ForgeVote, ForgeVotes
from registry.errors import InvalidInput

MAX_BODY: Final = 65_536
_OPENED: Final = re.compile(
    r"\s*(?:<!-- ##bot-voting-marker## -->)?\s*\*\*Voting is now open on this proposal!\*\*"
)
_ENDED: Final = re.compile(r"\s*(?:<!--[^>]{0,200}-->\s*)*# Vote results\b")
_ROW: Final = r"^\|\s*:[+-]1:\s*{}\s*\|([^|\n]{{0,4000}})\|\s*(\d{{1,4}})\s*\|"
_FOR: Final = re.compile(_ROW.format("Approve"), re.MULTILINE)
_AGAINST: Final = re.compile(_ROW.format("Reject"), re.MULTILINE)
_OUTCOMES: Final = (
    ("adopted", "**Proposal approved**"),
    ("rejected", "**Proposal rejected**"),
    ("open", "**No unanimity**"),
)
_HANDLE: Final = re.compile(r"@([A-Za-z0-9][A-Za-z0-9._-]{0,99})")
_THREAD: Final = re.compile(
    r"(?P<path>[^?#]+?)/(?:-/)?(?P<kind>issues|pull|pulls|merge_requests)(?:/(?P<number>\d{1,9}))?/?"
)
_TRUSTED: Final = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})


class Comment(Struct, frozen=True):
    """A comment of a thread: by whom, whether the forge vouches for them, when, and where."""

    thread: str
    author: str
    is_trusted: bool
    body: str
    at: datetime
    url: str


class Thread(Struct, frozen=True):
    """What an address names: a repository's issues, or one of them where `number` is given."""

    host: str
    path: str
    kind: str
    number: str


class ForgeVoteReader:
    """Reads votes through the client that knows budgets and tokens of forges."""

    def __init__(self, client: ForgeClient) -> None:
        self._client = client

    def read(self, url: str, forge: str = "", bot: str = "") -> ForgeVotes:
        """Return the votes that ended in a thread, or in all of a repository.

        `forge` is the software of a host that is not known by its name, `bot` the account whose
        comments count. Raises `InvalidInput` for an address of no thread, `NotFound`, and
        `CrawlFailure` where the forge does not answer.
        """
        thread = thread_of(url)
        kind = KNOWN_HOSTS.get(thread.host) or ForgeKind(forge or ForgeKind.PLAIN)
        if kind not in {ForgeKind.GITHUB, ForgeKind.GITLAB, ForgeKind.GITEA}:
            raise InvalidInput("at this forge votes cannot be read: GitHub, GitLab, Forgejo can")
        if kind is not ForgeKind.GITHUB and not bot:
            raise InvalidInput("name the account of the bot: this forge vouches for nobody")
        api = self._client.api(
            api_root(kind, thread.host), thread.host,
            "token" if kind is ForgeKind.GITEA else "Bearer",
        )  # fmt: skip
        comments = _gitlab(api, thread) if kind is ForgeKind.GITLAB else _github(api, thread)
        found = [
            _named(api, kind, thread, key, said)
            for key, said in _ended(comments, bot.lower().removeprefix("@"))
        ]
        return ForgeVotes(host=thread.host, path=thread.path, votes=tuple(found))


def thread_of(url: str) -> Thread:
    """Return what an address names, or raise `InvalidInput`."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        parts = urlsplit("")
    found = _THREAD.fullmatch(parts.path.strip("/"))
    if parts.scheme != "https" or not parts.hostname or parts.username or found is None:
        raise InvalidInput("the address must be https, of issues or of one issue of a repository")
    path = "/".join(segments(found["path"], least=2))
    return Thread(parts.netloc.lower(), path, found["kind"], found["number"] or "")


def _github(api: Api, thread: Thread) -> Iterator[Comment]:
    """Yield the comments of one thread, or of all; GitHub and Gitea have the same addresses."""
    place = f"/repos/{quote(thread.path)}/issues"
    path = f"{place}/{thread.number}/comments" if thread.number else f"{place}/comments"
    for page in api.pages(f"{path}?per_page=100&limit=50&sort=created&direction=asc"):
        for item in listed(page.data, thread.host):
            fields = Fields(item, thread.host)
            user = fields.child("user")
            about = fields.text("issue_url") or fields.text("pull_request_url") or ""
            trusted = fields.text("author_association", 40) in _TRUSTED or (
                user is not None and user.text("type", 40) == "Bot"
            )
            comment = _comment(
                item, about.rstrip("/").rpartition("/")[2], user, "login", is_trusted=trusted
            )
            if comment is not None:
                yield comment


def _gitlab(api: Api, thread: Thread) -> Iterator[Comment]:
    if not thread.number:
        raise InvalidInput("of GitLab name one issue or merge request")
    kind = "merge_requests" if thread.kind == "merge_requests" else "issues"
    place = f"/projects/{quote(thread.path, safe='')}/{kind}/{thread.number}"
    for page in api.pages(f"{place}/notes?per_page=100&sort=asc"):
        for item in listed(page.data, thread.host):
            user = Fields(item, thread.host).child("author")
            comment = _comment(item, thread.number, user, "username", is_trusted=False)
            if comment is not None:
                yield comment


def _comment(
    item: Any, thread: str, user: Fields | None, name: str, *, is_trusted: bool
) -> Comment | None:
    fields = Fields(item, user.host if user else "")
    body, at = item.get("body"), fields.moment("created_at")
    author = user.text(name, 100) if user else None
    if not isinstance(body, str) or at is None or author is None or not thread.isdigit():
        return None
    url = fields.website("html_url") or f"#note_{fields.number('id') or 0}"
    return Comment(thread, author.lower(), is_trusted, body[:MAX_BODY], at, url)


class _Said(Struct, frozen=True):
    opened: Comment
    ended: Comment


def _ended(comments: Iterable[Comment], bot: str) -> Iterator[tuple[str, _Said]]:
    """Yield thread and comments of each vote that was opened and ended by the same account."""
    opened: dict[str, Comment] = {}
    for comment in comments:
        if comment.author != bot if bot else not comment.is_trusted:
            continue
        if _OPENED.match(comment.body):
            opened[comment.thread] = comment
        elif _ENDED.match(comment.body):
            first = opened.get(comment.thread)
            if first is not None and first.author == comment.author:
                del opened[comment.thread]
                yield comment.thread, _Said(first, comment)


def _named(api: Api, kind: ForgeKind, thread: Thread, number: str, said: _Said) -> ForgeVote:
    what = "merge_requests" if thread.kind == "merge_requests" else "issues"
    if kind is ForgeKind.GITLAB:
        page = api.get(f"/projects/{quote(thread.path, safe='')}/{what}/{number}")
    else:
        page = api.get(f"/repos/{quote(thread.path)}/issues/{number}")
    about = Fields(page.data, thread.host)
    web = about.website("web_url" if kind is ForgeKind.GITLAB else "html_url") or ""
    return vote_of(about.required("title", 300), web, said.opened, said.ended)


def vote_of(title: str, thread_url: str, opened: Comment, ended: Comment) -> ForgeVote:
    """Return a vote as its two comments tell it."""
    yes, no = _FOR.search(ended.body), _AGAINST.search(ended.body)
    outcome = next((name for name, text in _OUTCOMES if text in ended.body), "not_stated")
    url = thread_url + ended.url if ended.url.startswith("#") else ended.url
    return ForgeVote(
        title=title, thread_url=thread_url, url=url, opened_at=opened.at, ended_at=ended.at,
        outcome=outcome if yes and no else "not_stated",
        voters_for=_handles(yes), voters_against=_handles(no),
        count_for=int(yes[2]) if yes else 0, count_against=int(no[2]) if no else 0,
        sha256=hashlib.sha256(ended.body.encode()).hexdigest(),
    )  # fmt: skip


def _handles(row: re.Match[str] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(x.lower() for x in _HANDLE.findall(row[1]))) if row else ()
