"""How good probabilities are: whether they order pairs, and whether they mean what they say."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from llmrec_core.errors import InputError

BINS = 10
"""Equal steps of probability in which what was said is held against what happened."""
CERTAIN = 1e-6
"""Probabilities are kept this far from 0 and 1: one wrong certainty is no infinite loss."""


def chance_metrics(chance: np.ndarray, like: np.ndarray) -> dict[str, float]:
    """{"auc", "log_loss", "brier", "ece"} of probabilities (k,) for outcomes (k,) bool.

    AUC is the chance that a like is given more than a dislike, nan without both; log-loss and
    Brier score are means over pairs; ECE is the mean over BINS equal steps of |share that
    happened - mean that was said|, weighted by pairs (Guo et al. 2017). All nan without pairs.

    >>> found = chance_metrics(np.array([0.75, 0.25]), np.array([True, False]))
    >>> found["auc"], found["brier"], found["ece"]
    (1.0, 0.0625, 0.25)
    """
    from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

    _check(chance, like)
    if not len(like):
        return dict.fromkeys(("auc", "log_loss", "brier", "ece"), math.nan)
    both = bool(like.any() and not like.all())
    bins = reliability(chance, like)
    gap = sum(b["pairs"] * abs(b["happened"] - b["said"]) for b in bins)
    kept = np.clip(chance, CERTAIN, 1 - CERTAIN)
    return {
        "auc": float(roc_auc_score(like, chance)) if both else math.nan,
        "log_loss": float(log_loss(like, kept, labels=[False, True])),
        "brier": float(brier_score_loss(like, chance, pos_label=True)) if both
        else float(np.square(chance - like).mean()),
        "ece": float(gap / len(like)),
    }  # fmt: skip


def reliability(
    chance: np.ndarray, like: np.ndarray, *, bins: int = BINS
) -> list[dict[str, Any]]:
    """What was said against what happened, one record for each step of probability with pairs.

    {"from", "to", "pairs", "said" (mean probability), "happened" (share of likes), "interval"
    (95 %, Wilson 1927)}.

    >>> reliability(np.array([0.3, 0.3]), np.array([True, False]))[0]["happened"]
    0.5
    """
    _check(chance, like)
    place = np.minimum((chance * bins).astype(int), bins - 1)
    out = []
    for b in range(bins):
        mine = place == b
        pairs = int(mine.sum())
        if pairs:
            happened = float(like[mine].mean())
            out.append({
                "from": b / bins, "to": (b + 1) / bins, "pairs": pairs,
                "said": float(chance[mine].mean()), "happened": happened,
                "interval": list(wilson(happened, pairs)),
            })  # fmt: skip
    return out


def wilson(share: float, n: int, z: float = 1.959964) -> tuple[float, float]:
    """The interval of a share of n cases (Wilson 1927), 95 % by default; it never leaves [0, 1].

    >>> [round(x, 3) for x in wilson(0.5, 100)]
    [0.404, 0.596]
    """
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def classified(
    chance: np.ndarray, like: np.ndarray, *, threshold: float = 0.5
) -> dict[str, Any]:
    """What comes of calling all pairs at or above `threshold` a like.

    {"threshold", "accuracy", "like": {"precision", "recall", "f1", "pairs"}, "other": …}; a share
    of nothing is nan.
    """
    from sklearn.metrics import classification_report

    _check(chance, like)
    if not len(like):
        raise InputError("There are no pairs to classify.")
    found = classification_report(
        like, chance >= threshold, labels=[True, False], target_names=["like", "other"],
        output_dict=True, zero_division=np.nan,
    )
    out: dict[str, Any] = {
        "threshold": threshold, "accuracy": float(((chance >= threshold) == like).mean()),
    }
    for name in ("like", "other"):
        row = found[name]
        out[name] = {
            "precision": float(row["precision"]), "recall": float(row["recall"]),
            "f1": float(row["f1-score"]), "pairs": int(row["support"]),
        }
    return out


def _check(chance: np.ndarray, like: np.ndarray) -> None:
    if chance.shape != like.shape:
        raise InputError(f"{chance.shape} probabilities do not fit {like.shape} outcomes.")
