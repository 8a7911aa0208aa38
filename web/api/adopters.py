"""Adopters and reuse instructions: who states to use a component, and how to be provable."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from litestar import Controller, Response, get, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.adoption.adopters import HOWS, NewAdoption
from registry.adoption.instructions import ReuseInstructions
from registry.adoption.readmodels import AdoptionView
from registry.catalogue.readmodels import Link
from registry.errors import NotFound
from web.api import kinds
from web.api.bodies import mistakes_in, read_body
from web.api.call import Call, CallDependency, id_in, slug_in
from web.api.components import Slug
from web.api.cursors import cursor, number_of
from web.api.lookup import sent
from web.api.negotiation import Form
from web.api.openapi import SIGNED_IN, described, specs, writes
from web.api.parameters import Values
from web.auth.visit import ActorDependency
from web.limits import EXPORT_COST, LIST_COST
from web.ports.adoption import AdoptersPort

LIST: Final = (kinds.limit(), kinds.AFTER)
OPEN_CATALOGI: Final = ".openCatalogi.yaml"
OPEN_CATALOGI_FILE: Final = {
    Form.YAML: '---\nopenCatalogiYmlVersion: "0.2"\nname: Town\nsoftwareUsed:\n'
    "- https://code.example/a/forms\n"
}
OrganisationSlug = Annotated[str, PathParameter(description="Slug of the organisation.")]
Number = Annotated[str, PathParameter(description="Number of the statement.")]
_TEXT: Final = OpenAPIType.STRING
STATEMENT: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["organisation"],
    properties={
        "organisation": Schema(type=_TEXT, description="Slug of the organisation that uses it."),
        "version": Schema(type=_TEXT, max_length=100),
        "used_since": Schema(type=_TEXT, description="A day, month or year: 2024-05-01, 2024."),
        "in_production": Schema(type=[OpenAPIType.BOOLEAN, OpenAPIType.NULL]),
        "how": Schema(type=[_TEXT, OpenAPIType.NULL], enum=[*HOWS, None]),
        "contact": Schema(type=_TEXT, description="A role mailbox or a page; of no person."),
        "repository_url": Schema(type=_TEXT, description="Your own copy, where it is public."),
    },
    additional_properties=False,
    examples=[{"organisation": "town", "used_since": "2024-05", "in_production": True}],
)
EXAMPLE: Final = AdoptionView(
    id=7, component=Link("forms", "Forms"), organisation=Link("town", "Town"), organisation_id=3,
    country="FI", version="2.1", used_since=None, in_production=True, how="as_is", contact="",
    repository_url=None, state="current", declared_at=datetime(2026, 8, 2, tzinfo=UTC),
    confirmed_at=datetime(2026, 8, 2, tzinfo=UTC), expires_at=datetime(2027, 8, 2, tzinfo=UTC),
    withdrawn_at=None,
)  # fmt: skip


class AdoptionRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an organisation states of its use of a component."""

    organisation: str
    version: str = ""
    used_since: str = ""
    in_production: bool | None = None
    how: str | None = None
    contact: str = ""
    repository_url: str = ""


class AdopterPage(Struct, frozen=True, kw_only=True):
    """Statements in force, the newest first: declared, and never added to what is measured."""

    items: tuple[AdoptionView, ...]
    next: str | None


class AdoptersApi(Controller):
    """Who states to use what."""

    tags = ["Reuse"]

    @get(
        "/components/{slug:str}/adopters",
        sync_to_thread=True,
        operation_id="list_adopters",
        summary="List who states to use a component",
        responses=specs(AdopterPage, "A page of statements.", can_be_missing=True),
        operation_class=described(LIST),
    )
    def list_adopters(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the statements of verified organisations; each ends after twelve months."""
        values = call.read(LIST)
        component = call.catalogue.component(slug_in(slug, "component")).card.slug
        return _page(call, values, component=component)

    @get(
        "/organisations/{slug:str}/adoptions",
        sync_to_thread=True,
        operation_id="list_adoptions",
        summary="List what an organisation states to use",
        responses=specs(AdopterPage, "A page of statements.", can_be_missing=True),
        operation_class=described(LIST),
    )
    def list_adoptions(self, call: CallDependency, slug: OrganisationSlug) -> Response[Any]:
        """Return the statements of one organisation that are in force, the newest first."""
        values = call.read(LIST)
        body = call.catalogue.organisation(slug_in(slug, "organisation")).slug
        return _page(call, values, organisation=body)

    @get(
        "/components/{slug:str}/adopters.openCatalogi.yaml",
        sync_to_thread=True,
        operation_id="export_adopters",
        summary="Export who states to use a component",
        opt={"form": Form.YAML, "cost": EXPORT_COST},
        responses=specs(str, "YAML documents, one an organisation.", can_be_missing=True),
        operation_class=described((), OPEN_CATALOGI_FILE, only=True),
    )
    def export_adopters(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return one openCatalogi.yaml after the other, each with this component as used."""
        call.read(())
        component = call.catalogue.component(slug_in(slug, "component")).card.slug
        content = _adopters(call).adopter_files(component)
        return call.file(content, Form.YAML, name="openCatalogi.yaml")

    @get(
        "/components/{slug:str}/reuse-instructions",
        sync_to_thread=True,
        operation_id="get_reuse_instructions",
        summary="Get what to write into a copy",
        responses=specs(ReuseInstructions, "Texts, duties and commands.", can_be_missing=True),
        operation_class=described(),
    )
    def get_instructions(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the text that names the source, so that reuse can be proven."""
        call.read(())
        if call.services.reuse_actions is None:
            raise NotFound("this registry records no reuse")
        return call.json(call.services.reuse_actions.instructions(slug_in(slug, "component")))


class AdopterWritesApi(Controller):
    """What maintainers and owners of an organisation state, with a token (`components:write`)."""

    tags = ["Reuse"]
    security = SIGNED_IN

    @post(
        "/components/{slug:str}/adopters",
        operation_id="post_adopter",
        summary="State that an organisation uses a component",
        **writes(
            201,
            AdoptionView,
            "It stands for twelve months.",
            EXAMPLE,
            action=Action.DECLARE_ADOPTION,
            sends=STATEMENT,
            also=(404, 410),
        ),
    )
    def post_adopter(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, body: RawBody
    ) -> Response[Any]:
        """Take a statement; what the organisation stated of the component before is replaced."""
        call.read(())
        asked = read_body(call, body, AdoptionRequest)
        new = NewAdoption(
            component=slug_in(slug, "component"), organisation=asked.organisation,
            version=asked.version, used_since=asked.used_since, how=asked.how,
            in_production=asked.in_production, contact=asked.contact,
            repository_url=asked.repository_url,
        )  # fmt: skip
        with mistakes_in(AdoptionRequest):
            return sent(_adopters(call).declare(actor, new), 201)

    @post(
        "/adoptions/{number:str}/renew",
        operation_id="renew_adoption",
        summary="Confirm a statement for another twelve months",
        **writes(
            200, AdoptionView, "Confirmed.", EXAMPLE, action=Action.DECLARE_ADOPTION, also=(404,)
        ),
    )
    def renew_adoption(
        self, call: CallDependency, actor: ActorDependency, number: Number
    ) -> Response[Any]:
        """Confirm a statement; one that was withdrawn is stated anew instead (400)."""
        call.read(())
        with mistakes_in(AdoptionRequest):
            return sent(_adopters(call).renew(actor, id_in(number, "statement")))

    @post(
        "/adoptions/{number:str}/withdraw",
        operation_id="withdraw_adoption",
        summary="Withdraw a statement",
        **writes(
            200, AdoptionView, "Withdrawn.", EXAMPLE, action=Action.DECLARE_ADOPTION, also=(404,)
        ),
    )
    def withdraw_adoption(
        self, call: CallDependency, actor: ActorDependency, number: Number
    ) -> Response[Any]:
        """End a statement; it is no longer shown, and what was measured stays. Twice is once."""
        call.read(())
        return sent(_adopters(call).withdraw(actor, id_in(number, "statement")))


def organisation_open_catalogi(call: Call, slug: str) -> Response[Any]:
    """Answer with what an organisation owns and states to use."""
    call.read(())
    call.pay(EXPORT_COST - LIST_COST)
    content = _adopters(call).organisation_file(slug_in(slug, "organisation"))
    return call.file(content, Form.YAML, name="openCatalogi.yaml")


def _adopters(call: Call) -> AdoptersPort:
    if call.services.adopters is None:
        raise NotFound("this registry takes no statements of adopters")
    return call.services.adopters


def _page(call: Call, values: Values, **of: str) -> Response[Any]:
    after = number_of(values.one("after")) or None
    items, place = _adopters(call).list(after=after, limit=values.one("limit", 20), **of)
    following = call.next_url(values, cursor(place))
    page = AdopterPage(items=tuple(items), next=following)
    return call.json(page, headers=call.links(values, following))
