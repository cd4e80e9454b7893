"""Every signal and the blend under one protocol: chosen on training rows, measured outside."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import behaviour, metrics, signals, tune
from llmrec_core.blend import lists_for
from llmrec_core.errors import InputError
from llmrec_core.profile import Profiles, ValueScale, described_profiles
from llmrec_core.steer import prepare
from llmrec_core.threads import one_thread

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.protocol import Protocol
    from llmrec_core.tables import Tables
    from llmrec_core.texts import Texts

BASELINE = "plain EASE"
"""A row for the collaborative model with nothing but its penalty chosen: no recency, no ratings."""

Progress = Callable[[str, int, int], object]
"""Called as `progress(stage, done, total)`."""


@dataclass(frozen=True)
class Data:
    """What an evaluation reads: the rows of a study under a protocol, and its item side."""

    train: Behaviour
    test: Behaviour
    tables: Tables
    texts: Texts
    items: signals.ItemSide
    scale: ValueScale
    time_ties: dict[str, Any]

    def described(self, rows: Behaviour, progress: Progress, stage: str) -> Profiles:
        """Profiles of `rows` with descriptions written from these rows alone."""
        progress(stage, 0, 1)
        return described_profiles(
            rows, self.tables.items, self.scale, self.texts,
            lambda done, total: progress(stage, done, total),
        )


def evaluate(
    tables: Tables, protocol: Protocol, texts: Texts, progress: Progress | None = None
) -> dict[str, Any]:
    """Run `protocol` and return its card and one row a recipe.

    Returns {"protocol": card, "rows": [{"recipe", "metrics", "intervals", "seconds",
    "settings"}…], "weights", "validation", "descriptions"}; metrics are means over test users,
    intervals 95 % bootstrap. Raises `InputError` where the split leaves nothing to measure.
    """
    tell = progress or (lambda stage, done, total: None)
    data = _prepare(tables, protocol, texts, tell)
    begun = time.perf_counter()
    folds = tune.make_folds(
        data.train, protocol.validation,
        lambda rows: data.described(rows, tell, "descriptions for validation"),
    )
    if not folds:
        raise InputError(
            f"The protocol {protocol.name} leaves no row to choose settings on "
            f"({len(data.train)} training rows): take a larger study."
        )
    taught, swaps = prepare(folds[0][0], data.items, tables.items, texts)
    data = replace(data, items=taught)
    choice = tune.choose(
        folds, data.items, n=protocol.n, swaps=swaps,
        progress=lambda done, total, what: tell(f"choosing settings: {what}", done, total),
    )
    baseline = _plain_ease(folds[0], data.items, protocol.n)
    chosen = time.perf_counter() - begun
    profiles = data.described(data.train, tell, "descriptions")
    rows = _rows(data, profiles, choice, baseline, protocol, tell)
    return {
        "protocol": protocol.card(), "data": _counts(data), "weights": choice.accurate,
        "steerable": choice.weights, "curve": [point.document() for point in choice.curve],
        "validation": choice.validation, "seconds_choosing": round(chosen, 2),
        "encoder": texts.encoder.name, "writer": "template", "rows": rows,
    }


def _prepare(tables: Tables, protocol: Protocol, texts: Texts, tell: Progress) -> Data:
    rows = behaviour.from_tables(tables.interactions.frame, tables.items.frame, protocol.filters)
    ties = behaviour.time_ties(rows)
    if behaviour.SplitKind(protocol.split.kind).by_time and ties["without_time"] == len(rows):
        raise InputError(
            f"The protocol {protocol.name} needs times, and {len(rows)} of {len(rows)} rows have "
            "none: choose random."
        )
    train, test = behaviour.split(rows, protocol.split)
    if len(test) == 0:
        raise InputError(
            f"The protocol {protocol.name} holds out no row of {len(rows)}: "
            "users need more interactions, or choose another protocol."
        )
    if len(train) == 0:
        raise InputError(
            f"The protocol {protocol.name} holds out all {len(rows)} rows and leaves none to train "
            "on (their times are all alike): choose random."
        )
    vectors = texts.items(tables.items, lambda done, total: tell("item texts", done, total))
    side = signals.ItemSide(vectors.concatenated, vectors.fields)
    return Data(train, test, tables, texts, side, ValueScale.of(train.value), ties)


def _counts(data: Data) -> dict[str, Any]:
    return {
        "users": data.train.n_users, "items": data.train.n_items,
        "training_rows": len(data.train), "held_out_rows": len(data.test),
        "held_out_pairs_known_from_training": int(
            data.test.matrix().nnz - _new_to_their_users(data).nnz
        ),
        "test_users": len(np.unique(data.test.user)), "time_ties": data.time_ties,
    }


@one_thread()
def _plain_ease(
    fold: tune.Fold, items: signals.ItemSide, n: int
) -> signals.CollaborativeRecipe:
    """EASE as published, its penalty chosen on the same validation rows."""
    profiles, held_out = fold
    judge, memo = tune.Validation(profiles, held_out, n), signals.Memo()

    def worth(reg: float) -> float:
        recipe = signals.CollaborativeRecipe(reg=reg)
        fitted = signals.fit("collaborative", profiles, items, recipe, memo)
        return judge.ndcg(judge.normalised(fitted))

    return signals.CollaborativeRecipe(reg=max(tune.GRIDS["collaborative"]["reg"], key=worth))


@one_thread()
def _rows(
    data: Data, profiles: Profiles, choice: tune.Choice, baseline: signals.CollaborativeRecipe,
    protocol: Protocol, tell: Progress,
) -> list[dict[str, Any]]:
    """Fit on all training rows, rank for every test user, measure."""
    users = np.unique(data.test.user)
    held_out = _new_to_their_users(data)[users]
    id_rank = np.argsort(np.argsort(data.train.item_ids.astype(str))).astype(np.int32)
    fitted: dict[str, tuple[signals.Signal, float]] = {}
    for name, recipe in choice.recipes.items():
        tell(f"fitting {name}", 0, 1)
        fitted[name] = _timed_fit(name, profiles, data.items, recipe)
    fitted[BASELINE] = _timed_fit("collaborative", profiles, data.items, baseline)
    mixed = {"blend": choice.accurate, "blend, steerable": choice.weights}
    blends = {name: {name: 1.0} for name in fitted} | mixed
    lists = lists_for(
        profiles.select(users), {name: signal for name, (signal, _) in fitted.items()}, blends,
        protocol.n, id_rank, lambda done, total: tell("ranking", done, total),
    )
    settings = {name: recipe.document() for name, recipe in choice.recipes.items()}
    settings[BASELINE] = baseline.document()
    settings |= {name: {"weights": weights} for name, weights in mixed.items()}
    seconds = {name: spent for name, (_, spent) in fitted.items()}
    whole = sum(spent for name, spent in seconds.items() if name != BASELINE)
    seconds |= dict.fromkeys(mixed, whole)
    counts = data.train.counts()
    return [
        {
            "recipe": name, **_measure(lists[name], held_out, counts, protocol.n),
            "seconds": round(seconds[name], 3), "settings": settings[name],
        }
        for name in (*choice.recipes, BASELINE, *mixed)
    ]


def _new_to_their_users(data: Data) -> Any:
    """Held-out pairs (csr, n_users x n_items) but those that training has too.

    A repeated pair is no candidate, so no list could hold it; counting it would only lower every
    recipe's figures by the same unreachable share.
    """
    held_out, known = data.test.matrix(), data.train.matrix()
    new = held_out - held_out.multiply(known)
    new.eliminate_zeros()
    return new.tocsr()


def _timed_fit(
    name: str, profiles: Profiles, items: signals.ItemSide, recipe: Any
) -> tuple[signals.Signal, float]:
    begun = time.perf_counter()
    return signals.fit(name, profiles, items, recipe), time.perf_counter() - begun


def _measure(lists: np.ndarray, held_out: Any, counts: np.ndarray, n: int) -> dict[str, Any]:
    """Means over users, bootstrap intervals, and what the lists do to the long tail."""
    from llmrec_core.exposure import exposure_report

    # A catalogue smaller than n gives shorter lists; the places that stay empty are misses.
    lists = np.pad(lists, ((0, 0), (0, n - lists.shape[1])), constant_values=-1)
    per_user = metrics.ranking_metrics(lists, held_out, n=n)
    tail = exposure_report(lists, counts, len(counts)).metrics
    return {
        "metrics": {k: _mean(v) for k, v in per_user.items()} | tail,
        "intervals": {
            k: [float(x) for x in metrics.bootstrap_interval(v, seed=42)]
            for k, v in per_user.items()
        },
    }


def _mean(per_user: np.ndarray) -> float:
    """The mean over users for whom the metric is defined; nan where it is for none."""
    defined = per_user[~np.isnan(per_user)]
    return float(defined.mean()) if len(defined) else float("nan")
