"""The title and the first real paragraph of a README, as plain text."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

MAX_SUMMARY: Final = 300
_MAX_TITLE: Final = 200
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SKIPPED: Final = frozenset({"ul", "ol", "table", "blockquote", "pre"})
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_UNDERLINE = re.compile(r"[=\-~^#*+\"'`]{3,}")
_MARKUP_LINE = re.compile(
    r"(?:\.\. |:[\w-]{1,40}:|image::?|\||\+--|=+ |#|<|\[!|!\[|//|include::|ifdef::|endif::|\[\[)"
)
# What stands below such a heading says what the software is …
_ABOUT = re.compile(
    r"about|overview|introduc|descri|what is|purpose|summary|background|propos|présent|presenta"
    r"|informa|über|beschreib|einleitung|over |om |yleis|johdan|概要|はじめに|簡介",
    re.IGNORECASE,
)
# … and below such a one, how to handle it, which is no summary.
_HANDLING = re.compile(
    r"instal|set ?up|setting|run|require|prereq|start|usage|using|use |develop|test|build|deploy"
    r"|contrib|licen|trouble|support|contact|config|python|docker|local|changelog|release|version"
    r"|demo|note|credit|table of|docs|document|démarr|utilis|desarroll|requis|avvi|sviluppo",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\W*(?:note|notice|warning|caution|important|attention|disclaimer)\b", re.IGNORECASE
)
# More paragraphs than this are not looked at: a summary stands at the top or nowhere.
_MAX_PARAGRAPHS: Final = 40


@dataclass(frozen=True, slots=True)
class Outline:
    """First heading and first real paragraph, each None where there is none."""

    title: str | None
    summary: str | None


def outline_of_html(html: str) -> Outline:
    """Find title and summary in the HTML that cmark made (well formed, without raw HTML)."""
    collector = _Collector()
    collector.feed(html)
    collector.close()
    return Outline(collector.title, collector.summary)


class _Collector(HTMLParser):
    """Collects the text of headings and of paragraphs outside lists, tables and quotes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title: str | None = None
        self._best: str | None = None
        self._other: str | None = None
        self._section = ""
        self._opened: str | None = None
        self._words: list[str] = []
        self._linked = 0
        self._inside = ""
        self._skipping = 0
        self._in_link = False
        self._paragraphs = 0

    @property
    def summary(self) -> str | None:
        """The first paragraph of the introduction, else the first that is no instruction."""
        return self._best or self._other

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li" and self._opened is not None:
            self._inside, self._words, self._linked = "li", [], 0
        elif tag in _SKIPPED:
            self._skipping += 1
        elif tag in _HEADINGS or (tag == "p" and not self._skipping):
            self._inside, self._words, self._linked = tag, [], 0
        elif tag == "a":
            self._in_link = True
        elif tag == "br" and self._inside:
            self._words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipping -= 1
            if tag in {"ul", "ol"} and not self._skipping and self._opened is not None:
                self._keep(self._opened.rstrip(";"))
                self._opened = None
        elif tag == "a":
            self._in_link = False
        elif tag == self._inside:
            self._finish(tag)

    def handle_data(self, data: str) -> None:
        if self._inside:
            self._words.append(data)
            if self._in_link:
                self._linked += len(data.strip())

    def _finish(self, tag: str) -> None:
        text = " ".join("".join(self._words).split())
        self._inside = ""
        if tag in _HEADINGS:
            self._section = text if self.title else ""
            self.title = self.title or text[:_MAX_TITLE].rstrip(" ·|-") or None
            self._opened = None
        elif tag == "li" and self._opened is not None:
            self._opened = f"{self._opened} {text};"[: 2 * MAX_SUMMARY]
        elif tag == "p":
            self._paragraphs += 1
            self._opened = text if text.endswith(":") and not self._skipping else None
            if self._opened is None:
                self._keep(text)

    def _keep(self, text: str) -> None:
        """Take a paragraph as the summary when none that is better was found before."""
        mostly_links = text.lower().startswith("read this in") or self._linked > 0.8 * len(text)
        if self._paragraphs > _MAX_PARAGRAPHS or mostly_links or text == self.title:
            return
        if not is_prose(text) or _NOTE.match(text):
            return
        if not self._section or _ABOUT.search(self._section):
            self._best = self._best or shorten(text)
        elif not _HANDLING.search(self._section):
            self._other = self._other or shorten(text)


def is_prose(text: str) -> bool:
    """Tell a sentence from a label: four words, or ten characters of a script without spaces."""
    if len(_WIDE.findall(text[:500])) >= 10:
        return True
    return len(text) >= 25 and text.count(" ") >= 3


def shorten(text: str, limit: int = MAX_SUMMARY) -> str:
    """Cut at the end of a word and mark the cut by an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ,;:") + "…"


def outline_of_text(source: str) -> Outline:
    """Find title and summary in reStructuredText, AsciiDoc or plain text."""
    lines = [line.rstrip() for line in source[:50_000].splitlines()]
    title = _text_title(lines)
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    for block in blocks[:_MAX_PARAGRAPHS]:
        kept = [line for line in block if not _UNDERLINE.fullmatch(line.strip())]
        if len(kept) < len(block) or any(_MARKUP_LINE.match(line.lstrip()) for line in kept):
            continue
        text = " ".join(" ".join(kept).split())
        if is_prose(text) and text != title:
            return Outline(title, shorten(text))
    return Outline(title, None)


def _text_title(lines: list[str]) -> str | None:
    for index, line in enumerate(lines[:60]):
        text = line.strip()
        if not text or _UNDERLINE.fullmatch(text):
            continue
        following = lines[index + 1].strip() if index + 1 < len(lines) else ""
        if _UNDERLINE.fullmatch(following):
            return text[:_MAX_TITLE]
        if text.startswith(("= ", "# ")):
            return text[2:].strip()[:_MAX_TITLE] or None
        if not _MARKUP_LINE.match(text) and len(text) <= 80:
            return text
        if not _MARKUP_LINE.match(text):
            return None
    return None
