"""Trailers by git's rules, beside git itself, and messages that no person would write."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers import trailers
from crawlers.history import read_commits
from crawlers.trailers import MAX_BYTES, MAX_PEOPLE, Named, read_trailers
from tests.support.git_repos import Commit, build_repository, git

ANN = b"Reviewed-by: Ann <ann@x.example>"
BO = b"Acked-by: Bo <bo@y.example>"


def read(*lines: bytes) -> list[tuple[str, str]]:
    message = b"\n".join(b"    " + line for line in lines)
    return [(x.role, x.email) for x in read_trailers(message).people]


def test_the_last_paragraph_names_people_by_their_roles() -> None:
    found = read(
        b"Title", b"", b"Text.", b"", ANN, b"acked-by: Bo <BO@Y.example>",
        b"Co-Authored-By: Cy <cy@z.example>", b"Signed-off-by: Di <di@z.example>",
        b"Approved-by : ed@z.example", b"Merged-by: Flo <flo@z.example> # v2",
        b"Tested-by: Gus <gus@z.example>",
    )  # fmt: skip
    assert found == [
        ("reviewed", "ann@x.example"), ("acked", "bo@y.example"), ("co_authored", "cy@z.example"),
        ("signed_off", "di@z.example"), ("approved", "ed@z.example"), ("merged", "flo@z.example"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [
        (ANN,),  # the title is never a trailer
        (b"Title", ANN),
        (b"Title", b"", ANN, b"", b"Text after it."),  # in the middle
        (b"Title", b"", b"Text.", ANN),  # not all of the paragraph, and nothing of git's in it
        (b"Title", b"", b"Text.", b" ", b"Reviewed-by Ann <ann@x.example>"),
        (b"Title", b"", b"  Reviewed-by: Ann <ann@x.example>"),
        (b"Title", b"", b"Reviewed-by: Ann"),
        (b"Title", b"", b"Reviewed-by: @ann"),
        (b"Title", b"", b"Reviewed-by: Ann <ann>"),
        (b"Title", b"", b"Reviewed-by: Ann <ann @x.example>"),
        (b"Title", b"", b"Reviewed-by: Ann <" + b"a" * 400 + b"@x.example>"),
    ],
)
def test_what_is_no_trailer_names_nobody(lines: tuple[bytes, ...]) -> None:
    assert read(*lines) == []


def test_a_quarter_is_enough_beside_a_line_of_gits_own() -> None:
    signed = b"Signed-off-by: Di <di@z.example>"
    text = [b"[di: rebased]"] * 3
    assert read(b"Title", b"", *text, signed) == [("signed_off", "di@z.example")]
    assert read(b"Title", b"", b"more", *text, signed) == []


def test_carriage_returns_bytes_and_folded_lines() -> None:
    assert read(b"Title\r", b"\r", ANN + b"\r") == [("reviewed", "ann@x.example")]
    assert read(b"Title", b"", b"Reviewed-by: Ann", b" <ann@x.example>") == [
        ("reviewed", "ann@x.example")
    ]
    (role, email), *_ = read(b"Title", b"", b"Reviewed-by: \xff\x00\xfe <a\xff@x.example>")
    assert (role, email) == ("reviewed", "a\N{REPLACEMENT CHARACTER}@x.example")


def test_the_same_reviewer_twice_is_one() -> None:
    assert read(b"Title", b"", ANN, ANN, ANN.lower()) == [("reviewed", "ann@x.example")]


def test_100_000_trailers_are_not_read() -> None:
    many = [b"Reviewed-by: A%d <a%d@x.example>" % (n, n) for n in range(100_000)]
    message = b"\n".join([b"    Title", b"", *(b"    " + line for line in many)])
    assert read_trailers(message) == ((), True), "the paragraph begins before what is looked at"
    few = b"\n".join([b"    Title", b"", *(b"    " + line for line in many[:150])])
    found = read_trailers(few)
    assert (len(found.people), found.is_cut) == (MAX_PEOPLE, True)


def test_a_huge_message_with_trailers_at_its_end_is_read() -> None:
    text = b"    word\n" * (MAX_BYTES // 2)
    message = b"    Title\n\n" + text + b"\n    " + ANN + b"\n"
    assert read_trailers(message).people == (Named("reviewed", "ann", "ann@x.example"),)


@given(st.binary(max_size=400))
def test_any_bytes_are_read(raw: bytes) -> None:
    found = read_trailers(b"    t\n\n    Reviewed-by: " + raw)
    assert all("@" in x.email for x in found.people)


PARTS = (
    b"", b" ", b"text here", b" folded", b"\tpath", b"# remark", b"---", b"Foo bar: x",
    b"Key-1: v", b"https://x.example/z", b": x", b"-: y", b"Conflicts:", b"Acked-by:\ttab\r",
    ANN, BO, b"reviewed-by : c@x.example", b"Signed-off-by: Di <di@z.example>",
    b"(cherry picked from commit abc)", b"# ------------------------ >8 ------------------------",
)  # fmt: skip


def test_git_itself_reads_the_same(tmp_path: Path) -> None:
    """Plain git as the judge; `Conflicts:` as the last line of all is told apart by git alone."""
    folder = tmp_path
    git(folder, "init", "--quiet", "--bare")
    dice = random.Random(7)
    messages = [dice.choices(PARTS, k=dice.randint(0, 9)) for _ in range(600)]
    texts = [b"\n".join([b"Title", b"", *lines, b"end: x"]) + b"\n" for lines in messages]
    told = b"".join(
        b"commit refs/heads/m\nmark :%d\ncommitter A <a@x.example> 1600000000 +0000\ndata %d\n%s\n"
        % (number, len(text), text)
        for number, text in enumerate(texts, 1)
    )
    git(folder, "fast-import", "--quiet", stdin=told)
    plain = git(folder, "log", "--reverse", "--format=%x01%(trailers:only,unfold)", "refs/heads/m")
    for text, judged in zip(texts, plain.split("\x01")[1:], strict=True):
        lines = trailers._without_remarks(text.split(b"\n"))
        pairs = trailers._unfolded(trailers._block(lines, is_whole=True))
        ours = [(key.decode(), b" ".join(value.split()).decode()) for key, value in pairs if key]
        theirs = [line.partition(":")[::2] for line in judged.split("\n") if line.strip()]
        assert ours == [(key.strip().lower(), " ".join(x.split())) for key, x in theirs]


def test_trailers_reach_a_commit_without_the_author(tmp_path: Path) -> None:
    place = tmp_path / "signed.git"
    message = "Mend\n\nReviewed-by: Ada <ada@gov.example>\nSigned-off-by: Ada <ada@gov.example>\n"
    build_repository(place, [Commit({"a": "x"}, message=message)])
    (commit,), _ = read_commits(place, 1_800_000_000)
    assert commit.trailers == (("signed_off", "ada@gov.example"),)
