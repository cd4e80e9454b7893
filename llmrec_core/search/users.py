"""Cross-validation by users: signals fitted on some people, judged on others' later rows."""

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
from llmrec_core.threads import one_thread
from llmrec_core.tune import blended, fit_weights
from llmrec_core.validation import Validation

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.recipe import Recipe

FOLDS = 3
HELD = 400_000_000
"""Bytes of normalised scores that are kept for settings tried again."""


class UserFolds:
    """People dealt into folds; the signals never see those whom they are judged on.

    Parameters
    ----------
    rows : training rows. `first` splits them: the inner rows are histories, the others are to be
        foretold.
    described : profiles of rows, with descriptions written from these rows alone.
    items : the item side for a list of profiles (its lessons are centred as their sentences).
    """

    def __init__(
        self, rows: Behaviour, first: Split, described: Callable[[Behaviour], Profiles],
        items: Callable[[Profiles], signals.ItemSide], *, n: int = 10, seed: int = 42,
    ) -> None:
        inner, held_out = split(rows, first)
        tested = np.unique(held_out.user)
        if len(tested) < 2 * FOLDS:
            raise InputError(
                f"A search deals users into {FOLDS} folds, and only {len(tested)} have enough "
                "rows to hold some out: take a larger study."
            )
        self.n, self.whole = n, described(inner)
        self.side = items(self.whole)
        rules = candidates(inner, held_out)
        dealt = np.random.default_rng(seed).permutation(tested)
        self.parts = [np.sort(dealt[k::FOLDS]) for k in range(FOLDS)]
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
        wanted = Candidates(rules.relevant[part], rules.id_rank)
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
        used = [name for name, weight in weights.items() if weight]
        if not used:
            return 0.0
        with one_thread():
            values = {name: self.values(name, recipes[name], fold) for name in used}
            total = blended(values, {name: weights[name] for name in used})
            return self.judges[fold].ndcg(total)

    def mean(self, recipes: Mapping[str, Recipe], weights: Mapping[str, float]) -> float:
        """The mean over folds."""
        return float(np.mean([self.worth(recipes, weights, k) for k in range(FOLDS)]))

    def start(self, names: Sequence[str]) -> tuple[dict[str, Recipe], dict[str, float]]:
        """Default settings with the weights that coordinate ascent gives them here."""
        recipes = {name: signals.DEFAULTS[name] for name in names}
        with one_thread():
            judged = [
                ({name: self.values(name, recipe, k) for name, recipe in recipes.items()}, judge)
                for k, judge in enumerate(self.judges)
            ]
            weights, _ = fit_weights(judged)
        return recipes, weights
