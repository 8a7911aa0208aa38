"""Asking where code stands: the catalogue of this machine, or the API of another instance."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from msgspec.structs import replace

from registry.cli.asking import asking_server
from registry.cli.build import Registry
from registry.db.bulk import batches
from registry.lineage.reading.asked import MAX_ASKED
from registry.lineage.readmodels import LookupAnswer, LookupHit, LookupQuery

Ask = Callable[[LookupQuery], LookupAnswer]
SAMPLES: Final = 5


@contextmanager
def asking(registry: Registry, server: str | None) -> Iterator[Ask]:
    """Give the function that answers lookups; without a server, the local catalogue does."""
    if server is None:
        yield registry.lineage.lookup
        return
    with asking_server(registry.settings.crawl, server) as instance:
        yield lambda query: instance.post("lookup", _asked(query), LookupAnswer)


def _asked(query: LookupQuery) -> dict[str, object]:
    """Return the ids and addresses that are sent, and nothing else."""
    fields = {name: getattr(query, name) for name in query.__struct_fields__}
    return {name: values for name, values in fields.items() if values}


def ask_in_parts(ask: Ask, blobs: Iterable[str]) -> LookupAnswer:
    """Look up any number of file ids, as many at a time as may be asked for at once."""
    return merged([ask(LookupQuery(blobs=tuple(part))) for part in batches(blobs, MAX_ASKED)])


def merged(answers: Sequence[LookupAnswer]) -> LookupAnswer:
    """Return several answers as one; where one is cut, the numbers are what is known at least."""
    hits: dict[str, LookupHit] = {}
    for hit in (hit for answer in answers for hit in answer.hits):
        hits[hit.slug] = _joined(hits[hit.slug], hit) if hit.slug in hits else hit
    return LookupAnswer(
        asked=sum(answer.asked for answer in answers),
        known=sum(answer.known for answer in answers),
        hits=tuple(sorted(hits.values(), key=lambda hit: (-hit.found, hit.slug))),
        third_party={key: name for answer in answers for key, name in answer.third_party.items()},
        is_cut=any(answer.is_cut for answer in answers),
    )


def _joined(one: LookupHit, other: LookupHit) -> LookupHit:
    times = [x for x in (one.first_seen, other.first_seen) if x is not None]
    return replace(
        one,
        found=one.found + other.found,
        samples=(*one.samples, *other.samples)[:SAMPLES],
        first_seen=min(times, default=None),
    )
