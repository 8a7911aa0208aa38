"""`python -m web.i18n.extract`: bring the `.po` files up to date with the texts in the source.

Texts come from `_()`, `ngettext()` in templates and `web/**.py`, from the reasons of crawl
failures, and from the rules about obstacles. With `--check` nothing is written and a stale file is
an error.
"""

import sys
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from web.i18n.languages import TRANSLATED, catalogue_path
from web.i18n.words import obstacle_words, reason_texts

WEB: Final = Path(__file__).resolve().parents[1]
METHODS: Final = [
    ("templates/**.html", "jinja2.ext.babel_extract"),
    ("i18n/**.py", "python"),
    ("pages/**.py", "python"),
]
HEADER: Final = """\
# Texts of the pages in {code}. Refresh with: python -m web.i18n.extract
# Licence: EUPL-1.2"""
KEYWORDS: Final = {"_": None, "ngettext": (1, 2)}


def template_catalogue() -> Catalog:
    """Return every text in the source, with the files that use it."""
    found = Catalog(project="public-code-registry", charset="utf-8")
    for name, line, message, comments, context in extract_from_dir(
        WEB, METHODS, keywords=KEYWORDS, options_map={"templates/**.html": {"silent": "false"}}
    ):
        del line  # line numbers change with every edit and would make the files churn
        found.add(message, None, [(f"web/{name}", 0)], auto_comments=comments, context=context)
    for text in reason_texts():
        found.add(text, None, [("registry/domain/crawl.py", 0)])
    for text in obstacle_words():
        found.add(text, None, [("registry/domain/obstacle_texts.py", 0)])
    return found


def refreshed(code: str, template: Catalog) -> bytes:
    """Return the `.po` file of a language as it should be now."""
    path = catalogue_path(code)
    if path.exists():
        with path.open("rb") as source:
            catalogue = read_po(source, locale=code)
    else:
        catalogue = Catalog(locale=code, charset="utf-8")
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    catalogue.project, catalogue.version = "public-code-registry", ""
    catalogue.header_comment = HEADER.format(code=code)
    catalogue.msgid_bugs_address = catalogue.language_team = ""
    out = BytesIO()
    write_po(out, catalogue, width=99, omit_header=False, sort_output=True, include_lineno=False)
    return _without_dates(out.getvalue())


def _without_dates(po: bytes) -> bytes:
    """Drop header lines that change without a change of the texts."""
    volatile = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By', b'"Last-Translator')
    lines = [line for line in po.split(b"\n") if not line.startswith(volatile)]
    return b"\n".join(lines)


def main(arguments: list[str]) -> int:
    """Write the files, or report those that are stale; return the exit status."""
    template = template_catalogue()
    stale = []
    for code in TRANSLATED:
        path, text = catalogue_path(code), refreshed(code, template)
        if not path.exists() or path.read_bytes() != text:
            stale.append(code)
            if "--check" not in arguments:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text)
    sys.stdout.write(f"{len(template)} texts; changed: {', '.join(stale) or 'nothing'}\n")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
