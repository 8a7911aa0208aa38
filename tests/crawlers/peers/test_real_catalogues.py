"""Recorded answers of real catalogues, harvested twice: the second time nothing changes.

The figures are those of the metadata design; each test prints its own, and keeps no name of a
person. Live addresses are not asked: the files stand in for the answers.
"""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from crawlers.peers.answers import Answer
from crawlers.peers.walk import pages_of_files
from crawlers.peers.worker import Request, read
from registry.db.session import Database
from registry.domain.addresses import role_mailbox
from registry.domain.peers import Batch
from tests.support.peer_doubles import SoftwareCatalogDouble
from tests.support.peers import Harvester, everything
from tests.support.real_data import real_data

pytestmark = pytest.mark.real_data


def _files(folder: str) -> list[Path]:
    return sorted(path for path in real_data(folder).rglob("*") if path.is_file())


def _read(protocol: str, folder: str) -> Batch:
    answers = tuple(Answer(path.name, path.read_bytes()) for path in _files(folder))
    return read(Request(protocol, answers))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spec", "folder", "kind", "count"),
    [
        ("codejson:https://agencies.example/all", "codejson", "software", 7_193),
        ("dpg:https://goods.example/all", "dpg", "software", 217),
        ("ore:https://canada.example/code", "ore-ero/code", "software", 67),
        ("catalog:https://register.example/v1", "sources/don-oss-register", "publisher", 48),
    ],
)
def test_a_recorded_catalogue_is_harvested_twice_and_the_second_time_changes_nothing(
    sqlite_database: Database, spec: str, folder: str, kind: str, count: int
) -> None:
    files = _files(folder)
    harvester = Harvester(sqlite_database, SoftwareCatalogDouble(), spec=spec)
    peer = harvester.harvest.peer(harvester.source_id)

    def harvest() -> str:
        pages = pages_of_files(peer.spec, files, harvester.harvest.reader, peer.options)
        return str(harvester.harvest.store(harvester.job(), peer, pages))

    first = harvest()
    before = everything(sqlite_database)
    second = harvest()
    print(f"\n{spec}\n  first: {first}\n  second: {second}")
    assert first.startswith(f"{count} new, 0 changed, 0 unchanged, 0 ended")
    assert second.startswith(f"0 new, 0 changed, {count} unchanged, 0 ended")
    assert everything(sqlite_database) == before
    assert len(harvester.records(kind)) == count


@pytest.mark.slow
def test_inventories_are_read_whole_but_for_copies_and_files_that_are_none() -> None:
    found = _read("codejson", "codejson")
    copies = [Path(note.rpartition(" copy of ")[2]).name for note in found.notes]
    twice = sum(
        len(json.loads(path.read_bytes())["releases"])
        for path in _files("codejson")
        if path.name in copies
    )
    closed = sum(record.url is None for record in found.records)
    print(f"\n{len(found.records)} releases, {twice} more in {len(copies)} copies, {closed} closed")
    # The design counts 7,242: it leaves out the file that is a bare list of one release.
    # Four give nothing: one is empty, one truncated, one a template, one an empty object.
    assert len(found.records) + twice == 7_242 + 1
    assert len(copies) == 2
    assert len(found.problems) == 4
    addresses = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
    stored = [(r.data, [claim.value for claim in r.claims]) for r in found.records]
    shown = set(addresses.findall(repr(stored)))
    assert all(role_mailbox(address) for address in shown)


def test_deployments_of_digital_public_goods_are_declared_by_country() -> None:
    files = _files("dpg/screening-2024")
    distinct = {hashlib.sha256(path.read_bytes()).digest(): path for path in files}
    named = sum(
        len([name for name in json.loads(path.read_bytes())["locations"]["deploymentCountries"]
             if name])
        for path in distinct.values()
    )  # fmt: skip
    found = _read("dpg", "dpg/screening-2024")
    codes = Counter(
        len(claim.value)
        for record in found.records
        for claim in record.claims
        if claim.property == "deployment_countries"
    )
    deployed = sum(size * goods for size, goods in codes.items())
    unknown = sum("no country" in d.message for r in found.records for d in r.diagnostics)
    print(f"\n{len(found.records)} goods, {named} deployments named, {deployed} countries, "
          f"{unknown} names that are no country")  # fmt: skip
    assert (len(files), len(found.records), len(found.notes)) == (166, 161, 5)
    assert named == 2_336
    assert sum(goods for size, goods in codes.items() if size > 1) == 97
    assert deployed >= named - unknown - 10


def test_a_real_register_is_read_by_a_mapping_of_an_operator() -> None:
    from crawlers.peers.mapping import read_mapping

    mapping = read_mapping(
        b'format = "json"\nrecords = "$.data[*]"\nkey = "$.id"\nurl = "$.codeHosting[0].url"\n'
        b'[organisation]\nuri = "$.tooiUrl"\nname = "$.description"\n'
    )
    body = real_data("sources/don-oss-register/publishers.json").read_bytes()
    found = read(Request("mapped", (Answer("publishers.json", body),), {"mapping": mapping}))
    assert len(found.records) == 48
    identified = [record.body.uri for record in found.records if record.body]
    assert len(identified) == 44  # four have no identifier of the Dutch state
    assert all(uri.startswith("https://identifier.overheid.nl/tooi/") for uri in identified)
