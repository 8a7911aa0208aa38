"""Reads code.json in all its forms: inventory, agency index, single file, version 1.0, bare list.

Sources: M-16-21 schema 2.0.0 and 1.0.x, SHARE IT 1.0.0 and 2.0.0 (one file per repository). The
name alone says little, since many programs use a `code.json` of their own, so the content decides.
"""

from dataclasses import dataclass
from typing import Any, Final

from crawlers.metadata.codejson_release import folded, read_release
from crawlers.metadata.document import Findings, build_document, unparseable
from crawlers.metadata.json_guard import MAX_BYTES, KeyPath, UnreadableJson, key_lines, load
from crawlers.metadata.values import one_line
from registry.domain.facts import Claim, Document

MAX_RELEASES: Final = 20_000
# So many releases of an inventory are kept with the document; `read_inventory` gives all.
_KEPT_RELEASES: Final = 300
_MARKS: Final = frozenset(
    {"permissions", "repositoryurl", "laborhours", "agency"}
    | {"opensourceproject", "governmentwidereuseproject", "repository"}  # version 1.0
)
# Property of the component ← key of the release record, key in the file.
_CLAIMS: Final = (
    ("name", "name", "name"),
    ("short_description", "description", "description"),
    ("long_description", "long_description", "longdescription"),
    ("licence", "licence", "permissions"),
    ("organisation", "organization", "organization"),
    ("status", "status", "status"),
    ("version", "version", "version"),
    ("landing_url", "homepage_url", "homepageurl"),
    ("repository_url", "repository_url", "repositoryurl"),
    ("software_type", "software_type", "softwaretype"),
    ("categories", "categories", "categories"),
    ("platforms", "platforms", "platforms"),
    ("topics", "tags", "tags"),
    ("maintenance_type", "maintenance", "maintenance"),
    ("contacts", "contacts", "contact"),
    ("reused_code", "reused_code", "reusedcode"),
    ("related_code", "related_code", "relatedcode"),
    ("partners", "partners", "partners"),
    ("usage_type", "usage_types", "permissions"),
    ("exemption_text", "exemption_text", "permissions"),
    ("contract_numbers", "contract_numbers", "contractnumber"),
    ("feedback_url", "feedback_url", "feedbackmechanism"),
)


@dataclass(frozen=True, slots=True)
class Inventory:
    """What one code.json holds: `form` is inventory, list, single, projects or unknown.

    `releases` are records of `codejson_release.read_release`; `skipped` counts the entries that
    are no objects or beyond the cap; `agency` and `version` are those of the whole file.
    """

    form: str
    releases: tuple[dict[str, Any], ...] = ()
    agency: str | None = None
    version: str | None = None
    skipped: int = 0


def read_inventory(data: bytes, *, max_bytes: int = MAX_BYTES) -> Inventory:
    """Return all releases of a code.json; raises `UnreadableJson`.

    Harvesters of whole agencies may give a larger `max_bytes` than a file in a repository gets.
    """
    return _inventory(load(data, max_bytes=max_bytes))


def _inventory(value: Any) -> Inventory:
    form, items = _form(value)
    objects = [item for item in items[:MAX_RELEASES] if isinstance(item, dict)]
    top = folded(value) if isinstance(value, dict) else {}
    if form == "unknown" or not _is_code_json(top, objects, form):
        return Inventory("unknown")
    return Inventory(
        form=form,
        releases=tuple(read_release(item) for item in objects),
        agency=one_line(top.get("agency"), 200),
        version=None if form == "single" else one_line(top.get("version"), 40),
        skipped=len(items) - len(objects),
    )


def _form(value: Any) -> tuple[str, list[Any]]:
    """Tell the form; `projects` is asked last, for some single files have a key of that name."""
    if isinstance(value, list):
        return "list", value
    if not isinstance(value, dict):
        return "unknown", []
    keys = folded(value)
    if isinstance(keys.get("releases"), list):
        return "inventory", keys["releases"]
    if "permissions" in keys or "repositoryurl" in keys:
        return "single", [value]
    if isinstance(keys.get("projects"), list):
        return "projects", keys["projects"]
    return "unknown", []


def _is_code_json(top: dict[str, Any], items: list[dict[str, Any]], form: str) -> bool:
    """Ask for two of the standard's own keys, so that a namesake of the file is not taken for it.

    An inventory without any release is told by its head alone.
    """
    if form == "inventory" and not items:
        return "agency" in top
    marks = _MARKS & set(top)
    for item in items[:3]:
        marks |= _MARKS & {key.lower() for key in item}
    return len(marks) >= 2


def read(data: bytes, *, path: str, blob: str, max_bytes: int = MAX_BYTES) -> Document:
    """Return the document of a code.json; its claims are those of its only release.

    An inventory of several releases describes other repositories: it claims nothing about this
    one. `data` holds form, agency, number and the first releases.
    """
    try:
        value = load(data, max_bytes=max_bytes)
    except UnreadableJson as error:
        return unparseable("codejson", path, blob, data, error.message, error.line)
    inventory = _inventory(value)
    findings = Findings()
    if inventory.form == "unknown":
        findings.error("this is no code.json of a known form")
        return build_document("codejson", path, blob, data, findings)
    lines = key_lines(data)
    for index, release in enumerate(inventory.releases):
        _check(release, index, inventory, findings, lines)
    if len(inventory.releases) == 1:
        _claim(inventory.releases[0], _root(inventory, value), findings, lines)
    if inventory.skipped:
        findings.warning(f"{inventory.skipped} entries are no releases")
    summary = {
        "form": inventory.form,
        "agency": inventory.agency,
        "release_count": len(inventory.releases),
        "releases": list(inventory.releases[:_KEPT_RELEASES]),
    }
    return build_document(
        "codejson", path, blob, data, findings, data=summary, version=inventory.version
    )


def _root(inventory: Inventory, value: Any) -> KeyPath:
    """Return the path of the first release in the file."""
    if inventory.form == "single":
        return ()
    if inventory.form == "list":
        return (0,)
    wanted = "releases" if inventory.form == "inventory" else "projects"
    return (next(key for key in value if key.lower() == wanted), 0)


def _check(
    release: dict[str, Any],
    index: int,
    inventory: Inventory,
    findings: Findings,
    lines: dict[KeyPath, int],
) -> None:
    place: KeyPath = {
        "single": (),
        "list": (index,),
        "inventory": ("releases", index),
        "projects": ("projects", index),
    }[inventory.form]
    line = min((at for path, at in _under(place, lines)), default=1)
    label = "" if inventory.form == "single" else f"[{index}]."
    for name in release.get("missing", ()):
        findings.warning(f"{name} is missing or empty", key=f"{label}{name}", line=line)


def _under(place: KeyPath, lines: dict[KeyPath, int]) -> list[tuple[KeyPath, int]]:
    """Return the first known key under a place (a few look-ups, not a scan of all keys)."""
    for name in ("name", "description", "permissions", "repositoryURL", "laborHours", "_id"):
        if (*place, name) in lines:
            return [((*place, name), lines[(*place, name)])]
    return []


def _claim(
    release: dict[str, Any], root: KeyPath, findings: Findings, lines: dict[KeyPath, int]
) -> None:
    depth = len(root)
    places = {
        str(path[depth]).lower(): line
        for path, line in lines.items()
        if len(path) == depth + 1 and path[:depth] == root
    }
    _claim_keys(release, places, findings)


def release_claims(release: dict[str, Any]) -> tuple[Claim, ...]:
    """Return what one release record states about its own component (for harvested inventories)."""
    findings = Findings()
    _claim_keys(release, {}, findings)
    return findings.claims


def _claim_keys(release: dict[str, Any], places: dict[str, int], findings: Findings) -> None:
    for name, ours, theirs in _CLAIMS:
        weak = name == "licence" and " AND " in str(release.get(ours))
        findings.claim(
            name, release.get(ours), line=places.get(theirs), confidence=0.6 if weak else 1.0
        )
    released = release.get("dates", {}).get("last_modified")
    findings.claim("release_date", released, line=places.get("date"), confidence=0.5)
