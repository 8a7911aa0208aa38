"""Lookups: which components hold these files, commits, packages or repositories."""

from typing import Any, Final

from litestar import Controller, Response, get, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import RawBody

from registry.accounts.authorise import Action
from registry.errors import InvalidInput
from registry.lineage.reading.asked import MAX_ASKED
from registry.lineage.readmodels import LookupQuery
from web.api import kinds, reuse_examples
from web.api.answers import encoded
from web.api.bodies import read_body, wrong_body
from web.api.call import Call, CallDependency
from web.api.negotiation import Form
from web.api.openapi import described, post_specs, specs
from web.api.parameters import Parameter, mistake, refused
from web.api.reuse_items import lookup_resource
from web.api.reuse_structs import LookupRequest, LookupResource

LOOKUP_COST: Final = 5
_ID: Final = "[0-9A-Fa-f]{40}([0-9A-Fa-f]{24})?"
_HEX: Final = "a git object id of 40 or 64 hexadecimal digits"
# Parameter → field of the question.
NAMES: Final = {
    "blob": "blobs",
    "commit": "commits",
    "purl": "purls",
    "url": "urls",
    "swhid": "swhids",
}
PARAMETERS: Final[tuple[Parameter, ...]] = (
    kinds.pattern(
        "blob", "Git id of a file's content: `git hash-object FILE`.", _ID, _HEX, many=True,
        example="8c7e5a667f1b771847fe88c01c3de34413a1b220",
    ),
    kinds.pattern("commit", "Id of a commit.", _ID, _HEX, many=True, example="0a01538" + "0" * 33),
    kinds.text(
        "purl", "Package URL; a version is left aside.", many=True, max_length=700,
        example="pkg:npm/%40example/forms",
    ),
    kinds.text(
        "url", "URL of a repository, present or past.", many=True, max_length=2048,
        example="https://code.example/city/forms",
    ),
    kinds.text(
        "swhid", "SWHID of a content or revision; qualifiers are left aside.", many=True,
        max_length=2048, example="swh:1:cnt:8c7e5a667f1b771847fe88c01c3de34413a1b220",
    ),
)  # fmt: skip


def _texts(description: str) -> Schema:
    return Schema(
        type=OpenAPIType.ARRAY,
        description=description,
        items=Schema(type=OpenAPIType.STRING),
        max_items=MAX_ASKED,
    )


REQUEST: Final = Schema(
    type=OpenAPIType.OBJECT,
    description=f"At most {MAX_ASKED:,} things in all. Nothing but ids and addresses is taken.",
    properties={
        "blobs": _texts("Git ids of file contents."),
        "commits": _texts("Ids of commits."),
        "purls": _texts("Package URLs."),
        "urls": _texts("URLs of repositories."),
        "swhids": _texts("SWHIDs of contents and revisions."),
    },
    additional_properties=False,
    examples=[reuse_examples.LOOKUP_REQUEST],
)


class LookupApi(Controller):
    """Is this code somewhere?"""

    tags = ["Reuse"]

    @get(
        "/lookup",
        sync_to_thread=True,
        operation_id="get_lookup",
        summary="Look up a few things",
        opt={"cost": LOOKUP_COST},
        responses=specs(LookupResource, "The components.", reuse_examples.LOOKUP),
        operation_class=described(PARAMETERS),
    )
    def get_lookup(self, call: CallDependency) -> Response[Any]:
        """Return the components that hold what is asked for, those that hold most of it first."""
        values = call.read(PARAMETERS)
        query = LookupQuery(**{field: values.many(name) for name, field in NAMES.items()})
        if not any(values.many(name) for name in NAMES):
            raise refused([mistake("", "required", f"Send one of {', '.join(NAMES)}.")])
        try:
            answer = call.services.lineage.lookup(query)
        except InvalidInput as error:
            raise refused([mistake(_parameter(str(error)), "invalid", str(error))]) from None
        return call.json(lookup_resource(call, answer))

    @post(
        "/lookup",
        sync_to_thread=True,
        status_code=200,
        operation_id="post_lookup",
        summary="Look up many things",
        opt={"cost": LOOKUP_COST, "action": Action.LOOK_UP},
        responses=post_specs(200, LookupResource, "The components.", reuse_examples.LOOKUP),
        operation_class=described(sends=REQUEST),
    )
    def post_lookup(self, call: CallDependency, body: RawBody) -> Response[Any]:
        """Return the components that hold what is asked for, those that hold most of it first.

        Send ids and addresses, never contents. What was asked for is not kept.
        """
        call.read(())
        asked = read_body(call, body, LookupRequest)
        query = LookupQuery(**{name: getattr(asked, name) for name in asked.__struct_fields__})
        if not any(getattr(asked, name) for name in asked.__struct_fields__):
            raise wrong_body(f"Send one of {', '.join(asked.__struct_fields__)}.", code="required")
        return sent(_looked_up(call, query))


def sent(body: Any, status: int = 200) -> Response[Any]:
    """Answer to what was sent: nobody may keep it."""
    headers = {"Cache-Control": "no-store"}
    return Response(encoded(body), status_code=status, media_type=Form.JSON, headers=headers)


def _looked_up(call: Call, query: LookupQuery) -> LookupResource:
    try:
        return lookup_resource(call, call.services.lineage.lookup(query))
    except InvalidInput as error:
        field = str(error).partition(":")[0]
        raise wrong_body(str(error), field if field in NAMES.values() else "") from None


def _parameter(message: str) -> str:
    """Return the parameter that a message about a field is about."""
    field = message.partition(":")[0]
    return next((name for name, known in NAMES.items() if known == field), "")
