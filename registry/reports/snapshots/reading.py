"""Reading a snapshot out of its bundle, as far as comparing needs; checking is the verifier's."""

import io
import zipfile
from typing import Final

import msgspec

from registry.errors import InvalidInput
from registry.reports.snapshots.content import FORMATS, Snapshot, snapshot_of

MOST: Final = 512 * 1024 * 1024


def snapshot_in(data: bytes) -> Snapshot:
    """Return the snapshot in a bundle, or raise `InvalidInput`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if packed.getinfo("snapshot.json").file_size > MOST:
                raise InvalidInput("this bundle is too large to be compared")
            found = snapshot_of(packed.read("snapshot.json"))
        if found.document["format"] not in FORMATS:
            raise InvalidInput("this bundle is of another form")
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, msgspec.DecodeError) as error:
        raise InvalidInput(f"this is no bundle of a snapshot: {error}") from error
    return found
