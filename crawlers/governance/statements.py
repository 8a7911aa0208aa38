"""Sentences of a text about governance that state how decisions are made, in English alone.

Only what is said plainly counts: a term of art, or a decision and the way it is taken in one
sentence without a negation. The first such sentence of each way is kept, with every word in it
that may name somebody withheld.
"""

import re
from collections.abc import Iterator
from typing import Final

from registry.domain.addresses import ADDRESS, WITHHELD
from registry.domain.governance_files import Statement

MAX_QUOTE: Final = 240
_MAX_SENTENCE: Final = 600
_DECIDED: Final = (
    r"\b(?:decisions?|decid(?:e|es|ed|ing)|proposals?|changes?|disputes?|approv\w+|made)\b"
)
_BETWEEN: Final = r"[^.!?]{0,120}?"
_CONSENSUS: Final = (
    rf"{_DECIDED}{_BETWEEN}\b(?:by|through|via|on|after|with|reach\w*|seek\w*|based on)\s+"
    r"(?:\w+\s){0,3}consensus\b|\bconsensus[- ](?:seeking|based|driven)\b"
)
_MAJORITY: Final = (
    r"\b(?:simple |absolute |relative )?majority (?:vote|of (?:the )?votes)\b"
    r"|\bsimple majority\b|\bvotes?\b[^.!?]{0,60}\bmajority\b"
    r"|\bmajority\b[^.!?]{0,60}\bvot(?:es?|ing|ed)\b"
)
_SUPER_MAJORITY: Final = (
    r"\bsuper[- ]?majority\b|\b(?:two[- ]thirds|2/3|75\s?%|80\s?%)"
    r"[^.!?]{0,60}\b(?:majority|votes?|in favou?r)\b"
    r"|\bmajority of (?:at least )?(?:two[- ]thirds|2/3)\b"
)
_MODELS: Final = tuple(
    (model, re.compile(pattern, re.IGNORECASE))
    for model, pattern in (
        ("lazy_consensus", r"\blazy[- ]consensus\b"),
        ("consensus", _CONSENSUS),
        ("consent", rf"{_DECIDED}{_BETWEEN}\bconsent\b(?!\s+form)"),
        ("majority", _MAJORITY),
        ("super_majority", _SUPER_MAJORITY),
        ("unanimity", r"\bunanim(?:ity|ous(?:ly)?)\b"),
        ("single_leader", r"\bbenevolent dictator\b|\bBDFL\b"),
    )
)
_NEGATED = re.compile(
    r"\b(?:not?|never|without|instead of|rather than|no longer|refers? to|called|unlike"
    r"|former(?:ly)?)\b"
    r"|n't\b|n’t\b", re.IGNORECASE,
)  # fmt: skip
_ITEM = re.compile(r"\s{0,12}(?:[-*+•]|\d{1,3}[.)]|[a-z]\)|\|)\s")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_END = re.compile(r"(?<=[.!?])\s+")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,1000}\)")
_BARE = re.compile(r"https?://\S{1,1000}|<[^<>]{0,300}>")
_HANDLE = re.compile(r"(?<![\w@])@[\w][\w./-]{0,100}")
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_KNOWN: Final = frozenset(
    """
    a adding additional after again all also an and any approval as at bdfl because benevolent
    both by changes changing charter code committee community consensus consent contributors
    core council decision decisions default dictator disputes each every everyone for foundation
    github governance group if in is issues it its lazy licensing maintainer maintainers major
    majority making may members minor most motions no normally on once one only open otherwise
    our over owners pmc policy process project projects proposal proposals pull removing request
    requests resolution roles rules simple since some steering super supermajority team
    technical that the their there these they this those tie to tsc two typically unanimity
    under unless votes voting we when where while who with working
    """.split()  # noqa: SIM905
)


def statements_of(text: str) -> tuple[Statement, ...]:
    """Return the first sentence of each way to decide that the text states."""
    found: dict[str, Statement] = {}
    for line, sentence in _sentences(text):
        if len(sentence) > _MAX_SENTENCE or _NEGATED.search(sentence):
            continue
        for model, pattern in _MODELS:
            if model not in found and pattern.search(sentence):
                found[model] = Statement(model=model, quote=quoted(sentence), line=line)
    return tuple(found.values())


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    for line, paragraph in _paragraphs(text):
        offset = 0
        for sentence in _END.split(paragraph):
            start = paragraph.find(sentence, offset)
            yield line + paragraph.count("\n", 0, start), " ".join(sentence.split())
            offset = start + len(sentence)


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Yield what stands together with its first line, without code; an item stands alone."""
    gathered: list[str] = []
    is_code = False
    for number, line in enumerate([*text.splitlines(), ""], 1):
        is_fence = bool(_FENCE.match(line))
        is_code = is_code != is_fence
        starts = bool(_ITEM.match(line) or _HEADING.match(line))
        if gathered and (starts or is_code or is_fence or not line.strip()):
            yield number - len(gathered), "\n".join(gathered)
            gathered = []
        if line.strip() and not is_code and not is_fence:
            gathered.append(line)
        if gathered and _HEADING.match(line):
            yield number, line
            gathered = []


def quoted(sentence: str) -> str:
    """Return a sentence without markup, addresses, handles, and words that may name somebody."""
    text = _BARE.sub("", _LINK.sub(r"\1", sentence))
    text = re.sub(r"[*_`#|]+", " ", text)
    text = ADDRESS.sub(WITHHELD, _HANDLE.sub(WITHHELD, text))
    text = _WORD.sub(_withheld, text)
    text = re.sub(rf"(?:{re.escape(WITHHELD)}[\s,]*)+", f"{WITHHELD} ", " ".join(text.split()))
    text = re.sub(r"^[\s>+•-]+|\s+(?=[.,;:!?)])", "", text).strip()
    return text if len(text) <= MAX_QUOTE else text[: MAX_QUOTE - 1].rstrip() + "…"


def _withheld(found: re.Match[str]) -> str:
    word = found[0]
    if not word[0].isupper() or word.lower() in _KNOWN or word == "withheld":
        return word
    return WITHHELD
