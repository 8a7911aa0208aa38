"""Marking texts for translation where they are not shown yet."""


def _(message: str) -> str:
    """Return a text as it is; it is translated where a page shows it."""
    return message


def ngettext(one: str, many: str) -> tuple[str, str]:
    """Return both forms as they are; one is chosen and translated where a page shows it."""
    return one, many
