"""Changes of a body that its members sign off: what waits, and components that come and go."""

from typing import Annotated, Any, Final

from litestar import Controller, Response, get, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.catalogue.readmodels import Link
from registry.governance.record.changes import ChangeView
from web.api.bodies import mistakes_in, read_body
from web.api.body_schemas import BY, DAY, object_schema, text_schema
from web.api.call import Call, CallDependency, id_in, slug_in
from web.api.joint_bodies import Slug, bodies_of
from web.api.lookup import sent
from web.api.openapi import SIGNED_IN, described, specs, writes
from web.auth.visit import ActorDependency

Number = Annotated[str, PathParameter(description="Number of the change.")]


class ChangesResource(Struct, frozen=True, kw_only=True):
    """Changes that wait for a sign-off, the oldest first."""

    changes: tuple[ChangeView, ...]


class ComponentChangeRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A component that a body governs from a day on, or no longer; `by` signs it off with this."""

    by: str
    component: str
    remove: bool = False
    on: str = ""
    url: str = ""


class SignatureRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """In whose name a change is signed off, or taken back."""

    by: str


EXAMPLE_CHANGES: Final = ChangesResource(
    changes=(
        ChangeView(
            id=7, kind="add_component", name="Forms", role="", takes_effect_on="2026-08-02",
            signed=1, needed=2, proposed_by=Link("town", "Town"), signed_by=(Link("town", "Town"),),
        ),
    )
)  # fmt: skip
COMPONENT: Final = object_schema(
    ["by", "component"], {"by": "town", "component": "forms", "on": "2026-08-02"},
    by=BY, component=text_schema("Slug of a component."),
    remove=Schema(type=OpenAPIType.BOOLEAN, description="Whether it is governed no longer."),
    on=DAY, url=text_schema("Where it can be read.", 2048),
)  # fmt: skip
SIGNATURE: Final = object_schema(["by"], {"by": "town"}, by=BY)


class BodyChangesApi(Controller):
    """What members of a body sign off."""

    tags = ["Governance"]

    @get(
        "/bodies/{slug:str}/changes",
        sync_to_thread=True,
        operation_id="list_body_changes",
        summary="List the changes of a body that wait for a sign-off",
        responses=specs(ChangesResource, "What waits.", EXAMPLE_CHANGES, can_be_missing=True),
        operation_class=described(),
    )
    def list_changes(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return members and components that come or go once enough members signed it off."""
        call.read(())
        return call.json(changes_of(call, slug_in(slug, "body")))

    @post(
        "/bodies/{slug:str}/components",
        operation_id="post_body_component",
        summary="Ask for a component to be governed, or no longer",
        security=SIGNED_IN,
        **writes(202, ChangesResource, "It waits, or was applied.", EXAMPLE_CHANGES,
                 action=Action.RECORD_IN_BODY, sends=COMPONENT),
    )  # fmt: skip
    def post_component(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, body: RawBody
    ) -> Response[Any]:
        """Ask in the name of a member that governs; two sign it off, one where one is left."""
        call.read(())
        asked, which = read_body(call, body, ComponentChangeRequest), slug_in(slug, "body")
        with mistakes_in(ComponentChangeRequest):
            bodies_of(call).propose_component(
                actor, which, asked.component, asked.by, removes=asked.remove, on=asked.on,
                url=asked.url,
            )  # fmt: skip
        return sent(changes_of(call, which), 202)

    @post(
        "/bodies/{slug:str}/changes/{change:str}/signatures",
        operation_id="post_body_signature",
        summary="Sign a change of a body off",
        security=SIGNED_IN,
        **writes(200, ChangesResource, "It is signed off.", EXAMPLE_CHANGES,
                 action=Action.RECORD_IN_BODY, sends=SIGNATURE),
    )  # fmt: skip
    def post_signature(
        self,
        call: CallDependency,
        actor: ActorDependency,
        slug: Slug,
        change: Number,
        body: RawBody,
    ) -> Response[Any]:
        """Sign in the name of a member that governs; answer what still waits."""
        call.read(())
        asked, which = read_body(call, body, SignatureRequest), slug_in(slug, "body")
        number = id_in(change, "change")
        with mistakes_in(SignatureRequest):
            bodies_of(call).sign_off(actor, which, number, asked.by)
        return sent(changes_of(call, which))

    @post(
        "/bodies/{slug:str}/changes/{change:str}/withdrawal",
        operation_id="post_body_withdrawal",
        summary="Take a change of a body back that waits",
        security=SIGNED_IN,
        **writes(200, ChangesResource, "It is taken back.", EXAMPLE_CHANGES,
                 action=Action.RECORD_IN_BODY, sends=SIGNATURE),
    )  # fmt: skip
    def post_withdrawal(
        self,
        call: CallDependency,
        actor: ActorDependency,
        slug: Slug,
        change: Number,
        body: RawBody,
    ) -> Response[Any]:
        """Take it back in the name of the member that asked; answer what still waits."""
        call.read(())
        asked, which = read_body(call, body, SignatureRequest), slug_in(slug, "body")
        number = id_in(change, "change")
        with mistakes_in(SignatureRequest):
            bodies_of(call).withdraw_change(actor, which, number, asked.by)
        return sent(changes_of(call, which))


def changes_of(call: Call, slug: str) -> ChangesResource:
    """Return what waits for a sign-off in a body."""
    return ChangesResource(changes=bodies_of(call).waiting_changes(slug))
