"""Planes through the weights: a triangle of three signals, or a square along two."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.errors import InputError
from llmrec_core.landscape.points import Points, measured
from llmrec_core.landscape.scores import rows_of
from llmrec_core.tune.intervals import no_worse
from llmrec_core.tune.weights import STEPS

if TYPE_CHECKING:
    from llmrec_core.landscape.scores import Scores

MOST_WEIGHT = max(STEPS)
"""The largest weight along an edge of the square, and that a build tries."""
USUAL_STEPS, MOST_STEPS = 15, 60
"""Parts of an axis; in 60 a triangle has 1,891 points and a square 3,721."""


class Shape(StrEnum):
    """How the weights are varied."""

    TRIANGLE = "triangle"  # three signals share their sum
    SQUARE = "square"  # two signals, each from 0 to MOST_WEIGHT


@dataclass(frozen=True, eq=False)
class Plane:
    """Points along two or three `axes` (signals), the other weights as in `base` (signals,)."""

    names: tuple[str, ...]
    axes: tuple[str, ...]
    base: np.ndarray
    steps: int
    n: int
    points: Points

    @property
    def shape(self) -> Shape:
        """Three axes are a triangle, two a square."""
        return Shape.TRIANGLE if len(self.axes) == 3 else Shape.SQUARE

    @cached_property
    def columns(self) -> list[int]:
        """The axes as columns of the weights."""
        return [self.names.index(name) for name in self.axes]

    @cached_property
    def best(self) -> int:
        """The point with the largest NDCG."""
        return int(np.nanargmax(self.points.mean))

    @cached_property
    def has_tail(self) -> bool:
        """Whether there is a long tail: none where all items are as popular."""
        return bool(np.isfinite(self.points.tail_share).any())

    @cached_property
    def front(self) -> np.ndarray:
        """(k,) bool: no other point has more NDCG without less tail share, or the other way."""
        from llmrec_core.evaluate.comparing import front

        metrics = (f"ndcg@{self.n}", f"tail_share@{self.n}")
        return front(self.points.mean, self.points.tail_share, metrics)

    @cached_property
    def as_good(self) -> np.ndarray:
        """(k,) bool: not worse in NDCG than the best point beyond the noise between users."""
        top = self.points.ndcg[self.best]
        known = ~np.isnan(self.points.mean)
        return np.array([
            bool(here) and no_worse(mine, top)
            for here, mine in zip(known, self.points.ndcg, strict=True)
        ])

    def weights(self, point: int) -> dict[str, float]:
        """The weights of a point by name."""
        return named(self.names, self.points.weights[point])

    def place(self, weights: Mapping[str, float]) -> tuple[float, ...] | None:
        """The weights along the axes of a weighting that lies in the plane; None of another.

        Only proportions matter: where all other signals weigh nothing, every weighting of the
        three lies in the triangle.
        """
        given = rows_of(self.names, [dict(weights)])[0].astype(float)
        others = np.ones(len(self.names), bool)
        others[self.columns] = False
        mine, total = given[self.columns], float(self.base[self.columns].sum())
        if self.shape == Shape.TRIANGLE:
            if not mine.any() or mine.min() < 0:
                return None
            if not given[others].any() and not self.base[others].any():
                given = given * (total / mine.sum())
            if abs(given[self.columns].sum() - total) > 0.02:  # of weights to the hundredth
                return None
        elif mine.max() > MOST_WEIGHT or mine.min() < 0:
            return None
        if not np.allclose(given[others], self.base[others], atol=1e-6):
            return None
        return tuple(given[self.columns].tolist())


def plane(
    scores: Scores, axes: Sequence[str], base_weights: Mapping[str, float],
    steps: int = USUAL_STEPS, n: int = 10, tell: Callable[[int, int], object] | None = None,
) -> Plane:
    """Measure all points of a triangle (three axes) or a square (two).

    In the triangle the three share the sum of their `base_weights`, to the hundredth (1 where that
    is 0), in `steps` parts; along the square each goes from 0 to MOST_WEIGHT in as many. The others
    keep theirs. Raises `InputError` for axes that are not two or three different signals, and for
    weights below 0 that three are to share; for steps that are not 1 to MOST_STEPS.
    """
    check_axes(scores.names, axes, base_weights)
    if not 1 <= steps <= MOST_STEPS:
        raise InputError(f"{steps} steps make no plane: give 1 to {MOST_STEPS}.")
    base = rows_of(scores.names, [dict(base_weights)])[0]
    columns = [scores.names.index(name) for name in axes]
    if len(axes) == 3 and not round(float(base[columns].sum()), 2):
        base[columns] = np.float32(1 / 3)
    shares = _triangle(steps) if len(axes) == 3 else _square(steps)
    most = round(float(base[columns].sum()), 2) if len(axes) == 3 else MOST_WEIGHT
    weights = np.tile(base, (len(shares), 1))
    # To the hundredth, as sliders tell them: what is measured is what is taken.
    weights[:, columns] = np.round(most * shares, 2)
    base.setflags(write=False)
    return Plane(
        scores.names, tuple(axes), base, steps, n, measured(scores, weights, n, tell)
    )


def check_axes(
    names: Sequence[str], axes: Sequence[str], weights: Mapping[str, float] | None = None
) -> None:
    """Raises `InputError` for axes that are not two or three different ones of `names`.

    And for three of which one has less than 0 of the `weights`: there is no sharing such a sum.
    """
    known = set(axes) <= set(names)
    if not known or len(set(axes)) != len(axes) or len(axes) not in (2, 3):
        raise InputError(
            f"A plane along {', '.join(axes) or 'nothing'} cannot be drawn: name two or three "
            f"different signals of {', '.join(names)}."
        )
    less = [name for name in axes if (weights or {}).get(name, 0.0) < 0]
    if len(axes) == 3 and less:
        raise InputError(
            f"The weight of {less[0]} is {(weights or {})[less[0]]:g}, and the signals of a "
            "triangle share the sum of their weights: give each of them 0 or more, or name two "
            "signals for a square."
        )


def _triangle(steps: int) -> np.ndarray:
    """(k, 3) shares of three that add up to 1; row by row, so that neighbours are alike."""
    grid = [(i, j, steps - i - j) for i in range(steps + 1) for j in range(steps + 1 - i)]
    return np.array(grid, float) / steps


def _square(steps: int) -> np.ndarray:
    """(k, 2) shares of the largest weight."""
    edge = np.arange(steps + 1) / steps
    return np.array([(x, y) for x in edge for y in edge])


def largest(weights: Mapping[str, float], k: int = 3) -> tuple[str, ...]:
    """The `k` signals of largest weight, in the order of `weights`; fewer where there are fewer."""
    order = sorted(weights, key=lambda name: -weights[name])[:k]
    return tuple(name for name in weights if name in order)


def named(names: Sequence[str], weights: np.ndarray) -> dict[str, float]:
    """Weights by name, to the hundredth of a thousandth: float32 has no more to say."""
    return {name: round(float(w), 5) for name, w in zip(names, weights, strict=True)}


def within(weights: Mapping[str, float], most: float = MOST_WEIGHT) -> dict[str, float]:
    """The same lists with no weight above `most`: only proportions matter."""
    top = max(weights.values(), default=0.0)
    if top <= most:
        return dict(weights)
    return {name: weight * most / top for name, weight in weights.items()}
