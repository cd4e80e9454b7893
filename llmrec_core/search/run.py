"""The search itself: Optuna's trials within a budget of minutes, kept on disk and resumed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmrec_core.errors import WrongUseError
from llmrec_core.search.space import parameters, read, suggested
from llmrec_core.search.users import FOLDS, UserFolds

if TYPE_CHECKING:
    from optuna import Study as Trials
    from optuna.trial import FrozenTrial, Trial

    from llmrec_core.recipe import Recipe

SEED = 42
Tell = Callable[[str, int, int], object]


@dataclass(frozen=True)
class Found:
    """What a search has found so far.

    `value` is the best mean NDCG@n over folds of users, `begun` that of the default settings with
    weights fitted on the same folds; `again` and `begun_again` are those of the same two recipes
    on users dealt anew, where nothing was chosen. `history` holds (trial number, value, best so
    far), `earlier` how many trials earlier runs had made.
    """

    recipes: dict[str, Recipe]
    weights: dict[str, float]
    value: float
    begun: float
    again: float
    begun_again: float
    trials: int
    pruned: int
    earlier: int
    seconds: float
    history: tuple[tuple[int, float, float], ...]

    def document(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "recipes": {name: recipe.document() for name, recipe in self.recipes.items()},
            "weights": self.weights, "value": self.value, "begun": self.begun,
            "again": self.again, "begun_again": self.begun_again, "trials": self.trials,
            "pruned": self.pruned, "earlier": self.earlier, "seconds": round(self.seconds, 1),
            "history": [list(point) for point in self.history],
        }


def search(
    make: Callable[[int], UserFolds], names: Sequence[str], minutes: float, *, path: Path,
    key: str, tell: Tell | None = None,
) -> Found:
    """Try recipes for `minutes`; the trials of earlier runs with the same `key` count.

    A tree-structured Parzen estimator (Bergstra et al. 2011) proposes settings and weights
    together; a trial whose first folds are worse than the median of the others is given up.

    Parameters
    ----------
    make : the folds of users for a seed.
    names : the signals.
    path : the SQLite file that trials are kept in; a stopped search goes on from it.
    key : names all that determines a trial's value.
    tell : called as tell(words, seconds spent, seconds in all).

    Raises
    ------
    WrongUseError
        For a budget that is not above 0.
    """
    if not 0 < minutes < 60 * 24 * 30:
        raise WrongUseError(f"A budget of {minutes:g} minutes is none: give a number above 0.")
    say = tell or (lambda words, done, total: None)
    begun, whole = time.monotonic(), round(minutes * 60)
    say("folds of users", 0, whole)
    folds = make(SEED)
    trials = opened(path, key)
    earlier = len(trials.trials)
    first = folds.start(names)
    if not earlier:
        trials.enqueue_trial(parameters(*first))

    def objective(trial: Trial) -> float:
        recipes, weights = suggested(trial, names)
        total = 0.0
        for k in range(FOLDS):
            total += folds.worth(recipes, weights, k)
            trial.report(total / (k + 1), k)
            if k + 1 < FOLDS and trial.should_prune():
                from optuna import TrialPruned

                raise TrialPruned
        return total / FOLDS

    def heard(study: Trials, trial: FrozenTrial) -> None:
        best = f"best {study.best_value:.4f}" if _ended(study) else "no trial yet"
        say(f"searching, {trial.number + 1:,} trials, {best}",
            min(round(time.monotonic() - begun), whole), whole)

    left = max(whole - (time.monotonic() - begun), 1.0)
    trials.optimize(objective, timeout=left, callbacks=[heard], gc_after_trial=False)
    say("judging the best on users dealt anew", whole, whole)
    return _found(trials, names, folds, make(SEED + 1), first, earlier, time.monotonic() - begun)


def opened(path: Path, key: str) -> Trials:
    """The kept trials named `key`, begun where there are none."""
    import warnings

    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():  # that proposing settings together is called experimental
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler = optuna.samplers.TPESampler(
            seed=SEED + _count(path, key), multivariate=True, group=True, n_startup_trials=15,
        )
    pruner = optuna.pruners.MedianPruner(n_startup_trials=10)
    return optuna.create_study(
        study_name=key, storage=f"sqlite:///{path}", direction="maximize", sampler=sampler,
        pruner=pruner, load_if_exists=True,
    )


def _count(path: Path, key: str) -> int:
    """How many trials there are: a resumed search must not draw the same ones again."""
    import optuna

    if not path.exists():
        return 0
    names = optuna.get_all_study_names(f"sqlite:///{path}")
    if key not in names:
        return 0
    return len(optuna.load_study(study_name=key, storage=f"sqlite:///{path}").trials)


def _ended(trials: Trials) -> list[FrozenTrial]:
    from optuna.trial import TrialState

    return trials.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))


def _found(
    trials: Trials, names: Sequence[str], folds: UserFolds, others: UserFolds,
    first: tuple[dict[str, Recipe], dict[str, float]], earlier: int, seconds: float,
) -> Found:
    recipes, weights = first
    begun = folds.mean(recipes, weights)
    ended = _ended(trials)
    value = begun
    if ended and trials.best_value > begun:
        value = trials.best_value
        recipes, weights = read(trials.best_params, names)
    history, best = [], 0.0
    for trial in ended:
        best = max(best, float(trial.value or 0.0))
        history.append((trial.number, float(trial.value or 0.0), best))
    every = trials.get_trials(deepcopy=False)
    return Found(
        recipes, weights, value, begun, others.mean(recipes, weights), others.mean(*first),
        len(every), sum(t.state.name == "PRUNED" for t in every), earlier, seconds, tuple(history),
    )
