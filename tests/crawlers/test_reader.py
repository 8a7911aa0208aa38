"""What the reader says of a repository, asked as its process is asked but without the process."""

from pathlib import Path

import msgspec
import pytest

from crawlers import reader
from crawlers.mainline import MainLine
from crawlers.metadata.wanted import Wanted
from crawlers.reader import MAX_DOCUMENT, Request, answer
from registry.domain.facts import Document, Fingerprint, Reading
from registry.domain.fingerprints import fingerprints
from tests.support.git_histories import blob_id, import_history
from tests.support.git_repos import Commit, RawRepository, bomb, build_repository, git
from tests.support.registries import honest_commits

NOW = 1_800_000_000


def _read(place: Path, *, fingerprint_files: int = 100) -> Reading:
    survey = answer(Request("survey", str(place), NOW, fingerprint_files=fingerprint_files))
    assert isinstance(survey, reader.Survey)
    found = answer(Request("read", str(place), NOW, main_line=survey.main_line))
    assert isinstance(found, Reading)
    # What it says must survive the way to the parent.
    return msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Reading)


def test_a_survey_names_what_is_wanted_and_what_is_missing(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    build_repository(place, honest_commits("letters"))
    survey = answer(Request("survey", str(place), NOW, sample=5))
    assert isinstance(survey, reader.Survey)
    assert {item.path for item in survey.documents} == {
        "README.md", "publiccode.yml", "LICENSE", "package.json",
    }  # fmt: skip
    assert survey.missing == ()
    blob = git(place, "rev-parse", "main:publiccode.yml")
    (place / "objects" / blob[:2] / blob[2:]).unlink()
    without = answer(Request("survey", str(place), NOW, sample=5))
    assert isinstance(without, reader.Survey)
    assert without.missing == (blob,)


def test_a_reading_holds_the_facts_of_the_repository(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    ids = build_repository(place, honest_commits("letters"))
    reading = _read(place)
    assert (reading.head, reading.default_branch, reading.root_commits) == (
        ids[-1], "main", (ids[0],),
    )  # fmt: skip
    assert (reading.commit_count, reading.head_files, reading.partial) == (3, 6, ())
    assert reading.first_commit_time == 1_600_000_000
    assert [(r.name, r.version, r.commit) for r in reading.releases] == [
        ("v1.0.0", "1.0.0", ids[-1])
    ]
    assert reading.releases[0].tag_object
    assert [(x.name, x.files) for x in reading.languages] == [("Python", 1)]
    assert reading.language_basis == "all"
    assert [(p.ecosystem, p.name) for p in reading.packages] == [("npm", "letters")]


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("v1.2.3", "1.2.3"), ("1.2", "1.2"), ("release-4.0", "4.0"), ("release/2024.1", "2024.1"),
        ("Version_3", "3"), ("api-v2", "api-v2"), ("nightly", "nightly"), ("pkg/v1.0", "1.0"),
    ],
)  # fmt: skip
def test_the_version_of_a_tag_is_its_number(tag: str, version: str) -> None:
    assert reader._version(tag) == version


def test_tags_on_anything_but_a_known_commit_are_no_releases(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    build_repository(place, [Commit({"a": "x"})])
    git(place, "update-ref", "refs/tags/tree", git(place, "rev-parse", "main^{tree}"))
    raw_tag = f"object {'9' * 40}\ntype commit\ntag lost\ntagger A <a@x.example> 1 +0000\n\nx\n"
    oid = git(
        place, "hash-object", "-t", "tag", "-w", "--literally", "--stdin", stdin=raw_tag.encode()
    )
    git(place, "update-ref", "refs/tags/lost", oid)
    assert _read(place).releases == ()


def test_names_that_are_no_text_are_sent_as_text(tmp_path: Path) -> None:
    raw = RawRepository(tmp_path / "a.git")
    oid = raw.commit(raw.tree([("100644", b"caf\xe9.py", raw.add("blob", b"x\n"))]))
    raw.branch(oid)
    (raw.path / "packed-refs").write_bytes(oid.encode() + b" refs/tags/v\xe9\n")
    reading = _read(raw.path)
    assert [r.name for r in reading.releases] == ["v\N{REPLACEMENT CHARACTER}"]
    assert [(p.path, p.in_head) for p in reading.paths] == [
        ("caf\N{REPLACEMENT CHARACTER}.py", True)
    ]


def test_sizes_are_estimated_where_contents_are_missing(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    build_repository(place, [Commit({"a.py": "x" * 100, "b.py": "y" * 300, "c.go": "z" * 50})])
    blob = git(place, "rev-parse", "main:b.py")
    (place / "objects" / blob[:2] / blob[2:]).unlink()
    reading = _read(place)
    assert reading.language_basis == "sample"
    assert {x.name: (x.size, x.files) for x in reading.languages} == {
        "Python": (200, 2), "Go": (50, 1),
    }  # fmt: skip


def test_a_document_that_is_too_large_is_named_and_not_read(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    build_repository(place, [Commit({"README.md": "x" * (MAX_DOCUMENT + 1)})])
    (document,) = _read(place).documents
    assert (document.status, document.size) == ("unparseable", MAX_DOCUMENT + 1)
    assert "larger than" in document.diagnostics[0].message


def _code(name: str) -> str:
    return "".join(f"def {name}_{n}(income):\n    return income * {n} + {n}\n" for n in range(120))


def test_what_lineage_needs_of_the_main_line_is_wanted_with_the_rest(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    import_history(place, [
        (1_500_000_000, {"rules.py": _code("old"), "package.json": '{"name": "old"}'}),
        (1_550_000_000, {"rules.py": _code("new"), "package.json": '{"name": "new"}',
                         "NOTICE.md": "Adapted from X.", "node_modules/a/a.js": "a = 1;\n"}),
        (1_560_000_000, {"NOTICE.md": None}),
    ])  # fmt: skip
    survey = answer(Request("survey", str(place), NOW, fingerprint_files=100))
    assert isinstance(survey, reader.Survey)
    assert survey.missing == ()
    assert set(survey.main_line.versions) == {"package.json", "NOTICE.md"}
    wanted = [_code("old"), _code("new"), '{"name": "old"}', '{"name": "new"}', "Adapted from X."]
    for text in wanted:
        blob = blob_id(place, text)
        (place / "objects" / blob[:2] / blob[2:]).unlink()
    without = answer(Request("survey", str(place), NOW, fingerprint_files=100))
    assert isinstance(without, reader.Survey)
    assert set(without.missing) == {blob_id(place, text) for text in wanted}
    # Contents that never came take their facts away, and nothing else.
    reading = _read(place)
    assert (reading.fingerprints, reading.package_spans) == ((), ())
    assert len(reading.paths) == 6


def test_a_reading_holds_fingerprints_spans_and_attributions_over_history(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    said = "Adapted from and with thanks to Alberta Health Services."
    ids = import_history(place, [
        (1_500_000_000, {"rules.py": _code("old"), "NOTICE.md": said,
                         "package.json": '{"name": "old", "dependencies": {"left": "1"}}'}),
        (1_550_000_000, {"rules.py": _code("new"), "NOTICE.md": None,
                         "package.json": '{"name": "new"}'}),
    ])  # fmt: skip
    reading = _read(place)
    hashes = {x.hash: x for x in reading.fingerprints}
    assert set(hashes) == fingerprints(_code("old").encode()) | fingerprints(_code("new").encode())
    for value in fingerprints(_code("old").encode()) - fingerprints(_code("new").encode()):
        assert hashes[value] == Fingerprint(
            value, blob_id(place, _code("old")), "rules.py", 1_500_000_000, False
        )
    assert any(x.in_head for x in reading.fingerprints)
    assert [(x.package.name, x.last_seen) for x in reading.package_spans] == [
        ("old", 1_550_000_000), ("new", None),
    ]  # fmt: skip
    (span,) = reading.dependency_spans
    assert (span.dependency.name, span.commit, span.last_seen) == ("left", ids[0], 1_550_000_000)
    (statement,) = reading.attributions
    assert (statement.path, statement.text) == ("NOTICE.md", said)
    assert (statement.commit, statement.removed_commit) == (ids[0], ids[1])
    assert reading.partial == ()


def test_contents_that_were_looked_at_have_a_size_and_a_mark(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    generated = "// Code generated by protoc. DO NOT EDIT.\n"
    build_repository(place, [Commit({"a.go": generated, "b.go": "package b\n", "c.txt": "c\n"})])
    looked_at = {x.path: (x.size, x.is_generated) for x in _read(place).paths}
    assert looked_at == {
        "a.go": (len(generated), True), "b.go": (10, False), "c.txt": (None, False),
    }  # fmt: skip


def test_a_reading_without_its_main_line_is_partial(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    build_repository(place, honest_commits("letters"))
    found = answer(Request("read", str(place), NOW))
    assert isinstance(found, Reading)
    assert (found.partial, found.fingerprints, found.package_spans) == (("contents",), (), ())
    assert found.commit_count == 3


def test_of_a_bomb_the_main_line_is_not_replayed(tmp_path: Path) -> None:
    bomb(tmp_path / "a.git", depth=9)
    survey = answer(Request("survey", str(tmp_path / "a.git"), NOW, fingerprint_files=9))
    assert isinstance(survey, reader.Survey)
    assert survey.main_line == MainLine((), {}, ("paths",))


def test_one_document_can_be_asked_for_alone(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    build_repository(place, honest_commits("letters"))
    item = Wanted("readme", "README.md", git(place, "rev-parse", "main:README.md"))
    found = answer(Request("document", str(place), NOW, document=item))
    assert isinstance(found, Document)
    assert (found.path, found.status) == ("README.md", "valid")
    assert (
        answer(Request("document", str(place), NOW, document=Wanted("readme", "R", "9" * 40)))
        is None
    )
    with pytest.raises(ValueError, match="no document"):
        answer(Request("document", str(place), NOW))
