"""How the work is spread over people: counts alone, made before addresses are replaced by keys."""

from collections import Counter
from collections.abc import Sequence

from crawlers.replicability.patterns import formats
from registry.domain.facts import Commit
from registry.domain.inspection import Authors


def count_authors(commits: Sequence[Commit]) -> Authors:
    """Return who wrote the main line. Merges are left out: they write nothing.

    One person with several addresses counts as several, so that a share is never too large.
    """
    main = [commit for commit in commits if commit.on_main]
    bots = frozenset(filter(is_bot, {commit.email for commit in main}))
    people = [commit for commit in main if commit.email not in bots]
    written = Counter(commit.email for commit in people if len(commit.parents) < 2)
    return Authors(
        commits=sum(written.values()),
        people=len(written),
        most=max(written.values(), default=0),
        bot_commits=len(main) - len(people),
        last_commit_time=max((commit.commit_time for commit in people), default=None),
    )


def is_bot(email: str) -> bool:
    """Tell whether an address is a program's, or nobody's."""
    lower = email.lower()
    return any(part in lower for part in formats().bots["parts"])
