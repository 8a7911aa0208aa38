"""Renders a README once, at crawl time, to HTML that is safe to show, and finds its summary.

Markdown goes through cmark in its safe mode (raw HTML is dropped) and then through an allow-list
of harmless elements. Images become their alternative text, so that a page of the registry loads
nothing from elsewhere; relative links lose their target; addresses of persons are masked.
"""

import re
from dataclasses import dataclass
from html import escape
from typing import Final

import cmarkgfm
import nh3

from crawlers.metadata.readme_outline import Outline, outline_of_html, outline_of_text
from registry.domain.addresses import role_mailbox

RENDERER_VERSION: Final = "1"
MAX_INPUT: Final = 256 * 1024
MAX_OUTPUT: Final = 1024 * 1024
MAX_NESTING: Final = 100
_MAX_PLAIN: Final = 100_000

_MARKDOWN: Final = frozenset({"md", "markdown", "mdown", "mkd", "mkdn"})
_TAGS: Final = frozenset(
    """
    h3 h4 h5 h6 p a strong em b i code pre ul ol li blockquote hr br table thead tbody tr th td
    del dl dt dd sub sup kbd
    """.split()  # noqa: SIM905
)
# The entry `*` empties the library's own list of attributes that every element may have.
_ATTRIBUTES: Final = {"*": frozenset[str](), "a": {"href"}, "ol": {"start"}}
_ALIGNMENTS: Final = {cell: {"align": {"left", "right", "center"}} for cell in ("th", "td")}

_IMAGE = re.compile(r'<img src="[^"]*" alt="([^"]*)"(?: title="[^"]*")? />')
_HEADING = re.compile(r"<(/?)h([1-6])>")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]{0,15})[^<>]*?(/?)>")
_BLOCK_END = re.compile(r"</(?:p|li|h[3-6]|tr|pre|blockquote|dt|dd)>|<br>")
_QUOTES = re.compile(r"^(?:[ \t]{0,3}>){101}", re.MULTILINE)
_DEEP_INDENT = re.compile(r"^[ \t]{210}[ \t]*[-*+0-9]", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])([A-Za-z0-9._%+-]{1,64})@((?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24})\b"
)
_VOID: Final = frozenset({"br", "hr", "img", "input"})


@dataclass(frozen=True, slots=True)
class Rendered:
    """A README made ready: safe `html` with headings from h3, plain `text` for the search index.

    `title` is its first heading, `summary` its first real paragraph (at most 300 characters);
    both are plain text or None. `renderer_version` tells which stored renderings are out of date.
    """

    html: str
    text: str
    title: str | None
    summary: str | None
    renderer_version: str = RENDERER_VERSION


def render(data: bytes, path: str) -> Rendered:
    """Render the bytes of a README; never raises for bad content.

    What is longer than 256 KiB is cut at a line. Text that is no Markdown (rst, AsciiDoc, plain)
    or is nested more than 100 levels deep, or grows beyond 1 MiB, is shown as escaped text.
    """
    source = _mask_addresses(_CONTROL.sub("", _decode(_cut(data))))
    ending = path.rsplit("/", 1)[-1].lower().rpartition(".")[2]
    raw = _markdown(source) if ending in _MARKDOWN else None
    if raw is None:
        return _plain(source)
    outline = outline_of_html(raw)
    html = _sanitised(raw)
    return Rendered(html, _text_of(html), outline.title, outline.summary)


def _cut(data: bytes) -> bytes:
    if len(data) <= MAX_INPUT:
        return data
    whole = data[:MAX_INPUT]
    end = whole.rfind(b"\n")
    return whole[:end] if end > MAX_INPUT // 2 else whole


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def _mask_addresses(source: str) -> str:
    """Replace e-mail addresses that may be a person's; mailboxes of roles and `git@` stay."""

    def masked(found: re.Match[str]) -> str:
        if found[1].lower() in {"git", "noreply", "no-reply", "hg"} or role_mailbox(found[0]):
            return found[0]
        return "[e-mail address]"

    return _EMAIL.sub(masked, source)


def _markdown(source: str) -> str | None:
    """Return cmark's safe HTML, or None where it is too deep or too large to be sanitised."""
    if _QUOTES.search(source) or _DEEP_INDENT.search(source):
        return None
    html: str = cmarkgfm.github_flavored_markdown_to_html(source)
    return html if len(html) <= MAX_OUTPUT and _nesting(html) <= MAX_NESTING else None


def _nesting(html: str) -> int:
    """Return the deepest nesting of elements; one pass that stops when it is too deep."""
    depth = deepest = 0
    for tag in _TAG.finditer(html):
        if tag[2] in _VOID or tag[3]:
            continue
        depth += -1 if tag[1] else 1
        if depth > deepest:
            deepest = depth
            if deepest > MAX_NESTING:
                break
    return deepest


def _sanitised(raw: str) -> str:
    without_images = _IMAGE.sub(lambda image: image[1], raw)
    shifted = _HEADING.sub(lambda tag: f"<{tag[1]}h{min(int(tag[2]) + 2, 6)}>", without_images)
    clean: str = nh3.clean(
        shifted,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        tag_attribute_values=_ALIGNMENTS,
        url_schemes={"http", "https"},
        url_relative="deny",
        link_rel="nofollow ugc noopener",
        strip_comments=True,
    )
    return clean


def _text_of(html: str) -> str:
    broken = _BLOCK_END.sub("\n", html)
    bare: str = nh3.clean(broken, tags=set())
    text = bare.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ")
    lines = (" ".join(line.split()) for line in text.replace("&amp;", "&").splitlines())
    return "\n".join(line for line in lines if line)[:_MAX_PLAIN]


def _plain(source: str) -> Rendered:
    shown = source[: MAX_OUTPUT // 5]  # escaping can make one character five
    outline: Outline = outline_of_text(source)
    return Rendered(
        f"<pre>{escape(shown, quote=False)}</pre>",
        source[:_MAX_PLAIN],
        outline.title,
        outline.summary,
    )
