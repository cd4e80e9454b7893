"""Recipes side by side, from one or from several kept evaluations on the same held-out rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.evaluate.bench import BASELINE
from llmrec_core.evaluate.words import LOWER, measure

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.evaluate.result import Result
    from llmrec_core.evaluate.stored import Kept
    from llmrec_core.tables import Users

RAW, MAPPED, TRAINED, BEHAVIOUR, BASE, BLEND = (
    "raw text", "mapped text", "trained sequence", "behaviour", "baseline", "blend",
)
DOUBT = "may have seen the test rows"
"""The mark of rows whose recipe was chosen on other rows than those of its evaluation."""
_NATURE = {"match": RAW, "description": MAPPED, "taste": MAPPED, "neural": TRAINED}


@dataclass(frozen=True)
class Line:
    """One recipe of one kept evaluation; `label` is unlike that of every other line.

    `nature` says how texts enter: as the encoder gives them (raw), through a learned map, or not.
    """

    label: str
    recipe: str
    evaluation: str
    key: str
    nature: str
    settings: str
    metrics: Mapping[str, float]
    interval: tuple[float, float]
    seconds: float
    encoder: str
    writer: str
    fields: str
    signals: str
    doubt: str = ""
    """Why the figures may flatter, in words; "" where settings were chosen on training rows."""


def apart(one: Kept, other: Kept) -> str:
    """Why figures of two evaluations may not be compared, in words; "" where they may."""
    if one.problem or other.problem:
        return "one of them cannot be read"
    if one.protocol != other.protocol:
        return f"one is under {one.protocol}, the other under {other.protocol}"
    if one.data != other.data:
        return "the study was imported anew between them: they are measured on other rows"
    if one.split != other.split:
        return "their filters or splits differ: other rows were held out"
    if one.users != other.users:
        return "they are measured on other users"
    return ""


def lines_of(kept: Sequence[Kept], results: Sequence[Result], titles: Sequence[str]) -> list[Line]:
    """Every row of every evaluation; `titles` is what the evaluations are called."""
    out = []
    for one, result, called in zip(kept, results, titles, strict=True):
        for row in result.document["rows"]:
            if row["recipe"] in result.per_user:
                out.append(_line(one, row, called, result.document, alone=len(kept) == 1))
    return out


def doubted(document: Mapping[str, Any]) -> str:
    """Why the figures of an evaluation may flatter: its saved recipe was chosen on other rows."""
    saved = document.get("saved") or {}
    return "" if saved.get("fair", True) else str(saved["words"])


def _line(
    kept: Kept, row: Mapping[str, Any], called: str, document: Mapping[str, Any], *, alone: bool
) -> Line:
    name = str(row["recipe"])
    doubt = "" if name == BASELINE else doubted(document)  # its penalty is from training rows
    label = name if alone else f"{name} · {called}"
    low, high = row["intervals"].get(kept.metric, (float("nan"), float("nan")))
    return Line(
        label=f"{label} ({DOUBT})" if doubt else label, recipe=name, evaluation=called,
        key=kept.key, nature=nature(name), settings=settings_words(row["settings"]),
        metrics=row["metrics"], interval=(float(low), float(high)), seconds=row["seconds"],
        encoder=kept.encoder, writer=kept.writer, fields=", ".join(kept.fields),
        signals=", ".join(document["weights"]), doubt=doubt,
    )


def nature(recipe: str) -> str:
    """How a recipe uses texts: one of RAW, MAPPED, TRAINED, BEHAVIOUR, BASE, BLEND."""
    if recipe.startswith("blend"):
        return BLEND
    if recipe == BASELINE:
        return BASE
    return _NATURE.get(recipe.partition(" ")[0].rstrip(","), BEHAVIOUR)


def settings_words(settings: Mapping[str, Any]) -> str:
    """«taste 0.5, sequence 1» for weights, «reg 200, recency 0.5» for a recipe."""
    given = settings.get("weights", settings)
    told = {k: v for k, v in given.items() if k not in ("stage", "version") and v is not None}
    if "weights" in settings:
        told = {k: v for k, v in told.items() if v}
    return ", ".join(
        f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in told.items()
    )


def front(x: np.ndarray, y: np.ndarray, metrics: tuple[str, str]) -> np.ndarray:
    """(k,) bool: points that no other one beats in one of two metrics without losing in the other.

    A point equal to another in both is on the front if that one is; an undefined one never is.
    """
    a, b = (
        np.asarray(v, float) * (-1 if measure(name).better == LOWER else 1)
        for v, name in zip((x, y), metrics, strict=True)
    )
    known = ~(np.isnan(a) | np.isnan(b))
    beaten = (
        (a[None, :] >= a[:, None]) & (b[None, :] >= b[:, None])
        & ((a[None, :] > a[:, None]) | (b[None, :] > b[:, None])) & known[None, :]
    )
    return known & ~beaten.any(axis=1)


def values_of(
    lines: Sequence[Line], results: Mapping[str, Result], metric: str
) -> dict[str, np.ndarray]:
    """Label -> (users,) values of `metric`; `results` by the key of their evaluation.

    Lines that have no value a user for it (such as coverage) are left out.
    """
    found = {line.label: results[line.key].per_user[line.recipe].get(metric) for line in lines}
    return {label: values for label, values in found.items() if values is not None}


def served(result: Result, one: np.ndarray, other: np.ndarray) -> pd.DataFrame:
    """The users whom `one` serves better than `other`, the largest difference first.

    Both are (users,) values of one metric for the users of `result`. Columns `user_id`, `one`,
    `other`, `difference`, `rows` (in training) and `mainstream`; ties by user id.
    """
    import pandas as pd

    frame = pd.DataFrame(
        {
            "user_id": result.user_ids.astype(str), "one": np.asarray(one, float),
            "other": np.asarray(other, float), "difference": np.asarray(one - other, float),
            "rows": result.history, "mainstream": result.mainstream,
        }
    )
    better = frame[frame["difference"] > 0]
    order = ["difference", "user_id"]
    return better.sort_values(order, ascending=[False, True]).reset_index(drop=True)


def listed(users: Users) -> pd.DataFrame:
    """The users' table with every attribute as a list of one value, of none where it is missing."""
    frame = users.frame.copy()
    for name in users.attributes:
        frame[name] = [[value] if (value := str(cell).strip()) else [] for cell in frame[name]]
    return frame
