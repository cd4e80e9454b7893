"""What determines a landscape beside the study's data and what its build chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from llmrec_core.recipe import Recipe

STAGE = "landscape"


@dataclass(frozen=True, kw_only=True)
class LandscapeRecipe(Recipe):
    """Which users are looked at."""

    stage: ClassVar[str] = STAGE
    version: ClassVar[int] = 1
    users: int = 500
    """How many at most; fewer where the scores would take more room than they may."""
    seed: int = 42
    """Draws them."""
