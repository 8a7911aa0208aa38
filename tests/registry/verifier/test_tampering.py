"""Bundles verify without repositories, and no change to a proof or a bundle goes unseen."""

import copy
import io
import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.verifier.__main__ import main
from registry.verifier.bundle import BundleFault, open_bundle
from registry.verifier.export import make_bundle
from registry.verifier.online import Online
from registry.verifier.verify import verify
from tests.support.git_repos import deep
from tests.support.proofs import Pair, Proof, build_pair, proofs, sealed

GOOD = {"verified", "verified_offline"}
# What the report calls stated: no repository proves or disproves it.
STATED = {"at_least", "by", "commit_in_origin", "ecosystem", "property", "spec", "package",
          "rule_version", "locator", "direction"}  # fmt: skip


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return build_pair(tmp_path_factory.mktemp("pair"))


@pytest.fixture(scope="module")
def made(pair: Pair) -> dict[str, Proof]:
    return proofs(pair)


@pytest.fixture(scope="module")
def online(pair: Pair) -> Iterator[Online]:
    with Online(pair.mirrors) as opener:
        yield opener


@pytest.fixture(scope="module")
def bundles(made: dict[str, Proof], online: Online) -> dict[str, bytes]:
    return {kind: make_bundle(proof, online)[1] for kind, proof in made.items()}


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every text, number and truth in a document."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for name, item in items:
            yield from leaves(item, (*path, name))
    else:
        yield path


def changed(proof: Proof, path: tuple[Any, ...], chance: random.Random) -> Proof:
    """Return a proof in which one value is another one of the same type."""
    copied = copy.deepcopy(proof)
    holder: Any = copied
    for step in path[:-1]:
        holder = holder[step]
    value = holder[path[-1]]
    if isinstance(value, bool):
        holder[path[-1]] = not value
    elif isinstance(value, int):
        holder[path[-1]] = value + chance.randint(1, 1000)
    else:
        places = [n for n, sign in enumerate(value) if sign.isalnum()] or [0]
        at = chance.choice(places)
        other = chance.choice(
            [sign for sign in "0123456789abcdef" if sign != value[at : at + 1].lower()]
        )
        holder[path[-1]] = value[:at] + other + value[at + 1 :]
    return copied


@pytest.mark.parametrize("seed", range(40))
def test_no_changed_proof_is_verified(seed: int, made: dict[str, Proof], online: Online) -> None:
    chance = random.Random(seed)
    for kind in chance.sample(sorted(made), 5):
        proof = made[kind]
        path = chance.choice(list(leaves(proof)))
        forged = changed(proof, path, chance)
        assert verify(json.dumps(forged).encode(), online).outcome not in GOOD, path
        if STATED.isdisjoint(path) and path[0] not in {"digest", "evidence"}:
            again = sealed(forged)
            assert verify(json.dumps(again).encode(), online).outcome not in GOOD, (kind, path)


@pytest.mark.parametrize("seed", range(20))
def test_a_proof_without_a_part_is_refused(
    seed: int, made: dict[str, Proof], online: Online
) -> None:
    chance = random.Random(seed)
    proof = copy.deepcopy(made[chance.choice(sorted(made))])
    holder: Any = chance.choice([proof, proof["claim"], *proof["samples"]])
    del holder[chance.choice(sorted(set(holder) - {"swhid", "time", "line"}))]
    assert verify(json.dumps(proof).encode(), online).outcome == "mismatch"


def test_every_kind_verifies_from_its_bundle(bundles: dict[str, bytes]) -> None:
    for kind, data in bundles.items():
        opened = open_bundle(data)
        report = verify(opened.proof, opened)
        failed = [c for c in report.checks if c.result in {"failed", "skipped"}]
        assert report.outcome == "verified_offline", (kind, failed)


def test_the_same_proof_gives_the_same_bundle(
    made: dict[str, Proof], pair: Pair, bundles: dict[str, bytes]
) -> None:
    with Online(pair.mirrors) as another:
        assert {kind: make_bundle(proof, another)[1] for kind, proof in made.items()} == bundles


def test_a_bundle_names_no_person(bundles: dict[str, bytes]) -> None:
    for data in bundles.values():
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                assert b"ada@gov.example" not in archive.read(name)


def contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def outcome(data: bytes) -> str:
    try:
        opened = open_bundle(data)
    except BundleFault:
        return "refused"
    return verify(opened.proof, opened).outcome


@pytest.mark.parametrize("seed", range(20))
def test_no_changed_bundle_is_verified(seed: int, bundles: dict[str, bytes]) -> None:
    chance = random.Random(seed)
    for _ in range(10):
        good = bundles[chance.choice(sorted(bundles))]
        data = bytearray(good)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        if outcome(bytes(data)) in GOOD:  # a date or a flag of the archive says nothing
            assert contents(bytes(data)) == contents(good)


def test_objects_of_a_bundle_are_hashed_though_the_manifest_was_made_anew(
    bundles: dict[str, bytes],
) -> None:
    import hashlib

    for kind, data in bundles.items():
        for name, content in contents(data).items():
            if not name.startswith("objects/"):
                continue
            files = contents(data) | {name: content + b"x"}
            del files["manifest.json"]
            sums = {entry: hashlib.sha256(body).hexdigest() for entry, body in files.items()}
            files["manifest.json"] = json.dumps(sums).encode()
            assert outcome(zipped(files)) not in GOOD, (kind, name)


@pytest.mark.parametrize(
    "files",
    [
        {"../evil": b"x"}, {"objects/blob/" + "0" * 39: b"x"}, {"proof.json": b"{}"},
        {"manifest.json": b"[]", "commits.json": b"{}"}, {"proof.json": b"\0" * 70_000_000},
    ],
)  # fmt: skip
def test_what_is_no_bundle_is_refused(files: dict[str, bytes]) -> None:
    assert outcome(zipped(files)) == "refused"


def test_random_bytes_are_no_bundle() -> None:
    chance = random.Random(7)
    for size in range(0, 2_000, 20):
        assert outcome(b"PK\x03\x04" + chance.randbytes(size)) == "refused"


def test_a_very_deep_repository_can_be_packed(made: dict[str, Proof], pair: Pair) -> None:
    commit = deep(pair.folder / "deep+permits", depth=2_000)
    proof = copy.deepcopy(made["shared_files"])
    proof["reuser"] = {"url": "https://git.example/deep/permits", "head": commit}
    proof["claim"]["anchors"]["reuser"] = [commit]
    with Online(pair.mirrors) as online:
        report, data = make_bundle(sealed(proof), online)
    assert report.outcome == "mismatch"
    assert outcome(data) not in GOOD


def test_the_command_works_by_itself(
    made: dict[str, Proof], pair: Pair, bundles: dict[str, bytes], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    proof, packed, broken = (tmp_path / name for name in ("proof.json", "proof.zip", "broken"))
    proof.write_text(json.dumps(made["shared_files"]))
    packed.write_bytes(bundles["shared_files"])
    broken.write_bytes(packed.read_bytes()[:-30])
    pattern, place = next(iter(pair.mirrors.items()))
    for arguments, code in (
        ([str(proof), "--mirror", f"{pattern}={place}"], 0), ([str(packed)], 0),
        ([str(broken)], 5), ([str(tmp_path / "none")], 2),
    ):  # fmt: skip
        monkeypatch.setattr("sys.argv", ["registry.verifier", *arguments])
        assert main() == code, arguments
    assert "Verified: " in capsys.readouterr().out
