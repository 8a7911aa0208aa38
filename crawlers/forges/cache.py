"""Answers kept for conditional requests, one per URL and token (an ETag differs per token)."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Final, Protocol

import msgspec


class CachedAnswer(msgspec.Struct, frozen=True):
    """An answer with its validators and those headers that the next page is found by."""

    etag: str | None
    last_modified: str | None
    headers: Mapping[str, str]
    body: bytes


class ConditionalCache(Protocol):
    """Where answers are kept; losing one costs a full answer, nothing else."""

    def get(self, url: str, token_fingerprint: str) -> CachedAnswer | None:
        """Return the answer kept for this URL and token, or None."""

    def put(self, url: str, token_fingerprint: str, answer: CachedAnswer) -> None:
        """Keep an answer in place of the former one."""


class InMemoryConditionalCache:
    """A cache of one process that forgets the longest unused answers beyond `max_bytes`."""

    def __init__(self, max_bytes: int = 64 * 1024 * 1024) -> None:
        self._max_bytes: Final = max_bytes
        self._size = 0
        self._answers: OrderedDict[tuple[str, str], CachedAnswer] = OrderedDict()
        self._lock = Lock()

    def get(self, url: str, token_fingerprint: str) -> CachedAnswer | None:
        """Return the answer kept for this URL and token, or None."""
        with self._lock:
            answer = self._answers.get((url, token_fingerprint))
            if answer is not None:
                self._answers.move_to_end((url, token_fingerprint))
            return answer

    def put(self, url: str, token_fingerprint: str, answer: CachedAnswer) -> None:
        """Keep an answer in place of the former one."""
        with self._lock:
            former = self._answers.pop((url, token_fingerprint), None)
            self._size += len(answer.body) - (len(former.body) if former else 0)
            self._answers[url, token_fingerprint] = answer
            while self._size > self._max_bytes and self._answers:
                _, dropped = self._answers.popitem(last=False)
                self._size -= len(dropped.body)


def fingerprint(token: str | None) -> str:
    """Return what stands for a token in a cache: 32 hex digits, or nothing without a token."""
    return hashlib.blake2b(token.encode(), digest_size=16).hexdigest() if token else ""
