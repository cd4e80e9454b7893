"""Lists of some users beside everybody's: what they hold, whom they show, how far down the tail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import blend
from llmrec_core.exposure import tail_metrics

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.behaviour import Behaviour
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender

DRAWS = 20


@dataclass(frozen=True, eq=False)
class Sampled:
    """The lists of `users` (k,) numbers, drawn from `of` users: `lists` (k, n) int32, -1 none."""

    users: np.ndarray
    lists: np.ndarray
    of: int

    def __post_init__(self) -> None:
        for array in (self.users, self.lists):
            array.setflags(write=False)

    @property
    def sampled(self) -> bool:
        """Whether these are fewer than were asked about."""
        return len(self.users) < self.of


def some_lists(
    recommender: Recommender, profiles: Profiles, weights: np.ndarray,
    users: Sequence[int] | np.ndarray, *, n: int = 10, most: int = 300, seed: int = 0,
) -> Sampled:
    """The lists of at most `most` of the `users` (numbers) under `weights`, evenly drawn.

    `profiles` are everybody's in force (`recommender.profiles_in_force()`).
    """
    asked = np.unique(np.asarray(users, np.int64))
    drawn = asked
    if len(asked) > most:
        drawn = np.sort(np.random.default_rng(seed).choice(asked, most, replace=False))
    blends = {"all": dict(zip(recommender.names, map(float, weights), strict=True))}
    found = blend.lists_for(
        profiles.select(drawn), recommender.signals, blends, n, recommender.id_rank
    )
    return Sampled(drawn, found["all"], len(asked))


def listed_for(them: Sampled, everybody: Sampled, n_items: int) -> pd.DataFrame:
    """What stands in the lists of some users, the most frequent first.

    Columns `item` (number), `lists` (of theirs that hold it), `share` (of their lists),
    `share_all` (of everybody's), `lift` (the ratio; nan where no list of everybody's has it) and
    `place`, the mean place in their lists from 1. Ties by the mean place, then by item number.
    """
    import pandas as pd

    shown, usual = _times(them.lists, n_items), _times(everybody.lists, n_items)
    place = np.broadcast_to(np.arange(1, them.lists.shape[1] + 1), them.lists.shape)
    there = them.lists >= 0
    sums = np.bincount(them.lists[there], place[there], n_items)
    item = np.flatnonzero(shown)
    mean = sums[item] / shown[item]
    order = np.lexsort((item, mean, -shown[item]))
    item, mean = item[order], mean[order]
    share = shown[item] / max(1, len(them.lists))
    share_all = usual[item] / max(1, len(everybody.lists))
    return pd.DataFrame(
        {
            "item": item, "lists": shown[item], "share": share, "share_all": share_all,
            "lift": np.divide(share, share_all, out=np.full(len(item), np.nan),
                              where=share_all > 0),
            "place": mean,
        }
    )  # fmt: skip


def exposure_of(
    them: Sampled, everybody: Sampled, counts: np.ndarray, *, seed: int = 0, draws: int = DRAWS
) -> pd.DataFrame:
    """The exposure figures of some users' lists beside those of as many users drawn at random.

    Coverage and the Gini index grow and fall with the number of lists, so `usual` is the mean over
    `draws` samples of as many of everybody's lists (drawn with replacement where there are fewer),
    `low` and `high` the smallest and largest of them. Columns `figure`, `them`, `usual`, `low`,
    `high`.
    """
    import pandas as pd

    rng = np.random.default_rng(seed)
    n, total = len(them.lists), len(everybody.lists)
    mine = tail_metrics(them.lists, counts)
    drawn = [
        tail_metrics(everybody.lists[rng.choice(total, n, replace=n > total)], counts)
        for _ in range(draws)
    ]
    return pd.DataFrame(
        [
            (name, value, *_spread([one[name] for one in drawn])) for name, value in mine.items()
        ],
        columns=["figure", "them", "usual", "low", "high"],
    )


def _spread(values: list[float]) -> tuple[float, float, float]:
    return float(np.mean(values)), float(np.min(values)), float(np.max(values))


def shown_of(
    items: Sequence[int] | np.ndarray, everybody: Sampled, counts: np.ndarray
) -> pd.DataFrame:
    """How often each of the `items` (numbers) is shown, the most shown first.

    Columns `item`, `lists` (of everybody's that hold it), `share` (of their lists),
    `exposure_share` (of all shown places), `interaction_share` (of all training rows) and `ratio`
    of the two: 1 is shown as often as it was taken, nan for an item without rows.
    """
    import pandas as pd

    item = np.unique(np.asarray(items, np.int64))
    shown = _times(everybody.lists, len(counts))
    exposure, taken = shown[item] / max(1, shown.sum()), counts[item] / max(1, counts.sum())
    ratio = np.divide(exposure, taken, out=np.full(len(item), np.nan), where=taken > 0)
    frame = pd.DataFrame(
        {
            "item": item, "lists": shown[item], "share": shown[item] / max(1, len(everybody.lists)),
            "exposure_share": exposure, "interaction_share": taken, "ratio": ratio,
        }
    )
    return frame.sort_values(["lists", "item"], ascending=[False, True], ignore_index=True)


def listed_to(
    items: Sequence[int] | np.ndarray, everybody: Sampled, behaviour: Behaviour
) -> pd.DataFrame:
    """Whose lists hold the `items`, those who get most of them first.

    Columns `user` (number), `listed` (of the items, in their list), `best` (the first place, from
    1) and `taken` (of the items, in their history); ties by the first place, then by user number.
    """
    import pandas as pd

    chosen = np.unique(np.asarray(items, np.int64))
    held = np.isin(everybody.lists, chosen)
    rows = np.flatnonzero(held.any(axis=1))
    listed, best = held[rows].sum(axis=1), held[rows].argmax(axis=1) + 1
    order = np.lexsort((rows, best, -listed))
    users = everybody.users[rows[order]]
    mine = np.isin(behaviour.item, chosen) & np.isin(behaviour.user, users)
    pairs = np.unique(
        behaviour.user[mine].astype(np.int64) * behaviour.n_items + behaviour.item[mine]
    )
    taken = np.bincount(pairs // behaviour.n_items, minlength=behaviour.n_users)
    return pd.DataFrame(
        {"user": users, "listed": listed[order], "best": best[order], "taken": taken[users]}
    )


def _times(lists: np.ndarray, n_items: int) -> np.ndarray:
    """(n_items,) int64: how often each item stands in `lists`; -1 is no item."""
    return np.bincount(lists.ravel() + 1, minlength=n_items + 1)[1:]
