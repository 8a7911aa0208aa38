"""E-mail addresses in texts: how they are found, which are of roles, and what stands in place."""

import re
from typing import Final

WITHHELD: Final = "[withheld]"
ADDRESS: Final = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
# Words of which the local part of a role's address is made, in the languages of the sources.
_ROLE_WORDS: Final = frozenset(
    {
        *("admin", "administration", "contact", "contacto", "contatti", "contato", "dev"),
        *("developer", "developers", "development", "devs", "digital", "git", "github", "gitlab"),
        *("hello", "help", "helpdesk", "info", "it", "kontakt", "mail", "office", "open"),
        *("opensource", "oss", "ospo", "post", "postmaster", "press", "privacy", "protocollo"),
        *("riuso", "security", "service", "servicedesk", "software", "source", "sviluppo"),
        *("support", "supporto", "team", "ufficio", "web", "webmaster"),
    }
)


def role_mailbox(address: str) -> str | None:
    """Return the address in lower case where it names a role, never where it may name a person."""
    local, _, domain = address.strip().lower().partition("@")
    words = [word for word in re.split(r"[._+-]", local) if word]
    return f"{local}@{domain}" if domain and words and _ROLE_WORDS.issuperset(words) else None
