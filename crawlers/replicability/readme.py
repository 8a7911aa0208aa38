"""Headings of a README that tell how to install, deploy or run, in the languages of our users."""

from collections.abc import Sequence
from typing import Final

from registry.domain.facts import Document

MAX_HEADINGS: Final = 10
_PARTS: Final = (
    "instal", "deploy", "getting started", "quick start", "quickstart", "set up", "setup",
    "setting up", "run ", "running", "how to use", "usage", "build", "docker", "launch", "start",
    "requirement", "develop", "hosting", "configur", "secrets", "démarr", "déploi", "utilis",
    "lanc", "mise en", "avvi", "esecu", "uso", "utilizzo", "como usar", "despleg", "implanta",
    "instruc", "ejecut", "puesta en", "einricht", "inbetrieb", "aufsetzen", "nutzung", "konfigur",
    "gebruik", "opstarten", "käyttö", "asenn", "kom i gang", "komme i gang", "kom igång", "kjør",
    "oppsett", "bruk", "paigald", "käivit", "uruchom", "instrukcja",
    "インストール", "使い方", "安裝", "安装",
)  # fmt: skip


def install_headings(documents: Sequence[Document]) -> tuple[str, ...]:
    """Return the headings of the README under which people read how to bring it up."""
    readme = next((x for x in documents if x.kind == "readme"), None)
    if readme is None:
        return ()
    found = [line for line in _headings(readme) if any(x in line.lower() for x in _PARTS)]
    return tuple(found[:MAX_HEADINGS])


def _headings(readme: Document) -> list[str]:
    """Return the headings; of a text that was not rendered, every short line."""
    html = readme.html or ""
    if not html.startswith("<pre>"):
        parts = (part.partition("</h")[0] for part in html.split("<h")[1:])
        return [_bare(part.partition(">")[2]) for part in parts if part[:1].isdigit()]
    return [line.strip("=# -*") for line in (readme.text or "").splitlines() if len(line) <= 60]


def _bare(html: str) -> str:
    """Return the text between tags: cmark and the sanitiser escape every other `<`."""
    return "".join(part.rpartition(">")[2] for part in f">{html}".split("<"))[:120].strip()
