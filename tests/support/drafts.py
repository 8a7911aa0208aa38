"""Drafts in memory, over repositories that are invented: known, still read, failed, removed."""

import hashlib
from typing import Any

from registry.clock import utc_now
from registry.db.tables import Draft
from registry.errors import BlockedUrl, Gone, NotFound
from registry.publishing.drafting import draft_view
from registry.publishing.draftmodels import DraftView, Facts, KnownValue, Looked, Origin
from registry.publishing.drafts import Drafts
from tests.support.hard_cases import EVIL
from tests.support.publiccode_files import InProcessFiles
from tests.support.publiccode_samples import LONG, MINIMAL

HOST = "https://git.example.org"
NEW, HELD, BROKEN = f"{HOST}/town/new", f"{HOST}/town/held", f"{HOST}/town/broken"
SLOW, FAILED, GONE = f"{HOST}/town/slow", f"{HOST}/town/failed", f"{HOST}/town/gone"
WITH_ERRORS = MINIMAL.replace("stable", "done").replace('"0"', '"0.2"  # ours') + (
    "categories: [healthcare]\nnl:\n  gemma: x\n"
)


def known(
    value: object, basis: str, path: str | None = None, line: int | None = None
) -> KnownValue:
    """Return a value that was read somewhere."""
    return KnownValue(value=value, origin=Origin(basis=basis, path=path, line=line))


def facts(url: str, **more: object) -> Facts:
    """Return what a crawl told of a repository without a publiccode.yml."""
    values = {
        "name": known("Bench Register", "readme", "README.md", 1),
        "licence": known("EUPL-1.2", "licence", "LICENSE", 1),
        "version": known("1.4.0", "tags"),
        "release_date": known("2025-03-27", "tags"),
        "status": known("stable", "tags"),
        "short_description": known("Keeps the register of public benches.", "readme", "README.md"),
        "organisation_name": known("Example Town", "publisher"),
    }
    given: dict[str, object] = {
        "url": url, "web_url": url, "forge": "gitlab", "slug": "forms", "values": values,
    }  # fmt: skip
    return Facts(**{**given, **more})  # type: ignore[arg-type]


class FakeRepositories:
    """Knows a few repositories; what is asked for is read on the second look."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.found = {
            NEW: facts(NEW),
            HELD: facts(HELD, has_file=True, base=WITH_ERRORS),
            BROKEN: facts(BROKEN, has_file=True, base="name: [\n"),
            f"{HOST}/town/evil": facts(
                f"{HOST}/town/evil", values={"name": known(EVIL, "readme", EVIL, 1)}
            ),
        }

    def look(self, url: str) -> Looked:
        if not url.startswith("https://"):
            raise BlockedUrl("only https URLs can be registered")
        if url == GONE:
            raise Gone("removed on purpose")
        if url.rstrip("/") in {f"{HOST}/town", f"{HOST}/nowhere"}:
            listed = (NEW, HELD) if url.rstrip("/").endswith("town") else ()
            state = "organisation" if listed else "new"
            return Looked(url=url, state=state, kind="organisation", repositories=listed)  # type: ignore[arg-type]
        if url in self.found:
            return Looked(url=url, state="known", facts=self.found[url])
        if url == FAILED:
            return Looked(url=url, state="failed", reason="gone")
        return Looked(url=url, state="reading" if url in self.asked else "new")

    def ask_for(self, url: str) -> None:
        self.asked.append(url)


class InMemoryDrafts(Drafts):
    """The real use cases, with rows in a dictionary; `fixed` gives secrets by name."""

    def __init__(self, fixed: dict[str, str] | None = None) -> None:
        self.repositories = FakeRepositories()
        nowhere: Any = None  # no method that is left asks a database
        super().__init__(nowhere, self.repositories, InProcessFiles(), utc_now)
        self.rows: dict[str, Draft] = {}
        for name, url in (fixed or {}).items():
            self.rows[name] = self.rows.pop(self.begin(url))

    def begin_anew(self) -> None:
        """Put the samples back as they were, so that tests can share one application."""
        self.repositories.asked.clear()
        self.rows = sample_drafts().rows

    def _keep(self, secret: str, row: Draft) -> None:
        self.rows[secret] = row

    def _row(self, secret: str) -> Draft:
        if secret not in self.rows:
            raise NotFound("there is no such draft")
        return self.rows[secret]

    def _saved(self, row: Draft) -> DraftView:
        return draft_view(row)

    def forget(self, secret: str) -> None:
        self._row(secret)
        del self.rows[secret]


SAMPLES = {
    "new": NEW,
    "held": HELD,
    "broken": BROKEN,
    "slow": SLOW,
    "failed": FAILED,
    "evil": f"{HOST}/town/evil",
}


def sample_drafts() -> InMemoryDrafts:
    """Return drafts under known secrets, one of each kind; one has a wrong answer."""
    drafts = InMemoryDrafts(SAMPLES)
    drafts.rows["wrong"] = drafts.rows[drafts.begin(NEW)]
    drafts.answer("wrong", {"short_description": LONG * 2, "platforms": "", "release_date": "x"})
    return drafts


def held_draft(secret: str) -> Draft:
    """Return the row of a draft of a repository that has a file, under a secret."""
    row = InMemoryDrafts({"held": HELD}).rows["held"]
    row.key_hash = hashlib.sha256(secret.encode()).digest()
    return row
