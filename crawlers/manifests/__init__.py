"""Manifests of package managers: bytes → published packages and dependencies, pure functions.

`reader_for` tells by the path alone which reader a file has; `read` never raises for bad content.
"""

from crawlers.manifests.dispatch import read, reader_for
from crawlers.manifests.reading import ManifestReading, UnreadableManifest

__all__ = ["ManifestReading", "UnreadableManifest", "read", "reader_for"]
