"""OAI-PMH 2.0: the six verbs, every error of the protocol, harvests that miss nothing."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import select

from registry.db.changes import note_change
from registry.db.session import Database
from registry.db.tables import ChangeKind, Component
from registry.domain.facts import Claim
from registry.publishing.service import Publishing
from registry.publishing.takedowns import take_down
from tests.support.api_samples import api_client, sample_catalogue
from tests.support.catalogue_rows import NOW, document, reading, record, register
from tests.support.databases import fresh_sqlite

Client = TestClient[Litestar]
OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
HOSTILE = "<script>\x08 ]]> &amp; \ufffe end"
COUNT = 230


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def fill(database: Database) -> None:
    with database.write() as session:
        for number in range(COUNT):
            owner, country = ("town", "EE") if number % 2 else ("city", "CA")
            row = register(session, f"{owner}/part-{number:03}", country=country)
            claims = (
                Claim(property="name", value=HOSTILE if number == 1 else f"Part {number}"),
                Claim(property="licence", value="MIT OR Apache-2.0"),
                Claim(property="short_description", value=HOSTILE, lang="en"),
            )
            record(session, row, reading(document(*claims)))
        take_down(session, "code-example-town-part-003", category="copyright", note="", now=NOW,
                  withdraw=lambda *_: 0)  # fmt: skip


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = fresh_sqlite(tmp_path_factory.mktemp("oai"))
    fill(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(database: Database, clock: Clock) -> Iterator[Client]:
    with api_client(sample_catalogue(database), publishing=Publishing(database, clock)) as opened:
        yield opened


def asked(client: Client, **arguments: str) -> Element:
    """Ask, and return the answer; `from` is written `from_`."""
    query = urlencode({name.rstrip("_"): value for name, value in arguments.items()})
    answer = client.get(f"/oai?{query}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    root: Element = fromstring(answer.content)
    assert [child.tag.removeprefix(OAI) for child in root][:2] == ["responseDate", "request"]
    return root


def error_of(root: Element) -> str:
    found = root.find(f"{OAI}error")
    assert found is not None
    return found.attrib["code"]


def harvest(client: Client, verb: str = "ListIdentifiers", **arguments: str) -> list[Element]:
    """Follow the resumption tokens to the end, and return headers or records."""
    found: list[Element] = []
    root = asked(client, verb=verb, **{"metadataPrefix": "oai_dc", **arguments})
    while True:
        body = root[2]
        assert body.tag == OAI + verb, error_of(root)
        found += [x for x in body if x.tag != f"{OAI}resumptionToken"]
        token = body.findtext(f"{OAI}resumptionToken")
        if not token:
            return found
        root = asked(client, verb=verb, resumptionToken=token)


def identifiers(headers: list[Element]) -> list[str]:
    return [x.findtext(f"{OAI}identifier") or "" for x in headers]


def test_identify(client: Client) -> None:
    body = asked(client, verb="Identify")[2]
    told = {child.tag.removeprefix(OAI): child.text for child in body}
    assert told["baseURL"] == "http://127.0.0.1:8000/oai"
    assert told["protocolVersion"] == "2.0"
    assert told["deletedRecord"] == "persistent"
    assert told["granularity"] == "YYYY-MM-DDThh:mm:ssZ"
    assert told["earliestDatestamp"] == "2026-05-01T12:00:00Z"
    assert "@" in (told["adminEmail"] or "")


def test_a_harvest_meets_every_record_once(client: Client) -> None:
    headers = harvest(client)
    assert len(headers) == len(set(identifiers(headers))) == COUNT
    deleted = [x for x in headers if x.attrib.get("status") == "deleted"]
    assert len(deleted) == 1
    assert [x.text for x in deleted[0].findall(f"{OAI}setSpec")] == [
        "country:EE", "organisation:town",
    ]  # fmt: skip
    records = harvest(client, "ListRecords")
    assert identifiers([x[0] for x in records]) == identifiers(headers)
    assert sum(x.find(f"{OAI}metadata") is not None for x in records) == COUNT - 1


def test_a_resumption_ends_with_an_empty_token(client: Client) -> None:
    root = asked(client, verb="ListIdentifiers", metadataPrefix="oai_dc")
    tokens = []
    while token := root[2].findtext(f"{OAI}resumptionToken"):
        tokens.append(token)
        root = asked(client, verb="ListIdentifiers", resumptionToken=token)
    assert len(tokens) == 2
    assert root[2][-1].tag == f"{OAI}resumptionToken"
    whole = asked(client, verb="ListIdentifiers", metadataPrefix="oai_dc", set="country:FI")
    assert error_of(whole) == "noRecordsMatch"


def test_sets_are_country_and_organisation(client: Client) -> None:
    specs = [x.findtext(f"{OAI}setSpec") for x in asked(client, verb="ListSets")[2]]
    assert specs == [
        "country", "country:CA", "country:EE", "organisation", "organisation:city",
        "organisation:town",
    ]  # fmt: skip
    assert len(harvest(client, set="country:EE")) == COUNT // 2
    assert len(harvest(client, set="organisation:city")) == COUNT // 2
    assert len(harvest(client, set="country")) == COUNT


def test_dublin_core_and_codemeta(client: Client) -> None:
    key = identifiers(harvest(client))[1]
    arguments = {"verb": "GetRecord", "identifier": key}
    dc = asked(client, **arguments, metadataPrefix="oai_dc")[2][0][1][0]
    told: dict[str, Any] = {}
    for child in dc:
        told.setdefault(child.tag.removeprefix(DC), []).append(child.text)
    assert told["title"] == [HOSTILE.replace("\x08", "�").replace("\ufffe", "�")]
    spdx = "https://spdx.org/licenses"
    assert told["rights"] == [f"{spdx}/MIT", f"{spdx}/Apache-2.0"]
    assert "https://code.example/town/part-001" in told["identifier"]
    assert dc.find(f"{DC}description").attrib == {  # type: ignore[union-attr]
        "{http://www.w3.org/XML/1998/namespace}lang": "en"
    }
    text = asked(client, **arguments, metadataPrefix="codemeta")[2][0][1][0].text
    assert json.loads(text or "")["codeRepository"] == "https://code.example/town/part-001"
    assert asked(client, verb="ListMetadataFormats", identifier=key)[2][1][0].text == "codemeta"
    schema = client.get("/oai/codemeta.xsd")
    assert fromstring(schema.content).attrib["targetNamespace"].endswith("codemeta/3.1")


def test_a_harvest_by_date_finds_what_became_visible_since(
    client: Client, database: Database, clock: Clock
) -> None:
    last = asked(client, verb="Identify").findtext(f"{OAI}responseDate")
    assert last
    with database.write() as session:  # it happened long ago, and is written now
        component = session.exec(select(Component).where(Component.id == 7)).one()
        note_change(session, component, ChangeKind.UPDATED, NOW - timedelta(days=90))
        key = f"oai:127.0.0.1:{component.uuid}"
    clock.now = datetime.fromisoformat(last) + timedelta(hours=1)
    assert identifiers(harvest(client, from_=last)) == [key]
    day = clock.now.date().isoformat()
    assert key in identifiers(harvest(client, from_=day, until=day))
    assert key not in identifiers(harvest(client, until="2026-05-01T12:00:00Z"))
    second = harvest(client, from_="2026-05-01T12:00:00Z", until="2026-05-01T12:00:00Z")
    assert len(second) == COUNT - 1  # both ends are inclusive


def test_a_form_is_answered_like_a_query(client: Client) -> None:
    form = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "set": "country:EE"}
    sent = fromstring(client.post("/oai", data=form).content)
    got = fromstring(client.get("/oai?" + urlencode(form)).content)
    assert [x.text for x in sent[2].iter()] == [x.text for x in got[2].iter()]


KNOWN = "oai:127.0.0.1:00000000-0000-4000-8000-000000000000"
TOKEN = "eyJ2ZXJiIjoiTGlzdFJlY29yZHMiLCJwcmVmaXgiOiJvYWlfZGMiLCJhZnRlciI6MX0"  # of ListRecords


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Nothing", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=identify", "badVerb"),
        ("verb=Identify&set=x", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=GetRecord&identifier=x", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=yesterday", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=9999-12-31T23:59:60Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2025-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-02T00:00:00Z",
         "badArgument"),
        (f"verb=ListRecords&metadataPrefix=oai_dc&resumptionToken={TOKEN}", "badArgument"),
        (f"verb=ListIdentifiers&resumptionToken={TOKEN}", "badResumptionToken"),
        (f"verb=GetRecord&resumptionToken={TOKEN}", "badArgument"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=e30", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
        (f"verb=GetRecord&metadataPrefix=marc&identifier={KNOWN}", "cannotDisseminateFormat"),
        (f"verb=GetRecord&metadataPrefix=oai_dc&identifier={KNOWN}", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:other:x", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=%3Cscript%3E", "idDoesNotExist"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=colour:red", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=2001-01-01", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=%ff", "badArgument"),
        ("&".join(f"a{number}=1" for number in range(99)), "badArgument"),
    ],
)  # fmt: skip
def test_what_is_wrong_has_the_code_of_the_protocol(client: Client, query: str, code: str) -> None:
    answer = client.get(f"/oai?{query}")
    assert answer.status_code == 200
    root = fromstring(answer.content)
    assert error_of(root) == code
    attributes = root[1].attrib
    assert bool(attributes) == (code not in {"badVerb", "badArgument"})
