"""Ways of deployment by the path of a file, from the data file of this folder."""

import re
import tomllib
from collections.abc import Mapping
from fnmatch import translate
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from registry.domain.inspection import Place
from registry.domain.languages import is_vendored

MAX_PATH: Final = 300
_LEFT_OUT = re.compile(r"(?:^|/)(?:tests?|spec|examples?|samples?|fixtures?|\.devcontainer)/")

_PROSE: Final = (".md", ".rst", ".adoc")


class Deployment(Struct, frozen=True, forbid_unknown_fields=True):
    """A way of deployment: patterns of names and of whole paths, in lower case."""

    kind: str
    source: str
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def _ways() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    text = Path(__file__).with_name("deployment.toml").read_text("utf-8")
    ways = msgspec.convert(tomllib.loads(text)["deployment"], tuple[Deployment, ...])
    return tuple((way.kind, _any(way.names), _any(way.paths)) for way in ways)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return one pattern for many; `(?!)` matches nothing."""
    return re.compile("|".join(map(translate, patterns)) or "(?!)")


def deployment_kind(path: str) -> str | None:
    """Return how a file deploys or installs, None where it does not."""
    lower = path.lower()
    if (
        len(path) > MAX_PATH
        or is_vendored(path)
        or _LEFT_OUT.search(lower)
        or lower.endswith(_PROSE)
    ):
        return None
    name = lower.rpartition("/")[2]
    return next(
        (kind for kind, names, paths in _ways() if names.match(name) or paths.match(lower)), None
    )


def deployment_places(files: Mapping[str, str]) -> tuple[Place, ...]:
    """Return the file of each way that is nearest to the root, from path → blob of HEAD."""
    best: dict[str, str] = {}
    for path in sorted(files, key=lambda path: (path.count("/"), path)):
        if kind := deployment_kind(path):
            best.setdefault(kind, path)
    return tuple(
        Place(kind=kind, path=path, blob=files[path]) for kind, path in sorted(best.items())
    )
