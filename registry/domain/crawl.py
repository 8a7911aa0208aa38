"""Words of crawling: the reasons why a step can fail, and what the reader can do about each."""

from typing import Final

REASONS: Final[dict[str, tuple[str, str]]] = {
    # code: (cause in words, next step for the operator or the publisher)
    "blocked_url": ("The URL is not one that the crawler may read", "Use a public https URL"),
    "blocked_address": (
        "The host resolves to a private or reserved address",
        "Use a public host, or map it with crawl.mirrors",
    ),
    "dns_failed": ("The host name could not be resolved", "Check the host name; it is tried again"),
    "connect_failed": ("The host did not accept a connection", "It is tried again"),
    "tls_failed": ("The host's certificate could not be verified", "The host must mend its TLS"),
    "redirect_refused": (
        "The host redirects to an address that may not be followed",
        "Register the repository under its final URL",
    ),
    "too_large": ("The answer is larger than its budget", "Raise the budget, or leave it out"),
    "too_slow": ("The transfer did not end within its time", "It is tried again"),
    "too_many_refs": ("The repository announces too many refs", "Leave it out"),
    "rate_limited": ("The host asked for fewer requests", "It is tried again when the host allows"),
    "gone": ("The repository is no longer there", "Nothing: the last good copy is kept"),
    "auth": ("The repository is private or asks for credentials", "Make it public, or remove it"),
    "malformed": ("The answer is not what its protocol promises", "Ask the host's administrators"),
    "fsck_failed": (
        "The repository holds objects that git's strict check refuses",
        "The owner must rewrite or remove these objects",
    ),
    "not_a_repository": ("There is no git repository at this URL", "Check the URL"),
    "empty": ("The repository has no commit yet", "Nothing: it is looked at again"),
    "history_cut": (
        "The source offers only the newest part of a history that is known whole",
        "Offer the whole history again: what was read of it is kept",
    ),
    "unsupported": (
        "The repository has a format that the crawler cannot read yet",
        "Nothing: it is looked at again",
    ),
    "disk_full": ("The disk is full", "Free some space: crawling goes on by itself"),
    "timeout": ("Reading the repository took too long", "Raise the limit, or leave it out"),
    "memory": ("Reading the repository needed too much memory", "Leave it out"),
    "crashed": ("The reading process crashed", "Please report it"),
    "identity_changed": (
        "Another repository now has this URL",
        "Confirm the new owner, or remove the source",
    ),
    "unavailable": ("The host answered with a server error", "It is tried again"),
    "partial": (
        "Some of what the peer states could not be read",
        "Ask the peer's administrators; until then nothing that it dropped is ended",
    ),
    "no_mirror": ("The mirror has no copy of this repository", "Add it to the mirror"),
    "internal": ("The registry itself failed", "See the log, and report it"),
}


_PARTIAL: Final = "partial: "


def partial_flag(cap: str) -> str:
    """Return the flag of a repository of which only a part could be read, because of a cap."""
    return _PARTIAL + cap


def is_partial(flag: str) -> bool:
    """Tell whether a flag says that only a part of a repository could be read."""
    return flag.startswith(_PARTIAL)


def describe(reason: str) -> tuple[str, str]:
    """Return the cause in words and the next step for a reason code, known or not."""
    if reason.startswith("http_"):
        return (f"The host answered with HTTP status {reason[5:]}", "Check the URL and the host")
    return REASONS.get(reason, REASONS["internal"])
