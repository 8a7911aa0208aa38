"""The registry for coding agents, by the Model Context Protocol: read-only, on stdio and `/mcp`.

`server` alone knows the SDK, which is the optional extra `[mcp]`; `toolbox` and the tools ask the
same questions as the pages and the API.
"""
