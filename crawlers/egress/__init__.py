"""The one door to the outside: every byte from another host comes through here.

`Egress` asks for documents over HTTP; its `Dialler` gives the git proxy its connections. Both
check the URL, resolve once, check every address and connect to a checked one. Nothing else in the
project may open a socket to the outside or import an HTTP client.
"""

from crawlers.egress.addresses import DENY, Resolver, is_public
from crawlers.egress.client import Egress, Response
from crawlers.egress.connections import Dialler
from crawlers.egress.urls import Target, allowed_hosts, check_url, public_url

__all__ = [
    "DENY",
    "Dialler",
    "Egress",
    "Resolver",
    "Response",
    "Target",
    "allowed_hosts",
    "check_url",
    "is_public",
    "public_url",
]
