"""The OpenAPI document: made from the handlers and from the declared parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import msgspec
from litestar import Router
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    Example,
    License,
    OpenAPIHeader,
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    RequestBody,
    Schema,
    SecurityScheme,
    Tag,
)
from litestar.openapi.spec.enums import OpenAPIType
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from registry.accounts.authorise import Action
from web.api.negotiation import Form
from web.api.parameters import Parameter

PROBLEM: Final = "application/problem+json"
DESCRIPTION: Final = """
A catalogue of government source code that measures reuse, for programs. No key is needed.

* An unknown, repeated or malformed parameter is refused with 400, naming it.
* Repeated values of a filter are alternatives; different filters add up.
* Follow `next` (also in the `Link` header) to the end: it keeps every parameter.
* Answers carry an `ETag`: send it as `If-None-Match` to get 304 where nothing changed.
* Errors are problem details (RFC 9457).
""".strip()
TAGS: Final = (
    Tag("Components", "The entries of the catalogue."),
    Tag("Reuse", "Who reuses whose code: edges, their evidence and proofs, numbers made of them."),
    Tag("Organisations", "Public bodies."),
    Tag("Repositories", "Git repositories, listed or not, as the crawler sees them."),
    Tag("Countries", "Countries with what was crawled of them."),
    Tag("Licences", "Which licences go together."),
    Tag("Governance", "Joint bodies: who governs code together."),
    Tag("Reports", "Reports for funders: who reuses a portfolio of components."),
    Tag("Needs", "What public bodies look for before they build."),
    Tag("Calls", "Who looks for partners for a component or a joint body."),
    Tag("Search", "Completion of what is being typed."),
    Tag("Crawling", "Sources, the state of crawling, and the public crawl log."),
    Tag(
        "Publishing",
        "Validating files, what people say of their own, and what was removed from view.",
    ),
    Tag("Webhooks", "Who is told of what happens, by signed messages. Needs a token."),
    Tag("Operation", "For those who run this registry. Needs a token."),
    Tag("API", "The API itself."),
)


SIGNED_IN: Final = [{"token": list[str]()}]
TOKEN: Final = SecurityScheme(
    type="http",
    scheme="bearer",
    description="An API token of an account; its scopes say what it may be used for.",
)


class Mistake(Struct, frozen=True, kw_only=True, rename={"place": "in"}):
    """One mistake in a request: where it is, a stable code, and what to do."""

    place: str
    location: str
    code: str
    detail: str


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Problem details (RFC 9457); `incident` is in the log of the server."""

    type: str
    title: str
    status: int
    instance: str
    detail: str | None = None
    errors: tuple[Mistake, ...] = ()
    incident: str | None = None


MISTAKE: Final = Problem(
    type="about:blank",
    title="Bad Request",
    status=400,
    instance="/api/v1/components",
    detail="There is no parameter 'contry': did you mean 'country'?",
    errors=(
        Mistake(
            place="query",
            location="contry",
            code="unknown_parameter",
            detail="There is no parameter 'contry': did you mean 'country'?",
        ),
    ),
)
_PROBLEMS: Final = {
    400: "A parameter is unknown, repeated or malformed: `errors` names each one.",
    401: "Send `Authorization: Bearer` with an API token that is in force.",
    403: "The account or the token may not do this.",
    404: "There is no such thing.",
    406: "The form that is asked for in `Accept` cannot be had.",
    409: "The present state forbids it: `detail` says why.",
    410: "It was removed from view on purpose: `detail` says when and why, and `/takedowns` too.",
    413: "The body is too large.",
    415: "The body is of a media type that is not taken here.",
    429: "Too many requests: `Retry-After` says when to go on.",
    500: "The registry failed; `incident` is in its log.",
    503: "A part of the registry is down; trying again may help.",
}


WRITE_COST: Final = 20
_OF_READING: Final = (400, 406, 429, 500, 503)
# A token that is none, or may not, is refused also where none is needed.
_OF_SENDING: Final = (400, 401, 403, 406, 413, 415, 429, 500, 503)


def specs(
    body: Any,
    description: str,
    example: Any = None,
    *,
    can_be_missing: bool = False,
    also: Sequence[int] = (),
) -> dict[int, ResponseSpec]:
    """Return the answers of an operation that reads: its JSON body, 304, and the problems."""
    missing = (404, 410, *also) if can_be_missing else also
    return {
        200: _success(body, description, example),
        304: Answer(None, description="The client has this very content."),
        **_problems(sorted((*_OF_READING, *missing))),
    }


def post_specs(
    status: int, body: Any, description: str, example: Any = None, *, also: Sequence[int] = ()
) -> dict[int, ResponseSpec]:
    """Return the answers of an operation that is sent a body; `also` are further problems."""
    problems = _problems(sorted((*_OF_SENDING, *also)))
    return {status: _success(body, description, example), **problems}


def private_specs(
    status: int, body: Any, description: str, example: Any = None, *, also: Sequence[int] = ()
) -> dict[int, ResponseSpec]:
    """Return the answers of an operation for people with a token; without a body, `body` is None.

    Nobody may keep what they are told, so there is no 304.
    """
    told = Answer(None, description=description)
    success = told if body is None else _success(body, description, example)
    return {status: success, **_problems(sorted((*_OF_READING, 401, 403, *also)))}


def writes(
    status: int,
    body: Any,
    description: str,
    example: Any = None,
    *,
    action: Action,
    cost: int = WRITE_COST,
    sends: Schema | None = None,
    also: Sequence[int] = (404, 409),
) -> dict[str, Any]:
    """Return what an operation that changes something for people with a token declares.

    `sends` is the schema of the body that it is sent, if any; `also` are further problems.
    """
    of_body = (413, 415) if sends is not None else ()
    return {
        "sync_to_thread": True,
        "status_code": status,
        "opt": {"cost": cost, "action": action},
        "responses": private_specs(status, body, description, example, also=(*also, *of_body)),
        "operation_class": described(sends=sends),
    }


@dataclass
class WholeExample(Example):
    """An example with what is null in it, as in real answers: the framework leaves that out."""

    def to_schema(self) -> dict[str, Any]:
        """Return the example as it stands in the document."""
        return {"value": self.value}


class Answer(ResponseSpec):
    """An answer of an operation. It never changes, so the copies of its handler share it: the
    framework copies handlers, with all their examples, at each level that registers them.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return the very same answer."""
        return self


def _success(body: Any, description: str, example: Any) -> ResponseSpec:
    shown = msgspec.to_builtins(example)
    examples: list[Example] | None = [WholeExample(value=shown)] if example is not None else None
    return Answer(body, generate_examples=False, description=description, examples=examples)


def _problems(statuses: Sequence[int]) -> dict[int, ResponseSpec]:
    return {
        status: Answer(
            Problem,
            generate_examples=False,
            description=_PROBLEMS[status],
            media_type=PROBLEM,
            examples=[Example(value=msgspec.to_builtins(MISTAKE))] if status == 400 else None,
        )
        for status in statuses
    }


def described(
    parameters: Sequence[Parameter] = (),
    forms: Mapping[Form, str] | None = None,
    only: bool = False,
    sends: Schema | None = None,
    sends_too: Mapping[str, Schema] | None = None,
) -> type[Operation]:
    """Return the operation class of a handler, with its query parameters.

    `forms` gives an example text for each form beside JSON; with `only` they replace JSON.
    `sends` is the schema of the JSON body that the client sends, `sends_too` those of bodies of
    other media types that are taken as well.
    """

    @dataclass
    class Described(Operation):
        def __post_init__(self) -> None:
            documented = [parameter.documented() for parameter in parameters]
            self.parameters = [*(self.parameters or []), *documented]
            if sends is not None:
                schemas = {Form.JSON.value: sends, **(sends_too or {})}
                content = {name: OpenAPIMediaType(schema=x) for name, x in schemas.items()}
                self.request_body = RequestBody(content=content, required=True)
                _add_forms((self.responses or {}).get("200"), forms or {})
                return
            success = (self.responses or {}).get("200")
            if isinstance(success, OpenAPIResponse):
                _describe_success(success, forms or {}, only=only)

    return Described


def _add_forms(success: Any, forms: Mapping[Form, str]) -> None:
    if isinstance(success, OpenAPIResponse):
        more = {form.value: _media(form, example) for form, example in forms.items()}
        success.content = {**(success.content or {}), **more}


def _media(form: Form, example: str) -> OpenAPIMediaType:
    """Return how a form beside JSON is described: an object where it is one, else text."""
    if form.value.endswith("+json"):
        schema = Schema(type=OpenAPIType.OBJECT)
        return OpenAPIMediaType(schema=schema, example=msgspec.json.decode(example))
    return OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING), example=example)


def _describe_success(success: OpenAPIResponse, forms: Mapping[Form, str], *, only: bool) -> None:
    content = {} if only else dict(success.content or {})
    for form, example in forms.items():
        content[form.value] = _media(form, example)
    success.content = content
    text = Schema(type=OpenAPIType.STRING)
    success.headers = {
        "ETag": OpenAPIHeader(description="Strong hash of the content.", schema=text),
        "Link": OpenAPIHeader(description="Links to the next and first page.", schema=text),
        "RateLimit-Remaining": OpenAPIHeader(
            description="What the client may still ask for, in units of one page.",
            schema=Schema(type=OpenAPIType.INTEGER),
        ),
    }


class Unserved(Router):
    """A router that takes no routes: the framework's own pages about the API are not served."""

    def register(self, value: ControllerRouterHandler) -> list[Any]:  # noqa: ARG002
        """Take nothing."""
        return []


def openapi_config(version: str) -> OpenAPIConfig:
    """Return how the document is made; it is served by the API itself, as `openapi.json`."""
    return OpenAPIConfig(
        title="Public Code Registry",
        version=version,
        description=DESCRIPTION,
        license=License(name="EUPL-1.2", identifier="EUPL-1.2"),
        tags=list(TAGS),
        use_handler_docstrings=True,
        render_plugins=[JsonRenderPlugin()],
        components=Components(security_schemes={"token": TOKEN}),
        openapi_router=Unserved("/api/v1", route_handlers=[]),
    )
