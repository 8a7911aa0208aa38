"""Reported savings for tests: what a county writes of a town's forms, and some in memory."""

from typing import Any, Final

from msgspec.structs import replace

from crawlers.egress import public_url
from registry.accounts.actors import Actor
from registry.adoption.savings.models import (
    ConfirmationView,
    NewAudit,
    NewConfirmation,
    NewSaving,
    SavingSource,
    SavingView,
)
from registry.catalogue.readmodels import Link
from registry.errors import NotFound
from tests.support.hard_cases import EVIL, LONG_WORD, NOW

SLUG: Final = "code-example-town-forms"
SOURCE: Final = "https://county.example/report.pdf#page=7"
SAID: Final[dict[str, str]] = {
    "kind": "cash_releasing", "low": "120000", "high": "150000", "currency": "EUR",
    "since": "2024", "method": "Licence fees of the former system, as invoiced.", "url": SOURCE,
    "on": "2026-04-30",
}  # fmt: skip


def check_url(url: str) -> str:
    """Return a public address as the application checks it."""
    return public_url(url)


def reported(**values: Any) -> NewSaving:
    """Return what the county reports, with some values changed."""
    return NewSaving(**{"component": SLUG, "organisation": "county", **SAID} | values)


_PUBLIC: Final = SavingSource(
    url=f"https://county.example/{LONG_WORD}#page=7", on="2026-07", sha256="ab" * 32
)
_NONE: Final = SavingSource(url=None, on=None, sha256=None)
_FIRST: Final = SavingView(
    id=1, component=Link("forms", EVIL), organisation=Link("ministry-of-examples", LONG_WORD),
    organisation_id=1, country="EE", kind="cash_releasing", low=120_000, high=150_000,
    currency="EUR", since="2024", until=None, method=EVIL, source=_PUBLIC, grade=4,
    confirmations=(
        ConfirmationView(
            id=1, organisation=Link("elsewhere", f"{EVIL} too"), auditor="", source=_NONE,
            confirmed_at=NOW,
        ),
        ConfirmationView(
            id=2, organisation=None, auditor=LONG_WORD, source=_PUBLIC, confirmed_at=NOW
        ),
    ),
    overlaps=(2, 3), is_by_operator=True, state="current", supersedes=3, superseded_by=None,
    recorded_at=NOW, withdrawn_at=None,
)  # fmt: skip
IN_MEMORY: Final = (
    _FIRST,
    replace(
        _FIRST, id=2, kind="non_cash", low=-999_999_999_999, high=-5_800_000, currency="AUD",
        since="2024-02-29", until="2025-03", source=_NONE, grade=1, confirmations=(),
        overlaps=(1,), country=None, is_by_operator=False, state="disputed",
        method=LONG_WORD, supersedes=None,
        organisation=Link("elsewhere", f"{EVIL} too"),
    ),
    replace(_FIRST, id=3, kind="avoided", state="superseded", superseded_by=1, grade=3,
            overlaps=(), supersedes=None, confirmations=_FIRST.confirmations[:1]),
    replace(_FIRST, id=4, state="withdrawn", withdrawn_at=NOW, grade=2, overlaps=(),
            confirmations=(), low=0, high=0),
)  # fmt: skip


class InMemorySavings:
    """Records nothing, but shows savings in every state, of one component and organisation."""

    def list(
        self, *, after: int | None = None, limit: int = 50, **of: str | None
    ) -> tuple[tuple[SavingView, ...], int | None]:
        is_known = set(of.values()) <= {"forms", "ministry-of-examples"}
        return (IN_MEMORY[:2], None if after else 1) if is_known else ((), None)

    def count(self, slug: str) -> int:
        return 2 if slug == "forms" else 0

    def saving(self, number: int) -> SavingView:
        found = next((x for x in IN_MEMORY if x.id == number), None)
        if found is None:
            raise NotFound("there is no such reported saving")
        return found

    def reporters(self, actor: Actor) -> tuple[Link, ...]:
        return (Link("ministry-of-examples", EVIL), Link("elsewhere", LONG_WORD))

    def amended(self, actor: Actor, number: int) -> SavingView:
        return self.saving(number)

    def withdraw(self, actor: Actor, number: int) -> SavingView:
        return self.saving(number)

    def record(self, actor: Actor, new: NewSaving) -> SavingView:
        return IN_MEMORY[0]

    def confirm(self, actor: Actor, number: int, new: NewConfirmation) -> SavingView:
        return self.saving(number)

    def add_audit(self, actor: Actor, number: int, new: NewAudit) -> SavingView:
        return self.saving(number)

    def unconfirm(self, actor: Actor, number: int, confirmation: int) -> SavingView:
        return self.saving(number)
