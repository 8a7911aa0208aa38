"""Contacts without personal data: what may be kept of the people whom a file names.

A contact keeps its affiliation and, where that is the mailbox of a role, its e-mail address.
Names, telephone numbers and all other addresses are dropped before anything is stored.
"""

import re
from typing import Any, Final

from registry.domain.addresses import ADDRESS, WITHHELD, role_mailbox

_CREDENTIALS = re.compile(r"://(?!git@)[^\s/@]{1,200}@")
_PERSONAL_KEYS: Final = frozenset(
    {"email", "e-mail", "mail", "phone", "telephone", "tel", "mobile", "fax"}
)
_PEOPLE: Final = frozenset({"contacts", "contact", "maintainers", "authors", "author"})


def without_addresses(text: str) -> str:
    """Return the text without e-mail addresses of people and without credentials in URLs."""
    bare = _CREDENTIALS.sub(f"://{WITHHELD}@", text)
    return ADDRESS.sub(lambda found: role_mailbox(found.group()) or WITHHELD, bare)


def public_contact(item: Any) -> dict[str, str]:
    """Return what may be shown of one contact: its affiliation and the mailbox of a role."""
    if not isinstance(item, dict):
        return {}
    shown: dict[str, str] = {}
    affiliation, email = item.get("affiliation"), item.get("email")
    if isinstance(affiliation, str) and affiliation.strip():
        shown["affiliation"] = without_addresses(affiliation.strip())
    mailbox = role_mailbox(email) if isinstance(email, str) else None
    return {**shown, "email": mailbox} if mailbox else shown


def without_personal_data(data: Any) -> Any:
    """Return a JSON-like tree without the names, numbers and personal addresses of contacts."""
    if isinstance(data, str):
        return without_addresses(data)
    if isinstance(data, list):
        return [without_personal_data(item) for item in data]
    if not isinstance(data, dict):
        return data
    return {without_addresses(key): _value(key.lower(), value) for key, value in data.items()}


def _value(key: str, value: Any) -> Any:
    if key in _PEOPLE:
        items = value if isinstance(value, list) else [value] if value else []
        return [public_contact(item) for item in items]
    if key in _PERSONAL_KEYS:
        return role_mailbox(value) if isinstance(value, str) else None
    return without_personal_data(value)
