"""Joint bodies: read by everybody, recorded by members of organisations."""

from typing import Annotated, Any, Final

from litestar import Controller, Response, get, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, RawBody

from registry.accounts.authorise import Action
from registry.db.tables import FactKind
from registry.errors import NotFound
from registry.governance.record.checks import CHOICES
from registry.governance.record.members import GOVERNING
from registry.governance.record.readmodels import BodyQuery, NewBody
from registry.governance.record.service import Bodies
from registry.governance.record.writing import MAX_NAME, MAX_PURPOSE
from web.api import body_items, kinds
from web.api.bodies import mistakes_in, read_body
from web.api.body_items import BodyPage, BodyRequest, BodyResource, body_resource, body_summary
from web.api.body_schemas import (
    DATE,
    DAY,
    DUES,
    ROLE,
    RULE_PARTS,
    SHA256,
    object_schema,
    text_schema,
)
from web.api.call import Call, CallDependency, slug_in
from web.api.cursors import cursor, number_of
from web.api.lookup import sent
from web.api.openapi import SIGNED_IN, described, specs, writes
from web.auth.visit import ActorDependency

Slug = Annotated[str, PathParameter(description="Slug of the body.")]
LIST: Final = (
    kinds.country("country", "Only those with a member of this country today.", example="EE"),
    kinds.text("organisation", "Only those of which this organisation is a member.",
               max_length=120),
    kinds.text("component", "Only those that govern the component with this slug.",
               max_length=120),
    kinds.limit(),
    kinds.AFTER,
)  # fmt: skip
_TEXT: Final = OpenAPIType.STRING
MEMBER: Final = object_schema(
    ["organisation", "role"], {}, organisation=text_schema("Slug of the organisation."),
    role=ROLE, since=DAY, dues=DUES,
)  # fmt: skip
FOUNDING_RULE: Final = object_schema(
    ["name"], {"name": "General meeting", "threshold": "two_thirds", "quorum": 50},
    name=text_schema("Who decides.", 200), **RULE_PARTS,
)  # fmt: skip
BODY: Final = object_schema(
    ["by", "name", "lang", "instrument", "url"],
    {"by": "town", "name": "Forms Together", "lang": "en", "instrument": "memorandum",
     "url": "https://town.example/agreement", "founded_on": "2017-06-30",
     "components": ["forms"], "members": [{"organisation": "county", "role": "strategic"}]},
    by=text_schema("Slug of the organisation that records it, and is a member."),
    role=Schema(type=_TEXT, enum=sorted(GOVERNING), description="Its own role."),
    dues=DUES,
    name=text_schema("Name of the body.", MAX_NAME),
    purpose=text_schema("Plain text.", MAX_PURPOSE),
    lang=text_schema("Language of the text (BCP 47).", 35),
    founded_on=DATE,
    instrument=Schema(type=_TEXT, enum=list(CHOICES[FactKind.INSTRUMENT])),
    instrument_text=text_schema("Title of the instrument.", 2000),
    url=text_schema("Where the instrument can be read.", 2048),
    on=DATE,
    sha256=SHA256,
    components=Schema(type=OpenAPIType.ARRAY, items=text_schema("Slug of a component.")),
    members=Schema(type=OpenAPIType.ARRAY, items=MEMBER),
    rule=FOUNDING_RULE,
)  # fmt: skip


class BodiesApi(Controller):
    """Joint bodies, as everybody reads them."""

    tags = ["Governance"]

    @get(
        "/bodies",
        sync_to_thread=True,
        operation_id="list_bodies",
        summary="List joint bodies",
        responses=specs(BodyPage, "A page of bodies.", body_items.EXAMPLE_PAGE),
        operation_class=described(LIST),
    )
    def list_bodies(self, call: CallDependency) -> Response[Any]:
        """Return bodies, the first that was recorded first."""
        values = call.read(LIST)
        query = BodyQuery(
            country=values.one("country"), organisation=values.one("organisation"),
            component=values.one("component"), after=number_of(values.one("after")) or None,
            limit=values.one("limit", 20),
        )  # fmt: skip
        found, following = bodies_of(call).list(query)
        next_url = call.next_url(values, cursor(following))
        page = BodyPage(items=tuple(body_summary(call, x) for x in found), next=next_url)
        return call.json(page, headers=call.links(values, next_url))

    @get(
        "/bodies/{slug:str}",
        sync_to_thread=True,
        operation_id="get_body",
        summary="Get a joint body",
        responses=specs(BodyResource, "The body.", body_items.EXAMPLE, can_be_missing=True),
        operation_class=described(),
    )
    def get_body(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return members, instruments and rules, each with its source, and what is not recorded."""
        call.read(())
        return call.json(body_resource(call, bodies_of(call).body(slug_in(slug, "body"))))


class BodyWritesApi(Controller):
    """What the bearer of a token with the scope `governance:write` records."""

    tags = ["Governance"]
    security = SIGNED_IN

    @post(
        "/bodies",
        operation_id="post_body",
        summary="Record a joint body",
        **writes(
            201,
            BodyResource,
            "It is recorded, and its members are invited.",
            body_items.EXAMPLE,
            action=Action.FOUND_BODY,
            sends=BODY,
        ),
    )
    def post_body(
        self, call: CallDependency, actor: ActorDependency, body: RawBody
    ) -> Response[Any]:
        """Record a body that an organisation founds with others."""
        call.read(())
        asked = read_body(call, body, BodyRequest)
        new = NewBody(
            name=asked.name, purpose=asked.purpose, lang=asked.lang, founded_on=asked.founded_on,
            dues=asked.dues,
            instrument=asked.instrument, instrument_text=asked.instrument_text, role=asked.role,
            components=asked.components, members=asked.members, rule=asked.rule,
            evidence=asked.evidence,
        )  # fmt: skip
        with mistakes_in(BodyRequest):
            slug = bodies_of(call).create(actor, new, asked.by)
        return sent(body_resource(call, bodies_of(call).body(slug)), 201)


def bodies_of(call: Call) -> Bodies:
    """Return the bodies of this instance, or raise `NotFound` where there are none."""
    if call.services.bodies is None:
        raise NotFound("this registry records no bodies")
    return call.services.bodies
