"""What each kind of manifest gives: packages, dependencies with scope, line and origin, licence."""

import json
from typing import Any

import pytest

from crawlers import manifests
from crawlers.manifests import ManifestReading
from registry.domain.facts import Dependency


def read(path: str, text: str) -> ManifestReading:
    reading = manifests.read(path, text.encode())
    assert reading.readable, reading.diagnostics
    return reading


def named(reading: ManifestReading) -> dict[str, Dependency]:
    return {dependency.name: dependency for dependency in reading.dependencies}


def scopes(reading: ManifestReading) -> dict[str, str]:
    return {dependency.name: dependency.scope for dependency in reading.dependencies}


PYPROJECT = """[project]
name = "Tree_Counter"
version = "1.2"
description = "Counts trees"
license = "EUPL-1.2"
dependencies = [
  "Flask>=2; python_version > '3'",
  "notify-utils @ git+https://forge.example/gov/notify-utils.git@1.0",
  "shared",
]
[project.optional-dependencies]
excel = ["openpyxl[x]>=3"]
test = ["pytest"]
[dependency-groups]
lint = ["ruff", {include-group = "x"}]
[build-system]
requires = ["hatchling"]
[tool.uv.sources]
shared = { workspace = true }
"""


def test_pyproject_gives_package_dependencies_and_licence() -> None:
    reading = read("pyproject.toml", PYPROJECT)
    found = named(reading)
    assert (reading.packages[0].name, reading.packages[0].version) == ("tree-counter", "1.2")
    assert (reading.licence, reading.licence_line) == ("EUPL-1.2", 5)
    assert reading.description == "Counts trees"
    assert scopes(reading) == {
        "flask": "runtime", "notify-utils": "runtime", "shared": "runtime", "openpyxl": "optional",
        "pytest": "dev", "ruff": "dev", "hatchling": "build",
    }  # fmt: skip
    assert (found["flask"].spec, found["flask"].line) == (">=2", 7)
    assert found["notify-utils"].git_url == "https://forge.example/gov/notify-utils"
    assert found["shared"].local


def test_poetry_tables_are_read() -> None:
    reading = read(
        "pyproject.toml",
        '[tool.poetry]\nname = "app"\nlicense = "MIT"\npackage-mode = false\n'
        '[tool.poetry.dependencies]\npython = "^3"\nrequests = "^2"\n'
        'utils = {git = "https://forge.example/o/utils.git", tag = "1"}\nlib = {path = "../lib"}\n'
        'extra = {version = "1", optional = true}\n[tool.poetry.group.dev.dependencies]\n'
        'black = "*"\n',
    )
    found = named(reading)
    assert reading.packages[0].private
    assert set(found) == {"requests", "utils", "lib", "extra", "black"}
    assert found["utils"].git_url == "https://forge.example/o/utils"
    assert found["lib"].local
    assert found["extra"].scope == "optional"
    assert (found["black"].scope, found["black"].line) == ("dev", 12)


def test_requirements_files_are_read_line_by_line() -> None:
    reading = read(
        "requirements.txt",
        "# comment\n-r base.txt\n--index-url https://x.example\nDjango==4.2  # pinned\n"
        "git+https://forge.example/o/utils.git@7#egg=Gov_Utils\n-e git+ssh://git@forge.example/o/b.git\n"
        "-e .\n./local\nlong==1 \\\n  --hash=sha256:0\nname @ https://x.example/n.whl\n!!!\n",
    )
    found = named(reading)
    assert set(found) == {"django", "gov-utils", "b", "long", "name"}
    assert (found["django"].spec, found["django"].line) == ("==4.2", 4)
    assert found["gov-utils"].git_url == "https://forge.example/o/utils"
    assert found["b"].git_url == "https://forge.example/o/b"
    assert found["name"].git_url is None


def test_the_name_of_a_requirements_file_tells_its_scope() -> None:
    assert scopes(read("requirements-dev.txt", "ruff\n")) == {"ruff": "dev"}
    assert scopes(read("requirements/test.in", "pytest\n")) == {"pytest": "dev"}


def test_setup_py_is_read_without_being_run() -> None:
    reading = read(
        "setup.py",
        "import os\nos._exit(1)\nBASE = ['a>=1']\nDEV = ['pytest'] + BASE\nsetup(\n name='My.App', "
        "version=version(), license='AGPL-3.0', install_requires=BASE + ['b'], "
        "extras_require={'dev': DEV, 'x': ['c']}, tests_require=compute())\n",
    )
    assert reading.packages[0].name == "my-app"
    assert reading.packages[0].version is None
    assert reading.licence == "AGPL-3.0"
    assert {(d.name, d.scope) for d in reading.dependencies} == {
        ("a", "runtime"), ("b", "runtime"), ("pytest", "dev"), ("a", "dev"), ("c", "optional"),
    }  # fmt: skip


def test_setup_cfg_and_pipfile_are_read() -> None:
    reading = read(
        "setup.cfg",
        "[metadata]\nname = app\nlicense = MIT\n[options]\ninstall_requires =\n  a>=1\n  b\n"
        "[options.extras_require]\ntest = pytest\n",
    )
    assert scopes(reading) == {"a": "runtime", "b": "runtime", "pytest": "dev"}
    pipfile = read("Pipfile", '[packages]\na = "*"\n[dev-packages]\nb = {version = "1"}\n')
    assert scopes(pipfile) == {"a": "runtime", "b": "dev"}


def test_package_json_gives_origins_scopes_and_lines() -> None:
    reading = read(
        "package.json",
        json.dumps(
            {
                "name": "@gov/app", "version": "1.0.0", "license": "MIT", "private": True,
                "dependencies": {
                    "a": "^1", "b": "github:o/b", "c": "o/c#v1", "d": "file:../d",
                    "e": "workspace:*", "f": "npm:@real/f@2", "g": "git+ssh://git@forge.example/o/g.git",
                    "h": "https://x.example/h.tgz", "i": ">=1 <2 || 3/x", "j": "latest",
                },
                "devDependencies": {"k": "1"}, "peerDependencies": {"l": "1"},
                "optionalDependencies": {"m": "1"},
            },
            indent=1,
        ),
    )  # fmt: skip
    found = named(reading)
    assert (reading.packages[0].name, reading.packages[0].private) == ("@gov/app", True)
    assert (found["a"].line, found["b"].line) == (7, 8)
    assert {name: d.git_url for name, d in found.items() if d.git_url} == {
        "b": "https://github.com/o/b", "c": "https://github.com/o/c", "g": "https://forge.example/o/g",
    }  # fmt: skip
    assert {name for name, d in found.items() if d.local} == {"d", "e"}
    assert found["@real/f"].spec == "2"
    assert [found[name].scope for name in "aklm"] == ["runtime", "dev", "peer", "optional"]


@pytest.mark.parametrize(
    ("keys", "licence"),
    [
        ({"license": {"type": "MIT"}}, "MIT"),
        ({"licenses": [{"type": "MIT"}, {"type": "Apache-2.0"}]}, "MIT OR Apache-2.0"),
        ({"license": 7}, "7"),
        ({}, None),
    ],
)
def test_old_ways_to_state_a_licence_in_package_json(keys: Any, licence: str | None) -> None:
    assert read("package.json", json.dumps(keys)).licence == licence


def test_workspaces_make_a_package_private() -> None:
    assert read("package.json", '{"name": "a", "workspaces": ["x"]}').packages[0].private


def test_lockfiles_give_direct_dependencies_with_exact_versions() -> None:
    third = {
        "lockfileVersion": 3,
        "packages": {
            "": {"dependencies": {"a": "^1", "b": "o/b"}, "devDependencies": {"c": "*"}},
            "node_modules/a": {"version": "1.2.3"},
            "node_modules/b": {
                "version": "2.0.0",
                "resolved": "git+ssh://git@forge.example/o/b.git#1",
            },
            "node_modules/c": {"link": True, "resolved": "packages/c"},
            "node_modules/z": {"version": "9.9.9"},
        },
    }
    found = named(read("package-lock.json", json.dumps(third)))
    assert set(found) == {"a", "b", "c"}
    assert (found["a"].spec, found["a"].locked) == ("1.2.3", True)
    assert found["b"].git_url == "https://forge.example/o/b"
    assert (found["c"].local, found["c"].scope) == (True, "dev")
    first = {"dependencies": {"a": {"version": "1", "requires": {"z": "1"}}, "z": {"version": "1"}}}
    assert set(named(read("package-lock.json", json.dumps(first)))) == {"a"}


POM = """<?xml version="1.0"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>gov.parks</groupId><artifactId>parent</artifactId><version>3</version></parent>
  <artifactId>trees</artifactId>
  <properties><lib.version>1.5</lib.version><v>${lib.version}</v></properties>
  <licenses><license><name>EUPL-1.2</name></license></licenses>
  <dependencies>
    <dependency><groupId>org.lib</groupId><artifactId>lib</artifactId><version>${v}</version></dependency>
    <dependency><groupId>${project.groupId}</groupId><artifactId>core</artifactId>
      <version>${project.version}</version></dependency>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><scope>test</scope></dependency>
    <dependency><groupId>${unknown}</groupId><artifactId>x</artifactId></dependency>
    <!-- comment -->
  </dependencies>
  <build><plugins><plugin><artifactId>maven-jar-plugin</artifactId></plugin></plugins></build>
</project>
"""


def test_a_pom_resolves_its_own_properties() -> None:
    reading = read("pom.xml", POM)
    found = named(reading)
    assert reading.packages[0].name == "gov.parks:trees"
    assert reading.packages[0].version == "3"
    assert reading.licence == "EUPL-1.2"
    assert scopes(reading) == {
        "org.lib:lib": "runtime", "gov.parks:core": "runtime", "junit:junit": "dev",
        "org.apache.maven.plugins:maven-jar-plugin": "build", "gov.parks:parent": "build",
    }  # fmt: skip
    assert (found["org.lib:lib"].spec, found["org.lib:lib"].line) == ("1.5", 8)
    assert found["gov.parks:core"].spec == "3"


def test_properties_that_name_each_other_end() -> None:
    text = (
        "<project><artifactId>${a}</artifactId><properties><a>${b}${b}</a><b>${a}${a}</b>"
        "</properties></project>"
    )
    assert manifests.read("pom.xml", text.encode()).readable


def test_gradle_string_forms_are_read() -> None:
    reading = read(
        "build.gradle.kts",
        'plugins {\n    id("org.springframework.boot") version "3.1.0"\n    id("java")\n}\n'
        "dependencies {\n    implementation(\"org.a:a:1.0\")\n    testImplementation 'org.b:b'\n"
        '    implementation(project(":core"))\n'
        '    compile group: "org.c", name: "c", version: "2"\n'
        '    // implementation("org.no:no:1")\n    implementation(libs.spring)\n'
        '    implementation(platform("org.d:bom:$version"))\n    kapt("org.e:e:1")\n}\n',
    )
    found = named(reading)
    assert scopes(reading) == {
        "org.springframework.boot:org.springframework.boot.gradle.plugin": "build",
        "org.a:a": "runtime",
        "org.b:b": "dev",
        ":core": "runtime",
        "org.c:c": "runtime",
        "org.d:bom": "runtime",
        "org.e:e": "build",
    }
    assert found[":core"].local
    assert (found["org.a:a"].spec, found["org.a:a"].line) == ("1.0", 6)
    assert found["org.d:bom"].spec is None


def test_a_version_catalogue_is_read() -> None:
    reading = read(
        "gradle/libs.versions.toml",
        '[versions]\na = "1"\n[libraries]\nx = {module = "g:x", version.ref = "a"}\n'
        'y = {group = "g", name = "y"}\nz = "g:z:3"\nbad = 7\n',
    )
    assert {name: d.spec for name, d in named(reading).items()} == {
        "g:x": "1", "g:y": None, "g:z": "3",
    }  # fmt: skip


def test_go_mod_names_repositories() -> None:
    reading = read(
        "go.mod",
        "module forge.example/gov/app // comment\n\ngo 1.22\n\nrequire (\n"
        "\tgithub.com/o/lib/v2 v2.1.0\n"
        "\tgolang.org/x/net v0.1.0\n\tgithub.com/o/deep v1.0.0 // indirect\n)\n"
        "require github.com/gov/shared v0.0.0\nreplace github.com/gov/shared => ../shared\n",
    )
    found = named(reading)
    assert reading.packages[0].name == "forge.example/gov/app"
    assert set(found) == {"github.com/o/lib/v2", "golang.org/x/net", "github.com/gov/shared"}
    lib = found["github.com/o/lib/v2"]
    assert (lib.git_url, lib.spec, lib.line) == ("https://github.com/o/lib", "v2.1.0", 6)
    assert found["golang.org/x/net"].git_url is None
    assert found["github.com/gov/shared"].local


def test_cargo_dependencies_of_every_table_are_read() -> None:
    reading = read(
        "Cargo.toml",
        '[package]\nname = "app"\nversion = "0.1.0"\nlicense = "MIT OR Apache-2.0"\n'
        "publish = false\n"
        '[dependencies]\nserde = "1"\nutil = { git = "https://forge.example/o/util" }\n'
        'core = { path = "../core" }\nnick = { package = "real", version = "2", optional = true }\n'
        '[dev-dependencies.criterion]\nversion = "0.5"\n[target."cfg(unix)".build-dependencies]\n'
        'cc = "1"\n',
    )
    found = named(reading)
    assert reading.packages[0].private
    assert reading.licence == "MIT OR Apache-2.0"
    assert scopes(reading) == {
        "serde": "runtime",
        "util": "runtime",
        "core": "runtime",
        "real": "optional",
        "criterion": "dev",
        "cc": "build",
    }
    assert found["util"].git_url == "https://forge.example/o/util"
    assert found["core"].local
    assert (found["serde"].line, found["criterion"].line) == (7, 11)


def test_composer_leaves_the_platform_out_and_knows_its_repositories() -> None:
    reading = read(
        "composer.json",
        json.dumps(
            {
                "name": "Gov/App", "type": "project", "license": ["MIT", "GPL-3.0"],
                "repositories": [{"type": "vcs", "url": "https://forge.example/o/Fork.git"}],
                "require": {"php": ">=8", "ext-json": "*", "a/b": "^1", "vendor/fork": "dev-main"},
                "require-dev": {"phpunit/phpunit": "^10"},
            }
        ),
    )  # fmt: skip
    assert (reading.packages[0].name, reading.packages[0].private) == ("gov/app", True)
    assert reading.licence == "MIT OR GPL-3.0"
    assert scopes(reading) == {"a/b": "runtime", "vendor/fork": "runtime", "phpunit/phpunit": "dev"}
    assert named(reading)["vendor/fork"].git_url == "https://forge.example/o/Fork"


def test_a_gemfile_follows_blocks_and_constants() -> None:
    reading = read(
        "Gemfile",
        'DECIDIM = { github: "gov/decidim", branch: "x" }.freeze\nVERSION = "0.27"\n'
        'gem "decidim", DECIDIM\ngem "decidim-a", VERSION\ngem "rails", "~> 7"\n# gem "no"\n'
        'gem "local", path: "."\ngem "f", git: "https://forge.example/o/f.git"\n'
        'group :development, :test do\n  gem "rspec"\nend\ngem "web", group: [:development]\n'
        'git "https://forge.example/o/mono.git" do\n  gem "m"\nend\ngroup :production do\n'
        '  gem "p"\nend\n',
    )
    found = named(reading)
    assert found["decidim"].git_url == "https://github.com/gov/decidim"
    assert found["decidim-a"].spec == "0.27"
    assert (found["rails"].spec, found["rails"].line) == ("~> 7", 5)
    assert found["local"].local
    assert found["f"].git_url == "https://forge.example/o/f"
    assert found["m"].git_url == "https://forge.example/o/mono"
    assert {name for name, scope in scopes(reading).items() if scope == "dev"} == {"rspec", "web"}
    assert "no" not in found


def test_a_gemspec_gives_its_literal_attributes() -> None:
    reading = read(
        "app.gemspec",
        'Gem::Specification.new do |s|\n  s.name = "app"\n  s.version = App::VERSION\n'
        "  s.licenses = ['AGPL-3.0-or-later']\n  s.summary = 'Counts trees'\n"
        '  s.add_dependency "a", "~> 1"\n  s.add_development_dependency("b")\nend\n',
    )
    assert (reading.packages[0].name, reading.packages[0].version) == ("app", None)
    assert (reading.licence, reading.licence_line) == ("AGPL-3.0-or-later", 4)
    assert scopes(reading) == {"a": "runtime", "b": "dev"}


def test_dotnet_projects_are_read() -> None:
    reading = read(
        "src/App.csproj",
        '<Project Sdk="x"><PropertyGroup><PackageId>Gov.App</PackageId><Version>1</Version>'
        "<PackageLicenseExpression>MIT</PackageLicenseExpression></PropertyGroup>\n<ItemGroup>"
        '<PackageReference Include="A" Version="1.0" />\n<PackageReference Include="B">'
        "<Version>2</Version><PrivateAssets>all</PrivateAssets></PackageReference>"
        '<ProjectReference Include="..\\Core\\Core.csproj" /></ItemGroup></Project>',
    )
    found = named(reading)
    assert (reading.packages[0].name, reading.packages[0].private) == ("Gov.App", False)
    assert reading.licence == "MIT"
    assert (found["A"].spec, found["A"].line) == ("1.0", 2)
    assert (found["B"].spec, found["B"].scope) == ("2", "build")
    assert found["Core"].local
    assert read("X.csproj", "<Project/>").packages[0].private
    old = read("packages.config", '<packages><package id="A" version="1" /></packages>')
    assert named(old)["A"].locked


def test_dart_and_swift_packages_are_read() -> None:
    dart = read(
        "pubspec.yaml",
        "name: app\npublish_to: none\ndependencies:\n  flutter: {sdk: flutter}\n  http: ^1.0.0\n"
        "  util: {git: {url: 'https://forge.example/o/util.git'}}\n  core: {path: ../core}\n"
        "dev_dependencies:\n  lints:\n",
    )
    found = named(dart)
    assert dart.packages[0].private
    assert set(found) == {"http", "util", "core", "lints"}
    assert found["util"].git_url == "https://forge.example/o/util"
    assert found["core"].local
    swift = read(
        "Package.swift",
        'let package = Package(\n  name: "App",\n  dependencies: [\n'
        '    .package(url: "https://forge.example/o/lib.git", from: "1.2.0"),\n'
        '    .package(path: "../Core")]\n)',
    )
    assert swift.packages[0].name == "App"
    assert named(swift)["lib"].git_url == "https://forge.example/o/lib"
    assert (named(swift)["lib"].spec, named(swift)["lib"].line) == ("1.2.0", 4)
    assert named(swift)["Core"].local


@pytest.mark.parametrize(
    "path",
    ["README.md", "package.json.bak", "setup.pyc", ".gemspec", "my-requirements.md", "go.sum",
     "requirements", "src/pom.xml.orig", "requirements.yml", ""],
)  # fmt: skip
def test_other_files_have_no_reader(path: str) -> None:
    assert manifests.reader_for(path) is None
    assert not manifests.read(path, b"").readable
