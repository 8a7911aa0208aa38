"""The audit log, for operators."""

from datetime import datetime
from typing import Any, Final

from litestar import Controller, Response, get
from msgspec import Struct

from registry.accounts.audit_log import AuditLine
from registry.accounts.authorise import Action
from web.api import kinds
from web.api.call import CallDependency
from web.api.cursors import cursor, number_of
from web.api.lookup import sent
from web.api.openapi import SIGNED_IN, described, private_specs
from web.api.parameters import Parameter
from web.auth.visit import ActorDependency

LIST: Final[tuple[Parameter, ...]] = (
    kinds.limit(),
    kinds.AFTER,
    kinds.moment("since", "Only from this time on."),
    kinds.text("subject", "Only what was done to this.", example="organisation:12"),
)


class AuditPage(Struct, frozen=True, kw_only=True):
    """Entries of the audit log, the oldest first."""

    items: tuple[AuditLine, ...]
    next: str | None


EXAMPLE: Final = AuditPage(
    items=(
        AuditLine(
            index=41, at=datetime.fromisoformat("2026-11-26T03:41:07Z"), actor=7,
            action="membership.granted", subject="organisation:12",
            detail={"account": 9, "role": "maintainer"},
        ),
    ),
    next=None,
)  # fmt: skip


class AuditApi(Controller):
    """Who did what to what."""

    tags = ["Operation"]
    security = SIGNED_IN

    @get(
        "/audit",
        sync_to_thread=True,
        operation_id="list_audit_entries",
        summary="List the audit log",
        opt={"action": Action.READ_AUDIT},
        responses=private_specs(200, AuditPage, "A page of the log.", EXAMPLE),
        operation_class=described(LIST),
    )
    def list_entries(self, call: CallDependency, actor: ActorDependency) -> Response[Any]:
        """Return entries, the oldest first. The newest checkpoint is at `/audit/checkpoint`."""
        values = call.read(LIST)
        limit, after = values.one("limit", 20), values.one("after")
        found = call.audit.entries(
            actor, since=values.one("since"), subject=values.one("subject"), limit=limit + 1,
            after=number_of(after) - 1 if after else None,
        )  # fmt: skip
        following = cursor(found[limit].index) if len(found) > limit else None
        return sent(AuditPage(items=found[:limit], next=call.next_url(values, following)))
