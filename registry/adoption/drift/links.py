"""Addresses and commands by which people take over what they miss."""

from urllib.parse import quote


def cherry_pick(upstream_url: str, commit: str | None, *, is_merge: bool) -> str:
    """Return the commands that take a commit over; `-x` writes down where it is from."""
    if commit is None:
        return ""
    mainline = " -m 1" if is_merge else ""
    address = quote(upstream_url, safe=":/.-_~%+@")
    return f"git fetch {address} {commit} && git cherry-pick -x{mainline} {commit}"


def advisory_url(key: str) -> str:
    """Return the public page of an advisory at osv.dev."""
    return f"https://osv.dev/vulnerability/{quote(key, safe='')}"
