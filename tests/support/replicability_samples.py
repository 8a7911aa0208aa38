"""Facts about invented components, judged by the real rules, for pages and answers."""

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from registry.catalogue.readmodels import Link
from registry.catalogue.replicability import Origin, Replicability, replicability_of
from registry.domain.inspection import Authors, Inspection, Place, Sign
from registry.domain.obstacles import VERSION, Dependency, Evidence, Facts, LicenceFacts

NOW = datetime(2026, 8, 2, 9, 30, tzinfo=UTC)
COMMIT = "0a015386d4b9c2b1a0f3e5d7c9b8a7f6e5d4c3b2"
BLOB = "b" * 40
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
LONG_PATH = "/".join(["a-very-long-folder-name-that-cannot-be-broken"] * 4) + "/Settings.java"


def sign(rule: str, subject: str, path: str, kind: str = "word", **values: Any) -> Sign:
    """Return a sign with plausible values."""
    return Sign(rule=rule, subject=subject, kind=kind, path=path, blob=BLOB, **values)


def inspection(**values: Any) -> Inspection:
    """Return an inspection in which everything is there."""
    seen = Inspection(
        version=VERSION, source_files=100, source_read=90, config_files=4, config_read=4,
        bytes_read=1_234_567, templates=12,
        deployment=(Place(kind="container", path="Dockerfile", blob=BLOB),),
        translations=(
            Place(kind="en", path="locales/en.json", blob=BLOB),
            Place(kind="et", path="locales/et.json", blob=BLOB),
        ),
        tests="tests/test_forms.py", ci=".github/workflows/ci.yml", docs="docs/index.md",
        headings=("Installation",),
        authors=Authors(
            commits=400, people=12, most=90, bot_commits=30,
            last_commit_time=int(NOW.timestamp()) - 86_400,
        ),
    )  # fmt: skip
    return replace(seen, **values)


def facts(**values: Any) -> Facts:
    """Return the facts of a component without an obstacle."""
    known = Facts(
        inspection=inspection(), signs=(),
        licence=LicenceFacts(
            licence="EUPL-1.2", is_approved=True, source=Evidence(path="LICENSE", blob=BLOB)
        ),
        packages=(), releases=3, is_archived=False, declared_languages=("en", "et"), is_cut=False,
        now=NOW,
    )  # fmt: skip
    return replace(known, **values)


def full() -> Facts:
    """Return the facts of a component with obstacles of every group, some of them hostile."""
    signs = (
        *(sign("country_identity", "NHS number", f"src/{n}.py", line=n + 1, country="GB")
          for n in range(9)),
        sign("country_service", EVIL, EVIL, kind="host", line=3, country="GB"),
        sign("vendor_cloud", "Amazon Web Services", LONG_PATH, kind="package", line=12),
        sign("private_source", "git over SSH", "package.json", kind="setting"),
        *(sign("interface_texts", "", f"views/{n}.html", line=7) for n in range(3)),
    )  # fmt: skip
    fork = Dependency(
        name="letters", licence="GPL-3.0-only", verdict="no",
        evidence=Evidence(path="package.json", line=9),
    )  # fmt: skip
    return facts(
        inspection=inspection(
            translations=(), deployment=(), tests=None, texts=3,
            authors=Authors(commits=50, people=2, most=49, last_commit_time=1_500_000_000),
        ),
        signs=signs,
        licence=LicenceFacts(
            licence="EUPL-1.2", is_approved=True,
            source=Evidence(path="LICENSE", blob=BLOB, line=1),
            conflicting=(("MIT", Evidence(path="package.json", line=4)),), dependencies=(fork,),
        ),
        releases=0,
    )  # fmt: skip


def shown(known: Facts, slug: str = "forms", name: str = "Forms") -> Replicability:
    """Return what people see of facts."""
    seen = known.inspection
    origin = Origin("https://git.example.org/examples/forms", "gitlab", COMMIT if seen else None)
    return replicability_of(Link(slug, name), known, origin, NOW if seen else None)
