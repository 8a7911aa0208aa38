"""YAML that YAML 1.1 and 1.2 readers take for the same thing.

Source: YAML 1.2.2 §10.3 against the types of YAML 1.1: to the former `no`, `on` and `2024-01-01`
are texts, to the latter a flag and a date. So every text that could be taken for something else
is quoted.
"""

import io
import re
from collections.abc import Mapping
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.representer import SafeRepresenter

from registry.publishing.exports.values import clean

_WIDTH: Final = 4096
# Plain where it begins like a word and is none of the words of YAML 1.1 that mean something.
_PLAIN: Final = re.compile(
    r"(?!(?:y|n|yes|no|on|off|true|false|null)\Z)[^\W\d_][^\n\u2028\u2029]*", re.IGNORECASE
)
_OTHER_BREAK: Final = re.compile("[\u2028\u2029\t]")


class _Representer(SafeRepresenter):
    """Writes texts so that they are texts to everybody."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the name is the library's
        return True

    def represent_key(self, data: Any) -> Any:
        text = str(data)  # a key stands on one line
        style = None if _PLAIN.fullmatch(text) else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    def represent_text(self, data: str) -> Any:
        style = None if _PLAIN.fullmatch(data) else "|" if _is_block(data) else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Representer.add_representer(str, _Representer.represent_text)


def _is_block(text: str) -> bool:
    lines = text.split("\n")
    is_plain = all(x == x.rstrip() and not _OTHER_BREAK.search(x) for x in lines)
    return len(lines) > 1 and bool(lines[0].strip()) and is_plain


def yaml_text(value: Mapping[str, Any]) -> bytes:
    """Return a mapping as one YAML document in UTF-8, its keys in their order."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.default_flow_style = False
    yaml.width = _WIDTH
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    stream = io.StringIO()
    yaml.dump(clean(value), stream)
    return stream.getvalue().encode()
