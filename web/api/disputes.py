"""Objections to edges: anybody may object, an operator reviews it."""

from typing import Any, Final

from litestar import Controller, Response, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import RawBody

from registry.accounts.authorise import Action
from registry.errors import InvalidInput
from registry.lineage.disputes import CATEGORIES, MAX_REASON, MIN_REASON
from web.api import reuse_examples
from web.api.bodies import read_body, wrong_body
from web.api.call import CallDependency
from web.api.lookup import sent
from web.api.openapi import described, post_specs
from web.api.reuse import Key, key_in
from web.api.reuse_structs import DisputeReceipt, DisputeRequest

# A client sends a few a minute: what people write has to be read by people.
DISPUTE_COST: Final = 200
REQUEST: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["category", "reason"],
    properties={
        "category": Schema(
            type=OpenAPIType.STRING, enum=list(CATEGORIES), description="What is wrong."
        ),
        "reason": Schema(
            type=OpenAPIType.STRING,
            min_length=MIN_REASON,
            max_length=MAX_REASON,
            description="Why, for an operator to read. Leave personal data out.",
        ),
    },
    additional_properties=False,
    examples=[reuse_examples.DISPUTE_REQUEST],
)


class DisputesApi(Controller):
    """What people object to."""

    tags = ["Reuse"]

    @post(
        "/evidence/{key:str}/disputes",
        sync_to_thread=True,
        status_code=202,
        operation_id="post_dispute",
        summary="Object to an edge",
        opt={"cost": DISPUTE_COST, "action": Action.OPEN_DISPUTE},
        responses=post_specs(
            202, DisputeReceipt, "It waits for review.", reuse_examples.DISPUTE, also=(404, 409)
        ),
        operation_class=described(sends=REQUEST),
    )
    def post_dispute(self, call: CallDependency, key: Key, body: RawBody) -> Response[Any]:
        """Take an objection for review by an operator; until then nothing is shown differently.

        Nothing of the sender is kept. An objection costs as much as ten files.
        """
        call.read(())
        asked = read_body(call, body, DisputeRequest)
        name = key_in(key)
        try:
            number = call.services.lineage.dispute(name, asked.category, asked.reason)
        except InvalidInput as error:
            field = str(error).partition(" ")[0]
            raise wrong_body(str(error), field) from None
        receipt = DisputeReceipt(id=number, state="open", html_url=call.page_url("evidence", name))
        return sent(receipt, 202)
