"""Whether the SDK for agents is installed: it is the optional extra `[mcp]`."""

from importlib.util import find_spec
from typing import Final

MISSING: Final = (
    "agents are not served here, as the extra `mcp` is not installed: run "
    "`.venv/bin/python -m pip install 'mcp>=2.3'` where the registry is installed, and start it "
    "again"
)


def has_mcp() -> bool:
    """Say whether the SDK is there."""
    return find_spec("mcp") is not None
