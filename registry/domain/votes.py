"""Votes that were held in threads of a forge, as their own comments tell them."""

from datetime import datetime

from msgspec import Struct


class ForgeVote(Struct, frozen=True, kw_only=True):
    """A vote that ended; `outcome` is adopted, rejected, open (it goes on), or not_stated.

    `url` is the comment with the result, `sha256` of its text. Voters are handles in lower case,
    which are kept nowhere; the counts are those that the comment states.
    """

    title: str
    thread_url: str
    url: str
    opened_at: datetime
    ended_at: datetime
    outcome: str
    voters_for: tuple[str, ...]
    voters_against: tuple[str, ...]
    count_for: int
    count_against: int
    sha256: str


class ForgeVotes(Struct, frozen=True, kw_only=True):
    """The votes at the repository `path` of a host, in the order in which they ended."""

    host: str
    path: str
    votes: tuple[ForgeVote, ...]
