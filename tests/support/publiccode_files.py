"""A reader of publiccode.yml files that runs in this process: for tests of what is around it."""

from collections.abc import Mapping
from typing import Any

from crawlers import validator
from registry.publishing.port import Reachability
from registry.publishing.readmodels import Composed, Mended, Stated, Validation


class InProcessFiles:
    """The validator without its sandbox."""

    def validate(
        self, data: bytes, *, path: str = "publiccode.yml", reached: Reachability | None = None
    ) -> Validation:
        found = validator.validate(data, path)
        if reached is None:
            return found
        return validator.validate(data, path, dict(reached.look(found.references)))

    def state(self, data: bytes) -> Stated:
        return validator.state(data)

    def mend(self, data: bytes, *, path: str = "publiccode.yml") -> Mended:
        return validator.mend(data, path)

    def compose(
        self,
        base: bytes | None,
        values: Mapping[str, Any],
        *,
        path: str = "publiccode.yml",
        renamed: Mapping[str, str] = {},
    ) -> Composed:
        return validator.compose(base or b"", values, path, renamed)
