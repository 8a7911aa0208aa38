"""Every proof of the story is verified by other code, and no change of a proof goes unnoticed."""

import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, cast

import pytest
from sqlmodel import col, select

from registry.db.tables import Edge, EdgeState
from registry.verifier.bundle import BundleFault, open_bundle
from registry.verifier.canonical import canonical, digest, evidence_key
from registry.verifier.export import make_bundle
from registry.verifier.online import Online
from registry.verifier.report import MISMATCH, UNREACHABLE, VERIFIED, VERIFIED_OFFLINE, Report
from registry.verifier.shape import places
from registry.verifier.swhid import swhid
from registry.verifier.verify import verify, verify_bundle
from tests.support.command_line import CommandLine
from tests.support.examples import share
from tests.support.git_repos import Commit
from tests.support.lineage_story import FORMS, add, build, copy, files, on
from tests.support.registries import PUBLIC, World, open_world, read_in_process

Proof = dict[str, Any]
TAMPERINGS = share(200)
_EVE = ("eve", "eve@eve.example")
# What two repositories share shows that they do, not who was first: the direction is stated.
SYMMETRIC = frozenset({"shared_commits", "shared_files", "similar_files"})


@pytest.fixture(scope="module")
def world(story: Path) -> Iterator[World]:
    """Yield the story as it was crawled; nothing here changes it."""
    with open_world(story) as made:
        yield made


@pytest.fixture(scope="module")
def proofs(world: World) -> list[Proof]:
    """Return the proofs of all edges that stand."""
    with world.registry.database.read() as session:
        edges = select(Edge).where(
            col(Edge.state).in_((EdgeState.CURRENT, EdgeState.SINCE_REMOVED))
        )
        return [edge.proof for edge in session.exec(edges.order_by(col(Edge.key)))]


@pytest.fixture(scope="module")
def online(world: World) -> Iterator[Online]:
    """Yield the repositories as the mirrors of the settings hold them."""
    with Online(world.registry.settings.crawl.mirrors) as opened:
        yield opened


@pytest.fixture(scope="module")
def bundles(proofs: list[Proof], online: Online) -> list[bytes]:
    """Return a bundle of each proof."""
    return [make_bundle(proof, online)[1] for proof in proofs]


def test_every_edge_of_the_story_is_verified(proofs: list[Proof], online: Online) -> None:
    kinds = {proof["kind"] for proof in proofs}
    assert {"shared_commits", "shared_files", "similar_files", "package_dependency", "submodule",
            "attribution_text"} <= kinds  # fmt: skip
    reports = [verify(canonical(proof), online) for proof in proofs]
    assert [(r.kind, c) for r in reports for c in r.of("failed")] == []
    assert {report.outcome for report in reports} == {VERIFIED}
    assert min(len(report.checks) for report in reports) > 5


def test_histories_with_impossible_dates_are_proven_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_in_process(monkeypatch)
    said = f"# Desk\n\nThis software is based on {PUBLIC}/harbour/forms by Harbour.\n"
    with open_world(tmp_path) as made:
        build(made, "harbour/forms", [Commit(files(FORMS), date=200_000_000, author=_EVE)])
        copy(made, "harbour/forms", "northern/forms")
        build(made, "northern/forms", [Commit({"README.md": said}, date=on(2090), author=_EVE)])
        build(made, "coast/desk", [Commit(files(FORMS), date=on(2090), author=_EVE)])
        add(made, "harbour/forms", "northern/forms", "coast/desk")
        assert made.crawl() == 0
        with made.registry.database.read() as session:
            found = {edge.kind: edge.proof for edge in session.exec(select(Edge))}
        with Online(made.registry.settings.crawl.mirrors) as online:
            reports = [verify(canonical(proof), online) for proof in found.values()]
    assert {"shared_commits", "shared_files", "attribution_text"} <= set(found)
    assert {report.outcome for report in reports} == {VERIFIED}
    assert '"time"' not in json.dumps(list(found.values()))


def test_every_bundle_is_verified_without_the_repositories(bundles: list[bytes]) -> None:
    for data in bundles:
        report = verify_bundle(data)
        assert report.outcome == VERIFIED_OFFLINE, [c for c in report.checks if not c.passed]


def test_a_bundle_has_the_same_bytes_each_time_and_names_nobody(
    proofs: list[Proof], bundles: list[bytes], online: Online
) -> None:
    assert make_bundle(proofs[0], online)[1] == bundles[0]
    for data in bundles:
        opened = open_bundle(data)
        assert b"@" not in b"".join(v for k, v in vars(opened)["_objects"].items() if "/" not in k)


def _leaves(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name in sorted(value):
            yield from _leaves(value[name], (*at, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _leaves(item, (*at, number))
    else:
        yield at


def _changed(value: Any, chance: random.Random) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + chance.choice((1, 7, 86_400))
    if not value:
        return "x"
    place = chance.randrange(len(value))
    other = chance.choice([sign for sign in "0123456789abcdef" if sign != value[place]])
    return value[:place] + other + value[place + 1 :]


def _tampered(proof: Proof, chance: random.Random) -> Proof:
    made = deepcopy(proof)
    *way, last = chance.choice(sorted(_leaves(made), key=str))
    place: Any = made
    for step in way:
        place = place[step]
    place[last] = _changed(place[last], chance)
    return made


def test_changes_of_proofs_and_bundles_are_all_caught(
    proofs: list[Proof], bundles: list[bytes], online: Online
) -> None:
    chance = random.Random(2026)
    for number in range(TAMPERINGS):
        if number % 2:
            good = chance.choice(bundles)
            data = bytearray(good)
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            if verify_bundle(bytes(data)).outcome not in {MISMATCH, UNREACHABLE}:
                # A date or a flag of the archive says nothing: all that is in it is the same.
                assert _contents(bytes(data)) == _contents(good), number
        else:
            report = verify(canonical(_tampered(chance.choice(proofs), chance)), online)
            assert report.outcome in {MISMATCH, UNREACHABLE}, number


def _contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _places(proof: Proof) -> list[tuple[str, Proof]]:
    """Return the places of a proof, with the repository of each, to be changed."""
    return [(role, cast(Proof, place)) for role, place in places(proof)]


def _sealed(proof: Proof) -> Proof:
    """Return a proof as a forger would: addresses, key and digest made to fit what it says."""
    for role, place in _places(proof):
        url = proof[role]["url"]
        if "blob" in place:
            place["swhid"] = swhid("cnt", place["blob"], origin=url, anchor=place["commit"],
                                   path=place["path"], line=place.get("line"))  # fmt: skip
        else:
            place["swhid"] = swhid("rev", place["commit"], origin=url)
    for role in ("origin", "reuser"):
        if "url" in proof[role]:
            proof[role]["swhid"] = swhid("rev", proof[role]["head"], origin=proof[role]["url"])
    origin = proof["origin"].get("url") or f"source:{proof['origin']['source']}"
    proof["evidence"] = evidence_key(
        proof["kind"], origin, proof["reuser"]["url"], proof["locator"]
    )
    proof["digest"] = digest(proof)
    return proof


def _one_more(proof: Proof) -> None:
    if "count" not in proof["claim"]:
        proof["claim"] = {**proof["claim"], "unknown": 1}
    else:
        proof["claim"]["count"] += 1


def _other_repository(proof: Proof) -> None:
    proof["reuser"]["url"] = "https://code.example/alone/thing"


def _swapped(proof: Proof) -> None:
    proof["origin"], proof["reuser"] = proof["reuser"], proof["origin"]


def _other_head(proof: Proof) -> None:
    proof["reuser"]["head"] = "0" * 40


def _other_place(proof: Proof) -> None:
    for _, place in _places(proof):
        place["commit"] = proof["reuser"]["head"][::-1]


def _other_words(proof: Proof) -> None:
    claim = proof["claim"]
    for name, value in {"name": "left-pad", "text": "Based on something that nobody ever wrote",
                        "commit": "1" * 40, "files": ["2" * 40], "tips": ["3" * 40],
                        "version": 9, "values": ["https://example.org/x"]}.items():  # fmt: skip
        if name in claim:
            claim[name] = value


@pytest.mark.parametrize(
    "forge", [_one_more, _other_repository, _swapped, _other_head, _other_place, _other_words]
)
def test_a_forger_who_makes_digest_and_key_fit_is_caught(
    proofs: list[Proof], online: Online, forge: Callable[[Proof], None]
) -> None:
    for proof in proofs:
        if forge is _swapped and proof["kind"] in SYMMETRIC:
            continue
        made = deepcopy(proof)
        forge(made)
        report = verify(canonical(_sealed(made)), online)
        assert report.outcome != VERIFIED, (proof["kind"], forge.__name__)


def test_what_is_no_proof_is_refused(online: Online) -> None:
    for data in (
        b"",
        b"[]",
        b"{}",
        b'{"format": 1}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":1,"a":2}',
    ):
        assert verify(data, online).outcome == MISMATCH
    for data in (b"", b"PK\x03\x04", b"PK" + bytes(400)):
        with pytest.raises(BundleFault):
            open_bundle(data)


def test_a_repository_that_is_gone_is_not_taken_for_a_lie(
    proofs: list[Proof], tmp_path: Path
) -> None:
    with Online({"https://code.example/{owner}/{name}": str(tmp_path / "{owner}+{name}")}) as none:
        report: Report = verify(canonical(proofs[0]), none)
    assert (report.outcome, report.exit_code()) == (UNREACHABLE, 4)


def test_the_command_shows_exports_and_verifies(
    world: World,
    proofs: list[Proof],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mirrors = json.dumps(dict(world.settings.crawl.mirrors))
    monkeypatch.setenv("REGISTRY_CRAWL_MIRRORS", mirrors)
    line = CommandLine(world.settings.home, monkeypatch, capsys)
    key, file = proofs[0]["evidence"], tmp_path / "proof.bundle"
    shown = line("evidence", "show", key, "--format", "json")
    assert f'"evidence":"{key}"' in shown
    line("evidence", "export", key, "-o", str(file))
    line("evidence", "verify", key, str(file))
    line("evidence", "verify", "--all", "--bundle")
    stored = line("evidence", "verify", "--all", "--from-store", "--format", "ndjson")
    assert '"mode":"store"' in stored.replace(" ", "")
    assert '"mismatch"' not in stored
    line("evidence", "show", "ev_0000000000000000", code=3)
    line("evidence", "verify", code=2)
    alone = subprocess.run(
        [sys.executable, "-m", "registry.verifier", str(file)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (alone.returncode, alone.stdout.split(":")[0]) == (0, "Verified offline"), alone.stderr
