"""How fast the embedded search is, against SQLite FTS5 on the very same documents.

    python -m tests.bench.bench_search [--documents 60000] [--queries 200]

The documents are made from a seed: words of five made-up languages by Zipf's law, names of one to
three words, a README of 80 words each. FTS5 answers the same questions as far as it can: the first
20 hits by bm25 with the number of all; it has no typo tolerance.
"""

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite3

from registry.search.documents import SearchDocument
from registry.search.embedded import EmbeddedSearchIndex
from registry.search.port import SearchQuery


def _words(text: str) -> list[str]:
    return text.split()


SEED = 20_260_101
SYLLABLES = {
    "en": _words("ba ter ing con ser vi ce da ta re gis try pub lic form tion ment al per mit"),
    "fr": _words("ché ri que tion mai rie é co le ser vi ce pu bli que don née au to"),
    "de": _words("schu le ver wal tung ge mein de bür ger amt for mu lar da ten schutz über"),
    "fi": _words("kou lu vi ra no mai nen tie to jär jes tel mä kun ta pal ve lu yh"),
    "es": _words("es cue la go bier no da tos a yun ta mien to ser vi cio pú bli ca ción"),
}
WORDS_PER_LANGUAGE = 30_000
COUNTRIES = _words("CA FR DE FI EE NL IT ES GB US NO SE DK PT IE")
LICENCES = ("MIT", "Apache-2.0", "EUPL-1.2", "GPL-3.0-only", "AGPL-3.0-only", "BSD-3-Clause")
LANGUAGES = ("Python", "Java", "TypeScript", "Ruby", "Go", "PHP", "C#", "R", "Rust")
FACETS = ("country", "licence", "language", "activity")


class Vocabulary:
    """Words of one language, the first ones far more frequent than the last (Zipf, s = 1)."""

    def __init__(self, lang: str) -> None:
        source = random.Random(f"{SEED}{lang}")
        seen: dict[str, None] = {}
        while len(seen) < WORDS_PER_LANGUAGE:
            seen["".join(source.choices(SYLLABLES[lang], k=source.choice((1, 2, 2, 3, 3, 4))))] = (
                None
            )
        self.words = list(seen)
        self._weights = list(accumulate(1 / rank for rank in range(1, len(self.words) + 1)))

    def text(self, source: random.Random, count: int) -> str:
        return " ".join(source.choices(self.words, cum_weights=self._weights, k=count))


def documents(count: int, vocabularies: dict[str, Vocabulary]) -> Iterator[SearchDocument]:
    """Yield the same documents on every run."""
    source = random.Random(SEED)
    for number in range(1, count + 1):
        lang = source.choice(list(vocabularies))
        vocabulary = vocabularies[lang]
        name = "-".join(source.choices(vocabulary.words, k=source.choice((1, 2, 2, 3))))
        agency = f"agency-{int(source.paretovariate(0.8)) % 900}"
        yield SearchDocument(
            id=number,
            revision=1,
            slug=f"{agency}-{name}-{number}",
            names={"": name},
            descriptions={lang: vocabulary.text(source, source.randint(5, 25))},
            topics=tuple(vocabulary.text(source, source.randint(0, 5)).split()),
            readme=vocabulary.text(source, 80),
            path=f"{agency}/{name}",
            organisation=agency,
            organisation_name=agency,
            country=source.choice(COUNTRIES),
            licence=source.choice(LICENCES),
            licence_class="permissive",
            language=source.choice(LANGUAGES),
            activity=source.choice(("active", "quiet", "archived")),
            is_fork=source.random() < 0.2,
            updated_at=1_600_000_000 + source.randrange(100_000_000),
        )


class Fts:
    """SQLite FTS5 over the same texts, with the columns of the facets beside."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = sqlite3.connect(str(path))
        self.connection.executescript(
            """
            CREATE TABLE entry (id INTEGER PRIMARY KEY, country, licence, language, activity);
            CREATE VIRTUAL TABLE text USING fts5 (
                name, description, topics, readme,
                tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
            );
            """
        )

    def fill(self, items: Iterator[SearchDocument]) -> None:
        for item in items:
            self.connection.execute(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?)",
                (item.id, item.country, item.licence, item.language, item.activity),
            )
            body = (item.name, " ".join(item.descriptions.values()), " ".join(item.topics))
            self.connection.execute(
                "INSERT INTO text (rowid, name, description, topics, readme)"
                " VALUES (?, ?, ?, ?, ?)",
                (item.id, *body, item.readme),
            )
        self.connection.execute("INSERT INTO text (text) VALUES ('optimize')")
        self.connection.commit()

    def search(self, match: str) -> None:
        self.connection.execute(
            "SELECT rowid, highlight(text, 1, '<mark>', '</mark>') FROM text WHERE text MATCH ?"
            " ORDER BY bm25(text, 8, 4, 3, 1) LIMIT 20",
            (match,),
        ).fetchall()
        self.connection.execute("SELECT count(*) FROM text WHERE text MATCH ?", (match,)).fetchall()

    def faceted(self, match: str) -> None:
        self.search(match)
        for facet in FACETS:
            self.connection.execute(
                f"SELECT {facet}, count(*) FROM text JOIN entry ON entry.id = text.rowid"
                f" WHERE text MATCH ? GROUP BY {facet}",
                (match,),
            ).fetchall()


def timed(call: Callable[[Any], Any], questions: list[Any]) -> tuple[float, float]:
    """Return the median and the 95th percentile in milliseconds."""
    for question in questions[:5]:
        call(question)
    times = []
    for question in questions:
        begin = time.perf_counter()
        call(question)
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times), statistics.quantiles(times, n=20)[18]


def misspelt(word: str, source: random.Random) -> str:
    """Return a word with one letter after the first replaced by another."""
    at = source.randrange(1, len(word))
    return word[:at] + source.choice("bdfgklmnprst".replace(word[at], "")) + word[at + 1 :]


def questions(vocabularies: dict[str, Vocabulary], count: int) -> dict[str, list[str]]:
    """Return questions by kind, of frequent and of rare words alike."""
    source = random.Random(SEED + 1)

    def word(*, least: int = 3) -> str:
        vocabulary = source.choice(list(vocabularies.values()))
        while True:
            found = vocabulary.words[int(len(vocabulary.words) ** source.random()) - 1]
            if len(found) >= least:
                return found

    return {
        "keyword": [f"{word()} " for _ in range(count)],
        "two words": [f"{word()} {word()} " for _ in range(count)],
        "prefix": [word(least=4)[: source.choice((2, 3, 4))] for _ in range(count)],
        "typo": [f"{misspelt(word(least=6), source)} " for _ in range(count)],
        "faceted": [f"{word()} " for _ in range(count)],
    }


def size_of(path: Path) -> float:
    """Return the megabytes of a file or of all files in a folder."""
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6


def fts_match(question: str) -> str:
    """Return the question in the language of FTS5: quoted tokens, a star after an open one."""
    tokens = " ".join(f'"{token}"' for token in question.split())
    return tokens if question.endswith(" ") else f"{tokens}*"


def run(count: int, query_count: int, folder: Path) -> None:
    """Measure both engines and print a table."""
    vocabularies = {lang: Vocabulary(lang) for lang in SYLLABLES}
    begin = time.perf_counter()
    for _ in documents(count, vocabularies):
        pass
    making = time.perf_counter() - begin

    begin = time.perf_counter()
    index = EmbeddedSearchIndex(folder)
    index.rebuild(documents(count, vocabularies))
    embedded_time = time.perf_counter() - begin - making
    begin = time.perf_counter()
    fts = Fts(folder / "fts.db")
    fts.fill(documents(count, vocabularies))
    fts_time = time.perf_counter() - begin - making

    print(f"{count} documents; embedded / FTS5")
    print(f"  index time   {embedded_time:8.1f} s   / {fts_time:8.1f} s")
    print(f"  size on disk {size_of(folder / 'search'):8.1f} MB  / {size_of(fts.path):8.1f} MB")
    print(f"{'ms':>14} {'p50':>8} {'p95':>8} {'FTS p50':>9} {'FTS p95':>9} {'ratio p95':>10}")
    for kind, asked in questions(vocabularies, query_count).items():
        facets = FACETS if kind == "faceted" else ()
        own = timed(lambda q, f=facets: index.search(SearchQuery(q=q, facets=f)), asked)
        line = f"{kind:>14} {own[0]:8.2f} {own[1]:8.2f}"
        if kind == "typo":
            print(f"{line} {'none':>9} {'none':>9}")
            continue
        theirs = timed(fts.faceted if facets else fts.search, [fts_match(q) for q in asked])
        print(f"{line} {theirs[0]:9.2f} {theirs[1]:9.2f} {theirs[1] / own[1]:9.1f}x")
    browse = SearchQuery(facets=FACETS, filters={"country": ("FR",)}, sort="updated")
    everything = timed(index.search, [browse] * 50)
    print(f"{'browse+filter':>14} {everything[0]:8.2f} {everything[1]:8.2f}")
    print(f"  memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def main() -> None:
    """Read the arguments and measure in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--documents", type=int, default=60_000)
    parser.add_argument("--queries", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(given.documents, given.queries, Path(folder))


if __name__ == "__main__":
    main()
