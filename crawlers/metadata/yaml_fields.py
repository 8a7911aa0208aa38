"""Access to the keys of a YAML mapping: text with its line, lists, nested mappings."""

from collections.abc import Iterator

from crawlers.metadata.values import MAX_TEXT, clean_text, one_line, web_url
from crawlers.metadata.yaml_guard import Mapping, Node, Scalar, Sequence, UnreadableYaml, load


def load_mapping(data: bytes) -> "Fields":
    """Return the top mapping of a YAML file, or raise `UnreadableYaml`."""
    root = load(data)
    if not isinstance(root, Mapping):
        raise UnreadableYaml("the file holds no keys and values", root.line, root.column)
    return Fields(root)


class Fields:
    """A mapping whose keys are asked for by name; an absent or odd value reads as nothing."""

    def __init__(self, node: Mapping) -> None:
        self.node = node

    def has(self, name: str) -> bool:
        """Say whether the key is there, whatever its value."""
        return self.node.entry(name) is not None

    def line(self, name: str) -> int | None:
        """Return the line of the key, or None."""
        entry = self.node.entry(name)
        return entry.key.line if entry else None

    def text(self, name: str, limit: int = 300) -> str | None:
        """Return the value on one line as it is written (`0.10` stays `0.10`), or None."""
        return scalar_text(self.node.get(name), limit)

    def prose(self, name: str, limit: int = MAX_TEXT) -> str | None:
        """Return a text of several lines, or None."""
        node = self.node.get(name)
        return (
            clean_text(node.text, limit) if isinstance(node, Scalar) and _is_value(node) else None
        )

    def url(self, name: str) -> str | None:
        """Return the value where it is an http(s) URL, or None."""
        return web_url(self.text(name, 2_048))

    def texts(self, name: str) -> list[str]:
        """Return the texts of a list, or of a single value, without repetition."""
        found = (scalar_text(node, 300) for node in nodes(self.node.get(name)))
        return list(dict.fromkeys(text for text in found if text))

    def child(self, name: str) -> "Fields | None":
        """Return the mapping under this key, or None."""
        node = self.node.get(name)
        return Fields(node) if isinstance(node, Mapping) else None

    def children(self, name: str) -> Iterator["Fields"]:
        """Yield the mappings of the list (or the single mapping) under this key."""
        for node in nodes(self.node.get(name)):
            if isinstance(node, Mapping):
                yield Fields(node)


def nodes(node: Node | None) -> tuple[Node, ...]:
    """Return the items of a list, a single value as the only item, nothing for an absent key."""
    if node is None:
        return ()
    return node.items if isinstance(node, Sequence) else (node,)


def scalar_text(node: Node | None, limit: int) -> str | None:
    """Return the text of a scalar that is not null, or None."""
    return one_line(node.text, limit) if _is_value(node) and isinstance(node, Scalar) else None


def _is_value(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.value is not None
