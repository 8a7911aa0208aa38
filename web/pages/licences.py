"""The licence question of a reader: may I combine this code into my work?"""

from typing import Final, Literal

from msgspec import Struct

from web.ports.catalogue import Catalogue, Verdict

# Licences that projects of public bodies are published under most often.
OUTBOUND: Final = (
    "EUPL-1.2",
    "Apache-2.0",
    "MIT",
    "BSD-3-Clause",
    "MPL-2.0",
    "LGPL-3.0-or-later",
    "GPL-2.0-only",
    "GPL-3.0-or-later",
    "AGPL-3.0-or-later",
)


class LicenceAnswer(Struct, frozen=True, kw_only=True):
    """What may be done with a component: `verdict` is `none` where no licence is known."""

    licence: str | None
    outbound: str
    verdict: Verdict | Literal["none"]
    choices: tuple[str, ...] = OUTBOUND


def licence_answer(catalogue: Catalogue, licence: str | None, wanted: str) -> LicenceAnswer:
    """Return the answer for a work under `wanted`, or under the first choice if it is unknown."""
    outbound = wanted if wanted in OUTBOUND else OUTBOUND[0]
    verdict = catalogue.licence_verdict(outbound, licence) if licence else "none"
    return LicenceAnswer(licence=licence, outbound=outbound, verdict=verdict)
