"""Which authors are programs, by the name and address that they give themselves in commits.

Nobody has to tell the truth there: a person can pass for a program, and a program for a person.
Only spellings that programs are known to use are taken for one, since a person who is left out is
worse than a program that is counted.
"""

import re
from typing import Final

BOT: Final = "bot"  # the flag of a commit that a program wrote
# Forges write these as the committer of what somebody merged in the browser.
PLATFORMS: Final = frozenset({"noreply@github.com", "noreply@gitlab.com", "noreply@codeberg.org"})
_MARKED: Final = re.compile(r"\[bot\]$|[_-]bot$", re.IGNORECASE)
_NAMES: Final = frozenset(
    {
        "dependabot", "dependabot preview", "dependabot-preview", "renovate", "renovatebot",
        "greenkeeper", "greenkeeperio-bot", "snyk", "pyup.io bot", "travis ci", "jenkins",
        "github action", "github actions", "github-actions", "gitlab ci", "semantic-release",
        "concourse", "circleci", "allcontributors", "imgbot", "mergify", "pre-commit-ci",
    }
)  # fmt: skip
_MAILBOXES: Final = frozenset(
    {
        "action@github.com", "actions@github.com", "support@dependabot.com", "bot@renovateapp.com",
        "renovate@whitesourcesoftware.com", "support@greenkeeper.io", "snyk-bot@snyk.io",
        "github-bot@pyup.io", "builds@travis-ci.org", "jenkins@localhost",
    }
)  # fmt: skip


def is_bot(name: str, email: str) -> bool:
    """Tell whether a commit with this name and address of an author was made by a program."""
    mailbox = email.partition("@")[0]
    return (
        email in _MAILBOXES
        or bool(_MARKED.search(mailbox))
        or bool(_MARKED.search(name))
        or name.lower() in _NAMES
    )
