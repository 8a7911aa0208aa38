"""Sentences that name where code comes from, found in texts that anybody may have written.

Pure: from the bytes of a README, notice, licence or page to what it states. A text is cut into
blocks (paragraphs, list items, headings, table rows), blocks into sentences; each sentence with a
phrase of `registry.domain.attribution_phrases` and a name or an address behind it is a statement.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from registry.domain.attribution_links import repository_urls
from registry.domain.attribution_phrases import PHRASES, RANK, Phrase

MAX_BYTES: Final = 512 * 1024
MAX_BLOCK: Final = 4_000
MAX_TEXT: Final = 1_000
MAX_TARGET: Final = 200
MAX_REACH: Final = 600
MAX_STATEMENTS: Final = 200

# Control and format characters (also those that turn the direction of writing), but no spaces.
_CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_FENCE = re.compile(r"[ \t>]{0,8}(```|~~~)")
_ALONE = re.compile(r"[ \t>]{0,8}(?:[-*+•] |\d{1,3}[.)] |#|\||=+ |\.\. |={3,}$|-{3,}$)")
_HEADING = re.compile(r"[ \t>]{0,8}(?:#|\||={1,6} )")
_MARKS = re.compile(r"^(?:[ \t>#*+•|=-]+|\d{1,3}[.)] )+")
_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,15})(?=[\s/>])([^<>]{0,2000})>")
_HREF = re.compile(r"""\bhref\s{0,3}=\s{0,3}["']?(https?://[^\s"'<>]{1,500})""", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style|template|svg)\b|<!--", re.IGNORECASE)
_DEFINED = re.compile(r"^ {0,3}\[([^\]\n]{1,80})\]: ?<?(https?://[^\s<>]{1,500})", re.MULTILINE)
_REFERENCE = re.compile(r"\[([^\]\[]{1,80})\](?:\[([^\]\[]{0,80})\])?(?!\()")
_STOP = re.compile(r"[.!?][\"'”’)\]*_]{0,3}(?= )")
_SHORT = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|e\.g|i\.e|etc|vs|no|nr|dr|mr|ms|st|inc|ltd|v\d*)\.$", re.IGNORECASE
)

_LINK = re.compile(
    r"!?\[([^\]\[]{0,200})\](?:\([^()\s]{0,500}(?: \"[^\"]{0,100}\")?\)|\[[^\]]{0,80}\])?"
)
_ADDRESS = re.compile(r"(?:https?://|git@)[^\s<>\"']{4,500}")
_OWNER_AND_NAME = re.compile(r"[\w-]{1,40}/[\w.-]{1,100}")
_AUTOLINK = re.compile(r"<https?://[^\s<>]{1,500}> ?(?=[\w\"'*_])")
# Where the name of a source ends, and where addresses no longer belong to it.
_CUT = re.compile(
    r"[;:!?]|\.(?= |$)| [–—-] | \("
    r"|, (?:which|who|but|see|and (?:is|was|has|modified|uses)|with|an? |the )"
    r"| (?:which|under the|licensed|available at|whose|but|to which|for which|in which) ",
    re.IGNORECASE,
)
_FAR = re.compile(
    r"[;?!] |\.(?= |$)"
    r"| (?:which|whose|but|because|when|while|using|to which|and (?:uses|is|was|has)) ",
    re.IGNORECASE,
)
_EDGE: Final = " \t*_`'\"“”‘’«»()[]<>,.;:!?~#|"
_FILLER = re.compile(
    r"(?:(?:the|and with thanks to|with thanks to|work by|work of|code by|code from|code of"
    r"|source code of|our|original|excellent|great|official|open[- ]source|existing|upstream) )+",
    re.IGNORECASE,
)
_CLAUSE = re.compile(  # of licences and terms, which name no source
    r"(?:(?:or|and|any|all|both|such|said|this|that|these|those|it|them|you|your|its)"
    r"|(?:the |an? |sections? )?"
    r"(?:(?:covered|licensed|modified|original|combined|larger|derivative|linked) )?"
    r"(?:work|works|program|library|software|material|materials|document|contributors?|licensor"
    r"|linked version|application|covered code|licen[cs]ed product))(?!\w)",
    re.IGNORECASE,
)
_NAMELIKE = re.compile(r"[A-ZÀ-ÞŁŚŻŽČŘŠ]|[\w.-]+/[\w.-]+|\w\.\w{2,}")


class Statement(NamedTuple):
    """A sentence that names a source; `line` counts from 1, `text` is the sentence as written."""

    line: int
    text: str
    phrase: str
    lang: str
    target: str
    target_url: str | None


# (paragraph, whether it begins in code, addresses of its references) → what it says, and whether
# it ends in code.
Memory = dict[tuple[str, bool, tuple[tuple[str, str], ...]], tuple[tuple[Statement, ...], bool]]


class _Block(NamedTuple):
    """Lines that belong together, with where each begins in `text`."""

    text: str
    starts: list[int]
    lines: list[int]


def statements(data: bytes, memory: Memory | None = None) -> list[Statement]:
    """Return what a file states, in the order in which it does; at most 200 sentences.

    With the same `memory`, paragraphs that several versions of a file share are read once.
    """
    if len(data) > MAX_BYTES or b"\0" in data[:8000]:
        return []
    text = unicodedata.normalize("NFC", data.decode("utf-8", "replace"))
    text = _without_tags(_CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    defined = tuple((name.casefold(), url) for name, url in _DEFINED.findall(text))
    found: dict[str, Statement] = {}
    for statement in _of_paragraphs(text, defined, {} if memory is None else memory):
        found.setdefault(same(statement.text), statement)
        if len(found) >= MAX_STATEMENTS:
            break
    return list(found.values())


def _of_paragraphs(
    text: str, defined: tuple[tuple[str, str], ...], memory: Memory
) -> Iterator[Statement]:
    line, is_fenced = 0, False
    for paragraph in text.split("\n\n"):
        if paragraph:
            key = (paragraph, is_fenced, defined if "]" in paragraph else ())
            if key not in memory:
                memory[key] = _of_paragraph(paragraph, is_fenced, dict(key[2]))
            said, is_fenced = memory[key]
            yield from (item._replace(line=item.line + line) for item in said)
        line += paragraph.count("\n") + 2


def _of_paragraph(
    paragraph: str, is_fenced: bool, defined: dict[str, str]
) -> tuple[tuple[Statement, ...], bool]:
    """Return what a paragraph says, with lines from 1 in it, and whether code goes on behind it."""
    fences = sum(bool(_FENCE.match(line)) for line in paragraph.split("\n"))
    said = [s for block in _blocks(paragraph, is_fenced) for s in _of_block(block, defined)]
    return tuple(said[:MAX_STATEMENTS]), is_fenced ^ bool(fences % 2)


def same(text: str) -> str:
    """Return the form by which sentences are one, however they are spaced and cased."""
    return _SPACE.sub(" ", text).strip().casefold()


def _without_tags(text: str) -> str:
    """Return what a reader of HTML sees: no scripts, styles or comments; addresses of links kept.

    The lines stay the lines of the file.
    """
    if "<" not in text:
        return text
    parts, at = [], 0
    while opening := _UNSEEN.search(text, at):
        parts.append(text[at : opening.start()])
        name = opening.group(1)
        closing = re.compile(rf"</{name}\b[^<>]{{0,200}}>" if name else "-->", re.IGNORECASE)
        end = closing.search(text, opening.end())
        at = end.end() if end else len(text)
        parts.append("\n" * text.count("\n", opening.start(), at))
    parts.append(text[at:])
    return _TAG.sub(_shown, "".join(parts))


_BREAKS: Final = frozenset(
    {
        "article", "blockquote", "br", "button", "dd", "div", "dt", "footer", "h1", "h2", "h3",
        "h4", "h5", "h6", "header", "label", "li", "nav", "ol", "option", "p", "section", "summary",
        "td", "th", "title", "tr", "ul",
    }
)  # fmt: skip


def _shown(tag: re.Match[str]) -> str:
    """Return what stands for a tag: the address of a link, the end of a block, or nothing."""
    name = tag.group(2).lower()
    newlines = "\n" * tag.group().count("\n")
    if name in _BREAKS:
        return "\x00" + newlines
    link = _HREF.search(tag.group(3)) if name == "a" and not tag.group(1) else None
    return newlines + (f"<{link.group(1)}> " if link else "")


def _blocks(text: str, is_fenced: bool) -> Iterator[_Block]:
    kept: list[tuple[int, str]] = []
    size = 0
    for number, piece, begins in _pieces(text, is_fenced):
        is_blank = not piece or piece.isspace()
        if kept and (begins or is_blank or size > MAX_BLOCK):
            yield from _joined(kept)
            kept, size = [], 0
        if is_blank:
            continue
        kept.append((number, piece))
        size += len(piece)
        if _HEADING.match(piece):
            yield from _joined(kept)
            kept, size = [], 0
    yield from _joined(kept)


def _pieces(text: str, is_fenced: bool) -> Iterator[tuple[int, str, bool]]:
    """Yield (line, text, whether a block begins here); lines of code are empty, long ones cut."""
    for number, line in enumerate(text.split("\n"), 1):
        is_fence = bool(_FENCE.match(line))
        is_fenced ^= is_fence
        if is_fence or is_fenced or not line:
            yield number, "", True
            continue
        for place, piece in enumerate(line.split("\x00")):
            begins = place > 0 or bool(_ALONE.match(piece))
            yield number, piece[:MAX_BLOCK], begins
            for start in range(MAX_BLOCK, len(piece), MAX_BLOCK):
                yield number, piece[start : start + MAX_BLOCK], True


def _joined(kept: list[tuple[int, str]]) -> Iterator[_Block]:
    parts, starts, lines, at = [], [], [], 0
    for number, raw in kept:
        line = _SPACE.sub(" ", _MARKS.sub("", raw)).strip()
        if line:
            parts.append(line)
            starts.append(at)
            lines.append(number)
            at += len(line) + 1
    if parts:
        yield _Block(" ".join(parts), starts, lines)


def _of_block(block: _Block, defined: dict[str, str]) -> Iterator[Statement]:
    low = block.text.lower()
    phrases = [phrase for phrase in PHRASES if phrase.anchor in low]
    if not phrases:
        return
    for start, end in _sentences(block.text):
        sentence = block.text[start:end]
        best = _best(sentence, phrases)
        if best is None:
            continue
        phrase, match = best
        target, url = _target(sentence, match, defined)
        if url or (_NAMELIKE.search(target) and not _CLAUSE.match(target)):
            line = block.lines[bisect_right(block.starts, start) - 1]
            yield Statement(line, sentence[:MAX_TEXT], phrase.id, phrase.lang, target, url)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where sentences begin and end; a stop after an abbreviation ends none."""
    start = 0
    for stop in _STOP.finditer(text):
        after = text[stop.end() + 1 : stop.end() + 2]
        if after.islower() or _SHORT.search(text[max(start, stop.end() - 8) : stop.end()]):
            continue
        yield start, stop.end()
        start = stop.end() + 1
    if start < len(text):
        yield start, len(text)


def _best(sentence: str, phrases: Iterable[Phrase]) -> tuple[Phrase, re.Match[str]] | None:
    """Return the phrase that says most, and of equal ones the first in the sentence."""
    found = [
        (RANK.index(phrase.id), match.start(), number, phrase, match)
        for number, phrase in enumerate(phrases)
        if (match := phrase.pattern.search(sentence))
    ]
    return min(found, key=lambda item: item[:3])[3:] if found else None


def _target(sentence: str, match: re.Match[str], defined: dict[str, str]) -> tuple[str, str | None]:
    """Return the name behind a phrase, and the repository whose address stands with it."""
    named = match.groupdict().get("target")
    reach = (named or "") + sentence[match.end() :][:MAX_REACH]
    url = _address(reach, defined)
    plain = _AUTOLINK.sub("", named or reach).lstrip(_EDGE.replace("[", ""))
    if bare := _ADDRESS.match(plain):
        return (url or bare.group().rstrip(_EDGE))[:MAX_TARGET], url
    plain = _ADDRESS.sub("; ", _LINK.sub(r"\1", plain))
    plain = _CUT.split(plain.lstrip(_EDGE), maxsplit=1)[0].strip(_EDGE)
    filler = _FILLER.match(plain)
    plain = plain[filler.end() :].strip(_EDGE) if filler else plain
    if url and _OWNER_AND_NAME.fullmatch(plain) and not url.endswith(f"/{plain.lower()}"):
        url = None  # the address of another repository than the one that is named
    return (plain[:MAX_TARGET] or url or ""), url


def _address(reach: str, defined: dict[str, str]) -> str | None:
    """Return the first address of a repository that still belongs to the name, if any does."""
    masked = _LINK.sub(_mask, _ADDRESS.sub(_mask, reach))
    end = _FAR.search(masked)
    limit = end.start() if end else len(reach)
    urls = repository_urls(reach)
    for reference in _REFERENCE.finditer(reach):
        name = (reference.group(2) or reference.group(1)).casefold()
        urls += [(reference.start(), url) for _, url in repository_urls(defined.get(name, ""))]
    near = [(start, url) for start, url in urls if start <= limit]
    return min(near)[1] if near else None


def _mask(match: re.Match[str]) -> str:
    return "x" * len(match.group())
