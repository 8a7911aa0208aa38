"""Changing single values: what was asked for is there, and nothing else moved."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.metadata.yaml_edit import Editor, EditRefused
from crawlers.metadata.yaml_guard import Mapping, load
from crawlers.metadata.yaml_write import write_yaml
from tests.support.examples import share

SOURCE = """\
# The head stays.
version: 0.4   # old
name: "X"
platforms: web # one
categories:
  - healthcare
  # keep me
  - communications   # trailing
legal: {license: MIT}
audience:
  countries: [it, fr,]
description:
  en:
    long: |
      first
      second

    short: hi
maintenance:
# The end stays.
"""


def editor(source: str = SOURCE) -> Editor:
    root = load(source.encode())
    assert isinstance(root, Mapping)
    return Editor(source.encode(), root)


def changed(edit: Editor) -> str:
    return edit.changed()[0].decode()


def test_only_the_lines_that_were_asked_for_change() -> None:
    edit = editor()
    edit.set(("version",), "0")
    edit.set(("legal", "license"), "EUPL-1.2")
    edit.set(("description", "en", "short"), "text: with colon")
    edit.append(("audience", "countries"), "DE")
    edit.remove(("categories", 0))
    edit.rename(("name",), "title")
    assert changed(edit) == (
        SOURCE.replace("version: 0.4   # old", 'version: "0"   # old')
        .replace("{license: MIT}", '{license: "EUPL-1.2"}')
        .replace("short: hi", "short: 'text: with colon'")
        .replace("[it, fr,]", '[it, fr, "DE"]')
        .replace("  - healthcare\n", "")
        .replace('name: "X"', 'title: "X"')
    )


def test_blocks_that_are_missing_are_added_where_they_belong() -> None:
    edit = editor()
    edit.set(("description", "en", "features"), ["one", "no"])
    edit.set(("description", "it", "short"), "ciao")
    edit.set(("maintenance", "type"), "internal")
    edit.set(("audience", "scope"), ["healthcare"])
    edit.set(("localisation", "ready"), True)
    text = changed(edit)
    assert (
        '    short: hi\n    features:\n      - one\n      - "no"\n  it:\n    short: ciao\n' in text
    )
    assert "maintenance:\n  type: internal\nlocalisation:\n  ready: true\n# The end" in text
    assert "countries: [it, fr,]\n  scope:\n    - healthcare\n" in text


def test_a_list_keeps_the_items_and_comments_that_stay() -> None:
    edit = editor()
    edit.set_texts(("categories",), ["communications", "crm"])
    assert "categories:\n  # keep me\n  - communications   # trailing\n  - crm\n" in changed(edit)


def test_a_single_value_becomes_a_list() -> None:
    edit = editor()
    edit.set(("platforms",), ["web"])
    assert "platforms:\n  - web # one\n" in changed(edit)


def test_a_list_that_loses_its_last_item_goes_as_a_whole() -> None:
    edit = editor()
    edit.remove(("categories", 0))
    edit.remove(("categories", 1))
    assert "categories" not in changed(edit)


@pytest.mark.parametrize("source", ["a: 1\nb: {x: 1, y: 2}\n", "a: 1\r\nb: [1, 2]\r\n", "a: 1"])
def test_line_ends_and_missing_ones_are_kept(source: str) -> None:
    edit = editor(source)
    edit.set(("c", "d"), ["e"])
    text = changed(edit)
    assert text.startswith(source)
    assert text.count("\r\n") == (text.count("\n") if "\r" in source else 0)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda edit: edit.rename(("name",), "version"),
        lambda edit: edit.rename(("nothing",), "other"),
        lambda edit: edit.remove(("nothing",)),
        lambda edit: edit.set((), "x"),
        lambda edit: (edit.set(("new",), []), edit.set(("new", "key"), 1)),
        lambda edit: (edit.set(("new",), "x"), edit.set(("new", "key", "below"), 1)),
        lambda edit: edit.rename(("name",), "two: keys"),
    ],
)
def test_what_cannot_be_done_is_refused(spoil: Any) -> None:
    edit = editor()
    with pytest.raises(EditRefused):  # noqa: PT012 - some refuse at once, some at the end
        spoil(edit)
        edit.changed()


@pytest.mark.parametrize(
    "text", ["no", "0.10", "12:30", "true", "~", "2024-1-2", "", " x", "a\n b"]
)
def test_texts_are_written_so_that_every_reader_takes_them_for_texts(text: str) -> None:
    written = write_yaml({"k": text})
    assert load(written.encode()).plain() == {"k": text}
    if "\n" not in text:
        assert written in {f'k: "{text}"\n', f"k: '{text}'\n"}


KEYS = st.sampled_from(["a", "b", "c", "no", "x y"])
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=120) | st.sampled_from(
    ["- x", "# x", "k: v", "word " * 40, "one\ntwo\n", "'", '"', "[", "{}", "|", "…", "😀"]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    TEXTS | st.booleans() | st.integers(-999, 999),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=3),
    max_leaves=6,
)


@settings(max_examples=share(80), deadline=None)
@given(
    st.dictionaries(KEYS, VALUES, min_size=1, max_size=4),
    st.lists(st.tuples(st.lists(KEYS, min_size=1, max_size=3), VALUES), max_size=3),
)
def test_a_change_is_made_whole_or_refused(tree: dict[str, Any], sets: list[Any]) -> None:
    source = write_yaml(tree)
    edit = editor(source)
    wanted = {tuple(path): value for path, value in sets}
    for path, value in wanted.items():
        edit.set(path, value)
    try:
        data, root = edit.changed()
    except EditRefused:
        return
    assert load(data).plain() == root.plain()
    for path, value in wanted.items():
        is_inside = any(other != path and other[: len(path)] == path for other in wanted)
        is_under = any(other != path and path[: len(other)] == other for other in wanted)
        if not is_inside and not is_under:
            found: Any = root.plain()
            for part in path:
                found = found[part]
            assert found == value
