"""What an export is made of: a component with all that formats of other catalogues ask for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from registry.domain.identity import swhid


class Body(Struct, frozen=True, kw_only=True):
    """The organisation of a component; `identifier` is its official URI, `None` where only the
    address of its account is known."""

    slug: str
    name: str
    identifier: str | None = None
    website: str | None = None
    country: str | None = None


class Reuse(Struct, frozen=True, kw_only=True):
    """How often a component is reused, for one tag: never added to that of another tag.

    `kinds` counts edges by what was found (`EdgeKind`).
    """

    tag: str
    edges: int
    organisations: int
    countries: int
    foreign_countries: int
    kinds: Mapping[str, int]


class Upstream(Struct, frozen=True, kw_only=True):
    """What a component is proven to be based on; `edge` is the key of the evidence."""

    name: str
    url: str
    edge: str
    kind: str
    tag: str


class Subject(Struct, frozen=True, kw_only=True):
    """A component as exports need it; texts by language have the key '' where none was stated.

    `fields` are the resolved properties that have no language. `own_publiccode` is the content
    of its own publiccode.yml, without personal data, and `own_is_valid` says whether it keeps
    its standard. `has_issues` is what the forge says of its issue tracker. `is_compared` says
    that its lineage was looked at: else no reuse means nothing. Sizes of languages do not matter
    here, only their order.
    """

    id: int
    uuid: str
    slug: str
    name: str
    names: Mapping[str, str]
    summaries: Mapping[str, str]
    descriptions: Mapping[str, str]
    features: Mapping[str, list[str]]
    fields: Mapping[str, Any]
    repository_url: str
    web_url: str
    forge: str
    state: str
    body: Body | None = None
    country: str | None = None
    region: str | None = None
    licence: str | None = None
    activity: str = "unknown"
    languages: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    community: Mapping[str, str] = {}
    head_commit: str | None = None
    first_commit_at: datetime | None = None
    last_commit_at: datetime | None = None
    updated_at: datetime
    created_at: datetime
    read_at: datetime | None = None
    has_issues: bool | None = None
    is_compared: bool = False
    own_publiccode: Mapping[str, Any] | None = None
    own_is_valid: bool = False
    reuse: tuple[Reuse, ...] = ()
    upstreams: tuple[Upstream, ...] = ()
    is_demo: bool = False

    def text(self, name: str) -> str | None:
        """Return a property that is one text, or `None`."""
        value = self.fields.get(name)
        return value if isinstance(value, str) and value.strip() else None

    def items(self, name: str) -> list[Any]:
        """Return a property that is a list; empty where nothing is known."""
        value = self.fields.get(name)
        return list(value) if isinstance(value, list) else []

    def texts(self, name: str) -> list[str]:
        """Return the texts of a property that is a list of texts."""
        return [item for item in self.items(name) if isinstance(item, str)]

    @property
    def revision_id(self) -> str | None:
        """The SWHID of HEAD; SHA-256 repositories have none."""
        commit = self.head_commit or ""
        return swhid("rev", commit) if len(commit) == 40 else None

    def measured(self) -> Reuse | None:
        """Return the reuse that is measured, if any is."""
        return next((reuse for reuse in self.reuse if reuse.tag == "measured"), None)


def preferred(texts: Mapping[str, Any]) -> Any:
    """Return the text in English, else without a language, else the first by tag, or `None`."""
    order = ("en", *sorted(tag for tag in texts if tag.startswith("en-")), "", *sorted(texts))
    return next((texts[tag] for tag in order if texts.get(tag)), None)
