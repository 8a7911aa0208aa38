"""The MCP server itself: the only module that knows the SDK (the optional extra `[mcp]`).

Stateless: every request is answered by itself, for clients of 2026-07-28 and, by `initialize`, of
2025-06-18 and 2025-11-25. What the tools do blocks, so it is done in a few threads.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any, Final

import anyio
import msgspec
from anyio import CapacityLimiter, to_thread
from mcp import MCPError
from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ContentBlock,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    Resource,
    ResourceLink,
    ResourceTemplate,
    TextContent,
    TextResourceContents,
    ToolAnnotations,
)
from mcp_types import Tool as ListedTool

from registry.errors import RegistryError
from web.mcp.answers import Found
from web.mcp.resources import COMPONENT, METHOD, read_resource
from web.mcp.toolbox import Outcome, Sources, Tool, call
from web.mcp.tools import BY_NAME, INSTRUCTIONS

NAME: Final = "public-code-registry"
JSON: Final = "application/json"
MAX_BODY: Final = 1024 * 1024
THREADS: Final = 8
PAY: Final = "registry.pay"
"""In the scope of an HTTP request: what takes the rest of a tool's cost, or raises."""
_HINTS: Final = {
    method: CacheHint(ttl_ms=3_600_000, scope="public")
    for method in ("tools/list", "resources/list", "resources/templates/list", "server/discover")
}
_READS: Final = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)

Context = ServerRequestContext[Any, Any]


def build_server(sources: Sources, version: str) -> Server[Any]:
    """Return the server over these sources."""
    threads = CapacityLimiter(THREADS)

    async def call_tool(context: Context, params: CallToolRequestParams) -> CallToolResult:
        tool = BY_NAME.get(params.name)
        if tool is None:
            names = ", ".join(BY_NAME)
            raise MCPError(INVALID_PARAMS, f"there is no tool of this name; there are {names}")
        work = partial(_paid, _payer(context), tool, sources, params.arguments or {})
        return _result(await to_thread.run_sync(work, limiter=threads))

    async def read(_context: Context, params: ReadResourceRequestParams) -> ReadResourceResult:
        work = partial(read_resource, sources, params.uri)
        try:
            found = await to_thread.run_sync(work, limiter=threads)
        except RegistryError as error:
            raise MCPError(INVALID_PARAMS, str(error), {"uri": params.uri}) from None
        text = msgspec.json.encode(found.content).decode()
        contents = TextResourceContents(uri=params.uri, mime_type=JSON, text=text)
        return ReadResourceResult(contents=[contents], ttl_ms=60_000, cache_scope="public")

    return Server(
        NAME,
        version=version,
        title="Public Code Registry",
        website_url=sources.base_url,
        instructions=INSTRUCTIONS,
        cache_hints=_HINTS,
        get_tool_input_schema=_input_schema,
        on_list_tools=_list_tools,
        on_call_tool=call_tool,
        on_list_resources=_list_resources,
        on_list_resource_templates=_list_templates,
        on_read_resource=read,
    )


async def answer_http(server: Server[Any], scope: Any, receive: Any, send: Any) -> None:
    """Answer one HTTP request.

    The manager lives as long as the request: nothing of one client is kept for another.
    """
    manager = StreamableHTTPSessionManager(
        server, json_response=True, stateless=True, max_request_body_size=MAX_BODY
    )
    async with manager.run():
        await manager.handle_request(scope, receive, send)


def serve_stdio(server: Server[Any]) -> None:
    """Answer on standard input and output until the input ends."""

    async def serve() -> None:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    anyio.run(serve)


async def _list_tools(_context: Context, _params: PaginatedRequestParams | None) -> ListToolsResult:
    return ListToolsResult(tools=[_listed(name) for name in BY_NAME])


def _input_schema(name: str) -> dict[str, Any] | None:
    """Return what the SDK checks headers against, without listing all tools for each call."""
    return _listed(name).input_schema if name in BY_NAME else None


@cache
def _listed(name: str) -> ListedTool:
    tool = BY_NAME[name]
    return ListedTool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input_schema,
        output_schema=tool.output_schema,
        annotations=_READS,
    )


async def _list_resources(
    _context: Context, _params: PaginatedRequestParams | None
) -> ListResourcesResult:
    method = Resource(
        name="method", title="How reuse is measured", uri=METHOD, mime_type=JSON,
        description="What the tags mean, what is counted, and how right each detector is.",
    )  # fmt: skip
    return ListResourcesResult(resources=[method])


async def _list_templates(
    _context: Context, _params: PaginatedRequestParams | None
) -> ListResourceTemplatesResult:
    component = ResourceTemplate(
        name="component", title="A component", uri_template=COMPONENT, mime_type=JSON,
        description="The same as get_component; `slug` as the tools name it.",
    )  # fmt: skip
    return ListResourceTemplatesResult(resource_templates=[component])


def _payer(context: Context) -> Callable[[int], None] | None:
    scope = getattr(context.request, "scope", {})
    return scope.get(PAY)


def _paid(
    pay: Callable[[int], None] | None, tool: Tool, sources: Sources, arguments: dict[str, Any]
) -> Outcome:
    try:
        if pay is not None and tool.cost > 1:
            pay(tool.cost - 1)
    except RegistryError as error:
        return Outcome(problem=str(error))
    return call(tool, sources, arguments)


def _result(outcome: Outcome) -> CallToolResult:
    if outcome.found is None:
        return CallToolResult(content=[TextContent(text=outcome.problem)], is_error=True)
    return CallToolResult(content=_blocks(outcome.found), structured_content=outcome.found.content)


def _blocks(found: Found) -> list[ContentBlock]:
    """Return the same answer as text, for clients that do not read structured content."""
    text = msgspec.json.encode(found.content).decode()
    links = [
        ResourceLink(name=link.title, uri=link.url, mime_type="text/html") for link in found.links
    ]
    return [TextContent(text=text), *links]
