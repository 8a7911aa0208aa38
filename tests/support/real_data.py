"""The real-world sample data, which stays outside the project: found, or skipped by name."""

import os
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parents[2]


def real_data(name: str) -> Path:
    """Return the path of `name` in the sample data, or skip the test with a clear word.

    The data is looked for in `REGISTRY_TEST_DATA`, else in `shared/data` beside the checkout.
    """
    root = Path(os.environ.get("REGISTRY_TEST_DATA") or _CHECKOUT.parent / "shared" / "data")
    path = root / name
    if not path.exists():
        pytest.skip(f"real-world sample data is not present: {name}")
    return path
