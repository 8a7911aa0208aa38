"""The assumptions about savings as parameters of the API: each is read, and named when wrong."""

from collections.abc import Callable
from typing import Final

from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType

from registry.errors import InvalidInput
from registry.reports.savings.assumptions import HISTORY, SIZE, Assumptions, assumptions_of
from web.api import kinds
from web.api.parameters import MAX_PAIRS, Parameter, Values


def _assumption(name: str, description: str, example: str, *, many: bool = False) -> Parameter:
    return Parameter(
        name=name,
        description=description,
        parse=_reader(name),
        schema=Schema(type=OpenAPIType.STRING, examples=[example]),
        many=many,
        most=MAX_PAIRS,
        example=example,
    )


def _reader(name: str) -> Callable[[str], str]:
    """Return what checks a value as the method does, so that no other rule can differ from it."""

    def parse(text: str) -> str:
        try:
            assumptions_of([(name, text)])
        except InvalidInput as error:
            raise ValueError(str(error).removeprefix(f"{name}: ")) from None
        return text

    return parse


ASSUMPTIONS: Final[tuple[Parameter, ...]] = (
    _assumption("kappa", "Median of the calibration κ, 0.01 to 100.", "1.27"),
    _assumption("sigma", "Spread of ln κ, 0 to 3.", "0.6"),
    _assumption("built", "Lowest and highest chance that reusers would have built it.", "0.3,1"),
    _assumption("reuse_cost", "Lowest, likeliest and highest relative cost of reuse, 0 to 5.",
                "0.14,0.2,1"),
    _assumption("full", "Commits of a full month (θ) in `history`, 3 to 12.", "6"),
    _assumption("adapted", "Share of taken code that reusers change, 0 to 1.", "0.2"),
    _assumption("reference", "Share that a dependency or submodule counts for, 0 to 1.", "0.1"),
    kinds.choice("effort", "Effort from lines of own code, or from author-months.",
                 (SIZE, HISTORY), example=SIZE),
    _assumption("rate", "Euro for a person-month in a country, in place of the one on record; "
                "100 to 1,000,000.", "CA:9000", many=True),
)  # fmt: skip
_NAMES: Final = frozenset(parameter.name for parameter in ASSUMPTIONS)


def asked_assumptions(values: Values) -> Assumptions:
    """Return the assumptions that are asked for."""
    return assumptions_of([pair for pair in values.pairs if pair[0] in _NAMES])
