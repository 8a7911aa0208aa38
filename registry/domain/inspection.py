"""What one look at HEAD tells of use elsewhere: places that may stand in the way, what is there.

Made in the sandbox from hostile bytes; `registry.domain.obstacles` judges it. Paths and names are
kept, texts of files never are.
"""

from msgspec import Struct


class Sign(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place at HEAD that may stand in the way of using the software elsewhere.

    `rule` is one of `registry.domain.obstacles.RULES`, `subject` the name of what was found and
    `country` the ISO 3166-1 code that it belongs to, where it does. `kind` is how it shows: as a
    package of a manifest, the address of a host, a setting, a file, or a word in code. `line`
    counts from 1; what is on the line is never kept.
    """

    rule: str
    subject: str
    kind: str
    path: str
    blob: str
    line: int | None = None
    country: str = ""


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file at HEAD that shows that something is there: a deployment file, a translation."""

    kind: str
    path: str
    blob: str


class Authors(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who wrote the main line, as counts: commits without merges and bots, by e-mail address.

    `most` are the commits of the busiest author; `last_commit_time` is of the newest commit by
    anybody but a bot, merges included.
    """

    commits: int = 0
    people: int = 0
    most: int = 0
    bot_commits: int = 0
    last_commit_time: int | None = None


class Inspection(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was looked at for obstacles to use elsewhere, and what is there.

    `source_files` could tell something and `source_read` were read, `config_files` and
    `config_read` likewise; `templates` are files of pages that were read, `texts` those of them
    that hold sentences, `template_files` all files of pages. `headings` are the README's that tell
    how to install or run. `caps` names the limits that were hit.
    """

    version: int
    source_files: int = 0
    source_read: int = 0
    config_files: int = 0
    config_read: int = 0
    bytes_read: int = 0
    templates: int = 0
    template_files: int = 0
    texts: int = 0
    deployment: tuple[Place, ...] = ()
    translations: tuple[Place, ...] = ()
    tests: str | None = None
    ci: str | None = None
    docs: str | None = None
    headings: tuple[str, ...] = ()
    authors: Authors | None = None
    caps: tuple[str, ...] = ()
