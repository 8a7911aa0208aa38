"""What a repository declares as lines of a table."""

from collections.abc import Iterator

from msgspec import Struct

from registry.governance.declared.readmodels import Declared, FileView

NOT_KNOWN = "not known"


class DeclaredRow(Struct, frozen=True):
    """A statement: of which kind of file, what, its value, and the address of its line."""

    part: str
    what: str
    value: str
    source: str


def declared_rows(found: Declared) -> list[DeclaredRow]:
    """Return a line for each statement; nothing at all where nothing is declared."""
    rows = [row for file in found.files for row in _file_rows(file)]
    if found.maintenance is not None:
        kept = found.maintenance
        rows.append(DeclaredRow("publiccode", "maintenance", kept.kind, kept.place.url))
        rows.append(DeclaredRow("publiccode", "contacts", str(kept.contacts), kept.place.url))
    for contractor in found.contractors:
        how = "contract ended on" if contractor.has_ended else "contractor until"
        what = f"{how} {contractor.until or NOT_KNOWN}"
        rows.append(DeclaredRow("publiccode", what, contractor.name, contractor.place.url))
    for funder in found.funders:
        value = funder.name or funder.uri
        rows.append(DeclaredRow("publiccode", "funded by", value, funder.place.url))
    return rows


def _file_rows(file: FileView) -> Iterator[DeclaredRow]:
    url = file.place.url
    if file.problem:
        yield DeclaredRow(file.kind, "problem", file.problem, url)
    yield DeclaredRow(file.kind, "last_on", str(file.last_on or NOT_KNOWN), url)
    for what in ("rules", "owners", "teams", "entries", "approvers", "reviewers"):
        value = getattr(file, what)
        if value is not None:
            yield DeclaredRow(file.kind, what, str(value), url)
    if file.coverage is not None:
        value = f"{file.coverage.owned} of {file.coverage.looked_at}"
        yield DeclaredRow(file.kind, "files_with_an_owner", value, url)
    for named in file.organisations:
        yield DeclaredRow(file.kind, "organisation", named.name, named.place.url)
    for said in file.statements:
        yield DeclaredRow(file.kind, said.model, said.quote, said.place.url)
