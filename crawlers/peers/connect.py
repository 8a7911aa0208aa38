"""From a stored record to what it is about: the repository, the body, its places for code."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from sqlmodel import Session, col, select

from crawlers.adding import Entry, add_entry
from crawlers.forges.infer import SourceSpec, infer, parse_source
from crawlers.sources.entries import Collector
from registry.catalogue.peers import known_repository, organisation_of_peer, state_claims
from registry.catalogue.sources import find_repository
from registry.db.tables import Organisation, PeerRecord, Source, SourceKind
from registry.domain.attribution_links import repository_url
from registry.domain.countries import Place
from registry.domain.identity import canonical_repository_url
from registry.domain.peers import Body, Record
from registry.errors import BlockedUrl, InvalidInput


class Peer(Struct, frozen=True, kw_only=True):
    """The source whose records are stored: its text, address, and the country of its bodies."""

    source_id: int
    spec: SourceSpec
    country: str | None
    options: dict[str, Any]
    allow: frozenset[str]


def connect(
    session: Session,
    peer: Peer,
    row: PeerRecord,
    record: Record,
    namespaces: dict[str, str],
    now: datetime,
) -> None:
    """Lead a new record to its repository or body; a repository that is new is to be crawled."""
    if record.kind in {"software", "signal"} and record.url:
        _connect_software(session, peer, row, record, now)
        state_claims(session, row, record, now)
    elif record.kind == "publisher" and record.body:
        catalogue = record.data.get("catalogId") if isinstance(record.data, dict) else None
        namespace = namespaces.get(str(catalogue or ""), "")
        body = _identified(record.body, record.key, namespace, peer)
        _connect_publisher(session, peer, row, body, now, is_active=record.is_active)
    session.add(row)


def _connect_software(
    session: Session, peer: Peer, row: PeerRecord, record: Record, now: datetime
) -> None:
    spec = repository_spec(record.url or "", peer.allow)
    if spec is None:
        _note(row, "the url names no repository that can be read", "url")
        return
    aliases = [url for text in record.aliases if (url := _canonical(text, peer.allow))]
    row.url, row.aliases = spec.url, aliases
    repository = known_repository(session, spec.url, aliases)
    if repository is None and record.is_active and record.kind == "software":
        body = record.body or _owner(session, spec)
        add_entry(
            session,
            Entry(
                spec=spec, country=peer.country, name=body.name if body else None,
                organisation_uri=body.uri if body else None, is_hearsay=True,
            ),
            now,
        )  # fmt: skip
        repository = find_repository(session, spec.url)
    row.repository_id = repository.id if repository else None


def repository_spec(url: str, allow: frozenset[str]) -> SourceSpec | None:
    """Return the repository that an address names, or a page in it; None where it names none."""
    for text in (url, repository_url(url)):
        try:
            spec = parse_source(text or "", allow_http_hosts=allow)
        except InvalidInput:
            continue
        if spec.kind == "repository":
            return spec
    return None


def _canonical(url: str, allow: frozenset[str]) -> str | None:
    try:
        return canonical_repository_url(url, allow_http_hosts=allow)
    except BlockedUrl:
        return None


def _owner(session: Session, spec: SourceSpec) -> Body | None:
    """Return the body whose group of repositories is known to hold this one."""
    parts = urlsplit(spec.url).path.strip("/").split("/")[:-1]
    names = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
    rows = session.exec(
        select(Source.namespace, Organisation)
        .join(Organisation, col(Organisation.id) == col(Source.organisation_id))
        .where(
            col(Source.kind) == SourceKind.ORGANISATION,
            col(Source.host) == spec.host,
            col(Source.namespace).in_(names),
        )
    ).all()
    found = max(rows, key=lambda pair: len(pair[0] or ""), default=None)
    return Body(name=found[1].name, uri=found[1].uri) if found else None


def _identified(body: Body, key: str, namespace: str, peer: Peer) -> Body:
    """Return the body with a URI: the peer's name space and id, an own URI, or its address."""
    stated = body.uri
    if stated and namespace:
        uri = namespace + stated
    elif ":" in stated and " " not in stated:
        uri = stated
    else:
        uri = f"{peer.spec.url}/publishers/{key}"
    return Body(name=body.name, uri=uri[:2048], hosting=body.hosting)


def _connect_publisher(
    session: Session, peer: Peer, row: PeerRecord, body: Body, now: datetime, *, is_active: bool
) -> None:
    organisation = organisation_of_peer(
        session, uri=body.uri, name=body.name, country=peer.country, now=now
    )
    row.organisation_id = organisation.id
    if not is_active:
        return
    collect = Collector(peer.allow)
    for place in body.hosting:
        if place.is_group:
            collect.add_group("codeHosting", place.url, infer(place.url), Place())
        else:
            collect.add_url("codeHosting", place.url, Place())
    found = collect.result()
    for problem in found.problems:
        _note(row, problem, "codeHosting")
    for entry in found.entries:
        add_entry(
            session,
            Entry(
                spec=entry.spec, country=peer.country, name=body.name,
                organisation_uri=body.uri, is_hearsay=True,
            ),
            now,
        )  # fmt: skip


def _note(row: PeerRecord, message: str, key: str) -> None:
    finding = {
        "severity": "warning", "message": message, "key": key, "line": 1, "column": 1, "fix": None,
    }  # fmt: skip
    row.diagnostics = [*row.diagnostics, finding][:60]
