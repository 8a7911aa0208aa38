"""What the web asks of the catalogue in the forms of others, and of its changes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from registry.db.tables.change import ChangeKind
from registry.publishing.changes import ChangeView, RecordQuery
from registry.publishing.exports.forms import ExportForm, OfferedForm
from registry.publishing.exports.subject import Subject
from registry.publishing.inventory.models import Inventory, InventoryQuery, InventoryRow
from registry.publishing.service import Exported
from registry.publishing.software import CatalogQuery, Listed


class Changes(Protocol):
    """What happened to components, in an order that never changes."""

    def after(self, seq: int, limit: int = 100) -> Sequence[ChangeView]:
        """Return the changes after a number in their order, tombstones among them."""

    def newest(
        self,
        kinds: Sequence[ChangeKind] = (),
        *,
        country: str | None = None,
        organisation: str | None = None,
        slug: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[ChangeView]:
        """Return the latest changes before a number, the newest first, of some kinds, a place or a
        component."""

    def records(self, query: RecordQuery) -> Sequence[ChangeView]:
        """Return the last change of each component, in order of number."""

    def began_at(self) -> datetime | None:
        """Return when the first change became visible."""


class Software(Protocol):
    """The questions of the Software Catalog API; items are as its description has them."""

    def software(self, query: CatalogQuery) -> Listed:
        """Return a page of software, the oldest entry first."""

    def one_software(self, key: str) -> dict[str, Any]:
        """Return one piece of software, active or not."""

    def analysis(self, key: str, base_url: str) -> dict[str, Any]:
        """Return the reuse that was measured of a piece of software."""

    def publishers(self, query: CatalogQuery) -> Listed:
        """Return a page of publishers."""

    def publisher(self, key: str) -> dict[str, Any]:
        """Return a publisher by its id or its slug."""

    def catalogue(self, base_url: str) -> dict[str, Any]:
        """Return this registry as the one catalogue that it has."""


class InventoriesPort(Protocol):
    """The code of organisations, with what agencies report of it; raises `NotFound`."""

    def page(self, organisation: str, query: InventoryQuery, base_url: str) -> Inventory:
        """Return a page of rows with the totals of all."""

    def rows(
        self, organisation: str, query: InventoryQuery, base_url: str
    ) -> Iterator[InventoryRow]:
        """Return all rows that a question is about, in its order."""

    def code_json(self, organisation: str, base_url: str) -> bytes:
        """Return all components as an agency index."""


class Publishing(Protocol):
    """The catalogue in the forms of other catalogues.

    What is not known raises `NotFound`; a form that asks for what is not known, `Incomplete`.
    Addresses in the files begin with `base_url`.
    """

    @property
    def changes(self) -> Changes:
        """The change log."""

    @property
    def software(self) -> Software:
        """The catalogue as the Software Catalog API has it."""

    @property
    def inventories(self) -> InventoriesPort:
        """The code of organisations."""

    def export(
        self, slug: str, form: ExportForm, base_url: str, profile: str | None = None
    ) -> Exported:
        """Return a component in a form."""

    def offered(self, slug: str, base_url: str) -> Sequence[OfferedForm]:
        """Return the forms of a component, each with what is missing for it."""

    def subjects(self, uuids: Sequence[str]) -> Mapping[str, Subject]:
        """Return the components that are listed now, by uuid, of at most some hundreds."""

    def pages(self, after: int, limit: int) -> tuple[Sequence[tuple[str, datetime]], int | None]:
        """Return slugs of listed components with the time of their change, by row id."""

    def dcat_page(
        self, after: int, limit: int, base_url: str, next_url: Callable[[int], str]
    ) -> tuple[bytes, int | None]:
        """Return a page of the whole catalogue by row id, and the id to go on after."""
