"""What the written texts did: items' vectors, neighbours and places, before and after.

Both builds lie beside each other, for artefacts are named by what they are made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.blend import standardise_many
from llmrec_core.enrich.stored import load_texts
from llmrec_core.errors import MissingArtefactError
from llmrec_core.exposure import exposure_report
from llmrec_core.project.neighbours import nearest

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.describe import Description
    from llmrec_core.embed import ItemVectors
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender
    from llmrec_core.study import Study

NEIGHBOURS = 10
MOST_USERS = 1_000
"""Users over whom places are averaged, evenly drawn from more."""
_BATCH = 200


@dataclass(frozen=True)
class Effect:
    """The written items and the whole catalogue, before and after.

    `items` has one row a written item: `item` (number), `cosine` of the mean of its field vectors
    without and with the written one (nan where it had none), `kept` (share of its NEIGHBOURS
    nearest items that stayed), `rank_before`, `rank_after` (mean over users who do not have it),
    `lists_before`, `lists_after` (users in whose first n it stands). `metrics` are exposure's
    figures by name, `shares` the share of all shown places that go to written items, each as
    (before, after). `users` were ranked.
    """

    n: int
    users: int
    items: pd.DataFrame
    metrics: dict[str, tuple[float, float]]
    shares: tuple[float, float]

    @property
    def medians(self) -> dict[str, float]:
        """The medians over written items of every column but the item's number."""
        numbers = self.items.drop(columns="item").median()
        return {str(name): float(value) for name, value in numbers.items()}


def before_and_after(study: Study) -> tuple[Recommender, Recommender]:
    """The build in force without and with its written texts.

    Raises `MissingArtefactError` where one of the two is not there.
    """
    from llmrec_core.recommender import Recommender

    after = Recommender(study)
    if not after.keys.item_texts:
        raise MissingArtefactError(
            f"The study {study.name!r} is built without written texts: run "
            f"`llmrec build {study.name} --item-texts N`."
        )
    try:
        return Recommender(study, without_texts(after)), after
    except MissingArtefactError:
        raise MissingArtefactError(
            f"The study {study.name!r} was never built without written texts as it is now: run "
            f"`llmrec build {study.name}`, then build with them again; what is there is kept."
        ) from None


def without_texts(recommender: Recommender) -> dict[str, object]:
    """What the same build would have written down had no item texts been asked for."""
    from llmrec_core.enrich.settings import Enriching

    recipe = {**recommender.made_with["recipe"], "enriching": Enriching().document()}
    return {**recommender.made_with, "recipe": recipe}


def effect(
    before: Recommender, after: Recommender, n: int = 10, *,
    weights: Mapping[str, float] | None = None,
) -> Effect:
    """Compare two builds of the same rows, of which `after` has written texts.

    Each is ranked with its own fitted weights, or both with `weights`. Descriptions are the
    machine's: what a person edited does not differ between builds.
    """
    import pandas as pd

    texts = load_texts(after.study.artefacts, after.keys.item_texts)
    numbers = written_numbers(after, texts)
    ranks, lists, reports = [], [], []
    users = _drawn(len(after.profiles))
    for one in (before, after):
        vector = one.weights(weights)
        ranks.append(_mean_ranks(one, one.profiles.select(users), numbers, vector))
        everybody = one.all_lists(vector, n)
        lists.append(np.bincount(everybody[everybody >= 0], minlength=one.behaviour.n_items))
        reports.append(exposure_report(everybody, one.behaviour.counts()))
    frame = pd.DataFrame(
        {
            "item": numbers,
            "cosine": _cosines(before.item_vectors, after.item_vectors, numbers),
            "kept": _neighbours_kept(before.item_vectors, after.item_vectors, numbers),
            "rank_before": ranks[0], "rank_after": ranks[1],
            "lists_before": lists[0][numbers], "lists_after": lists[1][numbers],
        }
    )
    metrics = {
        name: (value, reports[1].metrics[name]) for name, value in reports[0].metrics.items()
    }
    first, second = (float(one[numbers].sum() / max(one.sum(), 1)) for one in lists)
    return Effect(n, len(users), frame, metrics, (first, second))


def written_numbers(after: Recommender, texts: Mapping[str, Description]) -> np.ndarray:
    """(k,) numbers of the items that a text was written for, ascending."""
    found = (after.item_numbers[item_id] for item_id in texts if item_id in after.item_numbers)
    return np.array(sorted(found), np.int64)


def neighbours(recommender: Recommender, item: int, k: int = NEIGHBOURS) -> list[int]:
    """The items nearest in meaning to one item under this build."""
    vectors = recommender.item_vectors.concatenated
    if not vectors[item].any():
        return []
    index, _ = nearest(vectors[item : item + 1], vectors, k + 1)
    return [int(other) for other in index[0] if other != item][:k]


def _drawn(n: int) -> np.ndarray:
    if n <= MOST_USERS:
        return np.arange(n)
    return np.linspace(0, n - 1, MOST_USERS).astype(np.int64)


def _mean_ranks(
    one: Recommender, profiles: Profiles, numbers: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """(k,) mean rank of each of `numbers` over the profiles that do not have it; ties count half.

    nan for an item that everybody has.
    """
    total = np.zeros(len(numbers))
    count = np.zeros(len(numbers), np.int64)
    for begin in range(0, len(profiles), _BATCH):
        batch = profiles.select(np.arange(begin, min(begin + _BATCH, len(profiles))))
        seen = batch.history().nonzero()
        score = np.zeros((len(batch), batch.n_items), np.float32)
        for weight, signal in zip(weights, one.signals.values(), strict=True):
            if weight:
                score += weight * standardise_many(signal.score(batch), seen)
        score[seen] = -np.inf
        ordered = np.sort(score, axis=1)
        for u in range(len(batch)):
            mine = score[u, numbers]
            ahead = batch.n_items - np.searchsorted(ordered[u], mine, "right")
            tied = batch.n_items - np.searchsorted(ordered[u], mine, "left") - ahead
            free = mine > -np.inf
            total[free] += (ahead + (tied + 1) / 2)[free]
            count += free
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _cosines(before: ItemVectors, after: ItemVectors, numbers: np.ndarray) -> np.ndarray:
    """(k,) cosine of the means of the items' field vectors; nan where one of them is zero."""
    old = before.field_vectors[:, numbers].sum(axis=0)
    new = after.field_vectors[:, numbers].sum(axis=0)
    norm = np.linalg.norm(old, axis=1) * np.linalg.norm(new, axis=1)
    return np.where(norm > 0, (old * new).sum(axis=1) / np.where(norm > 0, norm, 1), np.nan)


def _neighbours_kept(
    before: ItemVectors, after: ItemVectors, numbers: np.ndarray
) -> np.ndarray:
    """(k,) the share of an item's nearest items that are still among them."""
    found = []
    for vectors in (before.concatenated, after.concatenated):
        index, _ = nearest(vectors[numbers], vectors, NEIGHBOURS + 1)
        found.append([
            set(row[row != number][:NEIGHBOURS].tolist())
            for row, number in zip(index, numbers, strict=True)
        ])
    return np.array([
        len(old & new) / max(len(old), 1) for old, new in zip(*found, strict=True)
    ])
