"""What several fits on the same profiles and items share, so that it is computed once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memo:
    """Sums and inverses kept by what they are and by the settings they depend on.

    Belongs to one set of profiles and one item side. Of each kind the `keep` last used are held:
    item-item matrices are large. What is kept must not be written into.
    """

    def __init__(self, keep: int = 2) -> None:
        self.keep = keep
        self._kinds: dict[str, OrderedDict[Hashable, Any]] = {}

    def get(self, kind: str, settings: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives for these settings, made at most once while it is held."""
        held = self._kinds.setdefault(kind, OrderedDict())
        if settings not in held:
            held[settings] = make()
        held.move_to_end(settings)
        while len(held) > self.keep:
            held.popitem(last=False)
        found: T = held[settings]
        return found
