"""Countries and regions as they are typed."""

from registry.domain.countries import COUNTRIES
from registry.errors import InvalidInput


def place_code(text: str) -> str:
    """Return an ISO 3166 code in capitals; raises `InvalidInput` where there is no such country."""
    code = text.upper()
    if code.partition("-")[0] not in COUNTRIES:
        raise InvalidInput(f"{text[:20]!r} is no ISO 3166 code such as EE or CA-ON")
    return code
