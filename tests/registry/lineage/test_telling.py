"""Which places can tell of reuse: a labelled table of paths as they stand in real repositories."""

import pytest

from registry.lineage.telling import is_telling, is_unpacked, library_names

LIBRARIES = library_names([
    "npm:jquery@3.5.1", "npm:leaflet@1.7.1", "npm:accessible-autocomplete@2.0.3",
    "npm:chart.js@2.9.4", "npm:d3@5.0.0", "pypi:django@3.2",
])  # fmt: skip

SCAFFOLDS = [
    "bin/rails", "bin/rake", "apps/site/bin/webpack-dev-server", "bin/console",
    "config/application.rb", "config/environments/production.rb", "config/initializers/devise.rb",
    "config/packages/doctrine.yaml", "config/puma.rb", "public/404.html", "public/robots.txt",
    "spec/rails_helper.rb", "test/test_helper.rb", "src/Kernel.php", "artisan",
    "src/components/ui/button.tsx", "src/reportWebVitals.ts", "client/src/setupTests.js",
    "src/main.ts", "src/environments/environment.prod.ts", "Scripts/WebForms/Focus.js",
    "manage.py", "app/__init__.py", "Gemfile", "Rakefile", "angular.json", "tsconfig.app.json",
    "vite.config.ts", "babel.config.js", "jest.config.mjs", ".eslintrc.js", "src/polyfills.ts",
]  # fmt: skip
ENGINE_MIGRATIONS = [
    "db/migrate/20200320105920_index_foreign_keys_in_decidim_users.decidim.rb",
    "db/migrate/20190101000000_create_active_storage_tables.active_storage.rb",
]
VERSIONED_FOLDERS = [
    "lib/jquery-ui-1.12.1/ui/widget.js", "web/openlayers-v6.5.0/ol.js",
    "js/leaflet_1.3/src/map.js", "third/ckeditor4.14/core/dom.js", "TinyMCE-5.0.2/core.js",
]  # fmt: skip
LIBRARY_NAMES = [
    "static/leaflet/src/map.js", "public/js/jquery.js", "assets/lib/Leaflet-1.7/x.js",
    "wwwroot/accessible-autocomplete/index.js", "static/scripts/chart.js",
    "src/main/resources/static/js/leaflet-src/map.js/leaflet.js",
]  # fmt: skip
GENERATED_DOCS = [
    "docs/api/index.html", "docs/html/classes.html", "javadoc/ee/ria/package-summary.html",
    "htmlcov/index.html", "_site/about.htm", "api/doc/x.html", "docs/_build/genindex.html",
]  # fmt: skip
COMMON_PLACES = [
    "LICENSE", "licence.txt", "COPYING.LESSER", "UNLICENSE", "NOTICE", "AUTHORS.md",
    "CODE_OF_CONDUCT.md", "CHANGELOG.md", ".gitignore", ".github/workflows/ci.yml",
    "LICENSES/MIT.txt", "package-lock.json", "yarn.lock", "gradlew", "gradlew.bat", "mvnw",
    "gradle/wrapper/gradle-wrapper.jar", "node_modules/a/index.js", "vendor/a/b.go", "dist/app.js",
    "src/logo.svg", "public/favicon.ico", "fonts/a.css", "docs/guide.pdf", "js/jquery.cookie.js",
    "css/bootstrap-datepicker.css", "js/app.min.js", "locale/et/LC_MESSAGES/django.po",
]  # fmt: skip
OWN = [
    "src/benefit/rules.py", "lib/tax.rb", "app/models/application.rb", "app/models/case.rb",
    "src/main/java/ee/ria/xroad/Main.java", "spec/models/case_spec.rb", "main.go", "index.html",
    "db/migrate/20200320105920_create_cases.rb", "app/views/home/index.html.erb",
    "packages/questionnaire/src/index.ts", "docs/index.html", "docs/api/openapi.yaml",
    "server/config/roles.rb", "public/js/eligibility.js", "static/forms/benefit.js",
    "src/leaflet/heatmap.js", "jquery.py", "scripts/deploy.sh", "src/service_worker_pool.py",
    "api-1.2/server.py", "schema-2.1/person.xsd", "release-1.0/export.py", "v2.0/rules.py",
    "docs-3.1/build.py", "src/d3/scale.js", "static/d3/scale.js",
]  # fmt: skip
# Bodies that grant licences write code about licences.
OWN_IN_SPITE_OF_THE_NAME = [
    "app/models/licence_application.rb",
    "src/LicensePlateService.java",
    "lib/notice_board.py",
    "app/controllers/authors_controller.rb",
    "src/copyright_fees.ts",
    "licensing.go",
]


@pytest.mark.parametrize(
    "path",
    [*SCAFFOLDS, *ENGINE_MIGRATIONS, *VERSIONED_FOLDERS, *LIBRARY_NAMES, *GENERATED_DOCS,
     *COMMON_PLACES],
)  # fmt: skip
def test_what_others_wrote_tells_nothing(path: str) -> None:
    assert not is_telling(path, LIBRARIES)


@pytest.mark.parametrize("path", [*OWN, *OWN_IN_SPITE_OF_THE_NAME])
def test_own_code_stays_telling(path: str) -> None:
    assert is_telling(path, LIBRARIES)


def test_names_of_libraries_matter_below_a_folder_of_assets_and_where_they_are_known() -> None:
    assert is_telling("static/leaflet/src/map.js")
    assert not is_telling("static/leaflet/src/map.js", LIBRARIES)
    assert is_telling("leaflet/static/map.js", LIBRARIES)


def test_names_are_those_under_which_packages_are_unpacked() -> None:
    assert {"jquery", "leaflet", "accessibleautocomplete", "chart", "django"} <= LIBRARIES
    # Three letters stand for too much; a name without a version is none.
    assert "d3" not in LIBRARIES
    assert library_names(["npm:jquery"]) == frozenset()
    # Names with a scope, and words that own folders bear too, say nothing of a folder.
    assert library_names(["npm:@body/header@1.0.0", "npm:core@2.0.0"]) == frozenset()


@pytest.mark.parametrize(
    ("path", "package", "is_copy"),
    [
        ("assets/js/jquery-ui/package.json", "jquery-ui", True),
        ("public/lib/leaflet.markercluster/package.json", "leaflet.markercluster", True),
        ("packages/engine/package.json", "engine", False),
        ("package.json", "jquery-ui", False),
    ],
)
def test_a_manifest_among_assets_is_an_unpacked_package(
    path: str, package: str, is_copy: bool
) -> None:
    assert is_unpacked(path, package) is is_copy
