"""What a story is made of: a TOML file per repository, with commits that each change few files."""

import tomllib
from datetime import datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

import msgspec

HOST: Final = "demo.example"


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the parts of a story: immutable, and a misspelt key is an error."""


class Commit(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One commit. Its changes are made in the order of the fields from `merge` on.

    `by` names a person of the story. `key` names the commit for others; `parent` and `merge` are
    `key` or `owner/name@key`, and without `parent` the commit follows the one above. `copy` maps
    a path to `owner/name@key:path` (without `@key`: the newest state) or to `texts:file`;
    `move` maps old to new; `swap` lists pairs of a text that occurs once and what replaces it;
    `submodule` maps a path to `owner/name@tag`.
    """

    at: datetime
    by: str
    message: str
    key: str = ""
    parent: str | None = None
    merge: str | None = None
    copy: dict[str, str] = {}
    move: dict[str, str] = {}
    delete: tuple[str, ...] = ()
    write: dict[str, str] = {}
    swap: dict[str, tuple[tuple[str, str], ...]] = {}
    append: dict[str, str] = {}
    submodule: dict[str, str] = {}


class Tag(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tag on the commit `on`; annotated where it has a message."""

    name: str
    on: str
    at: datetime
    by: str
    message: str = ""


class Story(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The history of one repository; `people` maps short names to `Name <e-mail>`."""

    repository: str
    people: dict[str, str]
    commit: tuple[Commit, ...]
    tag: tuple[Tag, ...] = ()

    @property
    def url(self) -> str:
        """The canonical URL under which the demo is catalogued; the host does not exist."""
        return f"https://{HOST}/{self.repository}"


class Publisher(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body behind an owner of the demo.

    `region` is a whole ISO 3166-2 code; `uri` identifies the body where it has an official code.
    """

    name: str
    country: str
    level: str
    region: str | None = None
    uri: str | None = None


@cache
def stories() -> dict[str, Story]:
    """Return the stories by `owner/name`, in order of name."""
    found = [
        msgspec.convert(tomllib.loads(file.read_text("utf-8")), Story)
        for file in _folder("stories").iterdir()
        if file.name.endswith(".toml")
    ]
    return {story.repository: story for story in sorted(found, key=lambda s: s.repository)}


@cache
def publishers() -> dict[str, Publisher]:
    """Return the bodies behind the demo by owner."""
    text = _folder("publishers.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Publisher])


@cache
def text_of(name: str) -> bytes:
    """Return a text that several stories use, such as the notice of a licence."""
    return _folder("texts").joinpath(name).read_bytes()


def _folder(name: str) -> Traversable:
    return files("crawlers.demo").joinpath(name)
