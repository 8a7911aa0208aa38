"""Where a finished file goes: the forge's own editor, and the words of a change request."""

from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from registry.publishing.draftmodels import Facts

# What browsers and forges take; longer files are pasted.
MAX_URL: Final = 8000
_HOSTS: Final = {"github.com": "github", "gitlab.com": "gitlab", "codeberg.org": "gitea"}


def editor_url(facts: Facts, text: str) -> tuple[str, bool] | None:
    """Return the address of the forge's editor, and whether it brings the text along.

    None where the forge is not known to have one.
    """
    parts = urlsplit(facts.web_url)
    forge = facts.forge if facts.forge in {"github", "gitlab", "gitea"} else ""
    forge = forge or _HOSTS.get(parts.hostname or "", "")
    if parts.scheme not in {"http", "https"} or not forge:
        return None
    base, branch, path = facts.web_url.rstrip("/"), quote(facts.branch), quote(facts.path)
    if forge == "gitlab":
        verb = f"edit/{branch}/{path}" if facts.has_file else f"new/{branch}?file_name={path}"
        return f"{base}/-/{verb}", False
    if forge == "gitea":
        verb = "_edit" if facts.has_file else "_new"
        return f"{base}/{verb}/{branch}/{path}", False
    if facts.has_file:
        return f"{base}/edit/{branch}/{path}", False
    whole = f"{base}/new/{branch}?{urlencode({'filename': facts.path, 'value': text})}"
    if len(whole) <= MAX_URL:
        return whole, True
    return f"{base}/new/{branch}?{urlencode({'filename': facts.path})}", False
