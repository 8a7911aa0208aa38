"""What a list of sources yields, and the one collector that every format fills."""

from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from crawlers.forges.infer import SourceSpec, organisation_at, parse_source
from crawlers.forges.port import ForgeKind
from registry.domain.countries import Place, normalise_country, normalise_level, place_of_group
from registry.errors import InvalidInput

MAX_ENTRIES: Final = 100_000
MAX_PROBLEMS: Final = 1_000
MAX_NAME: Final = 400


class SourceEntry(msgspec.Struct, frozen=True):
    """One source of a list, with what the list says about whose it is.

    `region` is a whole ISO 3166-2 code, `level` one of `registry.domain.countries.LEVELS`.
    """

    spec: SourceSpec
    country: str | None = None
    region: str | None = None
    level: str | None = None
    organisation_name: str | None = None
    organisation_uri: str | None = None


class SourceList(msgspec.Struct, frozen=True):
    """The entries of a list, each source once, and what could not be used, in words."""

    entries: tuple[SourceEntry, ...]
    problems: tuple[str, ...] = ()


class Collector:
    """Collects entries and problems; nothing in one row can stop the rows after it."""

    def __init__(self, allow_http_hosts: frozenset[str] = frozenset()) -> None:
        self.allow = allow_http_hosts
        self._entries: dict[str, SourceEntry] = {}
        self._problems: list[str] = []

    def problem(self, where: str, text: str) -> None:
        """Note that something at `where` (a line or an item) could not be used."""
        if len(self._problems) < MAX_PROBLEMS:
            self._problems.append(f"{where}: {text}")

    def add(self, where: str, spec: SourceSpec, place: Place, **organisation: str | None) -> None:
        """Add a source; the first mention of a source counts, later ones are noted."""
        if spec.text in self._entries:
            self.problem(where, f"{spec.text} is named twice")
            return
        if len(self._entries) >= MAX_ENTRIES:
            raise InvalidInput(f"the list names more than {MAX_ENTRIES} sources")
        self._entries[spec.text] = SourceEntry(
            spec,
            place.country,
            place.region,
            place.level,
            bounded(organisation.get("name"), MAX_NAME),
            bounded(organisation.get("uri"), 2048),
        )

    def add_url(self, where: str, url: str, place: Place, **organisation: str | None) -> None:
        """Add a source by its URL or short form, or note why that cannot be."""
        try:
            spec = parse_source(url, allow_http_hosts=self.allow)
        except InvalidInput as error:
            self.problem(where, str(error))
        else:
            self.add(where, spec, place, **organisation)

    def add_organisation(
        self, where: str, forge: ForgeKind, host: str, namespace: str, place: Place, **names: Any
    ) -> None:
        """Add an organisation or a whole host, or note why that cannot be."""
        try:
            spec = organisation_at(forge, host, namespace, allow_http_hosts=self.allow)
        except InvalidInput as error:
            self.problem(where, str(error))
        else:
            self.add(where, spec, place, **names)

    def add_group(self, where: str, url: str, forge: ForgeKind, place: Place, **names: Any) -> None:
        """Add the URL of what the list says is an organisation or group, however deep."""
        try:
            parts = urlsplit(url)
        except ValueError:
            self.problem(where, "the URL cannot be parsed")
            return
        if parts.scheme != "https" or parts.query or parts.fragment:
            self.problem(where, "the URL of a group must be a plain https URL")
            return
        self.add_organisation(where, forge, parts.netloc, parts.path, place, **names)

    def result(self) -> SourceList:
        """Return what was collected."""
        return SourceList(tuple(self._entries.values()), tuple(self._problems))


def place_from(country: object, region: object, level: object) -> Place:
    """Return the place that three columns state, or raise `InvalidInput` naming what is wrong.

    The country may hold a region (`CA-AB`) or a group's name (`U.S. Federal`); the region may be
    written with or without the country. Empty columns state nothing.
    """
    code, part, rank = (_cell(value) for value in (country, region, level))
    grouped = place_of_group(code) if code else None
    if grouped is not None and not part:
        return Place(
            grouped.country, grouped.region, normalise_level(rank) if rank else grouped.level
        )
    if part and "-" not in part:
        part = f"{grouped.country if grouped else code}-{part}"
    found: tuple[str | None, str | None] = (None, None)
    if part or code:
        found = normalise_country(part or code)
    if part and code and normalise_country(code)[0] != found[0]:
        raise InvalidInput(f"{part[:40]!r} is not a region of {code[:40]!r}")
    return Place(found[0], found[1], normalise_level(rank) if rank else None)


def bounded(value: object, limit: int) -> str | None:
    """Return a text in one line without control characters, at most `limit` long, or None."""
    if not isinstance(value, str):
        return None
    words = "".join(c if c.isprintable() else " " for c in value[: limit * 2]).split()
    return " ".join(words)[:limit] or None


def _cell(value: object) -> str:
    return value.strip()[:200] if isinstance(value, str) else ""
