"""A hosting platform in memory: what it lists, what it knows by id, and how it fails."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crawlers.forges.port import ForgeKind, Probe, RemoteRepository
from registry.errors import NotFound

HOST = "forge.example"


def remote(forge_id: str, path: str, **rest: Any) -> RemoteRepository:
    """Return what the forge says of a repository."""
    url = f"https://{HOST}/{path}"
    return RemoteRepository(
        forge=ForgeKind.GITHUB, host=HOST, forge_id=forge_id, path=path, url=url, web_url=url,
        name=path.rpartition("/")[2], **rest,
    )  # fmt: skip


class MemoryForge:
    """Lists `listed`; knows `elsewhere` by their ids alone; raises `failure` where set."""

    kind = ForgeKind.GITHUB
    host = HOST

    def __init__(self, *listed: RemoteRepository) -> None:
        self.listed = list(listed)
        self.elsewhere: list[RemoteRepository] = []
        self.failure: Exception | None = None
        self.asked: list[str] = []

    def list_repositories(self, namespace: str) -> Iterator[RemoteRepository]:
        self.asked.append(namespace)
        yield from self.listed
        if self.failure:
            raise self.failure

    def get_repository(self, path: str) -> RemoteRepository:
        return self._one(lambda item: item.path == path)

    def get_by_id(self, forge_id: str) -> RemoteRepository:
        self.asked.append(forge_id)
        return self._one(lambda item: item.forge_id == forge_id)

    def _one(self, wanted: Any) -> RemoteRepository:
        if self.failure:
            raise self.failure
        for item in (*self.listed, *self.elsewhere):
            if wanted(item):
                return item
        raise NotFound("the forge does not know it")

    def probe(self, paths: Sequence[str]) -> Mapping[str, Probe]:
        return {}
