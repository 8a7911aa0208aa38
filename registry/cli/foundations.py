"""What everything in a running registry stands on: database, queue, index, keys, doors, limits."""

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from registry.accounts.notes import Signer
from registry.accounts.sealing import Sealer
from registry.catalogue.record import AuthorHasher
from registry.cli.demo import with_demo
from registry.cli.keys import (
    AUDIT,
    AUTHORS,
    LIMITS,
    SEALING,
    SEALING_BEFORE,
    instance_key,
    instance_keys,
)
from registry.cli.storage import open_database, open_index, open_queue, up_to_date
from registry.clock import utc_now
from registry.db.buckets import SharedBuckets, bucket_database
from registry.db.session import Database
from registry.db.state import DataState
from registry.jobs.port import JobQueue
from registry.lineage.background import FILE, Background
from registry.search.port import SearchIndex
from registry.settings import Settings

if TYPE_CHECKING:  # the crawlers are heavy: commands that do not crawl never load them
    from crawlers.egress import Egress


class Foundations:
    """The parts of one process that others are built from, each built when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = with_demo(settings)
        self.clock = utc_now

    @cached_property
    def database(self) -> Database:
        """The canonical store, at the schema of this version."""
        return up_to_date(open_database(self.settings))

    @cached_property
    def queue(self) -> JobQueue:
        """The work queue."""
        return open_queue(self.database, self.clock)

    @cached_property
    def index(self) -> SearchIndex:
        """The search index that the settings name."""
        return open_index(self.settings, self.database)

    @cached_property
    def egress(self) -> "Egress":
        """The one door to the outside."""
        from crawlers.egress import Egress

        return Egress(self.settings.crawl)

    @cached_property
    def sign_in_egress(self) -> "Egress":
        """The door to providers of sign-in: its exceptions are not those of crawling."""
        from crawlers.egress import Egress

        hosts = self.settings.accounts.allow_hosts
        return Egress(msgspec.structs.replace(self.settings.crawl, allow_hosts=hosts))

    @cached_property
    def signer(self) -> Signer:
        """The key with which this registry signs checkpoints of its audit log."""
        return Signer(instance_key(self.settings.home, AUDIT))

    @cached_property
    def sealer(self) -> Sealer:
        """What seals secrets that must be usable again."""
        return Sealer(instance_keys(self.settings.home, SEALING, SEALING_BEFORE))

    @cached_property
    def author_hasher(self) -> AuthorHasher:
        """What replaces the addresses of authors."""
        return AuthorHasher(instance_key(self.settings.home, AUTHORS))

    @cached_property
    def buckets(self) -> SharedBuckets:
        """What clients may still ask for, shared by server processes."""
        key = instance_key(self.settings.home, LIMITS)
        return SharedBuckets(bucket_database(self.database, self.settings.home), key)

    @cached_property
    def data_state(self) -> DataState:
        """Whether readers may see something else than before."""
        return DataState(self.database)

    @cached_property
    def background(self) -> Background:
        """The index of third-party code: the operator's own, or else the one that is shipped."""
        own = self.settings.home / FILE
        return Background.load(own if own.is_file() else None)

    def _checked_url(self, url: str) -> str:
        from crawlers.egress import allowed_hosts, check_url

        return check_url(url, allowed_hosts(self.settings.crawl.allow_hosts)).url

    def _public_url(self, url: str) -> str:
        from crawlers.egress import allowed_hosts, public_url

        return public_url(url, allowed_hosts(self.settings.crawl.allow_hosts))

    def close(self) -> None:
        """Let go of what was opened."""
        for name in ("egress", "sign_in_egress", "index", "buckets", "data_state", "database"):
            if name in self.__dict__:
                self.__dict__[name].close()
