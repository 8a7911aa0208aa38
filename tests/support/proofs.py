"""Proofs of each kind over two repositories that are built on the spot, written by hand.

Nothing of the registry makes them: the digest, the key and the SWHIDs are computed here.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.git_repos import FIRST_DATE, Commit, build_repository, git

ORIGIN = "https://git.example/city/permits"
REUSER = "https://git.example/region/permits"
TEXT = "This project is based on City Permits of the city."
CODE = "".join(
    f"def total_{n}(fees, day):\n    left = {n}\n    for fee in fees:\n"
    f"        left += fee * day + {n * 7}\n    return left\n\n"
    for n in range(160)
)
_MORE = "extra = [value for value in range(10)]\n"
Proof = dict[str, Any]


@dataclass(frozen=True)
class Pair:
    """Two repositories in a folder, with the commits of each by name."""

    folder: Path
    origin: Mapping[str, str]
    reuser: Mapping[str, str]

    @property
    def mirrors(self) -> dict[str, str]:
        """Return the mirrors by which both are read."""
        return {"https://git.example/{owner}/{name}": f"{self.folder}/{{owner}}+{{name}}"}

    def blob(self, role: str, commit: str, path: str) -> str:
        """Return the id of a file in a commit."""
        name = "city+permits" if role == "origin" else "region+permits"
        return git(self.folder / name, "rev-parse", f"{commit}:{path}")


def build_pair(folder: Path) -> Pair:
    """Build the origin, and a reuser that took its history, copies, and names it."""
    manifest = {"package.json": '{"name": "city-permits", "version": "1.0.0"}\n'}
    first = Commit({"src/fees.py": CODE, "README.md": "City Permits\n"} | manifest)
    second = Commit({"src/more.py": "x = 1\n"})
    mine = build_repository(folder / "city+permits", [first, second])
    other = Commit({
        "app/copied.py": CODE, "app/edited.py": f"{_MORE}{CODE}{_MORE}",
        "NOTICE.md": f"# About\n\n{TEXT}\nSee {ORIGIN} for more.\n",
        "package.json": '{\n  "dependencies": {\n    "city-permits": "^1.0"\n  }\n}\n',
        "publiccode.yml": f"name: Permits\nisBasedOn:\n  - {ORIGIN}\n",
    }, submodule={"vendor/permits": (ORIGIN, mine[0])})  # fmt: skip
    theirs = build_repository(
        folder / "region+permits", [first, second, other, Commit({"NOTICE.md": "Nothing.\n"})]
    )
    return Pair(folder, dict(zip("ab", mine, strict=True)), dict(zip("abcd", theirs, strict=True)))


def sealed(proof: Mapping[str, Any]) -> Proof:
    """Return a proof with the key and the digest that its contents have."""
    named = {name: value for name, value in proof.items() if name not in {"digest", "evidence"}}
    origin = named["origin"].get("url") or f"source:{named['origin'].get('source')}"
    parts = (named["kind"], origin, named["reuser"].get("url"), named["locator"])
    key = hashlib.sha256("\n".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()
    named["evidence"] = f"ev_{key[:16]}"
    text = json.dumps(named, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return named | {"digest": hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()}


def proofs(pair: Pair) -> dict[str, Proof]:
    """Return one proof of each kind that holds."""
    fees = _file(pair, "origin", "a", "src/fees.py")
    copied = _file(pair, "reuser", "c", "app/copied.py")
    published = _file(pair, "origin", "a", "package.json")
    commits = {"origin": _commit(pair, "origin", "b"), "reuser": _commit(pair, "reuser", "b")}
    listed = {"count": 1, "at_least": False, "files": [fees["blob"]]}
    there, here = [pair.origin["a"]], [pair.reuser["c"]]
    made: dict[str, tuple[Proof, list[Proof]]] = {
        "shared_commits": (
            {"count": 2, "scope": "refs", "at_least": False, "tips": [pair.origin["b"]]}, [commits]
        ),
        "shared_files": (
            listed | {"anchors": {"origin": there, "reuser": here}},
            [{"origin": fees, "reuser": copied}],
        ),
        "similar_files": _similar(pair, fees),
        "package_dependency": (
            {"ecosystem": "npm", "name": "city-permits", "by": "manifest", "spec": "^1.0"},
            [{"origin": published, "reuser": _file(pair, "reuser", "c", "package.json", line=3)}],
        ),
        "submodule": (
            {"path": "vendor/permits", "commit": pair.origin["a"], "url": ORIGIN,
             "commit_in_origin": "refs"},
            [{"origin": _commit(pair, "origin", "a"),
              "reuser": _file(pair, "reuser", "c", ".gitmodules")}],
        ),
        "vendored_component": (
            listed | {"package": "npm:city-permits@1.0.0", "anchors": {"reuser": here},
                      "publisher": published},
            [{"origin": fees, "reuser": copied}],
        ),
        "attribution_text": (
            {"text": TEXT, "target": "City Permits", "target_url": ORIGIN},
            [{"reuser": _file(pair, "reuser", "c", "NOTICE.md", line=3),
              "removed": _commit(pair, "reuser", "d")}],
        ),
        "declared": (
            {"property": "is_based_on", "values": [ORIGIN]},
            [{"reuser": _file(pair, "reuser", "c", "publiccode.yml", line=2)}],
        ),
    }  # fmt: skip
    return {kind: _proof(pair, kind, *parts) for kind, parts in made.items()}


def _proof(pair: Pair, kind: str, claim: Proof, samples: list[Proof]) -> Proof:
    return sealed({
        "format": "public-code-registry/proof/1", "kind": kind, "locator": "", "rule_version": 1,
        "origin": _end(ORIGIN, pair.origin["b"]), "reuser": _end(REUSER, pair.reuser["d"]),
        "direction": {"state": "known", "basis": "history"}, "claim": claim, "samples": samples,
    })  # fmt: skip


def _similar(pair: Pair, fees: Proof) -> tuple[Proof, list[Proof]]:
    hashes = sorted(fingerprints_of(CODE))
    sample = {
        "origin": fees, "reuser": _file(pair, "reuser", "c", "app/edited.py"),
        "shared": len(hashes), "hashes": hashes,
    }  # fmt: skip
    claim = {"count": len(hashes), "at_least": False, "scale": 128, "shingle": 16, "version": 1}
    return claim, [sample]


def fingerprints_of(code: str) -> set[str]:
    """Return the fingerprints of a text, by the detector's own code."""
    from registry.domain.fingerprints import fingerprints

    return {f"{value % (1 << 64):016x}" for value in fingerprints(code.encode())}


def _end(url: str, head: str) -> Proof:
    return {"url": url, "head": head, "swhid": f"swh:1:rev:{head};origin={url}"}


def _commit(pair: Pair, role: str, name: str) -> Proof:
    url, commits = (ORIGIN, pair.origin) if role == "origin" else (REUSER, pair.reuser)
    oid, time = commits[name], FIRST_DATE + "abcd".index(name) * 86_400
    return {"commit": oid, "swhid": f"swh:1:rev:{oid};origin={url}", "time": time}


def _file(pair: Pair, role: str, name: str, path: str, line: int | None = None) -> Proof:
    url = ORIGIN if role == "origin" else REUSER
    place = _commit(pair, role, name)
    blob, commit = pair.blob(role, place["commit"], path), place["commit"]
    text = f"swh:1:cnt:{blob};origin={url};anchor=swh:1:rev:{commit};path=/{path}"
    place |= {"path": path, "blob": blob, "swhid": text + (f";lines={line}" if line else "")}
    return place | ({"line": line} if line else {})
