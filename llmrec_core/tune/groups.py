"""Weights of their own for people of whom little is known, where held-out rows say that it helps.

The fitted weights suit users with histories as the study has them. A person with no or few rows
has signals that are silent or guess: there other weights are better, popularity's above all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import signals
from llmrec_core.metrics import bootstrap_interval
from llmrec_core.profile import NO_FOLD, Profiles
from llmrec_core.protocol.candidates import Candidates, candidates
from llmrec_core.steer.weights import MOST_PRICE, STEERED, WEIGHTS
from llmrec_core.threads import suited
from llmrec_core.tune.weights import Judged, blended, fit_weights
from llmrec_core.validation import Validation

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.recipe import Recipe
    from llmrec_core.signals import ItemSide
    from llmrec_core.tune.choice import Choice
    from llmrec_core.tune.folds import Fold
    from llmrec_core.tune.folds import Judged as Rules

BOUNDS = {0: (0, 0), 2: (1, 4), 8: (5, 14)}
"""Known rows at which weights are fitted -> the least and most rows of a profile they are for."""

Progress = Callable[[int, int, str], object]
"""Called as `progress(done, total, words)`."""

MOST_USERS, LEAST_USERS = 300, 20
"""Users who are made cold at most, and below which nothing is said about them."""

SEED = 42


@dataclass(frozen=True)
class Group:
    """Weights for profiles of `least` to `rows` rows.

    `ndcg` is that of weights fitted in the same way, each half of the users judged by those of the
    other half, `general` that of the weights for everybody on the same users and rows; `gain`
    (low, high) is the 95 % interval of the difference.
    """

    rows: int
    weights: dict[str, float]
    ndcg: float
    general: float
    gain: tuple[float, float]
    users: int
    least: int = 0

    def document(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Group:
        """The group as it was stored."""
        return cls(**{**document, "gain": tuple(document["gain"])})


@dataclass(frozen=True)
class Few:
    """Users made cold: `known[k]` are their profiles when their last k rows are known.

    `users` (c,) are hidden from the fits; in `wanted` what they have beside the held-out rows is
    no candidate, known or not.
    """

    users: np.ndarray
    known: dict[int, Profiles]
    wanted: Candidates


def make_few(
    inner: Behaviour, held_out: Behaviour, whole: Profiles,
    described: Callable[[Behaviour], Profiles], judged: Rules = candidates,
) -> Few | None:
    """Some users of the `inner` rows as they would be with few; None where too few are left.

    A person without rows says one sentence, the first liking of their description in `whole`, the
    profiles of the inner rows. `described` makes profiles from rows alone: people with few rows
    are described beside everybody's rows, as they are when they come. `judged` says what their
    lists may hold and which of the `held_out` rows count.
    """
    rules = judged(inner, held_out)
    tested = np.flatnonzero(np.diff(rules.relevant.indptr))
    most = min(MOST_USERS, len(tested) // 5)
    if most < LEAST_USERS:
        return None
    users = np.sort(np.random.default_rng(SEED).choice(tested, most, replace=False))
    theirs = np.isin(inner.user, users)
    from_end = inner.bounds()[inner.user + 1] - 1 - np.arange(len(inner))
    known = {0: _saying(whole.select(users))}
    for k in BOUNDS:
        if k:
            rows = inner.take(~theirs | (from_end < k))
            known[k] = _cold(described(rows).select(users))
    # All that they took is no candidate, known or not, unless the rules list it again.
    masked = rules.left_out(inner.matrix()[users], users)
    masked.data[:] = 1
    again = rules.of(users)[1]
    return Few(users, known, Candidates(rules.relevant[users], rules.id_rank, masked, again))


def _cold(profiles: Profiles) -> Profiles:
    return replace(profiles, fold=np.full(len(profiles), NO_FOLD, np.int8))


def _saying(whole: Profiles) -> Profiles:
    """The same people with no rows and their first sentence about a liking."""
    liked = whole.sentence_weight > 0
    owner = np.repeat(np.arange(len(whole)), np.diff(whole.sentence_start))
    places = np.flatnonzero(liked)
    places = places[np.unique(owner[places], return_index=True)[1]]
    start = np.searchsorted(owner[places], np.arange(len(whole) + 1)).astype(np.int64)
    bare = whole.keep_rows(np.zeros(len(whole.item), bool)).with_text(
        whole.sentence_vector[places], whole.sentence_weight[places],
        [whole.sentence_text[place] for place in places], start,
    )
    return _cold(bare)


def fit_groups(
    few: Few, whole: Profiles, items: ItemSide, choice: Choice, n: int, tell: Progress,
) -> tuple[Group, ...]:
    """Weights by how much is known, only those that beat the choice's beyond the noise.

    The signals are fitted anew without the cold users: what they did is in no matrix.
    """
    fitted = _fitted(few, whole, items, choice.recipes, tell)
    out = []
    for k, bounds in BOUNDS.items():
        judge = Validation(few.known[k], few.wanted, n)
        values = {name: judge.normalised(signal) for name, signal in fitted.items()}
        group = fit_group(values, judge, choice.weights, bounds, choice.accurate)
        if group is not None:
            out.append(group)
    return tuple(out)


def _fitted(
    few: Few, whole: Profiles, items: ItemSide, recipes: Mapping[str, Recipe], tell: Progress
) -> dict[str, signals.Signal]:
    """The signals on everybody but the users made cold."""
    profiles, memo = whole.select(np.setdiff1d(np.arange(len(whole)), few.users)), signals.Memo()
    out = {}
    for done, (name, recipe) in enumerate(recipes.items()):
        words = f"{name}, for people with few rows"
        tell(done, len(recipes), words)

        def step(now: int, of: int, done: int = done, words: str = words) -> None:
            tell(done, len(recipes), f"{words}, step {now:,} of {of:,}")

        out[name] = signals.fit(name, profiles, items, recipe, memo, step)
    return out


def fit_group(
    values: Mapping[str, np.ndarray], judge: Validation, general: Mapping[str, float],
    bounds: tuple[int, int], accurate: Mapping[str, float] | None = None,
) -> Group | None:
    """The group's weights, or None where everybody's are as good within the noise.

    Both `general` and, where they are others, the `accurate` weights: those that pay for steering
    would be beaten by whatever does not pay. All that is said of the group is of weights that were
    fitted, and the description raised, on the other half of the users.
    """
    usual = judge.per_user(blended(values, general))
    plain = usual if not accurate else judge.per_user(blended(values, accurate))
    half = np.arange(len(usual)) % 2 == 0
    theirs = np.empty(len(usual))
    for mine in (half, ~half):
        weights = _loud(_half(values, judge, ~mine), general)
        held, by = _half(values, judge, mine)
        theirs[mine] = by.per_user(blended(held, weights))
    gain = bootstrap_interval(theirs - usual, seed=SEED)
    if not (gain[0] > 0 and bootstrap_interval(theirs - plain, seed=SEED)[0] > 0):
        return None
    return Group(
        bounds[1], _loud((values, judge), general), float(np.nanmean(theirs)),
        float(np.nanmean(usual)), gain, len(usual), bounds[0],
    )


def _loud(judged: Judged, general: Mapping[str, float]) -> dict[str, float]:
    """Weights fitted on these users, the description as loud as it may be."""
    values, judge = judged
    weights, best = fit_weights([judged])
    return _heard(values, judge, weights, best, judge.ndcg(blended(values, general)))


def _heard(
    values: Mapping[str, np.ndarray], judge: Validation, weights: dict[str, float], best: float,
    least: float,
) -> dict[str, float]:
    """The weights with the description as loud as steering's price allows.

    Of somebody of whom little is known a sentence says most: it should move the list. NDCG stays
    above `least`, that of the weights for everybody: a group that is no better is none.
    """
    if STEERED not in weights:
        return weights
    louder = [
        weights | {STEERED: weight} for weight in WEIGHTS if weight > weights[STEERED]
    ]
    for other in reversed(louder):
        ndcg = judge.ndcg(blended(values, other))
        if ndcg >= (1 - MOST_PRICE) * best and ndcg > least:
            return other
    return weights


def with_groups(
    choice: Choice, folds: Sequence[Fold], few: Few | None, items: ItemSide, n: int,
    progress: Progress | None = None,
) -> Choice:
    """The choice with weights for people of few rows, of the first fold's users."""
    if few is None:
        return choice
    with suited(few.wanted.relevant.shape[1]):
        groups = fit_groups(
            few, folds[0][0], items, choice, n, progress or (lambda done, total, words: None)
        )
    return replace(choice, groups=groups)


class _Part:
    """Some users of a validation."""

    def __init__(self, judge: Validation, users: np.ndarray) -> None:
        self.relevant, self.n_relevant = judge.relevant[users], judge.n_relevant[users]
        self.n, self.id_rank = judge.n, judge.id_rank

    per_user = Validation.per_user
    ndcg = Validation.ndcg


def _half(values: Mapping[str, np.ndarray], judge: Validation, users: np.ndarray) -> Judged:
    part: Any = _Part(judge, users)
    return {name: rows[users] for name, rows in values.items()}, part


def weights_for(
    groups: Sequence[Group], rows: int, general: Mapping[str, float]
) -> Mapping[str, float]:
    """The weights for a profile of `rows` rows: those of the narrowest group it is in.

    Where the group that it would be in was no better than everybody's weights, it gets these.
    """
    mine = [group for group in groups if group.least <= rows <= group.rows]
    return min(mine, key=lambda group: group.rows).weights if mine else general
