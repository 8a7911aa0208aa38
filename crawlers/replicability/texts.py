"""Sentences that stand in a template itself, and not in a file of translations."""

import re
from typing import Final

from crawlers.replicability.code_text import code_lines

MAX_LINES: Final = 3_000
# A sentence between two tags: letters and spaces, nothing of a placeholder or of code.
_SENTENCE = re.compile(r">[ \t]{0,40}([A-ZÀ-ÞА-Я][^<>{}=;()\[\]|&%$]{14,200})<")
_WORDS: Final = 4


def holds_texts(text: str, path: str) -> int | None:
    """Return the line of the first sentence in a template, None where there is none."""
    is_script = path.endswith((".jsx", ".tsx"))
    for count, (number, line) in enumerate(code_lines(text, path)):
        if count >= MAX_LINES:
            break
        found = _SENTENCE.search(line)
        if found and len(found[1].split()) >= _WORDS and not (is_script and "=>" in line):
            return number
    return None
