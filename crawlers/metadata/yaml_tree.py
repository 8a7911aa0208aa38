"""The data that a changed YAML file must hold: the same changes, made to the data alone."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Final, TypeAlias

from crawlers.metadata.publiccode_places import Path

Tree: TypeAlias = Any


class CannotChange(ValueError):
    """A change does not fit: a name is taken, or a path leads nowhere."""


class _Removed:
    """Marks what goes, so that the numbers of list items hold until all marks are set."""


_REMOVED: Final = _Removed()


def changed_tree(
    tree: Tree,
    *,
    sets: Mapping[Path, Any],
    new_items: Mapping[Path, list[Any]],
    removed: Iterable[Path],
    renamed: Mapping[Path, str],
) -> Tree:
    """Return the tree with all changes; it is changed in place. Raises `CannotChange`."""
    for path, value in sets.items():
        _set(tree, path, value)
    for path, values in new_items.items():
        _set(tree, path, [*(_get(tree, path) or []), *values])
    for path in sorted(removed, key=str, reverse=True):
        parent = _get(tree, path[:-1])
        if parent is not None:
            parent[path[-1]] = _REMOVED
    tree = _swept(tree)
    for path, name in renamed.items():
        parent = _get(tree, path[:-1])
        if name in parent:
            raise CannotChange(f"there is a key {name} already")
        parent[name] = parent.pop(path[-1])
    return tree


def _swept(tree: Tree) -> Tree:
    if isinstance(tree, dict):
        return {key: _swept(x) for key, x in tree.items() if not isinstance(x, _Removed)}
    if isinstance(tree, list):
        return [_swept(x) for x in tree if not isinstance(x, _Removed)]
    return tree


def _get(tree: Tree, path: Path) -> Tree:
    for part in path:
        try:
            tree = tree[part]
        except (KeyError, IndexError, TypeError):
            return None
    return tree


def _set(tree: Tree, path: Path, value: Any) -> None:
    try:
        for part, following in pairwise(path):
            below = tree[part] if isinstance(part, int) else tree.get(part)
            if not isinstance(below, list if isinstance(following, int) else dict):
                below = tree[part] = {}
            tree = below
        tree[path[-1]] = value
    except (AttributeError, IndexError, TypeError) as error:
        raise CannotChange("the path leads nowhere") from error
