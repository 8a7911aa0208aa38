"""Records of advisories: read with care, whatever the file is, and nothing before it is public."""

import io
import json
import random
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest

from registry.adoption.advisories.osv import (
    MAX_RECORD,
    OsvRecord,
    is_public,
    links_of,
    read_record,
    read_records,
    row_of,
)
from registry.errors import InvalidInput
from tests.support.osv_records import CVE, GHSA, git_range, osv_json, osv_record, package

NOW = datetime(2026, 8, 2, tzinfo=UTC)
FIX, BROUGHT = "f" * 40, "b" * 40


def zipped(*contents: bytes, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        archive.writestr("README.txt", "not a record")
        for number, content in enumerate(contents):
            archive.writestr(f"npm/{number}.json", content)
    return file.getvalue()


def ids(data: bytes) -> list[str]:
    return [x.id if isinstance(x, OsvRecord) else f"! {x}" for x in read_records(data)]


def record(**values: Any) -> OsvRecord:
    found = read_record(osv_json(osv_record(**values)))
    assert isinstance(found, OsvRecord), found
    return found


ONE, OTHER = osv_record(), osv_record(CVE)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (osv_json(ONE), [GHSA]),
        (osv_json(ONE, OTHER), [GHSA, CVE]),
        (json.dumps({"vulns": [ONE, OTHER]}).encode(), [GHSA, CVE]),
        (json.dumps({"vulns": []}).encode(), []),
        (zipped(osv_json(ONE), osv_json(OTHER)), [GHSA, CVE]),
        (zipped(osv_json(ONE), how=zipfile.ZIP_STORED), [GHSA]),
    ],
)
def test_a_file_is_one_record_a_list_an_answer_or_a_zip(data: bytes, expected: list[str]) -> None:
    assert ids(data) == expected


def test_what_is_no_record_is_told_and_the_others_are_read() -> None:
    bad: list[Any] = [{"id": "GHSA-x"}, {"id": "../../etc", "modified": "2026-01-01T00:00:00Z"}, 7]
    found = ids(osv_json(ONE, *bad))
    assert found[0] == GHSA
    assert [why.startswith("! ") for why in found[1:]] == [True, True, True]
    assert "no id of an advisory" in found[2]
    found = ids(zipped(b"{", b'"\xff"', b" " * (MAX_RECORD + 1), osv_json(ONE)))
    assert [why[:9] for why in found[:3]] == ["! no JSON", "! no JSON", "! npm/2.j"]
    assert found[3] == GHSA


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b'"\xff"', b"[" * 100_000, b"PK\3\4", zipped(osv_json(ONE))[:90]],
    ids=["nothing", "half JSON", "no UTF-8", "deep", "half a mark", "half a zip"],
)
def test_what_is_neither_json_nor_a_zip_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        ids(data)


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_of_another_compression_is_not_unpacked(how: int) -> None:
    (found,) = ids(zipped(osv_json(ONE), how=how))
    assert "compressed by another way" in found


def test_a_broken_zip_is_read_or_refused_and_never_a_fault() -> None:
    chance, whole = random.Random(3), zipped(*(osv_json(ONE) for _ in range(3)))
    for _ in range(600):
        data = bytearray(whole)
        for _ in range(3):
            data[chance.randrange(4, len(data))] = chance.choice((0, 1, 255))
        try:
            ids(bytes(data))
        except InvalidInput:
            continue


def test_what_is_still_to_be_published_is_not_public() -> None:
    assert is_public(record(), NOW)
    assert is_public(record(published="2026-08-01T23:59:59"), NOW)  # without a zone it is UTC
    assert is_public(record(published=None), NOW)  # the format leaves it optional
    assert not is_public(record(published="2026-08-03T00:00:00Z"), NOW)


def test_a_row_keeps_what_is_shown_and_nothing_else() -> None:
    links = [
        {"type": "FIX", "url": "https://forge.example/a/b/commit/1"},
        {"type": "WEB", "url": "javascript:alert(1)"},
        {"type": "WEB", "url": "http://plain.example"},
    ]
    row = row_of(
        record(
            aliases=[CVE, "no name", "x" * 200], references=links, withdrawn="2026-07-02T00:00:00Z",
            severity=[{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N"}, {"type": "X", "score": "9"}],
            database_specific={"severity": "MODERATE"}, summary="", details="First.\nSecond.",
        ),
        NOW,
    )  # fmt: skip
    assert (row["key"], row["aliases"], row["summary"]) == (GHSA, [CVE], "First.")
    assert (row["severity"], row["vector"]) == ("medium", "CVSS:3.1/AV:N")
    assert row["links"] == [["FIX", "https://forge.example/a/b/commit/1"]]
    assert row["withdrawn_at"] == datetime(2026, 7, 2, tzinfo=UTC)
    assert row_of(record(database_specific={"severity": "awful"}), NOW)["severity"] == ""
    assert "\0" not in row_of(record(summary="a\0b"), NOW)["summary"]


def test_repositories_packages_and_commits_are_found_by_what_they_are_called() -> None:
    found = links_of(
        record(
            affected=[
                git_range("https://GitHub.com/Town/Forms.git", fixed=FIX, introduced=BROUGHT),
                git_range("https://github.com/town/forms", fixed="not a commit"),
                package("PyPI", "Town_Forms"), package("npm", "@town/forms"),
                package("Maven", "org.town:forms"), package("Debian:12", "forms"),
                {"package": {"purl": "pkg:cargo/forms@1.0"}},
            ],
            references=[
                {"type": "FIX", "url": f"https://gitlab.com/town/site/-/commit/{'c' * 40}"},
                {"type": "WEB", "url": f"https://github.com/town/forms/pull/7/commits/{'d' * 40}"},
                {"type": "PACKAGE", "url": "https://codeberg.org/town/desk"},
                {"type": "WEB", "url": "https://github.com/town/elsewhere"},
                {"type": "FIX", "url": "https://10.0.0.1/a/b/commit/" + "e" * 40},
            ],
        )
    )  # fmt: skip
    assert found == {
        ("name", GHSA.upper()), ("name", CVE),
        ("repository", "https://github.com/town/forms"),
        ("repository", "https://gitlab.com/town/site"),
        ("repository", "https://codeberg.org/town/desk"),
        ("repository", "https://10.0.0.1/a/b"),  # an address is compared, and never asked
        ("fix", FIX), ("introduced", BROUGHT), ("fix", "c" * 40), ("fix", "d" * 40),
        ("fix", "e" * 40),
        ("package", "pypi:town-forms"), ("package", "npm:@town/forms"),
        ("package", "maven:org.town:forms"), ("package", "cargo:forms"),
    }  # fmt: skip


def test_of_very_many_links_the_names_stay() -> None:
    spans = [git_range("https://github.com/town/forms", fixed=f"{n:040x}") for n in range(900)]
    found = links_of(record(affected=spans))
    assert len(found) == 500
    assert {("name", GHSA.upper()), ("name", CVE)} <= found
    assert ("repository", "https://github.com/town/forms") in found
