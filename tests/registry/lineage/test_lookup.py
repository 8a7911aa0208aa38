"""Lookups: which components hold these files, commits, packages and repositories."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from registry.db.bulk import insert_rows
from registry.db.session import Database
from registry.db.tables import (
    CommitRow,
    FileArtefact,
    FingerprintRow,
    PackageSpan,
    PathRow,
    RepositoryAlias,
)
from registry.domain.fingerprints import file_hash, fingerprints
from registry.errors import InvalidInput
from registry.lineage.background import Background, Table, short
from registry.lineage.reading import lookup
from registry.lineage.readmodels import LookupAnswer, LookupQuery
from registry.lineage.removal import withdraw_edges
from registry.lineage.service import Lineage
from registry.publishing.takedowns import take_down
from tests.support.lineage_rows import NOW, World, lineage_of

EARLY, LATE = 1_500_000_000, 1_600_000_000


def blob(text: str) -> str:
    """Return the git id of a file with this content."""
    data = text.encode()
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def holds(world: World, slug: str, text: str, path: str, first_seen: int) -> None:
    """Say that a component's repository holds a file that tells of reuse."""
    ident = bytes.fromhex(blob(text))
    key = world.repositories[slug]
    insert_rows(world.session, PathRow, [{
        "repository_id": key, "blob": ident, "path": path, "commit": b"c" * 20,
        "first_seen": first_seen, "in_head": True, "size": 500, "is_generated": False,
    }])  # fmt: skip
    insert_rows(world.session, FileArtefact, [{
        "hash": file_hash(ident), "repository_id": key, "first_seen": first_seen,
        "is_import": False, "versions": 1,
    }])  # fmt: skip


def _fill(world: World) -> None:
    for slug, country in (("forms", "EE"), ("copy", "FI"), ("other", "CA")):
        world.component(slug, country)
    holds(world, "forms", "one", "src/one.py", EARLY)
    holds(world, "forms", "two", "src/two.py", EARLY + 9)
    holds(world, "copy", "one", "lib/one.py", LATE)
    holds(world, "other", "three", "three.py", 631_152_000)
    commits = [
        {"repository_id": world.repositories[slug], "id": bytes.fromhex("ab" * 20),
         "parents": b"", "author_time": EARLY, "commit_time": EARLY, "author_key": b"k" * 16,
         "author_domain": "", "on_main": True, "flags": ""}
        for slug in ("forms", "copy")
    ]  # fmt: skip
    insert_rows(world.session, CommitRow, commits)
    for slug, private in (("forms", False), ("other", True)):
        world.session.add(PackageSpan(
            repository_id=world.repositories[slug], ecosystem="npm", name="@city/forms",
            path="package.json", private=private, blob="b" * 40, commit="c" * 40,
            first_seen=EARLY,
        ))  # fmt: skip
    world.session.add(
        RepositoryAlias(
            url="https://old.example/forms", repository_id=world.repositories["forms"], since=NOW
        )
    )


@pytest.fixture
def lineage(database: Database) -> Lineage:
    """Return lineage over three repositories with files, commits, packages and a former URL."""
    with database.write() as session:
        _fill(World(session))
    return lineage_of(database)


def _found(answer: LookupAnswer) -> list[tuple[str, int]]:
    return [(hit.slug, hit.found) for hit in answer.hits]


def test_files_are_found_in_every_component_that_holds_them(lineage: Lineage) -> None:
    asked = (blob("one"), blob("two"), blob("nowhere"), blob("one").upper())
    answer = lineage.lookup(LookupQuery(blobs=asked))
    assert (answer.asked, answer.known) == (3, 2)
    assert _found(answer) == [("forms", 2), ("copy", 1)]
    forms, copy = answer.hits
    assert dict(forms.samples) == {blob("one"): "src/one.py", blob("two"): "src/two.py"}
    assert (forms.country, forms.organisation) == ("EE", "Body Of Forms")
    assert forms.first_seen == datetime.fromtimestamp(EARLY, UTC)
    assert copy.samples == ((blob("one"), "lib/one.py"),)
    assert not answer.is_cut


def test_what_was_taken_down_holds_nothing_and_is_not_known(
    database: Database, lineage: Lineage
) -> None:
    pieces = (7, 8)
    with database.write() as session:
        world = World(session)
        for slug in ("gone", "also"):
            world.component(slug)
        holds(world, "gone", "four", "four.py", EARLY)
        holds(world, "gone", "one", "one.py", EARLY)
        keys = world.repositories
        insert_rows(session, FingerprintRow, [
            {"hash": value, "repository_id": keys[slug], "blob": b"b" * 20, "path": "w.py",
             "first_seen": EARLY, "in_head": True, "is_third_party": False}
            for value, slug in ((7, "gone"), (8, "gone"), (8, "also"))
        ])  # fmt: skip
        insert_rows(session, CommitRow, [
            {"repository_id": keys["gone"], "id": b"d" * 20, "parents": b"",
             "author_time": EARLY, "commit_time": EARLY, "author_key": b"k" * 16,
             "author_domain": "", "on_main": True, "flags": ""},
        ])  # fmt: skip
        session.add(PackageSpan(
            repository_id=keys["gone"], ecosystem="npm", name="gone", path="package.json",
            private=False, blob="b" * 40, commit="c" * 40, first_seen=EARLY,
        ))  # fmt: skip
        session.add(
            RepositoryAlias(url="https://old.example/gone", repository_id=keys["gone"], since=NOW)
        )
    asked = LookupQuery(
        blobs=(blob("four"), blob("one")), commits=("64" * 20,), purls=("pkg:npm/gone",),
        urls=("https://code.example/gone", "https://old.example/gone"), fingerprints=pieces,
    )  # fmt: skip
    before = lineage.lookup(asked)
    assert (before.known, _found(before)[0]) == (8, ("gone", 8))
    with database.write() as session:
        take_down(session, "gone", category="court_order", note="", now=NOW,
                  withdraw=withdraw_edges)  # fmt: skip
    after = lineage.lookup(asked)
    assert (after.asked, after.known) == (before.asked, 2), "one file and one piece of others"
    assert _found(after) == [("forms", 1), ("also", 1), ("copy", 1)]


CODE = """
def split_words(text, most):
    words = [word.strip().lower() for word in text.split(" ") if word.strip()]
    found = {}
    for number, word in enumerate(words):
        if number >= most or word in found:
            continue
        found[word] = hashlib.sha256(word.encode("utf-8")).hexdigest()
    return sorted(found.items(), key=lambda pair: (len(pair[0]), pair[1]))
"""


def test_a_piece_of_code_is_found_though_its_file_was_edited(database: Database) -> None:
    pieces = sorted(fingerprints((CODE * 6).encode()))
    assert pieces, "the sample is too small to tell anything"
    with database.write() as session:
        world = World(session)
        for slug in ("forms", "copy"):
            world.component(slug, "EE")
        insert_rows(session, FingerprintRow, [
            {"hash": value, "repository_id": world.repositories[slug], "blob": b"b" * 20,
             "path": "src/words.py", "first_seen": EARLY, "in_head": True,
             "is_third_party": slug == "copy"}
            for value in pieces for slug in ("forms", "copy")
        ])  # fmt: skip
    edited = "# another head\n" + CODE.replace("    ", "\t") * 6 + "\nprint(1)\n"
    asked = tuple(sorted(fingerprints(edited.encode())))
    answer = lineage_of(database).lookup(LookupQuery(fingerprints=asked))
    (hit,) = answer.hits
    assert (hit.slug, answer.asked) == ("forms", len(asked))
    assert hit.found == answer.known == len(set(pieces) & set(asked)) > 0
    assert hit.samples == (("snippet", "src/words.py"),)


def test_the_first_64_bits_alone_are_no_proof_of_a_path(lineage: Lineage) -> None:
    near = blob("one")[:16] + "0" * 24
    (hit, _) = lineage.lookup(LookupQuery(blobs=(near,))).hits
    assert hit.samples == ()


def test_a_time_that_cannot_be_is_not_known(lineage: Lineage) -> None:
    (hit,) = lineage.lookup(LookupQuery(blobs=(blob("three"),))).hits
    assert hit.first_seen is None


def test_commits_swhids_packages_and_urls_are_found_together(lineage: Lineage) -> None:
    revision = f"swh:1:rev:{'ab' * 20};origin=https://code.example/forms"
    content = f"swh:1:cnt:{blob('one')}"
    answer = lineage.lookup(
        LookupQuery(
            commits=("ab" * 20,),
            swhids=(revision, content),
            purls=("pkg:npm/%40city/forms@1.2.0?arch=any",),
            urls=("https://old.example/forms.git", "https://code.example/copy"),
        )
    )
    assert (answer.asked, answer.known) == (5, 5)
    assert _found(answer) == [("forms", 4), ("copy", 3)]
    samples = dict(answer.hits[0].samples)
    assert samples["ab" * 20] == "2017-07-14"
    assert samples[content] == "src/one.py"
    assert samples["pkg:npm/%40city/forms@1.2.0?arch=any"] == "package.json"
    assert samples["https://old.example/forms.git"] == "https://old.example/forms"


def test_third_party_code_is_named(database: Database) -> None:
    known = file_hash(bytes.fromhex(blob("jquery")))
    index = Background(["npm:jquery@3.7.1"], Table.of({short(known): 0}), Table.of({}), "")
    answer = Lineage(database, index).lookup(LookupQuery(blobs=(blob("jquery"), blob("own"))))
    assert answer.third_party == {blob("jquery"): "npm:jquery@3.7.1"}
    assert (answer.known, answer.hits) == (0, ())


def test_many_components_are_cut_and_it_is_said(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "MAX_HITS", 3)
    with sqlite_database.write() as session:
        world = World(session)
        for number in range(5):
            world.component(f"c{number}")
            holds(world, f"c{number}", "one", "one.py", LATE - number)
    answer = lineage_of(sqlite_database).lookup(LookupQuery(blobs=(blob("one"),)))
    assert [hit.slug for hit in answer.hits] == ["c4", "c3", "c2"]
    assert answer.is_cut


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"blobs": ("x" * 40,)}, "blobs"),
        ({"blobs": ("a" * 39,)}, "blobs"),
        ({"commits": ("a" * 41,)}, "commits"),
        ({"swhids": (f"swh:1:dir:{'a' * 40}",)}, "swhids"),
        ({"swhids": (f"swh:2:cnt:{'a' * 40}",)}, "swhids"),
        ({"purls": ("npm/left-pad",)}, "purls"),
        ({"urls": ("file:///etc/passwd",)}, "urls"),
        ({"urls": ("https://user@code.example/forms",)}, "urls"),
        ({"blobs": ("a" * 40,) * 600, "commits": ("b" * 40,) * 401}, "1,000"),
    ],
)
def test_what_cannot_be_looked_up_is_refused_by_name(
    sqlite_database: Database, query: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        lineage_of(sqlite_database).lookup(LookupQuery(**query))


def test_a_password_in_a_url_is_not_repeated(sqlite_database: Database) -> None:
    with pytest.raises(InvalidInput) as refused:
        lineage_of(sqlite_database).lookup(LookupQuery(urls=("https://me:secret@a.example/b",)))
    assert "a.example" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_thousand_things_of_each_kind_fit_into_the_statements(lineage: Lineage) -> None:
    ids = tuple(f"{number:040x}" for number in range(1000))
    for query in (
        LookupQuery(blobs=ids), LookupQuery(commits=ids),
        LookupQuery(purls=tuple(f"pkg:npm/p{number}" for number in range(1000))),
        LookupQuery(urls=tuple(f"https://code.example/{number}" for number in range(1000))),
    ):  # fmt: skip
        answer = lineage.lookup(query)
        assert (answer.asked, answer.known) == (1000, 0)
    assert lineage.lookup(LookupQuery()).asked == 0
