"""Bytes of package manifests turned into dependencies and published packages."""
