"""What several fits on the same profiles and items share, so that it is computed once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

MOST_BYTES = 250_000_000
"""What is larger is not kept: two matrices over all pairs of 5,590 items. Above that settings are
not searched, so that little is shared, and one matrix kept may be what memory runs out on."""


class Memo:
    """Sums and inverses kept by what they are and by the settings they depend on.

    Belongs to one set of profiles and one item side. Of each kind the `keep` last used are held,
    none of more than `most_bytes`: item-item matrices are large. What is kept must not be written
    into.
    """

    def __init__(self, keep: int = 2, most_bytes: int = MOST_BYTES) -> None:
        self.keep, self.most_bytes = keep, most_bytes
        self._kinds: dict[str, OrderedDict[Hashable, Any]] = {}

    def get(self, kind: str, settings: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives for these settings, made at most once while it is held."""
        held = self._kinds.setdefault(kind, OrderedDict())
        if settings not in held:
            made = make()
            if _bytes(made) > self.most_bytes:
                return made
            held[settings] = made
        held.move_to_end(settings)
        while len(held) > self.keep:
            held.popitem(last=False)
        found: T = held[settings]
        return found


def _bytes(made: object) -> int:
    """How large arrays are, also those side by side."""
    if isinstance(made, Sequence) and not isinstance(made, str):
        return sum(map(_bytes, made))
    return int(getattr(made, "nbytes", 0))
