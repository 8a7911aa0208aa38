"""How to reuse a component so that it can be proven: the same text for people, programs and
assistants."""

from shlex import quote

from msgspec import Struct
from sqlmodel import Session

from registry.adoption.actions import find_component
from registry.catalogue.readmodels import Link
from registry.db.tables import Organisation
from registry.domain.attribution_notice import Source, notice_of, publiccode_line
from registry.domain.licence_duties import LicenceDuties, duties_of, is_choice


class ReuseInstructions(Struct, frozen=True, kw_only=True):
    """What to write into a copy, what its licence asks, and how to copy it with its history.

    `notice` goes into a file `NOTICE` or `NOTICE.md`, `publiccode` into `publiccode.yml`;
    `commands` are safe for a shell, whatever the address holds.
    """

    component: Link
    source: Source
    notice: str
    publiccode: str
    duties: tuple[LicenceDuties, ...]
    is_choice: bool
    commands: tuple[str, ...]


def instructions_of(session: Session, slug: str) -> ReuseInstructions:
    """Return the instructions for a component; raises `NotFound` or `Gone`."""
    component, repository = find_component(session, slug)
    body = session.get(Organisation, component.organisation_id or 0)
    source = Source(
        name=component.name, url=repository.url, organisation=body.name if body else "",
        licence=component.licence or "",
    )  # fmt: skip
    return ReuseInstructions(
        component=Link(component.slug, component.name),
        source=source,
        notice=notice_of(source),
        publiccode=publiccode_line(source),
        duties=duties_of(component.licence),
        is_choice=is_choice(component.licence),
        commands=(
            f"git clone {quote(repository.url)}",
            f"registry init-reuse {component.slug} .",
        ),
    )
