"""Hostile and broken manifests: never an uncaught exception, always bounded."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers import manifests
from crawlers.manifests.reading import MAX_BYTES, MAX_DEPENDENCIES

PATHS = [
    "package.json",
    "package-lock.json",
    "composer.json",
    "pyproject.toml",
    "Pipfile",
    "Cargo.toml",
    "gradle/libs.versions.toml",
    "setup.cfg",
    "setup.py",
    "requirements.txt",
    "pom.xml",
    "App.csproj",
    "packages.config",
    "build.gradle",
    "build.gradle.kts",
    "go.mod",
    "Gemfile",
    "app.gemspec",
    "pubspec.yaml",
    "Package.swift",
]
BAD = [
    b"",
    b"\x00" * 100,
    b"\xff\xfe" + b"a" * 99,
    b"\xef\xbb\xbf",
    b"[" * 60_000,
    b"(" * 60_000,
    b"{" * 60_000,
    b'{"a":' * 100_000,
    b"a = " + b"[" * 50_000,
    b"a = " + b"9" * 6_000,
    b"a = 1" + b" + 1" * 100_000,
    b"<a>" * 60_000,
    b"<project>" * 90_000,
    b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;">]><a>&d;</a>',
    b'<!DOCTYPE a SYSTEM "http://evil.example/x.dtd"><a/>',
    b"<a",
    b"</a>",
    b"<a>\xff</a>",
    b'<?xml version="1.0" encoding="no-such"?><a/>',
    b'<?xml version="1.0" encoding="utf-16"?><a/>',
    b"x" * (MAX_BYTES + 1),
    b"\n" * 60_000,
    b'"' * 60_000,
    b"'''" * 50_000,
    b"\\\n" * 100_000,
    b"[a]\n" * 1_000,
    b"[a]\na=1\na=1\n",
    b"%(x)s\n",
    b"- " * 9_000,
    b"a: &b [*b]\n",
    b"=\n" * 9_000,
    b'{"dependencies": {"a": {"b": []}, "c": null, "d": 1e5}, "name": [], "license": [[]]}',
    b'{"dependencies": [1], "require": "x", "repositories": 7, "packages": {"": 1}}',
    b'{"packages": {"": {"dependencies": {"a": 1}}, "node_modules/a": 7}}',
    b'{"name": "\\ud800", "version": "\\udfff"}',
    b"null",
    b"[]",
    b"7",
    b'"x"',
    b"true",
    b"[project]\nname = 7\ndependencies = {a = 1}\nlicense = []\nclassifiers = [1]\n",
    b"[project]\noptional-dependencies = [1]\n[dependency-groups]\na = 7\n",
    b"[tool]\nuv = 1\npoetry = []\n",
    b"[package]\nname = []\n[dependencies]\na = []\nb = {git = 7}\n[target]\nx = 1\n",
    b"[workspace]\ndependencies = 1\n",
    b"[libraries]\na = {module = []}\nb = {version = {ref = []}}\nc = ':::'\n[versions]\n",
    b"setup(name=name, **kw)",
    b"setup(install_requires=[1, None, 'a'*9], extras_require={1: 2, **x})",
    b"setup('x', install_requires=x for x in y)",
    b"def setup(): setup(name={}, license=b'x')\n",
    b"module\n",
    b"require (\nmodule x\n",
    b"require )\n((\n",
    b"module x\nreplace => ./\nreplace\n",
    b"gem\ngem ''\ngem \"a\", **X\nend\nend\ngroup do\nend\nX = {\n",
    b"gem 'a', git: 'x'\n" * 9_000,
    b"<project><artifactId>${artifactId}</artifactId><dependencies><dependency/></dependencies></project>",
    b"<project><parent/><properties><a/></properties><licenses><license/></licenses></project>",
    b"<Project><PackageReference/><ProjectReference/><PackageReference Include=''/></Project>",
    b"implementation(" * 50_000,
    b"implementation 'a:b'\n" * 5_000,
    b"/*" * 99,
    b"dependencies: 7\n",
    b"dependencies: [a]\ndev_dependencies: {a: {git: {url: [1]}}, b: {git: 7}}\n",
    b'.package(url: "")' * 5_000,
    b'.package(url: "' * 20_000,
    b'Package( name:"' * 20_000,
]


def check(path: str, data: bytes) -> None:
    reading = manifests.read(path, data)
    assert len(reading.dependencies) <= MAX_DEPENDENCIES
    assert reading.readable or reading.diagnostics
    for dependency in reading.dependencies:
        assert 0 < len(dependency.name) <= 400
        assert dependency.path == path
        assert dependency.line is None or dependency.line >= 1
        assert dependency.scope in {"runtime", "dev", "optional", "build", "peer"}


@pytest.mark.parametrize("path", PATHS)
def test_bad_files_of_every_kind_are_read_without_an_exception(path: str) -> None:
    is_yaml = path.endswith(".yaml")  # slow to scan, and its guard has tests of its own
    for data in BAD:
        check(path, data[:5_000] if is_yaml and len(data) < MAX_BYTES else data)


@given(st.sampled_from(PATHS), st.binary(max_size=300))
def test_any_bytes_are_read_without_an_exception(path: str, data: bytes) -> None:
    check(path, data)


LINES = st.sampled_from(
    [
        "gem 'a', '1'",
        "group :test do",
        "end",
        "require (",
        ")",
        "module a/b",
        "require a/b v1",
        "replace a => ../b",
        "implementation 'a:b:1'",
        "id 'a.b' version '1'",
        "/*",
        "*/",
        "a>=1",
        "-e git+https://x.example/a/b#egg=c",
        "[project]",
        "dependencies = ['a']",
        "name = 'x'",
        "setup(name='a',",
        "install_requires=['b'])",
        "s.add_dependency 'a'",
        "s.name = 'b'",
        "\\",
        "<a>",
    ]
)


@given(st.sampled_from(PATHS), st.lists(LINES, max_size=12))
def test_any_order_of_known_lines_is_read(path: str, lines: list[str]) -> None:
    check(path, "\n".join(lines).encode())


def test_an_unreadable_manifest_says_where() -> None:
    reading = manifests.read("Cargo.toml", b'[package]\nname = "a\n')
    assert not reading.readable
    assert reading.diagnostics[0].line == 2
    assert "TOML" in reading.diagnostics[0].message


def test_document_types_are_refused_in_xml() -> None:
    reading = manifests.read(
        "pom.xml", b"<!DOCTYPE a []><project><artifactId>a</artifactId></project>"
    )
    assert not reading.readable


def test_dependencies_beyond_the_cap_are_left_out_with_a_word() -> None:
    names = {f"p{number}": "1" for number in range(MAX_DEPENDENCIES + 50)}
    reading = manifests.read("package.json", json.dumps({"dependencies": names}).encode())
    assert len(reading.dependencies) == MAX_DEPENDENCIES
    assert len(reading.diagnostics) == 1
