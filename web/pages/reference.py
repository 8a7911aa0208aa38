"""The reference of the API, rendered from the application's own OpenAPI document."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from litestar import Controller, Request, Response, get
from msgspec import Struct

from web.extras import has_mcp
from web.openapi_document import openapi_document
from web.pages.view import Context, Site, ViewDependency

METHODS: Final = ("get", "post", "put", "patch", "delete")
MAX_EXAMPLE: Final = 4000
MAX_DEPTH: Final = 8

Node = Mapping[str, Any]


class Parameter(Struct, frozen=True, kw_only=True):
    """A parameter of an operation; `place` is query, path or header."""

    name: str
    place: str
    kind: str
    is_required: bool
    description: str


class Answer(Struct, frozen=True, kw_only=True):
    """A response by its status; `media` are the media types it comes in."""

    status: str
    description: str
    media: tuple[str, ...]
    example: str | None


class Operation(Struct, frozen=True, kw_only=True):
    """One method of one path; `anchor` is its id on the page."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    answers: tuple[Answer, ...]
    command: str | None


class Group(Struct, frozen=True):
    """Operations under one tag."""

    name: str
    operations: tuple[Operation, ...]


class ReferenceContext(Context, frozen=True, kw_only=True):
    """Variables of `reference.html`; `document` is where the OpenAPI document itself is.

    `agents` is what a coding agent needs to ask here; None where nobody answers agents.
    """

    template: ClassVar[str] = "reference.html"
    groups: tuple[Group, ...]
    document: str | None
    base_url: str
    agents: str | None


class ReferencePages(Controller):
    """`/api`."""

    include_in_schema = False

    @get("/api", sync_to_thread=True)
    def reference(self, request: Request[Any, Any, Any], view: ViewDependency) -> Response[bytes]:
        """Show every operation with its parameters, answers and an example."""
        site = view.site
        candidates = ("/api/v1/openapi.json", "/api/openapi.json")
        context = ReferenceContext(
            groups=groups_of(openapi_document(request.app), site.base_url),
            document=next((x for x in candidates if site.offers(x)), None),
            base_url=site.base_url,
            agents=_configuration(site) if site.offers("/mcp") and has_mcp() else None,
        )
        return view.render(context)


def _configuration(site: Site) -> str:
    """Return what most clients of the Model Context Protocol read, as JSON."""
    server = {"type": "http", "url": f"{site.base_url}/mcp"}
    return json.dumps({"mcpServers": {"public-code": server}}, indent=2)


def groups_of(document: Node, base_url: str) -> tuple[Group, ...]:
    """Return the operations of an OpenAPI 3 document by tag, in the order of the document."""
    found: dict[str, list[Operation]] = {}
    for path, item in document.get("paths", {}).items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method in item:
                operation = _operation(document, base_url, path, method, item[method], shared)
                tag = next(iter(item[method].get("tags") or ()), "API")
                found.setdefault(str(tag), []).append(operation)
    return tuple(Group(tag, tuple(operations)) for tag, operations in found.items())


def _operation(
    document: Node, base_url: str, path: str, method: str, node: Node, shared: Sequence[Node]
) -> Operation:
    parameters = [_resolve(document, x) for x in (*shared, *(node.get("parameters") or ()))]
    return Operation(
        anchor=str(node.get("operationId") or f"{method}{path}".replace("/", "-")),
        method=method.upper(),
        path=path,
        summary=str(node.get("summary") or path),
        description=str(node.get("description") or ""),
        parameters=tuple(_parameter(document, x) for x in parameters),
        answers=tuple(
            _answer(document, str(status), _resolve(document, answer))
            for status, answer in (node.get("responses") or {}).items()
        ),
        command=_command(base_url, path, parameters) if method == "get" else None,
    )


def _parameter(document: Node, node: Node) -> Parameter:
    return Parameter(
        name=str(node.get("name", "")),
        place=str(node.get("in", "query")),
        kind=_kind(document, node.get("schema") or {}),
        is_required=bool(node.get("required")),
        description=str(node.get("description") or ""),
    )


def _kind(document: Node, schema: Node, depth: int = 0) -> str:
    """Return the type of a value in a few words; bounded, as schemas may refer to themselves."""
    if depth > MAX_DEPTH:
        return "…"
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        target = _resolve(document, schema)
        return _kind(document, target, depth + 1) if "enum" in target else name
    if "enum" in schema:
        return " | ".join(str(x) for x in schema["enum"])
    options = schema.get("oneOf") or schema.get("anyOf")
    if options:
        kinds = [_kind(document, option, depth + 1) for option in options]
        return " | ".join(dict.fromkeys(x for x in kinds if x != "null"))
    if schema.get("type") == "array":
        return f"{_kind(document, schema.get('items') or {}, depth + 1)}, …"
    kind = schema.get("type", "")
    return str(schema.get("format") or (kind if isinstance(kind, str) else " | ".join(kind)))


def _answer(document: Node, status: str, node: Node) -> Answer:
    content = node.get("content") or {}
    return Answer(
        status=status,
        description=str(node.get("description") or ""),
        media=tuple(content),
        example=_example(document, content),
    )


def _example(document: Node, content: Mapping[str, Node]) -> str | None:
    for media in content.values():
        values = [x.get("value") for x in (media.get("examples") or {}).values()]
        schema = _resolve(document, media.get("schema") or {})
        for value in (media.get("example"), *values, *(schema.get("examples") or ())):
            if value is not None:
                return json.dumps(value, indent=2, ensure_ascii=False, default=str)[:MAX_EXAMPLE]
    return None


def _command(base_url: str, path: str, parameters: Sequence[Node]) -> str:
    query = "&".join(
        f"{x['name']}={x['example']}"
        for x in parameters
        if x.get("in") == "query" and x.get("example") is not None
    )
    return f"curl '{base_url}{path}{'?' + query if query else ''}'"


def _resolve(document: Node, node: Node) -> Node:
    """Follow a `$ref` inside the document, at most a few steps."""
    for _ in range(MAX_DEPTH):
        if "$ref" not in node:
            return node
        target: Any = document
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target.get(part, {})
        node = target
    return {}
