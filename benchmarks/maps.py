"""Maps of a built study in every space: how far to trust them, how fast people are placed.

    python benchmarks/maps.py [STUDY]

For each space: the trustworthiness of its first picture (PCA) and of its layout (UMAP, 15
neighbours, seed 42), the neighbours kept, how near users lie to what they like, and the CPU
milliseconds of placing one user of the build and one who only typed a sentence. Then what
nearness means: spaces are learned from every other user, and the cosine of the likers, among the
other half, of an item and its 15 nearest is averaged over items with 5 of these likers; the ways
to make a symmetric space of the taste map W stand beside each other.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from studies import named_or_demo

from llmrec_core import atlas, project, signals
from llmrec_core.headless import ProgressLine
from llmrec_core.project.spaces import MapRecipe, Space, unit
from llmrec_core.recommender import Recommender
from llmrec_core.signals import puresvd, taste
from llmrec_core.threads import one_thread

FEWEST_LIKERS = 5


def main() -> None:
    """Print both tables."""
    with named_or_demo(*sys.argv[1:2]) as study, one_thread():
        recommender = Recommender(study)
        heads = f"{'PCA':>6}{'UMAP':>6}{'kept':>6}{'ratio':>7}{'place ms':>10}{'typed':>7}"
        print(f"{'space':14}{heads}")
        for space in atlas.offered(recommender):
            print_space(recommender, space)
        print_nearness(recommender)


def print_space(recommender: Recommender, space: Space) -> None:
    """One row: what the map of a space is worth."""
    study, recipe = recommender.study, MapRecipe(of=space.value)
    with ProgressLine() as line:
        world = atlas.lay_out(study, recommender, recipe, line.say)
    assert world.vectors is not None
    start = project.spaces.space_start(world.vectors)
    first = project.trustworthiness(world.vectors, start)
    users = [recommender.profiles.at(user) for user in range(min(100, len(recommender.profiles)))]
    typed, _ = recommender.new_user("Loves stories about the sea. Not a fan of romance.")
    known = milliseconds(lambda k: atlas.place(recommender, users[k % len(users)], world))
    new = milliseconds(lambda _: atlas.place(recommender, typed, world))
    told = world.placement
    print(
        f"{space:14}{first:6.2f}{told['trustworthiness']:6.2f}{told['neighbours_kept']:6.2f}"
        f"{told['ratio']:7.2f}{known:10.2f}{new:7.2f}"
    )


def milliseconds(do: Callable[[int], object], times: int = 100) -> float:
    """The median CPU milliseconds of `do(k)`, after one call that warms up."""
    spent = []
    for k in range(times + 1):
        begun = time.process_time()
        do(k)
        spent.append(time.process_time() - begun)
    return float(np.median(spent[1:])) * 1000


def print_nearness(recommender: Recommender) -> None:
    """How alike the likers of near items are, for every way to make a space."""
    users = np.arange(recommender.behaviour.n_users)
    even = recommender.profiles.select(users[users % 2 == 0])
    likers = likers_of(recommender, users[users % 2 == 1])
    print(f"\n{'nearest in':38}{'cosine of likers':>18}")
    for name, vectors in spaces(recommender, even).items():
        print(f"{name:38}{alike(vectors, likers):18.3f}")


def spaces(recommender: Recommender, profiles: object) -> dict[str, np.ndarray]:
    """The vectors of each way, learned from `profiles`."""
    texts = recommender.item_vectors.concatenated
    side = signals.item_side(recommender.item_vectors, recommender.tables)
    out = {"text": texts}
    if "taste" in recommender.signals:
        recipe = recommender.choice.recipes["taste"]
        weight = taste.fit(profiles, side, recipe).weight.astype(np.float64)  # type: ignore[arg-type]
        left, length, right = np.linalg.svd(weight)
        out["taste: symmetric, positive part (ours)"] = project.taste_vectors(texts, weight)
        out["taste: polar part, (W'W)^1/2"] = unit(texts @ (right.T * np.sqrt(length)))
        out["taste: polar part, (WW')^1/2"] = unit(texts @ (left * np.sqrt(length)))
        out["taste: where liking points, z W"] = unit(texts @ weight)
    out["collaborative: V S (ours)"] = project.collaborative_vectors(profiles, side)  # type: ignore[arg-type]
    found = puresvd.fit(profiles, side, project.spaces.FACTORS)  # type: ignore[arg-type]
    bare = np.zeros((len(texts), found.past.shape[1]), np.float32)
    bare[found.items] = found.past
    out["collaborative: V"] = unit(bare)
    return out


def likers_of(recommender: Recommender, users: np.ndarray) -> np.ndarray:
    """(n_items, users) float32: who likes what."""
    liked = project.liked_lists(recommender.behaviour, recommender.scale)
    out = np.zeros((recommender.behaviour.n_items, len(users)), np.float32)
    for column, user in enumerate(users):
        out[liked[user], column] = 1
    return out


def alike(vectors: np.ndarray, likers: np.ndarray, k: int = 15) -> float:
    """The mean cosine of the likers of an item and of its k nearest."""
    enough = likers.sum(axis=1) >= FEWEST_LIKERS
    index, _ = project.nearest(vectors, vectors, k, exclude_self=True)
    people = unit(likers)
    asked = np.flatnonzero(enough & vectors.any(axis=1))
    return float(np.einsum("nu,nku->nk", people[asked], people[index[asked]]).mean())


if __name__ == "__main__":
    main()
