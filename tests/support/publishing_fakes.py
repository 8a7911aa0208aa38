"""An in-memory twin of publishing: the real writers over the cards of the in-memory catalogue."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from registry.catalogue.readmodels import ComponentCard
from registry.db.tables.change import ChangeKind
from registry.errors import NotFound
from registry.publishing.changes import ChangeView, RecordQuery
from registry.publishing.exports.codejson import agency_index
from registry.publishing.exports.dcat import dcat_catalogue
from registry.publishing.exports.forms import ExportForm, OfferedForm, made, offered
from registry.publishing.exports.subject import Body, Subject
from registry.publishing.inventory.models import Inventory, InventoryQuery, InventoryRow
from registry.publishing.inventory.rows import inventory_row
from registry.publishing.inventory.selecting import selected, totals
from registry.publishing.service import Exported
from registry.publishing.software import CatalogQuery, Listed
from registry.publishing.takedowns import TakedownView
from tests.support.hard_cases import EVIL, LONG_WORD, NOW


def subject(slug: str = "forms", **values: Any) -> Subject:
    """Return a component with plausible values, any of which can be given."""
    given: dict[str, Any] = {
        "id": 1, "uuid": "0b6c2f0e-9a51-4c1e-8a54-8f5ce9b7a111", "slug": slug, "name": "Forms",
        "names": {"en": "Forms"}, "summaries": {"en": "Forms for citizens."}, "descriptions": {},
        "features": {}, "fields": {}, "repository_url": f"https://git.example.org/examples/{slug}",
        "web_url": f"https://git.example.org/examples/{slug}", "forge": "gitlab",
        "state": "active", "body": Body(slug="city", name="City of Examples"),
        "licence": "EUPL-1.2", "updated_at": NOW, "created_at": NOW,
    }  # fmt: skip
    return Subject(**{**given, **values})


def subject_of(card: ComponentCard) -> Subject:
    """Return what an export of a card is made of."""
    body = card.organisation and Body(slug=card.organisation.slug, name=card.organisation.name)
    text = card.description
    return subject(
        card.slug,
        name=card.name.value,
        names={card.name.lang or "": card.name.value},
        summaries={text.lang or "": text.value} if text else {},
        repository_url=card.repository_url,
        web_url=card.repository_url,
        licence=card.licence,
        country=card.country,
        region=card.region,
        body=body or None,
        updated_at=card.updated_at or NOW,
    )


class InMemoryChanges:
    """A log in which nothing happened."""

    def after(self, seq: int, limit: int = 100) -> Sequence[ChangeView]:
        """Return nothing."""
        return ()

    def newest(self, kinds: Sequence[ChangeKind] = (), **_: Any) -> Sequence[ChangeView]:
        """Return nothing."""
        return ()

    def records(self, query: RecordQuery) -> Sequence[ChangeView]:
        """Return nothing."""
        return ()

    def began_at(self) -> datetime | None:
        """Return nothing."""
        return None


class InMemorySoftware:
    """A catalogue without software."""

    def software(self, query: CatalogQuery) -> Listed:
        """Return nothing."""
        return Listed(())

    def one_software(self, key: str) -> dict[str, Any]:
        """Find nothing."""
        raise NotFound("there is no such software")

    def analysis(self, key: str, base_url: str) -> dict[str, Any]:
        """Find nothing."""
        raise NotFound("there is no such software")

    def publishers(self, query: CatalogQuery) -> Listed:
        """Return nothing."""
        return Listed(())

    def publisher(self, key: str) -> dict[str, Any]:
        """Find nothing."""
        raise NotFound("there is no such publisher")

    def catalogue(self, base_url: str) -> dict[str, Any]:
        """Return a name."""
        return {"name": base_url}


class InMemoryInventories:
    """Inventories of the components that it was given."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self._subjects = subjects

    def page(self, organisation: str, query: InventoryQuery, base_url: str) -> Inventory:
        """Return a page of rows with the totals of all; an unknown organisation has none."""
        every = self._of(organisation)
        found = selected(every, query)
        place = query.after + query.limit
        return Inventory(
            rows=tuple(inventory_row(x, base_url) for x in found[query.after : place]),
            totals=totals(every, repositories=len(every)),
            matching=len(found),
            next=place if len(found) > place else None,
        )

    def rows(
        self, organisation: str, query: InventoryQuery, base_url: str
    ) -> Iterator[InventoryRow]:
        """Return all rows."""
        return iter([inventory_row(x, base_url) for x in selected(self._of(organisation), query)])

    def code_json(self, organisation: str, base_url: str) -> bytes:
        """Return an agency index."""
        return agency_index(Body(slug=organisation, name=organisation), self._of(organisation),
                            base_url)  # fmt: skip

    def _of(self, slug: str) -> list[Subject]:
        return [x for x in self._subjects if x.body and x.body.slug == slug]


class InMemoryPublishing:
    """Publishes the components that it was given."""

    def __init__(self, cards: Sequence[ComponentCard] = ()) -> None:
        self.changes = InMemoryChanges()
        self.software = InMemorySoftware()
        self._subjects = {card.slug: subject_of(card) for card in cards}
        self.inventories = InMemoryInventories(tuple(self._subjects.values()))

    def export(
        self, slug: str, form: ExportForm, base_url: str, profile: str | None = None
    ) -> Exported:
        """Return a component in a form."""
        if slug not in self._subjects:
            raise NotFound(f"there is no component {slug!r}")
        found = self._subjects[slug]
        return Exported(made(form, found, base_url, profile), found.updated_at)

    def offered(self, slug: str, base_url: str) -> Sequence[OfferedForm]:
        """Return the forms of a component."""
        return offered(self._subjects[slug], base_url)

    def subjects(self, uuids: Sequence[str]) -> Mapping[str, Subject]:
        """Return those of these uuids."""
        return {x.uuid: x for x in self._subjects.values() if x.uuid in uuids}

    def pages(self, after: int, limit: int) -> tuple[Sequence[tuple[str, datetime]], int | None]:
        """Return all."""
        return [(x.slug, x.updated_at) for x in self._subjects.values()][after:limit], None

    def dcat_page(
        self, after: int, limit: int, base_url: str, next_url: Callable[[int], str]
    ) -> tuple[bytes, int | None]:
        """Return all in one page."""
        del after, limit, next_url
        return dcat_catalogue(self._subjects.values(), base_url, None), None


class InMemoryRemovals:
    """A log of takedowns, with the hard cases."""

    def __init__(self, *, is_empty: bool = False) -> None:
        self.all = [] if is_empty else [
            TakedownView(id=3, slug="", category="other", note=EVIL, taken_down_at=NOW,
                         lifted_at=None),
            TakedownView(id=2, slug="removed-service", category="court_order", note="",
                         taken_down_at=NOW, lifted_at=None),
            TakedownView(id=1, slug="forms", category="published_by_mistake", note=LONG_WORD,
                         taken_down_at=NOW, lifted_at=NOW),
        ]  # fmt: skip

    def takedowns(
        self, *, after: int | None = None, limit: int = 50
    ) -> tuple[list[TakedownView], int | None]:
        """Return takedowns, the newest first."""
        del limit
        return [x for x in self.all if after is None or x.id < after], None
