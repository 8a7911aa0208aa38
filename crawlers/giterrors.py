"""What git's words on its error output mean: typed reasons for the public crawl log."""

import re
from typing import Final

from registry.errors import CrawlFailure

# Complaints that say nothing about safety and that many old histories have (as Gitaly tolerates).
TOLERATED: Final = ("badTimezone", "missingSpaceBeforeDate", "zeroPaddedFilemode")
# Complaints about the lines of authors and dates: old, honest histories have them, and no code
# of ours trusts these fields. Complaints about paths, trees and .gitmodules are never in here.
AUTHOR_LINE_COMPLAINTS: Final = (
    "badDate",
    "badDateOverflow",
    "badEmail",
    "badName",
    "missingEmail",
    "missingNameBeforeEmail",
    "missingSpaceBeforeEmail",
    "nulInCommit",
    "zeroPaddedDate",
)

_FSCK = re.compile(r"(?:object|error in [a-z]+) ([0-9a-f]{40,64}): (\w+):")
_STATUS = re.compile(r"requested URL returned error: (\d{3})|HTTP (\d{3}) curl")
_RULES: Final = tuple(
    (reason, retryable, re.compile(pattern, re.IGNORECASE))
    for reason, retryable, pattern in (
        ("disk_full", True, r"no space left on device|disk quota exceeded"),
        ("timeout", False, r"died of signal 24"),
        ("too_large", False, r"died of signal 25|file too large|pack exceeds maximum"),
        ("memory", False, r"died of signal 9\b|out of memory|cannot allocate memory|mmap failed"),
        ("auth", False, r"could not read (username|password)|authentication failed"),
        ("redirect_refused", False, r"unable to update url base from redirection"),
        ("dns_failed", True, r"could not resolve host"),
        ("tls_failed", False, r"certificate|gnutls_handshake|ssl_error|tls connect error"),
        ("too_slow", True, r"operation too slow|timed out|timeout"),
        ("connect_failed", True, r"failed to connect|couldn't connect|connection refused"),
        ("gone", False, r"repository '[^']*' not found|repository not found"),
        (
            "not_a_repository",
            False,
            r"is this a git repository\?|not appear to be a git repository|not a git repository",
        ),
    )
)
# The other side broke off: it may have been an accident.
_BROKEN_OFF = re.compile(
    r"early eof|unexpected disconnect|rpc failed|transfer closed|remote end hung up|recv failure"
    r"|connection reset|empty reply",
    re.IGNORECASE,
)
_DETAIL_LENGTH: Final = 200


def failure_of(stderr: str) -> CrawlFailure:
    """Return the failure that git's error output describes; it never raises.

    Lines that the other side sent (`remote:`) are left out, so that a host cannot choose a reason.
    """
    own = "\n".join(line for line in stderr.splitlines() if not line.startswith("remote:"))
    found = _FSCK.search(own)
    if found:
        return CrawlFailure("fsck_failed", f"{found[2]} in object {found[1]}")
    status = _STATUS.search(own)
    if status:
        return _of_status(int(status[1] or status[2]))
    for reason, retryable, pattern in _RULES:
        if pattern.search(own):
            return CrawlFailure(reason, _detail(own), retryable=retryable)
    return CrawlFailure("malformed", _detail(own), retryable=bool(_BROKEN_OFF.search(own)))


def complaint_of(failure: CrawlFailure) -> str:
    """Return the id of git's complaint (such as `missingEmail`) of an `fsck_failed`, or ''."""
    return failure.detail.split(" ", 1)[0] if failure.reason == "fsck_failed" else ""


def _of_status(status: int) -> CrawlFailure:
    if status in {401, 403}:
        return CrawlFailure("auth", f"HTTP {status}")
    if status in {404, 410}:
        return CrawlFailure("gone", f"HTTP {status}")
    if status == 429:
        return CrawlFailure("rate_limited", "HTTP 429", retryable=True)
    if 300 <= status < 400:
        return CrawlFailure("redirect_refused", f"HTTP {status}")
    if status >= 500:
        return CrawlFailure("unavailable", f"HTTP {status}", retryable=True)
    return CrawlFailure(f"http_{status}")


def _detail(text: str) -> str:
    lines = [line for line in text.splitlines() if line.startswith(("fatal:", "error:"))]
    return (lines or text.splitlines() or [""])[0][:_DETAIL_LENGTH]
