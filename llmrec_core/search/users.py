"""Cross-validation by users: signals fitted on some people, judged on others' held-out rows."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import signals
from llmrec_core.behaviour import Split, split
from llmrec_core.errors import InputError
from llmrec_core.profile import NO_FOLD, Profiles
from llmrec_core.protocol.candidates import Candidates, candidates
from llmrec_core.signals.settings import start
from llmrec_core.threads import suited
from llmrec_core.tune import blended, fit_weights
from llmrec_core.validation import Validation

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.recipe import Recipe
    from llmrec_core.signals.settings import Given
    from llmrec_core.tune.folds import Judged

FOLDS = 3
ASIDE = 0.2
"""Share of the users whom nothing is chosen on: a find is judged on them when it is done."""
HELD = 400_000_000
"""Bytes of normalised scores that are kept for settings tried again."""


class UserFolds:
    """People dealt into folds, and some kept aside; no signal sees those it is judged on.

    Parameters
    ----------
    rows : training rows. `first` splits them: the inner rows are histories, the others are to be
        foretold.
    described : profiles of rows, with descriptions written from these rows alone.
    items : the item side for a list of profiles (its lessons are centred as their sentences).
    judged : what lists of inner rows may hold, and which held-out rows count.
    """

    def __init__(
        self, rows: Behaviour, first: Split, described: Callable[[Behaviour], Profiles],
        items: Callable[[Profiles], signals.ItemSide], *, judged: Judged = candidates,
        n: int = 10, seed: int = 42,
    ) -> None:
        inner, held_out = split(rows, first)
        rules = judged(inner, held_out)
        tested = np.flatnonzero(np.diff(rules.relevant.indptr))
        if len(tested) < 2 * (FOLDS + 1):
            raise InputError(
                f"A search deals users into {FOLDS} folds, and only {len(tested)} have enough "
                "rows to hold some out: take a larger study."
            )
        self.n, self.whole = n, described(inner)
        self.side = items(self.whole)
        dealt = np.random.default_rng(seed).permutation(tested)
        aside = max(int(ASIDE * len(tested)), 2)
        self.parts = [np.sort(dealt[aside + k :: FOLDS]) for k in range(FOLDS)]
        self.parts.append(np.sort(dealt[:aside]))
        self.judges = [self._judge(part, rules) for part in self.parts]
        everybody = np.arange(len(self.whole))
        self.fitted_on = [
            self.whole.select(np.setdiff1d(everybody, part)) for part in self.parts
        ]
        self.memos = [signals.Memo() for _ in self.parts]
        self._known: OrderedDict[tuple[str, str, int], np.ndarray] = OrderedDict()

    def _judge(self, part: np.ndarray, rules: Candidates) -> Validation:
        strangers = self.whole.select(part)
        strangers = replace(strangers, fold=np.full(len(part), NO_FOLD, np.int8))
        wanted = Candidates(rules.relevant[part], rules.id_rank, *rules.of(part), rules.never)
        return Validation(strangers, wanted, self.n)

    def values(self, name: str, recipe: Recipe, fold: int) -> np.ndarray:
        """(users of the fold, n_items) normalised scores of a signal fitted on the others."""
        place = (name, recipe.key(), fold)
        if place not in self._known:
            signal = signals.fit(
                name, self.fitted_on[fold], self.side, recipe, self.memos[fold]
            )
            self._known[place] = self.judges[fold].normalised(signal)
        self._known.move_to_end(place)
        found = self._known[place]
        while len(self._known) > 1 and sum(v.nbytes for v in self._known.values()) > HELD:
            self._known.popitem(last=False)
        return found

    def worth(
        self, recipes: Mapping[str, Recipe], weights: Mapping[str, float], fold: int
    ) -> float:
        """NDCG@n of the blend on the users of `fold`; 0 where all weights are 0."""
        return float(np.nanmean(self._per_user(recipes, weights, fold)))

    def aside(self, recipes: Mapping[str, Recipe], weights: Mapping[str, float]) -> np.ndarray:
        """(users kept aside,) NDCG@n, nan for a user without any relevant item left."""
        return self._per_user(recipes, weights, FOLDS)

    def _per_user(
        self, recipes: Mapping[str, Recipe], weights: Mapping[str, float], part: int
    ) -> np.ndarray:
        used = [name for name, weight in weights.items() if weight]
        if not used:
            return np.zeros(len(self.judges[part].relevant))
        with suited(self.whole.n_items):
            values = {name: self.values(name, recipes[name], part) for name in used}
            total = blended(values, {name: weights[name] for name in used})
            return self.judges[part].per_user(total)

    def mean(self, recipes: Mapping[str, Recipe], weights: Mapping[str, float]) -> float:
        """The mean over folds; those kept aside are none."""
        return float(np.mean([self.worth(recipes, weights, k) for k in range(FOLDS)]))

    def start(
        self, names: Sequence[str], step: Callable[[int, int], object] | None = None,
        fixed: Given | None = None,
    ) -> tuple[dict[str, Recipe], dict[str, float]]:
        """Default settings, but those `fixed`, with the weights of coordinate ascent on the folds.

        `step(done, total)` hears of each signal that is fitted.
        """
        tell = step or (lambda done, total: None)
        recipes = {name: start(name, fixed or {}) for name in names}
        values: list[dict[str, np.ndarray]] = [{} for _ in range(FOLDS)]
        with suited(self.whole.n_items):
            for done, (name, recipe) in enumerate(recipes.items()):
                tell(done, len(recipes))
                for k in range(FOLDS):
                    values[k][name] = self.values(name, recipe, k)
            weights, _ = fit_weights(list(zip(values, self.judges, strict=False)))
        return recipes, weights
