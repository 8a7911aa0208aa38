"""E-mail addresses in texts: how they are found, which are of roles, and what stands in place."""

import re
from typing import Final

WITHHELD: Final = "[withheld]"
ADDRESS: Final = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
# Words of which the local part of a role's address is made, in the languages of the sources.
_ROLE_WORDS: Final = frozenset(
    {
        *("admin", "administration", "cert", "code", "contact", "contacto", "contacts"),
        *("contatti", "contato", "data", "dev", "developer", "developers", "development", "devs"),
        *("digital", "dsi", "edv", "git", "github", "gitlab", "gis", "hallo", "hello", "help"),
        *("helpdesk", "ict", "info", "infos", "innovation", "it", "kontakt", "mail", "noreply"),
        *("office", "open", "opensource", "oss", "ospo", "platform", "post", "postmaster"),
        *("poststelle", "press", "privacy", "products", "projects", "protocollo", "psirt"),
        *("registry", "riuso", "security", "service", "servicedesk", "software", "source"),
        *("support", "supporto", "sviluppo", "team", "tech", "technical", "ufficio", "web"),
        *("webmaster",),
    }
)


def role_mailbox(address: str) -> str | None:
    """Return the address in lower case where it names a role, never where it may name a person."""
    local, _, domain = address.strip().lower().partition("@")
    words = [word for word in re.split(r"[._+-]", local) if word]
    return f"{local}@{domain}" if domain and words and _ROLE_WORDS.issuperset(words) else None
