"""Who states to use what, in the form of openCatalogi.yaml: what others take in without our API.

Source: "Publicorganisation" of the documentation of Open Catalogi, version 0.2: an organisation
with the addresses of the repositories that it owns and uses. Only statements in force are listed as
used: what was measured is an edge with its proof, and no statement of the organisation.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.organisations import organisation_id
from registry.db.tables import Adoption, Component, Organisation, Repository
from registry.db.tables.repository import UNLISTED
from registry.publishing.exports.yaml_text import yaml_text

VERSION: Final = "0.2"
MAX_ENTRIES: Final = 10_000


def organisation_file(session: Session, slug: str, now: datetime) -> bytes:
    """Return the file of an organisation, or raise `NotFound`."""
    body = session.get_one(Organisation, organisation_id(session, slug))
    owned = _listed().where(col(Component.organisation_id) == body.id)
    used = (
        _listed()
        .join(Adoption, col(Adoption.component_id) == col(Component.id))
        .where(col(Adoption.organisation_id) == body.id, *_in_force(now))
    )
    return _file(body.name, body.website, session.scalars(owned).all(), session.scalars(used).all())


def adopter_files(session: Session, slug: str, now: datetime) -> Iterator[bytes]:
    """Yield a YAML document for each organisation that states to use a component.

    Each is the file of that organisation with this component alone; none for a component that is
    not listed.
    """
    rows = session.execute(
        select(col(Organisation.name), col(Organisation.website), col(Repository.url))
        .join(Adoption, col(Adoption.organisation_id) == col(Organisation.id))
        .join(Component, col(Component.id) == col(Adoption.component_id))
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .where(col(Component.slug) == slug, *_is_listed(), *_in_force(now))
        .order_by(col(Organisation.slug))
        .limit(MAX_ENTRIES)
    )
    for name, website, url in rows:
        yield b"---\n" + _file(name, website, (), (url,))


def _listed() -> Any:
    return (
        select(col(Repository.url))
        .select_from(Component)
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .where(*_is_listed())
        .order_by(col(Repository.url))
        .limit(MAX_ENTRIES)
    )


def _is_listed() -> tuple[Any, ...]:
    return col(Component.is_taken_down).is_(False), col(Repository.state).not_in(UNLISTED)


def _in_force(now: datetime) -> tuple[Any, ...]:
    return col(Adoption.withdrawn_at).is_(None), col(Adoption.expires_at) > now


def _file(name: str, website: str | None, owned: Any, used: Any) -> bytes:
    content = {
        "openCatalogiYmlVersion": VERSION, "name": name, "website": website,
        "softwareOwned": list(owned), "softwareUsed": list(used),
    }  # fmt: skip
    return yaml_text({key: value for key, value in content.items() if value})
