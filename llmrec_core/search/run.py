"""The search itself: Optuna's trials within a budget of minutes, kept on disk and resumed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.errors import StudioError, WrongUseError
from llmrec_core.metrics import bootstrap_interval
from llmrec_core.search.space import parameters, read, suggested
from llmrec_core.search.users import FOLDS, UserFolds

if TYPE_CHECKING:
    from optuna import Study as Trials
    from optuna.trial import FrozenTrial, Trial

    from llmrec_core.recipe import Recipe
    from llmrec_core.signals.settings import Given

SEED = 42
Tell = Callable[[str, int, int], object]


@dataclass(frozen=True)
class Found:
    """What a search has found so far.

    `value` is the best mean NDCG@n over folds of users, `begun` that of the default settings with
    weights fitted on the same folds (`begun_weights`). Both were chosen there, and the best of many
    is flattered: `aside` and `begun_aside` are the means of the same two recipes on `users_aside`
    users kept aside, `gain` the 95 % bootstrap interval of their difference. `history` holds
    (trial number, value, best so far), `earlier` how many trials earlier runs had made.
    """

    recipes: dict[str, Recipe]
    weights: dict[str, float]
    begun_weights: dict[str, float]
    value: float
    begun: float
    aside: float
    begun_aside: float
    gain: tuple[float, float]
    users_aside: int
    trials: int
    pruned: int
    earlier: int
    seconds: float
    history: tuple[tuple[int, float, float], ...]

    def document(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "recipes": {name: recipe.document() for name, recipe in self.recipes.items()},
            "weights": self.weights, "begun_weights": self.begun_weights,
            "value": self.value, "begun": self.begun,
            "aside": self.aside, "begun_aside": self.begun_aside, "gain": list(self.gain),
            "users_aside": self.users_aside, "trials": self.trials, "pruned": self.pruned,
            "earlier": self.earlier, "seconds": round(self.seconds, 1),
            "history": [list(point) for point in self.history],
        }


def search(
    make: Callable[[], UserFolds], names: Sequence[str], minutes: float, *, path: Path,
    key: str, tell: Tell | None = None, fixed: Given | None = None,
) -> Found:
    """Try recipes for `minutes`; the trials of earlier runs with the same `key` count.

    A tree-structured Parzen estimator (Bergstra et al. 2011) proposes settings and weights
    together; a trial whose first folds are worse than the median of the others is given up.

    Parameters
    ----------
    make : deals the users.
    names : the signals.
    path : the SQLite file that trials are kept in; a stopped search goes on from it.
    key : names all that determines a trial's value.
    tell : called as tell(words, seconds spent, seconds in all).
    fixed : settings that are given and not searched (signal -> setting -> value).

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
    folds = make()
    trials = opened(path, key)
    earlier = len(_ended(trials)) + len(_given_up(trials))
    first = folds.start(
        names, lambda done, total: say("folds of users: fitting", done, total), fixed
    )
    _first(trials, parameters(*first, fixed))

    def heard(study: Trials, trial: FrozenTrial) -> None:
        best = f"best {study.best_value:.4f}" if _ended(study) else "no trial yet"
        say(f"searching, {trial.number + 1:,} trials, {best}",
            min(round(time.monotonic() - begun), whole), whole)

    left = max(whole - (time.monotonic() - begun), 1.0)
    trials.optimize(
        lambda trial: _worth(trial, names, folds, fixed), timeout=left, callbacks=[heard],
        gc_after_trial=False,
    )
    say("judging the best on users kept aside", whole, whole)
    return _found(trials, names, folds, first, earlier, time.monotonic() - begun, fixed)


def _first(trials: Trials, defaults: dict[str, Any]) -> None:
    """Have the defaults tried before anything else, unless an earlier run came to their end.

    A run that was killed leaves a trial that will never end: nobody else adds any (see
    `search_study`), so it is given up here.
    """
    from optuna.trial import TrialState

    for trial in trials.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        trials.tell(trial.number, state=TrialState.FAIL)
    waiting = trials.get_trials(deepcopy=False, states=(TrialState.WAITING,))
    tried = [trial.params for trial in (*_ended(trials), *_given_up(trials))]
    if not waiting and defaults not in tried:
        trials.enqueue_trial(defaults)


def _worth(
    trial: Trial, names: Sequence[str], folds: UserFolds, fixed: Given | None = None
) -> float:
    """The trial's mean over folds; raises `TrialPruned` where the first ones are poor."""
    from optuna import TrialPruned

    recipes, weights = suggested(trial, names, fixed)
    total = 0.0
    for k in range(FOLDS):
        total += folds.worth(recipes, weights, k)
        trial.report(total / (k + 1), k)
        if k + 1 < FOLDS and trial.should_prune():
            raise TrialPruned
    return total / FOLDS


def opened(path: Path, key: str) -> Trials:
    """The kept trials named `key`, begun where there are none.

    Raises `StudioError` where the file cannot be read: what it holds may be deleted.
    """
    from sqlalchemy.exc import DatabaseError

    try:
        return _opened(path, key)
    except DatabaseError as error:
        raise StudioError(
            f"The kept trials in {path} cannot be read ({error.orig}): delete that file, and the "
            "search begins anew."
        ) from error


def _opened(path: Path, key: str) -> Trials:
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


def _given_up(trials: Trials) -> list[FrozenTrial]:
    from optuna.trial import TrialState

    return trials.get_trials(deepcopy=False, states=(TrialState.PRUNED,))


def _found(
    trials: Trials, names: Sequence[str], folds: UserFolds,
    first: tuple[dict[str, Recipe], dict[str, float]], earlier: int, seconds: float,
    fixed: Given | None = None,
) -> Found:
    recipes, weights = first
    begun = folds.mean(recipes, weights)
    ended = _ended(trials)
    value = begun
    if ended and trials.best_value > begun:
        value = trials.best_value
        recipes, weights = read(trials.best_params, names, fixed)
    history, best = [], 0.0
    for trial in ended:
        best = max(best, float(trial.value or 0.0))
        history.append((trial.number, float(trial.value or 0.0), best))
    mine, usual, pruned = folds.aside(recipes, weights), folds.aside(*first), len(_given_up(trials))
    gain = bootstrap_interval(mine - usual, seed=SEED)
    return Found(
        recipes, weights, first[1], value, begun, float(np.nanmean(mine)), float(np.nanmean(usual)),
        (float(gain[0]), float(gain[1])), len(mine), len(ended) + pruned, pruned, earlier, seconds,
        tuple(history),
    )
