"""Texts that try to break pages, and the moment and the commit of the samples."""

from datetime import UTC, datetime

NOW = datetime(2026, 8, 2, 9, 30, tzinfo=UTC)
COMMIT = "0a015386d4b9c2b1a0f3e5d7c9b8a7f6e5d4c3b2"
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
EVIL_URL = "javascript:alert(3)"
LONG_WORD = "Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnungsverwaltung"
