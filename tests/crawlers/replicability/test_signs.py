"""What is a sign of an obstacle and what is none: each rule with places that count and do not."""

import time
from pathlib import Path

import pytest

from crawlers.replicability import inspecting
from crawlers.replicability.authors import count_authors, is_bot
from crawlers.replicability.inspecting import MAX_SIGNS, _Look, bounded
from crawlers.replicability.manifests import dependency_signs, submodule_signs
from crawlers.replicability.patterns import formats, terms
from crawlers.tree import HeadTree
from registry.domain.facts import Commit, Document, Submodule
from registry.domain.obstacles import FILES

BLOB = "a" * 40


def _found(path: str, text: str) -> set[tuple[str, str, int | None]]:
    look = _Look(lambda _: text.encode())
    assert look.at([(path, BLOB)]) == 1
    return {(sign.rule, sign.subject, sign.line) for sign in look.signs}


@pytest.mark.parametrize(
    ("path", "text", "rule", "subject", "line"),
    [
        ("a.py", "x = 1\nnhs_number = get()", "country_identity", "NHS number", 2),
        ("A.java", "private String patientNhsNumber;", "country_identity", "NHS number", 1),
        ("a.ts", "const siret = entreprise.siret", "country_identity", "SIRET, SIREN", 1),
        ("a.cs", "var code = person.CodiceFiscale;", "country_identity", "Codice fiscale", 1),
        ("a.yml", "notify: https://api.notifications.service.gov.uk", "country_service",
         "GOV.UK Notify", 1),
        ("a.js", "fetch('https://api-adresse.data.gouv.fr/search')", "country_service",
         "API Adresse, API Géo, API Entreprise", 1),
        ("a.html", '<a href="https://www.gov.uk/help">Help</a>', "country_domain", "gov.uk", 1),
        ("a.js", "const url = 'https://covid-19.ontario.ca/'", "country_domain",
         "canada.ca, gc.ca, provinces", 1),
        ("a.njk", "<b>£{{ amount }}</b>", "country_currency", "GBP", 1),
        ("a.html", "<b>R$ {{ amount }}</b>", "country_currency", "BRL", 1),
        ("a.py", "currency = 'BRL'", "country_currency", "BRL", 1),
        ("a.html", '<a href="tel:+442071234567">us</a>', "country_phone", "+44", 1),
        ("a.py", 'PHONENUMBER_DEFAULT_REGION = "FR"', "country_phone", "FR", 1),
        ("a.py", "code_insee = row[0]", "country_address", "code INSEE", 1),
        ("main.tf", 'provider "aws" {', "vendor_cloud", "Amazon Web Services", 1),
        ("a.py", "url = 'https://sqs.eu-west-1.amazonaws.com/q'", "vendor_cloud",
         "Amazon Web Services", 1),
        ("a.js", "load('https://maps.googleapis.com/maps/api/js')", "vendor_service",
         "Google Maps", 1),
        (".npmrc", "@x:registry=https://npm.pkg.github.com", "private_source",
         "GitHub Packages", 1),
        ("Dockerfile", "FROM 123.dkr.ecr.eu-west-1.amazonaws.com/base", "private_source",
         "AWS CodeArtifact, ECR", 1),
        ("a.html", "<p>Your application was sent to us.</p>", "interface_texts", "", 1),
    ],
)  # fmt: skip
def test_a_sign_has_its_line(path: str, text: str, rule: str, subject: str, line: int) -> None:
    assert (rule, subject, line) in _found(path, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "# see https://www.gov.uk/guidance on the nhs_number"),
        ("a.py", '"""\nThe nhs_number of https://www.gov.uk\n"""\nx = 1'),
        ("a.js", "/* https://www.gov.uk\n nhs number */ const x = 1"),
        ("a.html", "<!-- £5 at https://www.gov.uk --><br>"),
        ("a.js", "const author = 'a.person@digital.gov.uk'"),
        ("a.xml.html", '<svg xmlns="http://www.opengis.gov.uk/x">'),
        ("a.js", "const css = 'https://design-system.service.gov.uk/styles'"),
        ("a.py", "xnhs_numbers_like = bsnumber + absnx"),
        ("a.py", "host = 'https://notgov.uk.example.org/' + 'https://gov.uk.example.org'"),
        ("a.py", "codes = ['GBP', 'EUR', 'USD', 'SEK']"),
        ("a.js", "prefixes = ['+44', '+33', '+49', '+372']"),
        ("a.js", "const sum = 'a' + 44 + '+' + 4455"),
        ("a.html", "<p>{{ texts.sent }}</p><b>OK</b>"),
        ("a.py", "ip = 'http://checkip.amazonaws.com'"),
        ("a.tf", 'provider "openstack" {'),
        ("a.js", "const amount = value => `R${round(value)}`"),
    ],
)
def test_what_is_no_sign(path: str, text: str) -> None:
    assert _found(path, text) == set()


def _manifest(path: str, *items: dict[str, object]) -> Document:
    data = {"dependencies": [{"scope": "runtime", "line": 3, **item} for item in items]}
    return Document(kind="manifest", path=path, blob=BLOB, size=1, sha256="", data=data)


@pytest.mark.parametrize(
    ("item", "rule"),
    [
        ({"ecosystem": "pypi", "name": "Boto3"}, "vendor_cloud"),
        ({"ecosystem": "npm", "name": "@azure/storage-blob"}, "vendor_cloud"),
        ({"ecosystem": "npm", "name": "highcharts"}, "closed_dependency"),
        ({"ecosystem": "pypi", "name": "cx_oracle"}, "closed_dependency"),
        ({"ecosystem": "npm", "name": "stripe"}, "vendor_service"),
        ({"ecosystem": "pypi", "name": "notifications-python-client"}, "country_service"),
        ({"ecosystem": "npm", "name": "x", "spec": "git+ssh://git@h/x"}, "private_source"),
    ],
)
def test_packages_of_what_runs_are_signs(item: dict[str, object], rule: str) -> None:
    (sign,) = dependency_signs([_manifest("package.json", item)])
    assert (sign.rule, sign.line, sign.kind in {"package", "setting"}) == (rule, 3, True)


@pytest.mark.parametrize(
    ("path", "item"),
    [
        ("package.json", {"ecosystem": "npm", "name": "aws-sdk", "scope": "dev"}),
        ("package.json", {"ecosystem": "npm", "name": "aws-sdk", "scope": "optional"}),
        ("package.json", {"ecosystem": "npm", "name": "aws-sdk", "locked": True}),
        ("package.json", {"ecosystem": "cargo", "name": "boto3"}),
        ("package.json", {"ecosystem": "npm", "name": "@progress/kendo-drawing"}),
        ("package.json", {"ecosystem": "npm", "name": "@auth0/angular-jwt"}),
        ("package.json", {"ecosystem": "npm", "name": "x", "spec": "git+https://h/x.git"}),
        ("examples/package.json", {"ecosystem": "npm", "name": "aws-sdk"}),
    ],
)
def test_other_packages_are_none(path: str, item: dict[str, object]) -> None:
    assert dependency_signs([_manifest(path, item)]) == []


def test_submodules_by_ssh_are_signs() -> None:
    modules = [
        Submodule(path="a", commit=BLOB, url="git@forge.example:x/a.git"),
        Submodule(path="b", commit=BLOB, url="https://forge.example/x/b.git"),
    ]
    assert [x.rule for x in submodule_signs(modules, {".gitmodules": BLOB})] == ["private_source"]


def test_signs_are_bounded_and_the_nearest_are_kept() -> None:
    look = _Look(lambda _: b"nhs_number = 1")
    look.at((f"{'x/' * (n % 3)}f{n}.py", BLOB) for n in range(80))
    kept = bounded(look.signs)
    assert len(kept) == MAX_SIGNS
    assert all("/" not in sign.path for sign in kept)


GREETING = b'# made by a generator\nen:\n  hello: "Hello"\n'
TEXTS = b"en:\n  sent: Sent\n  paid: Paid\n  late: Too late\n"


@pytest.mark.parametrize(
    ("files", "content", "languages"),
    [
        (["config/locales/en.yml"], GREETING, []),
        (["config/locales/en.yml"], TEXTS, ["en"]),
        (["config/locales/en.yml"], None, ["en"]),
        (["config/locales/en.yml", "config/locales/fr.yml"], GREETING, ["en", "fr"]),
    ],
)
def test_the_file_of_texts_of_a_generator_is_no_language(
    files: list[str], content: bytes | None, languages: list[str]
) -> None:
    tree = HeadTree(files=dict.fromkeys(files, BLOB), gitlinks={}, caps=())
    assert inspecting.wanted_blobs(tree.files) == ((BLOB,) if len(files) == 1 else ())
    found, _ = inspecting.inspect(tree, (), (), (), lambda _: content)
    assert [place.kind for place in found.translations] == languages


def test_pages_that_were_not_read_are_counted() -> None:
    tree = HeadTree(files={"web/a.jsp": BLOB, "tests/b.jsp": BLOB}, gitlinks={}, caps=())
    found, _ = inspecting.inspect(tree, (), (), (), lambda _: None)
    assert (found.templates, found.template_files) == (0, 1)


def test_the_pass_ends_at_its_budget_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspecting, "MAX_BYTES", 10)
    look = _Look(lambda _: b"nhs_number = 1")
    assert look.at((f"{n}.py", BLOB) for n in range(5)) == 1
    assert look.caps == {"inspected_bytes"}


@pytest.mark.parametrize("data", [None, b"nhs_number\0", b"nhs_number\n" * 30_000])
def test_what_is_missing_binary_or_too_large_is_left_out(data: bytes | None) -> None:
    look = _Look(lambda _: data)
    assert look.at([("a.py", BLOB)]) == 0
    assert look.signs == []


def test_the_limits_are_those_of_the_documentation() -> None:
    text = (Path(__file__).parents[3] / "docs/replicability.md").read_text("utf-8")
    assert f"{inspecting.MAX_CONFIG} files of configuration" in text
    assert f"more than {inspecting.MAX_FILE_BYTES // 1024} KiB" in text
    assert f"after {inspecting.MAX_BYTES // 1024**2} MiB" in text
    many = {f"{'x/' * (n % 2)}config{n}/settings.yml": f"{n:040x}" for n in range(300)}
    wanted = inspecting.wanted_blobs(many)
    assert len(wanted) == inspecting.MAX_CONFIG
    assert all(many[path] not in wanted for path in many if path.startswith("x/"))


def _commit(email: str, number: int, *, parents: int = 1, on_main: bool = True) -> Commit:
    return Commit(f"{number:040x}", ("1" * 40,) * parents, 1, number, email, on_main)


def test_authors_are_counted_without_bots_and_merges() -> None:
    commits = [
        *(_commit("a@x.example", n) for n in range(3)),
        _commit("b@x.example", 5),
        _commit("b@x.example", 6, parents=2),
        _commit("c@x.example", 7, on_main=False),
        _commit("49699333+dependabot[bot]@users.noreply.example", 9),
    ]
    found = count_authors(commits)
    assert (found.commits, found.people, found.most, found.bot_commits) == (4, 2, 3, 1)
    assert found.last_commit_time == 6
    assert not is_bot("abbott@x.example")


def test_the_lists_say_where_their_names_come_from() -> None:
    for term in terms():
        assert term.source.startswith("https://"), term.name
        assert term.rule in FILES, term.name
        shown = (term.words, term.literals, term.hosts, term.packages, term.starts, term.files)
        assert any(shown), term.name
        assert all(text == text.lower() for text in (*term.words, *term.hosts)), term.name
        assert all(":" in package for package in term.packages), term.name
    assert len({currency.code for currency in formats().currency}) == len(formats().currency)


@pytest.mark.parametrize(
    "text",
    [
        "nhs" * 60_000, ">" * 200_000, "> A" * 70_000, "https://" + "gov.uk." * 30_000,
        "/*" * 90_000, '"""\n' * 50_000, "'+44" * 60_000, "£" * 100_000, "\u0130" * 60_000,
    ],
)  # fmt: skip
def test_hostile_texts_take_no_time(text: str) -> None:
    began = time.process_time()
    _found("a.html", text)
    assert time.process_time() - began < 2
