"""A small publiccode.yml of an invented body, and variants of it by replacing one part."""

LONG = "It helps a town to keep its register of public benches. " * 4

MINIMAL = f"""\
publiccodeYmlVersion: "0"
name: Bench Register
url: https://git.example.org/town/bench-register
platforms:
  - web
developmentStatus: stable
softwareType: standalone/web
description:
  en:
    shortDescription: Keeps the register of public benches.
    longDescription: {LONG.strip()}
    features:
      - Register
legal:
  license: EUPL-1.2
maintenance:
  type: none
localisation:
  localisationReady: true
  availableLanguages:
    - en
"""


def variant(old: str, new: str, *, base: str = MINIMAL) -> bytes:
    """Return the file with `old`, which must be there, replaced by `new`."""
    assert old in base, old
    return base.replace(old, new, 1).encode()


def extended(more: str) -> bytes:
    """Return the minimal file with more keys at its end."""
    return (MINIMAL + more).encode()
