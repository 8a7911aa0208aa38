"""Tables of government domains: which group or country a domain suffix belongs to.

The tables hold regular expressions too; those are never run, only taken apart into suffixes.
"""

import re
from typing import Final

from crawlers.sources.csv_lists import csv_rows
from crawlers.sources.text import decoded
from registry.errors import InvalidInput

MAX_BYTES: Final = 8 * 1024 * 1024
_DOMAIN: Final = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.){0,10}[a-z0-9-]{2,63}")
# One suffix as it stands in an expression: labels joined by escaped dots, up to `|`, `)` or `$`.
# It may follow an optional part (`(.*\.)?gov\.au`); what a look-ahead excludes is left aside.
_ESCAPED: Final = re.compile(r"(?<=[:|(?])((?:[a-z0-9_-]{1,63}\\\.){1,10}[a-z0-9-]{2,63})(?=[|)$])")


def domain_suffixes(data: bytes) -> dict[str, str]:
    """Return domain → group of a table; `registry.domain.countries.place_of_group` reads groups.

    Reads gman's text (`// group` lines before the domains) and CSV with the columns domain and
    country, or country and regex. The first group that names a domain keeps it. Raises
    `InvalidInput` where the table is none of these.
    """
    text = decoded(data, MAX_BYTES)
    if text.lstrip().startswith("//"):
        return _grouped(text)
    found: dict[str, str] = {}
    for _, row in csv_rows(text):
        group = row.get("country", "")
        if not group or not ("domain" in row or "regex" in row):
            raise InvalidInput("the columns of the table are not known: use domain,country")
        for name in [row["domain"]] if "domain" in row else _suffixes(row["regex"]):
            if domain := _domain(name):
                found.setdefault(domain, group)
    return found


def _grouped(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    group = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("//"):
            group = line.removeprefix("//").strip()[:100]
        elif group and (domain := _domain(line)):
            found.setdefault(domain, group)
    return found


def _domain(name: str) -> str | None:
    """Return a domain in ASCII, or None: lines such as `!mail.example.org` state exceptions."""
    try:
        domain = name.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return domain if _DOMAIN.fullmatch(domain) else None


def _suffixes(expression: str) -> list[str]:
    return [match.replace("\\.", ".") for match in _ESCAPED.findall(expression.lower())]
