"""What determines a landscape beside the study's data and what its build chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from llmrec_core.errors import InputError
from llmrec_core.recipe import Recipe

STAGE = "landscape"
LEAST_USERS = 2
"""Below so many users no difference has a standard error."""


@dataclass(frozen=True, kw_only=True)
class LandscapeRecipe(Recipe):
    """Which users are looked at."""

    stage: ClassVar[str] = STAGE
    version: ClassVar[int] = 1
    users: int = 500
    """How many at most; fewer where the scores would take more room than they may."""
    seed: int = 42
    """Draws them."""

    def __post_init__(self) -> None:
        if self.users < LEAST_USERS:
            raise InputError(
                f"A landscape of {self.users} users has no noise to hold differences against: ask "
                f"for {LEAST_USERS} or more."
            )
