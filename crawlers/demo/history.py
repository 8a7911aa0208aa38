"""From stories to commits with whole trees, across repositories that share history."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crawlers.demo.story import Commit, Story, Tag, text_of


@dataclass(frozen=True, slots=True)
class Gitlink:
    """A submodule: the commit that `tag` of another repository of the demo names."""

    repository: str
    tag: str


Tree = dict[str, bytes | Gitlink]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A commit with its parents, its author and the whole tree that it leaves."""

    commit: Commit
    author: str
    parents: tuple["Snapshot", ...]
    tree: Tree

    def line(self) -> Iterator["Snapshot"]:
        """Yield this commit and its first parents."""
        at: Snapshot | None = self
        while at is not None:
            yield at
            at = at.parents[0] if at.parents else None


class Histories:
    """The histories of all stories; each is worked out once, when it is first needed.

    Raises `ValueError` where a story names what does not exist, or swaps a text that does not
    occur exactly once: a mistake in the data of the package.
    """

    def __init__(self, stories: Mapping[str, Story]) -> None:
        self._stories = stories
        self._done: dict[str, dict[str, Snapshot]] = {}

    def tip(self, repository: str) -> Snapshot:
        """Return the newest commit of a repository."""
        return self._all(repository)[""]

    def tags(self, repository: str) -> list[tuple[Tag, Snapshot, str]]:
        """Return the tags of a repository with what they stand on and who made them."""
        story = self._stories[repository]
        return [(tag, self._find(repository, tag.on), story.people[tag.by]) for tag in story.tag]

    def _find(self, repository: str, reference: str) -> Snapshot:
        name, at, key = reference.rpartition("@") if "/" in reference else ("", "", reference)
        found = self._all(name if at else repository).get(key)
        if found is None:
            raise ValueError(f"{repository}: there is no commit {reference!r}")
        return found

    def _all(self, repository: str) -> dict[str, Snapshot]:
        """Return the commits of a story by key; the empty key is the newest so far."""
        if repository in self._done:
            return self._done[repository]
        story = self._stories[repository]
        made = self._done[repository] = {}
        for commit in story.commit:
            snapshot = self._snapshot(story, commit, made.get(""))
            made[""] = snapshot
            if commit.key:
                made[commit.key] = snapshot
        return made

    def _snapshot(self, story: Story, commit: Commit, before: Snapshot | None) -> Snapshot:
        parent = self._find(story.repository, commit.parent) if commit.parent else before
        merged = self._find(story.repository, commit.merge) if commit.merge else None
        tree = dict(parent.tree) if parent else {}
        if parent and merged:
            _merge(tree, parent, merged)
        for path, origin in commit.copy.items():
            tree[path] = self._copied(origin)
        try:
            _change(tree, commit)
        except (KeyError, ValueError) as error:
            raise ValueError(f"{story.repository}: {commit.message!r}: {error}") from error
        parents = tuple(one for one in (parent, merged) if one)
        return Snapshot(commit, story.people[commit.by], parents, tree)

    def _copied(self, origin: str) -> bytes | Gitlink:
        where, _, path = origin.partition(":")
        if where == "texts":
            return text_of(path)
        name, _, key = where.partition("@")
        return self._all(name)[key].tree[path]


def _merge(tree: Tree, ours: Snapshot, theirs: Snapshot) -> None:
    """Take over what the other side changed since the nearest commit that both lines hold."""
    line = list(ours.line())
    base = next((one.tree for one in theirs.line() if one in line), {})
    for path in base.keys() | theirs.tree.keys():
        if theirs.tree.get(path) == base.get(path):
            continue
        if path in theirs.tree:
            tree[path] = theirs.tree[path]
        else:
            tree.pop(path, None)


def _change(tree: Tree, commit: Commit) -> None:
    for old, new in commit.move.items():
        tree[new] = tree.pop(old)
    for path in commit.delete:
        del tree[path]
    for path, text in commit.write.items():
        tree[path] = text.encode()
    for path, pairs in commit.swap.items():
        tree[path] = _swapped(path, _text(tree[path]), pairs)
    for path, text in commit.append.items():
        tree[path] = _text(tree.get(path, b"")) + text.encode()
    for path, place in commit.submodule.items():
        repository, _, tag = place.partition("@")
        tree[path] = Gitlink(repository, tag)


def _swapped(path: str, text: bytes, pairs: tuple[tuple[str, str], ...]) -> bytes:
    for old, new in pairs:
        if text.count(old.encode()) != 1:
            raise ValueError(f"{path}: {old!r} does not occur exactly once")
        text = text.replace(old.encode(), new.encode())
    return text


def _text(entry: bytes | Gitlink) -> bytes:
    if isinstance(entry, Gitlink):
        raise ValueError("a submodule has no text")
    return entry
