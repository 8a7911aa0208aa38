"""The form of a proof: which fields each kind has, and what may stand in them.

Anything else is refused: a field that nobody checks could say anything.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from registry.verifier.canonical import Malformed, canonical

FORMAT: Final = "public-code-registry/proof/1"
MAX_FILES: Final = 2_000
MAX_SAMPLES: Final = 20
MAX_ANCHORS: Final = 200
MAX_HASHES: Final = 2_000

_OID: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_HASH: Final = re.compile(r"[0-9a-f]{16}")
_KEY: Final = re.compile(r"ev_[0-9a-f]{16}")
_URL: Final = re.compile(r"https?://[^\s@\\?#\x00-\x20\x7f]{1,2000}")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")

Rule = Callable[[Any], str]  # returns what is wrong, or nothing


def _text(limit: int, least: int = 1) -> Rule:
    def rule(value: Any) -> str:
        good = isinstance(value, str) and least <= len(value) <= limit
        return "" if good else f"not a text of {least} to {limit} signs"

    return rule


def _matching(pattern: re.Pattern[str], what: str) -> Rule:
    def rule(value: Any) -> str:
        return "" if isinstance(value, str) and pattern.fullmatch(value) else f"not {what}"

    return rule


def _number(least: int = 0) -> Rule:
    def rule(value: Any) -> str:
        good = isinstance(value, int) and not isinstance(value, bool) and value >= least
        return "" if good else f"not a whole number from {least} on"

    return rule


def _one_of(*values: Any) -> Rule:
    def rule(value: Any) -> str:
        same = any(type(value) is type(choice) and value == choice for choice in values)
        return "" if same else f"not one of {', '.join(map(str, values))}"

    return rule


def _sorted_list(rule: Rule, limit: int, least: int = 0) -> Rule:
    def check(value: Any) -> str:
        if not isinstance(value, list) or not least <= len(value) <= limit:
            return f"not a list of {least} to {limit}"
        fault = next((said for item in value if (said := rule(item))), "")
        return fault or ("" if value == sorted(set(value)) else "not sorted, or not unique")

    return check


def _texts(value: Any) -> str:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_SAMPLES:
        return f"not a list of 1 to {MAX_SAMPLES}"
    return next((said for item in value if (said := _text(2048)(item))), "")


def _fields(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    known = {**required, **(optional or {})}

    def rule(value: Any) -> str:
        if not isinstance(value, dict):
            return "not an object"
        missing = sorted(required.keys() - value.keys())
        unknown = sorted(value.keys() - known.keys())
        if missing or unknown:
            return f"missing {missing}" if missing else f"unknown {unknown}"
        said = ((name, known[name](item)) for name, item in value.items())
        return next((f"{name}: {fault}" for name, fault in said if fault), "")

    return rule


_OBJECT: Final = _matching(_OID, "the id of a git object")
_SWHID: Final = {"swhid": _text(6000)}
_COMMIT_PLACE: Final = _fields({"commit": _OBJECT}, {**_SWHID, "time": _number()})
_FILE: Final[dict[str, Rule]] = {"path": _text(4096), "blob": _OBJECT, "commit": _OBJECT}
_FILE_MAY: Final[dict[str, Rule]] = {**_SWHID, "time": _number(), "line": _number(1)}
_FILE_PLACE: Final = _fields(_FILE, _FILE_MAY)
_REPOSITORY: Final = _fields({"url": _matching(_URL, "a URL"), "head": _OBJECT}, _SWHID)
_NAMED: Final = _fields(
    {"source": _text(120), "name": _text(400)}, {"reference": _text(2048, least=0)}
)
_TRUTH: Final = _one_of(True, False)
_LISTED: Final[dict[str, Rule]] = {
    "count": _number(1),
    "at_least": _TRUTH,
    "files": _sorted_list(_OBJECT, MAX_FILES, least=1),
}
_ANCHORS: Final = _sorted_list(_OBJECT, MAX_ANCHORS)

# Kind → the rule of its claim, and the rule of each sample.
KINDS: Final[Mapping[str, tuple[Rule, Rule]]] = {
    "shared_commits": (
        _fields({"count": _number(1), "scope": _one_of("refs"), "at_least": _TRUTH,
                 "tips": _sorted_list(_OBJECT, MAX_SAMPLES, least=1)}),
        _fields({"origin": _COMMIT_PLACE, "reuser": _COMMIT_PLACE}),
    ),
    "shared_files": (
        _fields({**_LISTED, "anchors": _fields({"origin": _ANCHORS, "reuser": _ANCHORS})}),
        _fields({"origin": _FILE_PLACE, "reuser": _FILE_PLACE}),
    ),
    "similar_files": (
        _fields({"count": _number(1), "at_least": _TRUTH, "scale": _number(), "shingle": _number(),
                 "version": _number()}),
        _fields({"origin": _FILE_PLACE, "reuser": _FILE_PLACE, "shared": _number(1),
                 "hashes": _sorted_list(_matching(_HASH, "a hash"), MAX_HASHES, least=1)}),
    ),
    "package_dependency": (
        _fields({"ecosystem": _matching(_NAME, "an ecosystem"), "name": _text(512),
                 "by": _one_of("git_url", "manifest", "registry")},
                {"spec": _text(400), "git_url": _text(2048)}),
        _fields({"reuser": _FILE_PLACE}, {"origin": _FILE_PLACE}),
    ),
    "submodule": (
        _fields({"path": _text(4096), "commit": _OBJECT, "url": _text(2048)},
                {"commit_in_origin": _one_of("head", "refs")}),
        _fields({"reuser": _FILE_PLACE}, {"origin": _COMMIT_PLACE}),
    ),
    "vendored_component": (
        _fields({**_LISTED, "package": _text(700), "anchors": _fields({"reuser": _ANCHORS})},
                {"publisher": _FILE_PLACE}),
        _fields({"reuser": _FILE_PLACE}, {"origin": _FILE_PLACE}),
    ),
    "attribution_text": (
        _fields({"text": _text(1000), "target": _text(500)}, {"target_url": _text(2048)}),
        _fields({"reuser": _FILE_PLACE}, {"removed": _COMMIT_PLACE}),
    ),
    "declared": (
        _fields({"property": _matching(_NAME, "a property"), "values": _texts}),
        _fields({}, {"reuser": _FILE_PLACE, "origin": _FILE_PLACE}),
    ),
}  # fmt: skip
_TOP: Final[Mapping[str, Rule]] = {
    "format": _one_of(FORMAT),
    "evidence": _matching(_KEY, "the key of evidence"),
    "kind": _one_of(*KINDS),
    "locator": _text(700, least=0),
    "rule_version": _number(),
    "origin": lambda value: (
        _NAMED(value) if isinstance(value, dict) and "source" in value else _REPOSITORY(value)
    ),
    "reuser": _REPOSITORY,
    "direction": _fields({"state": _one_of("known", "unknown"), "basis": _text(40, least=0)}),
    "claim": lambda value: "" if isinstance(value, dict) else "not an object",
    "samples": lambda value: (
        "" if isinstance(value, list) and 1 <= len(value) <= MAX_SAMPLES
        else f"not a list of 1 to {MAX_SAMPLES}"
    ),
    "digest": _matching(_DIGEST, "a SHA-256"),
}  # fmt: skip
_WITHOUT_ORIGIN: Final = frozenset({"attribution_text", "declared"})


def faults(proof: Any) -> list[str]:
    """Return what is wrong with the form of a proof; nothing when it can be checked."""
    fault = _fields(_TOP)(proof)
    if fault:
        return [fault]
    try:
        canonical(proof)
    except Malformed as error:
        return [str(error)]
    claim, sample = KINDS[proof["kind"]]
    found = [f"claim: {said}" for said in (claim(proof["claim"]),) if said]
    for number, item in enumerate(proof["samples"]):
        found += [f"samples {number}: {said}" for said in (sample(item),) if said]
    return found or list(_contradictions(proof))


def _contradictions(proof: Mapping[str, Any]) -> Iterator[str]:
    """Tell what cannot be, whatever the repositories hold."""
    roles = {role for sample in proof["samples"] for role in sample}
    if "url" not in proof["origin"]:
        if proof["kind"] not in _WITHOUT_ORIGIN or "origin" in roles:
            yield "origin: this kind needs a repository"
    elif proof["origin"]["url"] == proof["reuser"]["url"]:
        yield "origin and reuser are one repository"
    if proof["kind"] == "declared" and any(len(sample) != 1 for sample in proof["samples"]):
        yield "samples: a declaration stands in one of the two repositories"
    for role, place in places(proof):
        lengths = {len(place[name]) for name in ("blob", "commit") if name in place}
        if lengths != {len(proof[role]["head"])}:
            yield f"{role}: ids of two kinds"


def places(proof: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every place in a proof with the repository (`origin`, `reuser`) that it is in."""
    for sample in proof["samples"]:
        for name in ("origin", "reuser", "removed"):
            if name in sample:
                yield ("reuser" if name == "removed" else name), sample[name]
    if "publisher" in proof["claim"]:
        yield "origin", proof["claim"]["publisher"]
