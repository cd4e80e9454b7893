"""What every signal says of a sample of users on rows it did not see: blended at any weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import signals
from llmrec_core.behaviour import Split, split
from llmrec_core.blend import standardise_many
from llmrec_core.concepts.side import with_concepts
from llmrec_core.errors import InputError
from llmrec_core.landscape.recipe import LEAST_USERS, LandscapeRecipe
from llmrec_core.profile import described_profiles
from llmrec_core.progress import Reporter
from llmrec_core.signals.lessons import with_lessons
from llmrec_core.steer import center_of, vocabulary
from llmrec_core.threads import suited
from llmrec_core.tune import folds_from
from llmrec_core.validation import Validation

if TYPE_CHECKING:
    from llmrec_core.profile import Profiles
    from llmrec_core.protocol.candidates import Candidates
    from llmrec_core.recommender import Recommender
    from llmrec_core.signals.registry import Tell as Step
    from llmrec_core.telling import Tell

MOST_BYTES = 200_000_000
"""What the scores of all users and signals may take, on disk and in memory."""


@dataclass(frozen=True, eq=False)
class Scores:
    """Normalised validation scores, and what is needed to rank and judge them; read-only.

    Attributes
    ----------
    names : the signals, in the order of the recommender's.
    values : (users, signals, items) float32, standardised over each user's candidates.
    hidden : (2, k) int32, (user, item) of what may not be listed, in the order of users.
    relevant : (2, r) int32, (user, item) of the held-out pairs that count, none of them hidden.
    counts : (items,) int64, inner training rows of everybody: what popularity means here.
    id_rank : (items,) int32, the order of equal scores.
    user_ids : (users,) str.
    """

    names: tuple[str, ...]
    values: np.ndarray
    hidden: np.ndarray
    relevant: np.ndarray
    counts: np.ndarray
    id_rank: np.ndarray
    user_ids: np.ndarray

    def __post_init__(self) -> None:
        users, width, items = self.values.shape
        sizes = (len(self.user_ids), len(self.names), len(self.counts))
        inside = all(
            pairs.shape[0] == 2 and (pairs >= 0).all()
            and (pairs < np.array([[users], [items]])).all()
            for pairs in (self.hidden, self.relevant)
        )
        if sizes != (users, width, items) or len(self.id_rank) != items or not inside:
            raise InputError(
                f"Scores of {users} users, {width} signals and {items} items came with "
                f"{sizes[0]} ids, {sizes[1]} names and {sizes[2]} counts: measure them again."
            )
        for array in (self.values, self.hidden, self.relevant, self.counts, self.id_rank):
            array.setflags(write=False)

    @cached_property
    def wanted(self) -> np.ndarray:
        """(users, items) bool: the held-out pairs that count."""
        out = np.zeros((len(self.values), len(self.counts)), bool)
        out[tuple(self.relevant)] = True
        return out

    @cached_property
    def hidden_of(self) -> list[np.ndarray]:
        """For each user the items that may not be listed."""
        ends = np.searchsorted(self.hidden[0], np.arange(1, len(self.values)))
        return np.split(self.hidden[1], ends)


def score_sample(
    recommender: Recommender, recipe: LandscapeRecipe, tell: Tell
) -> tuple[Scores, dict[str, int]]:
    """Fit the build's settings without the validation rows, and score a sample of users.

    The split, the descriptions (the template's) and the rules are those of the first fold that the
    build chose its settings and weights on. Also returns how many rows were fitted on, how many
    were held out, and of how many users. Raises `InputError` where too few users have rows enough.
    """
    tables, scale = recommender.tables, recommender.scale
    inner, held_out = split(recommender.behaviour, Split())

    def told(done: int, total: int) -> None:
        tell("descriptions", done, total)

    folds = folds_from(
        [(inner, held_out)],
        lambda rows: described_profiles(rows, tables.items, scale, recommender.texts, told),
    )
    whole, rules = folds[0] if folds else (None, None)
    tested = np.zeros(0, int) if rules is None else np.flatnonzero(np.diff(rules.relevant.indptr))
    if whole is None or rules is None or len(tested) < LEAST_USERS:
        raise InputError(
            f"The study {recommender.study.name!r} has {len(tested)} users with rows enough to "
            "hold some out: a landscape needs at least two, so import more rows."
        )
    users = sampled(tested, recipe, len(recommender.names), inner.n_items)
    with suited(inner.n_items):
        judge = _judge(whole, rules, users, recommender.recipe.n)
        values = _values(recommender, whole, judge, tell)
    relevant = np.array(judge.relevant.nonzero(), np.int32)
    order = np.lexsort((judge.seen[1], judge.seen[0]))
    scores = Scores(
        recommender.names, values, np.array(judge.seen, np.int32)[:, order], relevant,
        inner.counts().astype(np.int64), np.asarray(rules.id_rank, np.int32),
        judge.profiles.ids.astype(str),
    )
    rows = {"fitted": len(inner), "held_out": len(held_out), "tested": len(tested)}
    return scores, rows


def sampled(
    tested: np.ndarray, recipe: LandscapeRecipe, n_signals: int, n_items: int
) -> np.ndarray:
    """The users looked at, ascending: as many as asked for and as MOST_BYTES has room for."""
    room = max(MOST_BYTES // (4 * n_signals * n_items), LEAST_USERS)
    most = min(recipe.users, room, len(tested))
    return np.sort(np.random.default_rng(recipe.seed).choice(tested, most, replace=False))


def _judge(whole: Profiles, rules: Candidates, users: np.ndarray, n: int) -> Validation:
    mine = replace(
        rules, relevant=rules.relevant[users],
        masked=None if rules.masked is None else rules.masked[users],
        again=None if rules.again is None else rules.again[users],
    )
    return Validation(whole.select(users), mine, n)


def _values(
    recommender: Recommender, whole: Profiles, judge: Validation, tell: Tell
) -> np.ndarray:
    """(users, signals, items) of signals fitted on the inner rows of everybody."""
    texts, items, recipes = recommender.texts, recommender.tables.items, recommender.choice.recipes
    center, names = center_of(whole, texts), recommender.names
    side = with_lessons(_side(recommender), vocabulary(items), texts, center)
    side, memo = with_concepts(side, items, texts, center), signals.Memo()
    out = np.empty((len(judge.profiles), len(names), whole.n_items), np.float32)
    for place, name in enumerate(names):
        words = f"fitting: {signals.label(name)}"
        tell(words, place, len(names))
        fitted = signals.fit(name, whole, side, recipes[name], memo, _steps(tell, words))
        tell(f"scoring: {signals.label(name)}", place, len(names))
        out[:, place] = standardise_many(fitted.score(judge.profiles), judge.seen)
    return out


def _steps(tell: Tell, words: str) -> Step:
    def step(done: int, total: int) -> None:
        tell(f"{words}, step {done:,} of {total:,}", done, total)

    return step


def _side(recommender: Recommender) -> signals.ItemSide:
    """The item side that the build chose on: no written text of it rests on a held-out row."""
    if not recommender.recipe.enriching.on:
        return signals.item_side(recommender.item_vectors, recommender.tables)
    from llmrec_core.enrich.building import EnrichedBuilder

    study, texts = recommender.study, recommender.texts
    builder = EnrichedBuilder(study, recommender.recipe, texts.encoder, Reporter(None, 1))
    return builder.choice_side


def rows_of(names: Sequence[str], weights: Sequence[dict[str, float]]) -> np.ndarray:
    """(k, signals) float32: named weights in the order of `names`, 0 for a signal not named."""
    return np.array([[w.get(name, 0.0) for name in names] for w in weights], np.float32)
