import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.giterrors import complaint_of, failure_of
from registry.domain.crawl import REASONS

ACCESS = "fatal: unable to access 'https://a/': "


@pytest.mark.parametrize(
    ("words", "reason", "retryable"),
    [
        (ACCESS + "Could not resolve host: a", "dns_failed", True),
        (ACCESS + "Failed to connect to a", "connect_failed", True),
        (ACCESS + "server certificate verification failed.", "tls_failed", False),
        (ACCESS + "The requested URL returned error: 302", "redirect_refused", False),
        (ACCESS + "The requested URL returned error: 500", "unavailable", True),
        ("fatal: could not read Username for 'https://a': prompts disabled", "auth", False),
        ("error: RPC failed; HTTP 429 curl 22", "rate_limited", True),
        ("fatal: repository 'https://a/b/' not found", "gone", False),
        ("fatal: https://a/x not valid: is this a git repository?", "not_a_repository", False),
        ("error: index-pack died of signal 25", "too_large", False),
        ("error: index-pack died of signal 24", "timeout", False),
        ("fatal: Out of memory, malloc failed", "memory", False),
        ("fatal: write error: No space left on device", "disk_full", True),
        ("error: RPC failed; curl 28 Operation too slow", "too_slow", True),
        ("fatal: early EOF", "malformed", True),
        ("fatal: protocol error: bad line length character: <htm", "malformed", False),
        ("", "malformed", False),
    ],
)  # fmt: skip
def test_words_of_git_have_a_reason(words: str, reason: str, retryable: bool) -> None:
    failure = failure_of(words)
    assert (failure.reason, failure.retryable) == (reason, retryable)


def test_other_statuses_keep_their_number() -> None:
    assert failure_of("fatal: The requested URL returned error: 418").reason == "http_418"


@pytest.mark.parametrize(
    "words",
    [
        "error: object {oid}: hasDotdot: contains '..'\nfatal: fsck error in packed object",
        "error in tree {oid}: hasDotdot: contains '..'",
    ],
)
def test_refused_object_is_named_with_the_complaint(words: str) -> None:
    failure = failure_of(words.format(oid="a" * 40))
    assert failure.reason == "fsck_failed"
    assert failure.detail == f"hasDotdot in object {'a' * 40}"
    assert complaint_of(failure) == "hasDotdot"


def test_host_cannot_choose_the_reason() -> None:
    said = "remote: fatal: No space left on device\nfatal: early EOF"
    assert failure_of(said).reason == "malformed"


@settings(deadline=None)
@given(st.text())
def test_any_words_have_a_known_reason(words: str) -> None:
    failure = failure_of(words)
    assert failure.reason in REASONS or failure.reason.startswith("http_")
    assert len(failure.detail) <= 200
