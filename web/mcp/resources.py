"""What agents can read beside the tools: components by their address, and the method."""

import re
from typing import Final

import msgspec
from msgspec import Struct

from registry.errors import NotFound
from web.mcp.answers import Found
from web.mcp.components import told
from web.mcp.parts import component_of
from web.mcp.toolbox import Asked, Sources
from web.mcp.untrusted import Fence

METHOD: Final = "registry://method"
COMPONENT: Final = "registry://components/{slug}"
_COMPONENT: Final = re.compile(r"registry://components/([a-z0-9][a-z0-9-]{0,119})", re.ASCII)
_TAGS: Final = {
    "measured": "git objects on both sides, hashed again on a stated date: shared commits, copied "
    "or similar files, dependencies, submodules, vendored code",
    "attributed": "text in the reusing repository names the source, pinned to commit and line",
    "declared": "metadata or an organisation states it",
    "reported": "a press or official report says so; listed only",
}


class Detector(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How right one kind of evidence was on the labelled set; absent where not evaluated."""

    kind: str
    tag: str
    precision: float | None = None
    recall: float | None = None


class Method(Struct, frozen=True, kw_only=True):
    """How reuse is known here, and how right that is."""

    version: int
    as_of: str
    tags: dict[str, str]
    rules: tuple[str, ...]
    detectors: tuple[Detector, ...]
    page: str


RULES: Final = (
    "Tags are never added together.",
    "Code inside one organisation, and copies without a commit of their own, are not counted.",
    "Not found means not found among the repositories that were crawled.",
    "Every evidence has a proof that can be verified without this registry.",
)


def read_resource(sources: Sources, uri: str) -> Found:
    """Return what stands at an address; raises `NotFound`."""
    if uri == METHOD:
        return _method(sources)
    if found := _COMPONENT.fullmatch(uri):
        asked = Asked(sources, Fence(), "get_component", "", "")
        return told(asked, component_of(asked, found[1]))
    raise NotFound(f"there is no such resource; there are {METHOD} and {COMPONENT}")


def _method(sources: Sources) -> Found:
    view = sources.lineage.method()
    method = Method(
        version=view.rule_version,
        as_of=sources.day,
        tags=_TAGS,
        rules=RULES,
        detectors=tuple(
            Detector(kind=x.kind, tag=x.tag, precision=x.precision, recall=x.recall)
            for x in view.detectors
        ),
        page=sources.page("method"),
    )
    return Found(msgspec.json.decode(msgspec.json.encode(method)))
