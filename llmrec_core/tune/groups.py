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
from llmrec_core.behaviour import Split, split
from llmrec_core.metrics import bootstrap_interval
from llmrec_core.profile import NO_FOLD, Profiles
from llmrec_core.protocol.candidates import Candidates, candidates
from llmrec_core.steer.weights import MOST_PRICE, STEERED, WEIGHTS
from llmrec_core.threads import one_thread
from llmrec_core.tune.weights import Judged, blended, fit_weights
from llmrec_core.validation import Validation

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.recipe import Recipe
    from llmrec_core.signals import ItemSide
    from llmrec_core.tune.choice import Choice
    from llmrec_core.tune.folds import Fold

BOUNDS = {0: 0, 2: 4, 8: 14}
"""Known rows at which weights are fitted -> the most rows of a profile that they are for."""

MOST_USERS, LEAST_USERS = 300, 20
"""Users who are made cold at most, and below which nothing is said about them."""

SEED = 42


@dataclass(frozen=True)
class Group:
    """Weights for profiles of at most `rows` rows.

    `ndcg` is that of `weights` and `general` that of the weights for everybody, on the same users
    and rows; `gain` (low, high) the 95 % interval of the difference, each half of the users judged
    by weights that were fitted on the other half.
    """

    rows: int
    weights: dict[str, float]
    ndcg: float
    general: float
    gain: tuple[float, float]
    users: int

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
    rows: Behaviour, first: Split, whole: Profiles, described: Callable[[Behaviour], Profiles]
) -> Few | None:
    """Some users of training `rows` as they would be with few rows; None where too few are left.

    A person without rows says one sentence, the first liking of their description of the inner
    rows: of `whole`, the profiles of the first fold, where these are of the same rows, which spares
    writing them again. `described` makes profiles from rows alone.
    """
    inner, held_out = split(rows, first)
    tested = np.unique(held_out.user)
    most = min(MOST_USERS, len(tested) // 5)
    if most < LEAST_USERS:
        return None
    users = np.sort(np.random.default_rng(SEED).choice(tested, most, replace=False))
    theirs = np.isin(inner.user, users)
    from_end = inner.bounds()[inner.user + 1] - 1 - np.arange(len(inner))
    # Where a protocol keeps validation rows, the first fold's profiles have all training rows:
    # a sentence of theirs may come from a row that is held out here.
    said = whole if len(whole.item) == len(inner) else described(inner)
    known = {0: _saying(said.select(users))}
    for k in BOUNDS:
        if k:
            known[k] = _cold(described(inner.take(theirs & (from_end < k))).select(users))
    rules = candidates(inner, held_out)
    wanted = Candidates(rules.relevant[users], rules.id_rank, masked=inner.matrix()[users])
    return Few(users, known, wanted)


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
    few: Few, whole: Profiles, items: ItemSide, recipes: Mapping[str, Recipe],
    general: Mapping[str, float], n: int,
) -> tuple[Group, ...]:
    """Weights by how much is known, only those that beat `general` beyond the noise.

    The signals are fitted anew without the cold users: what they did is in no matrix.
    """
    others = np.setdiff1d(np.arange(len(whole)), few.users)
    profiles, memo = whole.select(others), signals.Memo()
    fitted = {
        name: signals.fit(name, profiles, items, recipe, memo) for name, recipe in recipes.items()
    }
    out = []
    for k, most in BOUNDS.items():
        judge = Validation(few.known[k], few.wanted, n)
        values = {name: judge.normalised(signal) for name, signal in fitted.items()}
        group = fit_group(values, judge, general, most)
        if group is not None:
            out.append(group)
    return tuple(out)


def fit_group(
    values: Mapping[str, np.ndarray], judge: Validation, general: Mapping[str, float], most: int
) -> Group | None:
    """The group's weights, or None where `general` is as good within the noise."""
    usual = judge.per_user(blended(values, general))
    half = np.arange(len(usual)) % 2 == 0
    gains = np.empty(len(usual))
    for mine in (half, ~half):
        weights, _ = fit_weights([_half(values, judge, ~mine)])
        theirs = judge.per_user(blended(values, weights))
        gains[mine] = (theirs - usual)[mine]
    gain = bootstrap_interval(gains, seed=SEED)
    if not gain[0] > 0:
        return None
    weights, ndcg = fit_weights([(values, judge)])
    before = float(np.nanmean(usual))
    weights, ndcg = _heard(values, judge, weights, ndcg, before)
    return Group(most, weights, ndcg, before, gain, len(usual))


def _heard(
    values: Mapping[str, np.ndarray], judge: Validation, weights: dict[str, float], best: float,
    least: float,
) -> tuple[dict[str, float], float]:
    """The weights with the description as loud as steering's price allows, and their NDCG.

    Of somebody of whom little is known a sentence says most: it should move the list. NDCG stays
    above `least`, that of the weights for everybody: a group that is no better is none.
    """
    if STEERED not in weights:
        return weights, best
    louder = [
        weights | {STEERED: weight} for weight in WEIGHTS if weight > weights[STEERED]
    ]
    for other in reversed(louder):
        ndcg = judge.ndcg(blended(values, other))
        if ndcg >= (1 - MOST_PRICE) * best and ndcg > least:
            return other, ndcg
    return weights, best


def with_groups(
    choice: Choice, folds: Sequence[Fold], few: Few | None, items: ItemSide, n: int
) -> Choice:
    """The choice with weights for people of few rows, of the first fold's users."""
    if few is None:
        return choice
    with one_thread():
        groups = fit_groups(few, folds[0][0], items, choice.recipes, choice.weights, n)
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
    """The weights for a profile of `rows` rows: those of the narrowest group it is in."""
    mine = [group for group in groups if rows <= group.rows]
    return min(mine, key=lambda group: group.rows).weights if mine else general
