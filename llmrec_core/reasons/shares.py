"""A share in words."""

from __future__ import annotations

import math

SHARES = (
    (0.1, "a tenth"), (0.2, "a fifth"), (0.25, "a quarter"), (1 / 3, "a third"),
    (0.4, "two fifths"), (0.5, "half"), (0.6, "three fifths"), (2 / 3, "two thirds"),
    (0.75, "three quarters"), (0.8, "four fifths"), (0.9, "nine tenths"),
)
"""Named shares; a share is called by the nearest one."""

LITTLE, ALL = "less than a tenth", "all"
_LEAST, _MOST, _WHOLE = 0.075, 0.95, 0.9995
_NEARLY = "nearly all"


def share_words(share: float) -> str:
    """A share in [0, 1] as a noun phrase: «about two thirds», «less than a tenth», «all»."""
    if share >= _WHOLE:
        return ALL
    if share >= _MOST:
        return _NEARLY
    if share < _LEAST:
        return LITTLE
    value, words = min(SHARES, key=lambda known: abs(known[0] - share))
    return words if math.isclose(value, share, abs_tol=5e-4) else f"about {words}"
