"""Where a repository takes feedback, as forge, files and documents tell it.

A channel is a place where somebody may write, never a promise that somebody answers.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from registry.domain.links import file_url, issues_url
from registry.publishing.exports.subject import Subject
from registry.publishing.exports.values import web_url

CHANNELS: Final = ("issues", "stated", "contributing", "security", "support", "mailbox")
"""The kinds, in the order in which they are shown: the issue tracker that the forge says is on,
the `feedbackMechanism` of a code.json, files of the repository, and the mailbox of a role."""
# Kind → the kinds of community files that prove it, the plainest first.
_FILES: Final = {
    "contributing": ("contributing",),
    "security": ("security",),
    "support": ("support",),
}


class Channel(Struct, frozen=True):
    """One way to give feedback; `url` is where it is, or is written about, `mailto:` for mail."""

    kind: str
    url: str


def channels(subject: Subject) -> tuple[Channel, ...]:
    """Return the ways that are known, in the order of `CHANNELS`; none is no statement."""
    return tuple(_channels(subject))


def has_channel(subject: Subject) -> bool:
    """Tell whether any way is known."""
    return next(_channels(subject), None) is not None


def _channels(subject: Subject) -> Iterator[Channel]:
    tracker = issues_url(subject.web_url, subject.forge) if subject.has_issues else None
    if tracker and web_url(tracker):
        yield Channel("issues", tracker)
    if stated := web_url(subject.text("feedback_url")):
        yield Channel("stated", stated)
    for kind, files in _FILES.items():
        if url := next((x for name in files if (x := _file(subject, name))), None):
            yield Channel(kind, url)
    contacts = (x for x in subject.items("contacts") if isinstance(x, dict))
    mail = next((x["email"] for x in contacts if isinstance(x.get("email"), str)), None)
    if mail:
        yield Channel("mailbox", f"mailto:{mail}")


def _file(subject: Subject, kind: str) -> str | None:
    path, commit = subject.community.get(kind), subject.head_commit
    if not path or not commit:
        return None
    return web_url(file_url(subject.web_url, subject.forge, commit, path))
