"""`registry mcp`: the catalogue for a coding agent on this machine."""

import click

from registry.catalogue.service import data_as_of
from registry.cli.build import Registry, read_settings
from registry.errors import Conflict


@click.command()
def mcp() -> None:
    """Answer a coding agent over standard input and output, by the Model Context Protocol.

    It reads the catalogue of `REGISTRY_HOME` and writes nothing. An agent starts it by itself: see
    docs/mcp.md for what to write into its configuration. It ends when its input does; all that is
    not protocol goes to standard error. Needs the extra `mcp`.
    """
    from web.extras import MISSING, has_mcp

    if not has_mcp():
        raise Conflict(MISSING)
    from importlib.metadata import version

    from web.mcp.server import build_server, serve_stdio
    from web.mcp.toolbox import Sources

    registry = Registry(read_settings())
    web = registry.settings.web
    sources = Sources(
        catalogue=registry.catalogue,
        lineage=registry.lineage,
        disputes=registry.disputes,
        publiccode=registry.publiccode_files,
        reuse=registry.reuse_actions,
        base_url=(web.base_url or f"http://{web.host}:{web.port}").rstrip("/"),
        as_of=lambda: data_as_of(registry.database) or registry.clock(),
        is_local=not web.base_url,
    )
    try:
        serve_stdio(build_server(sources, version("public-code-registry")))
    finally:
        registry.close()
