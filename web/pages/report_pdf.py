"""A report as a tagged PDF (PDF/UA-1), where the extra `pdf` is installed.

The document is made from a page of its own, with a style sheet of its own: the one of the site is
slow to lay out. Nothing is fetched for it. The same report gives the same bytes.
"""

import hashlib
import threading
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from registry.errors import Unavailable

STYLE: Final = Path(__file__).with_name("report_pdf.css")
_LAYING_OUT: Final = threading.Lock()  # it takes seconds of processor time: one at a time
WAIT_SECONDS: Final = 20
_PRINTED: Final = 4  # the flag of an annotation (ISO 32000-1, table 165)


@cache
def has_pdf() -> bool:
    """Tell whether PDF files can be made here: the package and its libraries are there."""
    if find_spec("weasyprint") is None:
        return False
    try:
        import weasyprint  # noqa: F401 - Pango may be missing
    except OSError:
        return False
    return True


def pdf_of(html: str, base_url: str) -> bytes:
    """Return the PDF of a page; raises `Unavailable` where many are being made."""
    import weasyprint
    from weasyprint.urls import URLFetcher

    if not _LAYING_OUT.acquire(timeout=WAIT_SECONDS):
        raise Unavailable("many PDF files are being made: try again", retry_after=30)
    nothing = URLFetcher(allowed_protocols=())
    try:
        page = weasyprint.HTML(string=html, base_url=base_url, url_fetcher=nothing)
        style = weasyprint.CSS(string=STYLE.read_text(encoding="utf-8"), url_fetcher=nothing)
        made: bytes = page.write_pdf(
            stylesheets=[style], pdf_variant="pdf/ua-1",
            pdf_identifier=hashlib.sha256(html.encode()).digest()[:16], finisher=_finished,
        )  # fmt: skip
    finally:
        _LAYING_OUT.release()
    return made


def _finished(_: object, pdf: Any) -> None:
    """Say of each header what it heads, and that links are printed: WeasyPrint 70 does neither.

    ISO 14289-1 (PDF/UA-1), 7.5 and 7.18.1.
    """
    items: dict[bytes, Any] = {x.reference: x for x in pdf.objects if hasattr(x, "get")}
    for item in items.values():
        if item.get("S") == "/TH" and "A" in item:
            part = items[items[item["P"]]["P"]]
            item["A"]["Scope"] = "/Column" if part["S"] == "/THead" else "/Row"
        if item.get("Subtype") == "/Link":
            item["F"] = _PRINTED
