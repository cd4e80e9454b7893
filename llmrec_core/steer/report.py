"""Controllability: three tests of whether lists follow an edited description (after TEARS).

(a) Two kinds swapped: NDCG@20 with an item relevant if it is of the kind; right is that of the
former favourite falling and that of the former least favourite rising. (b) Five words of an item
in the middle of the ranking put in as one sentence: the places that it gains. (c) «Wants more X.»
and «Wants less X.»: NDCG@20 of that kind. The description's map is taught with some of these very
words, so there are rows with other ones too. Everything is measured on the built study, on all
rows: steering needs nothing held out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import metrics
from llmrec_core.errors import InputError
from llmrec_core.steer.edits import HELD_OUT, TAUGHT, Wording
from llmrec_core.steer.measures import moved_right
from llmrec_core.steer.swaps import swapped
from llmrec_core.steer.trials import Trials
from llmrec_core.steer.vocabulary import vocabulary
from llmrec_core.steer.weights import STEERED, WEIGHTS, Steered
from llmrec_core.threads import one_thread

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender
    from llmrec_core.steer.swaps import Swaps

Tell = Callable[[str, int, int], object]
OTHERWISE = ", other words"
"""What the name of a row ends in whose edits are in words that nothing was taught with."""

SEED = 42
CELLS = 60_000_000
"""Scores of one signal that are held at once (240 MB); fewer users are sampled beyond."""


def controllability(
    recommender: Recommender, sample: int = 0, tell: Tell | None = None
) -> dict[str, Any]:
    """Run the three tests on `sample` users (0: all) of a built study.

    Returns {"users", "of", "attribute", "rows": [{"recipe", "weights", "swap", "words", "more",
    "less"}…], "kinds": [one row a kind under the default weights], "curve": [{"description",
    "right", "interval", "ndcg", "tail_share"}…], "target", "seconds"}. Shares are of the users for
    whom a test can be made, intervals 95 % bootstrap over them.
    Raises `InputError` where the catalogue has no attribute that sorts it into kinds.
    """
    say = tell or (lambda stage, done, total: None)
    begun = time.perf_counter()
    with one_thread():
        swaps, trials = _ready(recommender, sample, say)
        steered = Steered(swaps, recommender.signals)
        settings = _settings(recommender)
        rows = []
        for done, (name, weights) in enumerate(settings.items()):
            say("editing and ranking", done, len(settings))
            rows.append({
                "recipe": name, "weights": weights, "swap": _swap(steered, weights),
                **trials.measure(weights),
            })
        rows += _otherwise(recommender, sample, settings, say)
        curve = _curve(recommender, steered)
        kinds = _by_kind(steered, recommender.default_weights)
    return {
        "users": len(swaps), "of": recommender.behaviour.n_users,
        "attribute": swaps.kinds.attribute, "target": {"right": 0.9, "blend": 0.7, "places": 100},
        "ranks": list(trials.window), "rows": rows, "curve": curve, "kinds": kinds,
        "validation": recommender.choice.validation, "accurate": recommender.choice.accurate,
        "seconds": round(time.perf_counter() - begun, 2), "seed": SEED,
    }


def _otherwise(
    recommender: Recommender, sample: int, settings: Mapping[str, dict[str, float]], say: Tell
) -> list[dict[str, Any]]:
    """The same tests in words that the description's map was not taught with."""
    swaps, trials = _ready(recommender, sample, say, HELD_OUT)
    steered = Steered(swaps, recommender.signals)
    return [
        {
            "recipe": f"{name}{OTHERWISE}", "weights": settings[name],
            "swap": _swap(steered, settings[name]), **trials.measure(settings[name]),
        }
        for name in (STEERED, "blend, steerable")
    ]


def _ready(
    recommender: Recommender, sample: int, say: Tell, wording: Wording = TAUGHT
) -> tuple[Swaps, Trials]:
    kinds = vocabulary(recommender.tables.items)
    if kinds is None:
        raise InputError(
            "No attribute sorts this catalogue into kinds (genres, categories), so there is "
            "nothing to swap: import an items table that has one."
        )
    n_users, n_items = recommender.behaviour.n_users, recommender.behaviour.n_items
    most = max(1, min(sample or n_users, CELLS // (n_items * max(1, len(recommender.names)))))
    numbers = np.arange(n_users)
    if most < n_users:
        numbers = np.sort(np.random.default_rng(SEED).choice(n_users, most, replace=False))
    told = recommender.descriptions()
    descriptions = [told[number] for number in numbers]
    profiles = recommender.profiles_in_force().select(numbers)
    swaps = swapped(
        profiles, descriptions, kinds, recommender.texts, recommender.center,
        lambda done, total: say("encoding edited sentences", done, total), wording,
    )
    if not len(swaps):
        raise InputError("No user's description or rows name two kinds: there is nothing to swap.")
    say("encoding typed sentences", 0, 1)
    return swaps, Trials(swaps, recommender, SEED, wording)


def _settings(recommender: Recommender) -> dict[str, dict[str, float]]:
    """The weights that are measured, by name; the default blend and the most accurate one."""
    accurate = {name: recommender.choice.accurate.get(name, 0.0) for name in recommender.names}
    return {
        "description": {STEERED: 1.0}, "blend, steerable": recommender.default_weights,
        "blend": accurate,
    }


def share(right: np.ndarray) -> dict[str, Any]:
    """{"right", "interval", "users"} of (users,) bool."""
    values = right.astype(float)
    low, high = metrics.bootstrap_interval(values, seed=SEED)
    mean = float(values.mean()) if len(values) else float("nan")
    return {"right": mean, "interval": [low, high], "users": len(values)}


def _swap(steered: Steered, weights: Mapping[str, float]) -> dict[str, Any]:
    before, after = steered.kind_ndcgs(weights)
    one, other = steered.swaps.favourite, steered.swaps.least
    row = np.arange(len(one))
    return {
        **share(moved_right(before, after, one, other)),
        "falls": float((after[row, one] < before[row, one]).mean()),
        "rises": float((after[row, other] > before[row, other]).mean()),
    }


def _by_kind(steered: Steered, weights: Mapping[str, float]) -> list[dict[str, Any]]:
    """For each kind: how often it was the favourite and fell, the least favourite and rose."""
    before, after = steered.kind_ndcgs(weights)
    out = []
    for kind, name in enumerate(steered.swaps.kinds.values):
        loved, left = steered.swaps.favourite == kind, steered.swaps.least == kind
        fell = after[loved, kind] < before[loved, kind]
        rose = after[left, kind] > before[left, kind]
        out.append({
            "kind": name, "items": int(steered.swaps.kinds.has[:, kind].sum()),
            "favourite_of": int(loved.sum()), "falls": _mean(fell),
            "least_of": int(left.sum()), "rises": _mean(rose),
            "before": _mean(before[loved, kind]), "after": _mean(after[loved, kind]),
        })
    return out


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _curve(recommender: Recommender, steered: Steered) -> list[dict[str, Any]]:
    """Steering here and accuracy in the build's validation, by the description's weight."""
    accurate = _settings(recommender)["blend"]
    known = {point.description: point for point in recommender.choice.curve}
    out = []
    for weight in sorted({*WEIGHTS, *known, recommender.default_weights[STEERED]}):
        point = known.get(weight)
        weights = accurate | {STEERED: weight}
        if any(weights.values()):
            out.append({
                "description": weight, **share(steered.right(weights)),
                "ndcg": point.ndcg if point else float("nan"),
                "tail_share": point.tail_share if point else float("nan"),
            })
    return out
