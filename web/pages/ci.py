"""Ready snippets that validate a publiccode.yml in the three usual systems of CI."""

from typing import Final

from msgspec import Struct

# The answer is the same for people and programs: no error means that the file may be merged.
_ASK: Final = """\
curl --fail-with-body --silent --show-error \\
  --header 'Content-Type: application/yaml' \\
  --data-binary @publiccode.yml \\
  {api} > validation.json
jq -r '.problems[] | "\\(.line):\\(.column) \\(.severity): \\(.message)"' validation.json
jq -e '.errors == 0' validation.json > /dev/null"""


class Snippet(Struct, frozen=True):
    """A file of a system of CI, to be copied; `name` is a product and is not translated."""

    name: str
    path: str
    text: str


def snippets(api: str) -> tuple[Snippet, ...]:
    """Return the snippets that ask the API at an address."""
    return (
        Snippet("GitHub Actions", ".github/workflows/publiccode.yml", _actions(api)),
        Snippet("GitLab CI", ".gitlab-ci.yml", _gitlab(api)),
        Snippet("Forgejo Actions", ".forgejo/workflows/publiccode.yml", _actions(api, "docker")),
    )


def _actions(api: str, runner: str = "ubuntu-latest") -> str:
    return f"""\
name: publiccode.yml
on:
  push:
    paths: [publiccode.yml]
  pull_request:
    paths: [publiccode.yml]
permissions:
  contents: read
jobs:
  validate:
    runs-on: {runner}
    steps:
      - uses: actions/checkout@v4
      - name: Validate publiccode.yml
        run: |
{_indented(api, 10)}"""


def _gitlab(api: str) -> str:
    return f"""\
publiccode:
  image: alpine:3
  rules:
    - changes: [publiccode.yml]
  before_script:
    - apk add --no-cache curl jq
  script:
    - |
{_indented(api, 6)}"""


def _indented(api: str, by: int) -> str:
    lines = _ASK.replace("{api}", api).splitlines()
    return "\n".join(" " * by + line for line in lines) + "\n"
