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
    held_out : (k, 2) int32, the pairs that lists were judged by: place in `user_ids`, item number.
    counts : (n_items,) int64, training rows of each item, numbered as in the catalogue.
    history : (users,) int64, how many items each user has in training.
    mainstream : (users,) float64, the mean popularity of these items, as the share of the catalogue
        that is less popular: .5 is an average item; nan without any.
    """

    document: dict[str, Any]
    user_ids: np.ndarray
    lists: dict[str, np.ndarray]
    per_user: dict[str, dict[str, np.ndarray]]
    held_out: np.ndarray
    counts: np.ndarray
    history: np.ndarray
    mainstream: np.ndarray
