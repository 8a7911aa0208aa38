"""What paths tell: files beside the product, deployment, tests, CI, languages of the interface."""

import pytest

from crawlers.replicability import paths
from crawlers.replicability.deployment import deployment_kind
from crawlers.replicability.readme import install_headings
from crawlers.replicability.translations import translations
from registry.domain.facts import Document

BLOB = "a" * 40


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("Dockerfile", "container"), ("docker/app.dockerfile", "container"),
        ("docker-compose.prod.yml", "compose"), ("charts/app/Chart.yaml", "helm"),
        ("k8s/app.yaml", "kubernetes"), ("infra/main.tf", "terraform"),
        ("serverless.yml", "cloud_template"), ("Procfile", "platform"),
        ("ansible/site.yml", "ansible"), ("config/app.service", "systemd"),
        ("debian/control", "package"), ("install.sh", "install_script"),
        ("app/src/main/AndroidManifest.xml", "mobile"), ("app/wsgi.py", "webserver"),
        ("app.json", None), ("mkdocs.yml", None),
        (".devcontainer/Dockerfile", None), ("tests/Dockerfile", None),
        ("src/user.service.ts", None), ("docs/dockerfile-tips.md", None), ("README.md", None),
    ],
)  # fmt: skip
def test_ways_of_deployment(path: str, kind: str | None) -> None:
    assert deployment_kind(path) == kind


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/app.py", False), ("src/latest/contest.py", False), ("tests/a.py", True),
        ("AppTests/A.swift", True), ("src/a.spec.ts", True), ("docs/a.py", True),
        ("examples/a.py", True), ("node_modules/a.js", True), (".github/a.yml", True),
        ("CHANGELOG.md", True),
    ],
)  # fmt: skip
def test_what_is_beside_the_product(path: str, expected: bool) -> None:
    assert paths.is_aside(path) is expected


def test_tests_and_checks_and_configuration() -> None:
    assert paths.shows_tests("AppTests/A.swift")
    assert not paths.shows_tests("src/latest/attestation.py")
    assert paths.shows_ci(".github/workflows/a.yml")
    assert paths.shows_ci("Jenkinsfile.groovy")
    assert not paths.shows_ci("src/ci.py")
    assert paths.shows_docs("docs/a.md")
    assert not paths.shows_docs("docs")
    assert paths.is_config("src/main/resources/application-prod.properties")
    assert not paths.is_config("tests/config/settings.yml")


@pytest.mark.parametrize(
    ("files", "languages"),
    [
        (["locale/fr/LC_MESSAGES/a.po", "locale/pt_BR/LC_MESSAGES/a.po"], ["fr", "pt"]),
        (["config/locales/en.yml", "config/locales/devise.cy.yml"], ["cy", "en"]),
        (["src/i18n/en.json", "src/i18n/et.json"], ["en", "et"]),
        (["public/locales/en/common.json", "public/locales/fi/common.json"], ["en", "fi"]),
        (["app/src/main/res/values/strings.xml", "app/src/main/res/values-ga/strings.xml"],
         ["ga"]),
        (["src/messages.properties"], ["und"]),
        (["src/messages_it.properties", "src/messages.properties"], ["it"]),
        (["ios/de.lproj/Localizable.strings"], ["de"]),
        (["lib/l10n/app_es.arb"], ["es"]),
        (["resources/translations/sv.edn", "resources/translations/en.edn"], ["en", "sv"]),
        (["messages.nl.xlf"], ["nl"]),
        (["src/language/parser.ts", "src/lang/utils.json"], []),
        (["tests/locales/en.json", "node_modules/a/locales/fr.json"], []),
    ],
)  # fmt: skip
def test_languages_of_translations(files: list[str], languages: list[str]) -> None:
    assert [x.kind for x in translations(dict.fromkeys(files, BLOB))] == languages


def _readme(html: str, text: str = "") -> list[Document]:
    return [
        Document(
            kind="readme", path="README.md", blob=BLOB, size=1, sha256="", html=html, text=text
        )
    ]


def test_headings_that_tell_how_to_run_it() -> None:
    html = "<h3>Letters</h3><p>We install it.</p><h4>How to <code>install</code> it</h4>"
    assert install_headings(_readme(html)) == ("How to install it",)
    assert install_headings(_readme("<h3>Letters</h3><p>Run it.</p>")) == ()
    assert install_headings(_readme("<h5>Komme i gang</h5>")) == ("Komme i gang",)
    plain = "Letters\n=======\n\nInstallation\n------------\n" + "install " * 20
    assert install_headings(_readme("<pre>x</pre>", plain)) == ("Installation",)
    assert install_headings([]) == ()
