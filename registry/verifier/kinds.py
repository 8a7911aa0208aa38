"""Checks of each kind of evidence: what it claims, beyond the places of its samples."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from registry.verifier import fingerprints
from registry.verifier.checks import (
    Proof,
    Sides,
    check_place,
    entry_at,
    files_below,
    is_gitlink,
    reached,
)
from registry.verifier.report import Checks
from registry.verifier.source import Mismatch, NotHeld, Side
from registry.verifier.words import holds_words, names, stands

Reader = Callable[[Side, Mapping[str, Any]], str]


def _shared_commits(checks: Checks, proof: Proof, sides: Sides) -> None:
    claim = proof["claim"]
    for role, side in sides.items():
        for tip in claim["tips"]:
            _check_reached(checks, role, side, tip)
        checks.same(
            f"{role}: commits that the shared ones reach", claim["count"],
            partial(_count, side, claim["tips"]),
        )  # fmt: skip
    for sample in proof["samples"]:
        _check_equal(checks, "a sample is one commit", sample, "commit")


def _count(side: Side, tips: Iterable[str]) -> int:
    return len(side.ancestors(tips))


def _check_reached(checks: Checks, role: str, side: Side, commit: str) -> None:
    name = f"{role}: a branch or tag holds {commit[:12]}"
    checks.same(name, True, partial(reached, side, commit))


def _check_equal(checks: Checks, name: str, sample: Mapping[str, Any], field: str) -> None:
    checks.same(name, sample["origin"][field], partial(str, sample["reuser"][field]))


def _check_in(checks: Checks, value: str, listed: Iterable[str]) -> None:
    checks.same("a sample is listed", True, lambda: value in set(listed))


def _shared_files(checks: Checks, proof: Proof, sides: Sides) -> None:
    claim = proof["claim"]
    checks.same("number of files", claim["count"], lambda: len(claim["files"]))
    for role, side in sides.items():
        _check_listed(checks, role, side, claim, claim["anchors"][role])
    for sample in proof["samples"]:
        _check_equal(checks, "a sample is one file", sample, "blob")
        _check_in(checks, sample["origin"]["blob"], claim["files"])


def _check_listed(
    checks: Checks, role: str, side: Side, claim: Mapping[str, Any], anchors: list[str]
) -> None:
    for commit in anchors:
        _check_reached(checks, role, side, commit)

    def missing() -> int:
        return len(set(claim["files"]) - files_below(side, anchors))

    checks.same(f"{role}: listed files that its commits lack", 0, missing)


def _similar_files(checks: Checks, proof: Proof, sides: Sides) -> None:
    claim = proof["claim"]
    method = {name: claim[name] for name in ("scale", "shingle", "version")}
    own = {
        "scale": fingerprints.SCALE, "shingle": fingerprints.SHINGLE,
        "version": fingerprints.VERSION,
    }  # fmt: skip
    checks.same("method of fingerprints", method, lambda: own)
    union = {value for sample in proof["samples"] for value in sample["hashes"]}
    checks.same("number of fingerprints", claim["count"], lambda: len(union))
    for sample in proof["samples"]:
        checks.same("fingerprints of a sample", sample["shared"], sample["hashes"].__len__)
        for role, side in sides.items():
            _check_fingerprints(checks, role, side, sample)


def _check_fingerprints(checks: Checks, role: str, side: Side, sample: Mapping[str, Any]) -> None:
    def missing() -> int:
        held = fingerprints.fingerprints(side.blob(sample[role]["blob"]))
        return len(set(sample["hashes"]) - held)

    checks.same(f"{role}: fingerprints that {sample[role]['path']} lacks", 0, missing)


def _package_dependency(checks: Checks, proof: Proof, sides: Sides) -> None:
    claim = proof["claim"]
    for sample in proof["samples"]:
        place = sample["reuser"]
        wanted = claim["name"]
        if "git_url" in claim and claim["by"] == "git_url":
            wanted = _last(proof["origin"]["url"])
        checks.same(
            f"reuser: {place['path']} names {wanted}", True,
            partial(_names, _lines, sides["reuser"], place, wanted),
        )  # fmt: skip
        if "origin" in sample:
            _check_publisher(checks, sides["origin"], sample["origin"], claim["name"])
    if claim["by"] == "manifest" and not any("origin" in sample for sample in proof["samples"]):
        checks.failed("a manifest of the origin", "a place", "none")


def _check_publisher(checks: Checks, side: Side, place: Mapping[str, Any], package: str) -> None:
    checks.same(
        f"origin: {place['path']} names {package}", True,
        lambda: names(_text(side, place), package.rpartition("/")[2]),
    )  # fmt: skip


def _names(read: Reader, side: Side, place: Mapping[str, Any], wanted: str) -> bool:
    return names(read(side, place), wanted)


def _lines(side: Side, place: Mapping[str, Any]) -> str:
    """Return the line that a place points at, and those near it: what it says may be a list."""
    text = _text(side, place)
    if "line" not in place:
        return text
    lines = text.split("\n")
    if place["line"] > len(lines):
        raise NotHeld(f"{place['path']} has no line {place['line']}")
    return "\n".join(lines[max(0, place["line"] - 4) : place["line"] + 60])


def _text(side: Side, place: Mapping[str, Any]) -> str:
    return side.blob(place["blob"]).decode("utf-8", "replace")


def _last(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2].removesuffix(".git")


def _submodule(checks: Checks, proof: Proof, sides: Sides) -> None:
    claim, head = proof["claim"], proof["reuser"]["head"]
    checks.same("address is that of the origin", proof["origin"]["url"], lambda: claim["url"])
    checks.same(
        f"reuser: submodule at {claim['path']}", True,
        lambda: is_gitlink(entry_at(sides["reuser"], head, claim["path"]), claim["commit"]),
    )  # fmt: skip
    for sample in proof["samples"]:
        place = sample["reuser"]
        for wanted in (claim["path"], _last(claim["url"])):
            checks.same(
                f"reuser: {place['path']} names {wanted}", True,
                partial(_names, _text, sides["reuser"], place, wanted),
            )  # fmt: skip
        if "origin" in sample:
            checks.same(
                "origin: the commit of the submodule", claim["commit"],
                partial(str, sample["origin"]["commit"]),
            )  # fmt: skip


def _vendored_component(checks: Checks, proof: Proof, sides: Sides) -> None:
    claim = proof["claim"]
    checks.same("number of files", claim["count"], lambda: len(claim["files"]))
    _check_listed(checks, "reuser", sides["reuser"], claim, claim["anchors"]["reuser"])
    for sample in proof["samples"]:
        _check_in(checks, sample["reuser"]["blob"], claim["files"])
        if "origin" in sample:
            _check_equal(checks, "a sample is one file", sample, "blob")
    checks.stated("package", f"{claim['package']} publishes these files")
    if "publisher" in claim:
        name = claim["package"].partition(":")[2].rpartition("@")[0]
        _check_publisher(checks, sides["origin"], claim["publisher"], name)


def _attribution_text(checks: Checks, proof: Proof, sides: Sides) -> None:
    claim, side = proof["claim"], sides["reuser"]
    for sample in proof["samples"]:
        place = sample["reuser"]
        _check_text(checks, side, claim["text"], place)
        checks.same(
            "the text names the target", True,
            partial(holds_words, claim["text"], claim["target"]),
        )  # fmt: skip
        if "target_url" in claim:
            _check_address(checks, proof, claim["target_url"])
            path = urlsplit(claim["target_url"]).path.strip("/")
            checks.same(
                f"reuser: the file holds {path}", True, partial(_holds, side, place, path, _text)
            )
        if "removed" in sample:
            check_place(checks, "reuser", sample["removed"], side)
            checks.same(
                f"reuser: the text stands in {place['path']} later", False,
                partial(_still, side, claim["text"], sample),
            )  # fmt: skip


def _check_address(checks: Checks, proof: Proof, *urls: str) -> None:
    """Check that an address is that of the origin; another one may lead there, or may not."""
    wanted = proof["origin"].get("url", "")
    if not wanted or any(wanted.casefold() == url.casefold().rstrip("/") for url in urls):
        checks.same("address is that of the origin", wanted, partial(str, wanted))
    else:
        checks.skipped("address is that of the origin", wanted, f"the text holds {urls[0]}")


def _check_text(checks: Checks, side: Side, text: str, place: Mapping[str, Any]) -> None:
    """Check that all words stand there in their order; markup between some may hide it."""
    name = f"reuser: the text stands in {place['path']}"
    try:
        content = _lines(side, place).encode()
    except (Mismatch, NotHeld):
        content = b""
    if stands(text, content) and not stands(text, content, enough=1.0):
        checks.skipped(name, text, "most of its words, with others between them")
    else:
        checks.same(name, True, lambda: stands(text, _lines(side, place).encode(), enough=1.0))


def _still(side: Side, text: str, sample: Mapping[str, Any]) -> bool:
    entry = entry_at(side, sample["removed"]["commit"], sample["reuser"]["path"])
    return entry is not None and entry.is_file and stands(text, side.blob(entry.oid), enough=1.0)


def _declared(checks: Checks, proof: Proof, sides: Sides) -> None:
    _check_address(checks, proof, *(url.removesuffix(".git") for url in proof["claim"]["values"]))
    for sample in proof["samples"]:
        for role, place in sample.items():
            for number, value in enumerate(proof["claim"]["values"]):
                read = _text if number else _lines  # a long list may go on far below its line
                checks.same(
                    f"{role}: {place['path']} holds {value}", True,
                    partial(_holds, sides[role], place, value, read),
                )  # fmt: skip


def _holds(side: Side, place: Mapping[str, Any], value: str, read: Reader) -> bool:
    return value.casefold() in read(side, place).replace("\\/", "/").casefold()


CHECKS: Final[Mapping[str, Callable[[Checks, Proof, Sides], None]]] = {
    "shared_commits": _shared_commits,
    "shared_files": _shared_files,
    "similar_files": _similar_files,
    "package_dependency": _package_dependency,
    "submodule": _submodule,
    "vendored_component": _vendored_component,
    "attribution_text": _attribution_text,
    "declared": _declared,
}
