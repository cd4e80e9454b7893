"""What an evaluation found: the document that is printed, and the values a user behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Result:
    """One protocol run on one study.

    Attributes
    ----------
    document : what `llmrec evaluate --json` prints.
    user_ids : (users,) external ids of the test users.
    lists : row name -> (users, n) int32 item numbers, best first, -1 where fewer were left.
    per_user : row name -> metric -> (users,) float64, nan where undefined.
    """

    document: dict[str, Any]
    user_ids: np.ndarray
    lists: dict[str, np.ndarray]
    per_user: dict[str, dict[str, np.ndarray]]
