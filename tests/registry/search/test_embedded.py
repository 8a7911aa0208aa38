"""What only the embedded index does: files, processes, suggestions of spelling."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.errors import Unavailable
from registry.search.analysis import words
from registry.search.documents import SearchDocument
from registry.search.embedded import EmbeddedSearchIndex
from registry.search.embedded_schema import SCHEMA_VERSION
from registry.search.embedded_store import IndexStore
from registry.search.port import SearchQuery
from tests.support.examples import share
from tests.support.search_samples import document, samples


@pytest.fixture
def filled(tmp_path: Path) -> EmbeddedSearchIndex:
    index = EmbeddedSearchIndex(tmp_path)
    index.upsert(samples())
    return index


def found(index: EmbeddedSearchIndex, text: str) -> set[int]:
    return {hit.component_id for hit in index.search(SearchQuery(q=text, limit=100)).hits}


def test_a_misspelled_question_is_mended(filled: EmbeddedSearchIndex) -> None:
    assert filled.search(SearchQuery(q="secure exchnage")).suggestion == "secure exchange"
    assert (
        filled.search(SearchQuery(q='assesment "data exchange" -fork')).suggestion
        == 'assessment "data exchange" -"fork"'
    )
    assert filled.search(SearchQuery(q="exchange")).suggestion is None


def test_a_wrong_first_letter_is_forgiven_last(filled: EmbeddedSearchIndex) -> None:
    assert found(filled, "wxchange") == {1, 2}


def test_every_word_with_a_short_prefix_counts(tmp_path: Path) -> None:
    index = EmbeddedSearchIndex(tmp_path)
    index.upsert([document(n, f"c{n}", names={"": f"permit{chr(96 + n)}"}) for n in range(1, 27)])
    index.upsert([document(n, f"c{n}", names={"": f"permitz{chr(70 + n)}"}) for n in range(27, 50)])
    assert index.search(SearchQuery(q="permi")).total == 49


def test_readers_of_other_objects_see_each_commit(tmp_path: Path) -> None:
    writer, reader = EmbeddedSearchIndex(tmp_path), EmbeddedSearchIndex(tmp_path)
    assert found(reader, "lighthouse") == set()
    writer.upsert([document(1, "lighthouse")])
    assert found(reader, "lighthouse") == {1}
    writer.rebuild([document(2, "lighthouse")])
    assert found(reader, "lighthouse") == {2}
    writer.remove([2])
    assert reader.count() == 0


def test_a_second_writer_is_told_to_try_again_and_readers_go_on(
    filled: EmbeddedSearchIndex, tmp_path: Path
) -> None:
    # The lock belongs to the open file, so another object stands for another process.
    def documents() -> Iterator[SearchDocument]:
        yield document(1, "rebuilt")
        for write in (lambda: filled.upsert(samples()), lambda: filled.remove([1])):
            with pytest.raises(Unavailable, match="another process") as caught:
                write()
            assert caught.value.retry_after == 5
        assert found(filled, "x-road") == {1, 2}

    assert EmbeddedSearchIndex(tmp_path).rebuild(documents()) == 1
    assert found(filled, "rebuilt") == {1}
    assert filled.upsert([document(3, "later")]) == 1


def test_two_processes_may_start_at_once(tmp_path: Path) -> None:
    first = IndexStore(tmp_path)
    with first.writing():
        late = EmbeddedSearchIndex(tmp_path)
        assert not late.health()
        with pytest.raises(Unavailable):
            late.upsert(samples())
    assert late.upsert(samples()) == 6


def _files(home: Path, suffix: str) -> list[Path]:
    return [p for p in (home / "search").rglob("*") if p.is_file() and p.name.endswith(suffix)]


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


@pytest.mark.parametrize("damage", [_truncate, _zero, Path.unlink])
@pytest.mark.parametrize("suffix", ["meta.json", ".idx", ".term", ".store", ".fast", "current"])
def test_damage_is_unavailable_until_a_rebuild(
    tmp_path: Path, suffix: str, damage: Callable[[Path], None]
) -> None:
    before = EmbeddedSearchIndex(tmp_path)
    before.upsert(samples())
    before.close()
    for path in _files(tmp_path, suffix):
        damage(path)
    if suffix == "current" and damage is Path.unlink:
        # Without the pointer the index counts as not yet made: empty, to be rebuilt.
        assert EmbeddedSearchIndex(tmp_path).count() == 0
        return
    index = EmbeddedSearchIndex(tmp_path)
    assert not index.health()
    with pytest.raises(Unavailable, match="rebuild"):
        index.search(SearchQuery(q="road", facets=("country",)))
    with pytest.raises(Unavailable):
        index.upsert([document(9, "more")])
    assert index.rebuild(samples()) == 6
    assert index.health()
    assert found(index, "x-road") == {1, 2}


def test_an_index_deleted_under_a_reader_comes_back_by_a_rebuild(
    filled: EmbeddedSearchIndex, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "search")
    assert not filled.health()
    assert filled.rebuild(samples()) == 6
    assert found(filled, "x-road") == {1, 2}


def test_one_generation_is_kept_below_the_schema_version(
    filled: EmbeddedSearchIndex, tmp_path: Path
) -> None:
    filled.rebuild(samples())
    folder = tmp_path / "search" / f"v{SCHEMA_VERSION}"
    assert len([p for p in folder.iterdir() if p.is_dir()]) == 1


hostile = st.one_of(
    st.text(max_size=60),
    st.text(alphabet='"-*:~^()[]{}\\/+!&|?<> roadcviet東京\x00', max_size=30),
)


@settings(
    max_examples=share(1000),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=hostile)
def test_any_text_finds_at_least_what_holds_all_its_words(
    filled: EmbeddedSearchIndex, text: str
) -> None:
    hits = found(filled, text)
    if '"' in text or "-" in text:
        return
    asked = set(words(text)[:16])
    for item in samples():
        held = words(" ".join([*item.names.values(), *item.descriptions.values()]))
        if asked <= set(held):
            assert item.id in hits
