"""Sentences that name a source, dated over the history of the files that hold them."""

from collections.abc import Mapping

from crawlers.attributions import (
    MAX_ATTRIBUTIONS,
    MAX_BLOBS,
    is_watched,
    read_attributions,
    wanted_blobs,
)
from registry.domain.facts import Attribution, Version

THANKS = b"Adapted from and with thanks to Alberta Health Services.\n"


def read(
    history: Mapping[str, list[bytes | None]], *, missing: frozenset[bytes] = frozenset()
) -> tuple[Attribution, ...]:
    """Read a history in which every path has one content per day; None is a removal."""
    contents: dict[str, bytes] = {}
    versions: dict[str, list[Version]] = {}
    for path, states in history.items():
        for day, data in enumerate(states):
            blob = "" if data is None else f"blob-{data!r}"
            if data is not None and data not in missing:
                contents[blob] = data
            versions.setdefault(path, []).append(Version(f"commit-{day}", day * 86_400, blob))
    return read_attributions(versions, contents.get)


def test_a_sentence_is_dated_from_the_commit_that_brought_it_to_the_one_without_it() -> None:
    (fact,) = read({"NOTICE.md": [b"Nothing.\n", b"# Notice\n\n" + THANKS, THANKS, b"Gone.\n"]})
    assert (fact.path, fact.line, fact.phrase) == ("NOTICE.md", 3, "adapted_from")
    assert fact.text == "Adapted from and with thanks to Alberta Health Services."
    assert fact.target == "Alberta Health Services"
    assert (fact.commit, fact.first_seen) == ("commit-1", 86_400)
    assert (fact.removed_commit, fact.removed_at) == ("commit-3", 3 * 86_400)


def test_a_sentence_that_moves_or_is_wrapped_otherwise_stays_one() -> None:
    moved = b"A line.\n\nAdapted from and with\n   thanks to  Alberta Health\nServices.\n"
    (fact,) = read({"README.md": [THANKS, moved]})
    assert (fact.commit, fact.removed_commit) == ("commit-0", None)


def test_a_deleted_file_removes_what_it_said() -> None:
    (fact,) = read({"NOTICE": [THANKS, None]})
    assert fact.removed_commit == "commit-1"


def test_a_sentence_that_comes_back_keeps_its_first_time_and_is_not_removed() -> None:
    (fact,) = read({"NOTICE": [THANKS, None, b"Other.\n", THANKS]})
    assert (fact.commit, fact.removed_commit) == ("commit-0", None)


def test_a_content_that_is_not_here_says_nothing() -> None:
    gone = b"Nothing here.\n"
    (fact,) = read({"NOTICE": [THANKS, gone]}, missing=frozenset({gone}))
    assert fact.removed_commit is None
    assert read({"NOTICE": [THANKS]}, missing=frozenset({THANKS})) == ()


def test_paths_that_tell_nothing_are_not_read() -> None:
    assert read({"src/main.py": [THANKS], "package.json": [THANKS]}) == ()
    assert not is_watched("node_modules/left-pad/README.md")
    assert not is_watched("a/b/c/d/README.md")
    for path in ("README.md", "NOTICE", "LISEZ-MOI.md", "src/app/index.html", "docs/index.rst",
                 "README-FR.md", "LICENSE.txt", "ACKNOWLEDGEMENTS"):  # fmt: skip
        assert is_watched(path), path


def test_contents_of_manifests_are_not_asked_for() -> None:
    state = Version("c", 0, "b")
    assert wanted_blobs({"package.json": [state], "README.md": [Version("c", 0, "r")]}) == ("r",)


def test_of_many_versions_the_ends_are_read_and_the_rest_evenly() -> None:
    states = [Version(f"c{n}", n, f"b{n}") for n in range(5_000)]
    chosen = wanted_blobs({"README.md": states})
    assert chosen[:2] == ("b4999", "b0")
    assert 20 <= len(chosen) <= 40
    many = wanted_blobs({f"{n}/README.md": states[n * 20 : n * 20 + 20] for n in range(250)})
    assert len(many) == MAX_BLOBS


def test_ten_thousand_statements_are_bounded_and_reuse_comes_before_thanks() -> None:
    thanks = [f"Thanks to Body {n}.\n\n".encode() for n in range(190)]
    flood = [f"This is a fork of Body {n}.\n\n".encode() for n in range(10_000)]
    found = read({"AUTHORS": [b"".join(thanks)], "docs/README.md": [b"".join(flood)]})
    assert len(found) == MAX_ATTRIBUTIONS
    assert {fact.phrase for fact in found} == {"forked_from"}
