"""Which dates of commits are believed; whoever commits may write any."""

from typing import Final

EARLIEST: Final = 631_152_000  # 1990-01-01, before git: an earlier date is a mistake or a lie
_AHEAD: Final = 86_400  # clocks may differ by a day


def believed(moment: int, now: int) -> int:
    """Return a time, in seconds since 1970, put between `EARLIEST` and a day after now."""
    return min(max(moment, EARLIEST), now + _AHEAD)


def is_earlier(found: int, stored: int) -> bool:
    """Tell whether a time tells more than one that is stored; `EARLIEST` stands for not known."""
    return found > EARLIEST and (stored <= EARLIEST or found < stored)


def believed_text(text: str, now: int) -> int:
    """Return the time that git printed, likewise; `EARLIEST` for what is no number."""
    try:
        return believed(int(text), now)
    except ValueError:
        return EARLIEST
