"""The demo: where its repositories are built, and the mirror through which they are crawled."""

from pathlib import Path

import msgspec

from registry.settings import Settings

DEMO_PATTERN = "https://demo.example/{owner}/{name}"


def demo_folder(home: Path) -> Path:
    """Return where the repositories of the demo are built."""
    return home / "demo"


def with_demo(settings: Settings) -> Settings:
    """Add the mirror through which the demo is crawled by the very same pipeline."""
    place = str(demo_folder(settings.home).absolute() / "{owner}+{name}.git")
    mirrors = {**settings.crawl.mirrors, DEMO_PATTERN: place}
    crawl = msgspec.structs.replace(settings.crawl, mirrors=mirrors)
    return msgspec.structs.replace(settings, crawl=crawl)
