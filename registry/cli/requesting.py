"""Opening a change request at a forge from the command line, with the token of who types it."""

import os
from typing import Final
from urllib.parse import urlsplit

from registry.cli.build import Registry
from registry.cli.output import talk
from registry.domain.identity import canonical_repository_url
from registry.errors import Unauthenticated
from registry.publishing.requests import BODY, TITLE

# Of the environment alone: arguments are seen by everybody on the machine, and kept by shells.
TOKEN: Final = "REGISTRY_PUBLISH_TOKEN"  # noqa: S105 - a name


def open_request(registry: Registry, address: str, path: str, text: str) -> None:
    """Open a pull or merge request with the file at the repository, and say where it is."""
    from crawlers.forges.change_requests import open_change_request
    from crawlers.forges.detect import detect
    from crawlers.forges.writable import Change
    from registry.cli.crawling import forge_client

    token = os.environ.get(TOKEN, "").strip()
    if not token:
        raise Unauthenticated(
            f"set {TOKEN} to a token of the forge that may write there, or fork it"
        )
    allowed = frozenset(registry.settings.crawl.allow_hosts)
    url = canonical_repository_url(address, allow_http_hosts=allowed)
    parts = urlsplit(url)
    kind = detect(parts.netloc, forge_client(registry), scheme=parts.scheme)
    change = Change(path=path, text=text, title=TITLE, body=BODY)
    opened = open_change_request(registry.egress, kind, url, token, change)
    state = "Opened" if opened.is_new else "Open already, with this file:"
    source = f" from your fork {opened.fork}" if opened.fork else ""
    talk.print(f"{state} {opened.url}{source}", markup=False, soft_wrap=True)
