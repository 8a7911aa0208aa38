"""Proofs in the outside world: name servers that disagree, pages that redirect, forges."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from crawlers.egress import Response
from crawlers.egress.txt import TxtRecords
from crawlers.proofs.finder import Finder
from crawlers.proofs.forge import ForgeMembership
from registry.db.tables import ProofMethod
from registry.errors import CrawlFailure, InvalidInput, NotFound
from registry.publishing.proofs import Challenge, Finding, proof_text
from tests.support.name_server import NameServer, name_server

TOKEN = "tOk-en_1"
PROOF = proof_text(TOKEN).encode()
NAME = "_gcr-challenge.alberta.ca."


@pytest.fixture(scope="module")
def servers() -> Iterator[list[NameServer]]:
    with name_server() as one, name_server() as other:
        yield [one, other]


def challenge(method: ProofMethod, **values: Any) -> Challenge:
    return Challenge(**{"method": method, "token": TOKEN, "domain": "alberta.ca"} | values)


class Outside:
    """An http client, a store and a forge that answer what a test says."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def get(self, url: str, *, max_bytes: int, total_seconds: float) -> Response:
        self.asked.append(url)
        return self._said()

    def files(self, url: str, paths: tuple[str, ...]) -> Mapping[str, bytes]:
        return self._said()

    def is_member(self, challenge: Challenge) -> bool:
        return self._said()

    def _said(self) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def find(asked: Challenge, answer: Any = None, servers: Sequence[NameServer] = ()) -> Finding:
    outside = Outside(answer)
    addresses = [server.address for server in servers] or ["127.0.0.1:1", "127.0.0.1:1"]
    finder = Finder(
        http=outside,
        txt=TxtRecords(addresses, seconds=0.4),
        head_files=outside.files,
        forge=outside,
    )
    return finder.find(asked)


@pytest.mark.parametrize(
    ("one", "other", "problem"),
    [
        ([[PROOF]], [[PROOF]], ""),
        ([[b"v=spf1 -all"], [PROOF]], [[PROOF[:9], PROOF[9:]]], ""),  # in two strings
        ([[b'"' + PROOF + b'"']], [[PROOF]], ""),
        ([[PROOF]], [], "resolvers_disagree"),
        ([[PROOF]], [[b"gcr-claim=other"]], "resolvers_disagree"),
        ([[b"gcr-claim=other"]], [[b"gcr-claim=other"]], "other_record"),
        ([[PROOF + b"x"]], [[b"x" + PROOF]], "other_record"),
        ([[b"v=spf1 -all"]], [], "no_record"),
        (None, None, "no_record"),
    ],
)
def test_the_name_servers_have_to_agree(
    servers: list[NameServer], one: Any, other: Any, problem: str
) -> None:
    for server, records in zip(servers, (one, other), strict=True):
        server.broken.clear()
        server.records = {} if records is None else {NAME: records}
    found = find(challenge(ProofMethod.DNS), servers=servers)
    assert (found.is_proven, found.problem) == (not problem, problem)
    assert found.is_certain is (problem != "resolvers_disagree")


def test_a_record_at_a_sub_domain_does_not_prove_the_parent(servers: list[NameServer]) -> None:
    for server in servers:
        server.broken.clear()
        server.records = {
            "_gcr-challenge.data.alberta.ca.": [[PROOF]], "alberta.ca.": [[PROOF]],
        }  # fmt: skip
    assert find(challenge(ProofMethod.DNS), servers=servers).problem == "no_record"
    below = challenge(ProofMethod.DNS, domain="data.alberta.ca")
    assert find(below, servers=servers).is_proven


def test_a_name_server_that_is_silent_proves_nothing_either_way(
    servers: list[NameServer],
) -> None:
    for server in servers:
        server.records = {NAME: [[PROOF]]}
    servers[1].broken = {NAME}
    found = find(challenge(ProofMethod.DNS), servers=servers)
    assert found == Finding(False, "unreachable", False)


@pytest.mark.parametrize("server", ["", "dns.example", "127.0.0.1:0", "127.0.0.1:x", "1.1.1"])
def test_a_name_server_is_an_address(server: str) -> None:
    with pytest.raises(InvalidInput):
        TxtRecords([server])


def test_addresses_of_both_families() -> None:
    for server in ("9.9.9.9", "9.9.9.9:5353", "2620:fe::fe", "[2620:fe::fe]:53"):
        TxtRecords([server])


def page(body: bytes, status: int = 200, url: str = "https://alberta.ca/x") -> Response:
    return Response(status, {}, body, url)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (page(PROOF), ""),
        (page(b"# ours\r\n" + PROOF + b"\r\n"), ""),
        (page(PROOF, url="https://evil.example/x"), "redirected"),
        (page(PROOF, url="https://www.alberta.ca/x"), "redirected"),
        (page(PROOF, status=404), "no_file"),
        (page(PROOF, status=503), "unreachable"),
        (page(b"<title>" + PROOF + b"</title>"), "file_without_token"),
        (page(b"\xff\xfe" + b"x" * 70_000 + b" " + PROOF), "file_without_token"),
        (CrawlFailure("blocked_address", "alberta.ca"), "unreachable"),
    ],
)
def test_the_file_at_the_domain(answer: Any, problem: str) -> None:
    found = find(challenge(ProofMethod.WELL_KNOWN), answer)
    assert (found.is_proven, found.problem) == (not problem, problem)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({".well-known/registry-claim": PROOF}, ""),
        ({"publiccode.yml": b"name: x\n# " + PROOF + b"\n"}, ""),
        ({"publiccode.yml": b"name: x\n"}, "file_without_token"),
        ({}, "no_file"),
        (CrawlFailure("gone", ""), "unreachable"),
    ],
)
def test_a_file_in_the_repository(answer: Any, problem: str) -> None:
    asked = challenge(ProofMethod.REPOSITORY, repository_url="https://code.example/a/b")
    assert find(asked, answer).problem == problem


def test_without_an_identity_no_forge_is_asked() -> None:
    assert find(challenge(ProofMethod.FORGE), True).problem == "no_identity"
    known = challenge(ProofMethod.FORGE, identities=(("https://github.com", "7"),))
    assert find(known, True).is_proven
    assert find(known, False).problem == "not_a_member"
    assert find(known, CrawlFailure("rate_limited", "")).problem == "unreachable"


class Api:
    """The API of a forge: documents by path."""

    def __init__(self, documents: Mapping[str, Any]) -> None:
        self.documents = documents

    def api(self, root: str, host: str, scheme: str = "") -> "Api":
        self.root = root
        return self

    def get(self, path: str) -> Any:
        if path not in self.documents:
            raise NotFound(path)
        return type("Page", (), {"data": self.documents[path]})()

    def pages(self, path: str) -> Iterator[Any]:
        yield self.get(path)


GITHUB = {
    "/users/town": {"type": "Organization", "id": 1},
    "/orgs/town/public_members?per_page=100": [{"id": 70, "login": "eve"}, {"id": 77}, "x", {}],
    "/users/ada": {"type": "User", "id": 77},
}
GITEA = {"/orgs/town/public_members?limit=50": [{"id": 77}], "/users/ada": {"id": 77}}
GITLAB = {
    "/groups/town%2Funit/members/all/77": {"id": 77, "access_level": 40},
    "/groups/town/members/all/77": {"id": 77, "access_level": 30},
    "/projects/town%2Fforms/members/all/77": {"id": 77, "access_level": 50},
}


@pytest.mark.parametrize(
    ("forge", "host", "place", "documents", "is_member"),
    [
        ("github", "github.com", "town", GITHUB, True),
        ("github", "github.com", "ada", GITHUB, True),
        ("github", "github.com", "nobody", GITHUB, False),
        ("github", "github.example", "town", GITHUB, False),  # known at another host alone
        ("gitea", "github.com", "town", GITEA, True),
        ("gitea", "github.com", "ada", GITEA, True),
        ("gitlab", "github.com", "town/unit", GITLAB, True),
        ("gitlab", "github.com", "town", GITLAB, False),  # a developer answers for nothing
        ("git", "github.com", "town", GITHUB, False),
    ],
)
def test_membership_is_told_by_number(
    forge: str, host: str, place: str, documents: Any, is_member: bool
) -> None:
    asked = challenge(
        ProofMethod.FORGE,
        accounts_at=((forge, host, place),),
        identities=(("https://github.com", "77"), ("https://login.example", "1")),
    )
    client: Any = Api(documents)
    assert ForgeMembership(client).is_member(asked) is is_member
    other = challenge(
        ProofMethod.FORGE,
        accounts_at=((forge, host, place),),
        identities=(("https://github.com", "78"), ("https://evil.example", "77")),
    )
    assert ForgeMembership(client).is_member(other) is False


def test_a_maintainer_of_the_project_owns_its_component() -> None:
    asked = challenge(
        ProofMethod.FORGE,
        forge="gitlab",
        host="gitlab.example",
        path="town/forms",
        identities=(("https://gitlab.example", "77"),),
    )
    client: Any = Api(GITLAB)
    assert ForgeMembership(client).is_member(asked)
