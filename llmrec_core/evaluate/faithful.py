"""Whether explanations are faithful: reasons really taken away, over a sample of test users."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import blend, explain
from llmrec_core.evaluate.bench import difference, mean_of
from llmrec_core.explain.faithful import FEW, Curves, curves
from llmrec_core.threads import one_thread

if TYPE_CHECKING:
    from llmrec_core.evaluate.bench import Bench
    from llmrec_core.evaluate.data import Data

USERS, ORDERS = 100, 5
"""Test users of the sample, and random orders a user."""
GRID = np.linspace(0, 1, 21)
"""Shares of reasons at which the mean curves are told."""
BLEND = "blend"


@dataclass
class Faithful:
    """The entry "faithful" of an evaluation; no rows: it judges explanations, not lists.

    Every recipe is asked about its own first item for `users` test users, and its reasons are
    taken away in the order of its ledger and in `orders` random ones (`explain.faithful`).
    """

    users: int = USERS
    orders: int = ORDERS
    seed: int = 42

    def check(self, data: Data) -> None:
        """Nothing is refused."""

    def rows(self, bench: Bench) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """No rows; the entry "faithful"."""
        rng = np.random.default_rng(self.seed)
        n = min(self.users, len(bench.users))
        places = np.sort(rng.choice(len(bench.users), n, replace=False))
        blends = {BLEND: bench.choice.accurate}
        blends |= {name: {name: 1.0} for name in bench.choice.recipes}
        rows = []
        with one_thread():
            for name, weights in blends.items():
                row = _row(name, self._curves(bench, name, weights, places))
                if row is not None:
                    rows.append(row)
        return [], {"faithful": {
            "users": n, "orders": self.orders, "seed": self.seed, "few": FEW,
            "share": GRID.tolist(), "rows": rows,
        }}  # fmt: skip

    def _curves(
        self, bench: Bench, name: str, weights: Mapping[str, float], places: np.ndarray
    ) -> list[Curves]:
        """The curves of one recipe's first item for each sampled user who has reasons."""
        names = [signal for signal, weight in weights.items() if weight]
        if not names or name not in bench.shown:
            return []
        mine = {signal: bench.fitted[signal] for signal in names}
        vector = np.array([weights[signal] for signal in names], np.float32)
        out = []
        for done, place in enumerate(places):
            bench.tell(f"taking reasons away, {name}", done, len(places))
            item = int(bench.shown[name][place, 0])
            if item < 0:
                continue
            user = bench.users[place : place + 1]
            profile = bench.profiles.at(int(user[0]))
            raw = np.concatenate([mine[s].score(profile, exact=True) for s in names])
            # Places among the candidates of the list whose first item this is.
            left_out = bench.data.wanted.left_out(profile.history(), user).nonzero()[1]
            block = blend.normalise(names, raw, np.unique(left_out), bench.id_rank)
            entries = explain.ledger(profile, item, block, vector, mine, str)
            found = curves(
                profile, item, entries, block, vector, mine, orders=self.orders,
                seed=self.seed + done,
            )
            out += [found] if found is not None else []
        return out


def _row(name: str, found: Sequence[Curves]) -> dict[str, Any] | None:
    """The figures of one recipe; None where nobody has reasons to order (popularity)."""
    deletion, insertion, chance = (
        np.array([getattr(c, area) for c in found])
        for area in ("deletion_area", "insertion_area", "random_area")
    )
    better = _better(deletion, chance)
    if np.isnan(better):
        return None
    few = [(c, int(np.searchsorted(c.count, min(FEW, len(c.reasons))))) for c in found]
    return {
        "recipe": name, "users": len(found),
        "reasons": float(np.mean([len(c.reasons) for c in found])),
        "deletion": mean_of(deletion), "insertion": mean_of(insertion), "random": mean_of(chance),
        "deletion_gain": difference(chance, deletion),
        "insertion_gain": difference(insertion, chance),
        "better": better,
        "place": float(np.median([c.places[k] for c, k in few])),
        "random_place": float(np.median([np.median(c.random_places[:, k]) for c, k in few])),
        "curves": {kind: _mean_curve(found, kind) for kind in ("deletion", "insertion", "random")},
    }


def _better(deletion: np.ndarray, chance: np.ndarray) -> float:
    """The share of users for whom the ledger's order beats chance, of those it can be told of.

    It is told of nobody whose reasons do the same in every order.
    """
    tied = np.isnan(chance) | np.isclose(deletion, chance, rtol=0, atol=1e-6)
    return mean_of(np.where(tied, np.nan, deletion < chance))


def _mean_curve(found: Sequence[Curves], kind: str) -> list[float]:
    """(21,) the mean over users at every twentieth of the reasons."""
    rows = [np.interp(GRID, c.share, c.way(kind)) for c in found]
    kept = [row for row in rows if np.isfinite(row).all()]
    return np.mean(kept, axis=0).tolist() if kept else [float("nan")] * len(GRID)


def faithful_lines(found: Mapping[str, Any] | None) -> Iterator[str]:
    """A line a recipe: areas under the curves, and whether the ledger's order beats chance."""
    if not found:
        return
    yield (
        f"Faithful: reasons of the first item taken away for {found['users']:,} users, the "
        f"ledger's largest first against {found['orders']} random orders; areas in shares of the "
        "way from nothing known (0) to all known (1)"
    )
    yield (
        f"    {'recipe':<16}{'deletion':>10}{'random':>10}{'insertion':>11}"
        f"{'random - deletion, 95 %':>30}{'better for':>12}"
        f"{'place without ' + str(found['few']):>18}{'random':>8}"
    )
    for row in found["rows"]:
        gain = row["deletion_gain"]
        low, high = gain["interval"]
        told = f"{gain['points']:+.3f} ({low:+.3f} to {high:+.3f})"
        yield (
            f"    {row['recipe']:<16}{row['deletion']:10.3f}{row['random']:10.3f}"
            f"{row['insertion']:11.3f}"
            f"{told:>30}"
            f"{100 * row['better']:10.0f} %{row['place']:18,.0f}{row['random_place']:8,.0f}"
        )
