"""Manifests of package managers: bytes → published packages and dependencies, pure functions.

`is_manifest` tells by the path alone whether there is a reader for a file; `read` never raises
for bad content.
"""

from crawlers.manifests.dispatch import is_manifest, read, reader_for
from crawlers.manifests.reading import ManifestReading, UnreadableManifest

__all__ = ["ManifestReading", "UnreadableManifest", "is_manifest", "read", "reader_for"]
