"""Finding the registry's organisation of an address, or of a name at a forge."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlmodel import Session, col

from registry.catalogue.readmodels import Link
from registry.db.tables import Organisation, Source


def by_namespace(session: Session, host: str, names: Iterable[str]) -> dict[str, Link]:
    """Return the organisations whose namespaces at a forge have these names, in lower case."""
    wanted = sorted({name.lower() for name in names})
    if not wanted:
        return {}
    query = (
        select(func.lower(col(Source.namespace)), col(Organisation.slug), col(Organisation.name))
        .join(Organisation, col(Organisation.id) == col(Source.organisation_id))
        .where(col(Source.host) == host, func.lower(col(Source.namespace)).in_(wanted))
        .order_by(col(Source.id))
    )
    return {name: Link(slug, title) for name, slug, title in session.execute(query)}


def by_address(session: Session, addresses: Iterable[str]) -> dict[str, Link]:
    """Return the organisations of these addresses: of that URI, or whose website has that host."""
    wanted = sorted({address.strip() for address in addresses if address.strip()})
    hosts = {address: _host(address) for address in wanted}
    if not wanted:
        return {}
    rows = session.execute(
        select(col(Organisation.uri), col(Organisation.website), col(Organisation.slug),
               col(Organisation.name)).order_by(col(Organisation.id).desc())
    ).all()  # fmt: skip
    uris = {uri.rstrip("/").lower(): Link(slug, name) for uri, _, slug, name in rows}
    sites = {host: Link(slug, name) for _, site, slug, name in rows if (host := _host(site or ""))}
    found = {a: uris.get(a.rstrip("/").lower()) or sites.get(hosts[a] or "-") for a in wanted}
    return {address: link for address, link in found.items() if link is not None}


def _host(address: str) -> str:
    """Return the host of an address, without `www.`; nothing where a path says whose it is."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or parts.path.strip("/"):
        return ""
    return (parts.hostname or "").removeprefix("www.")
