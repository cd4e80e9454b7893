"""Who the simulated readers are: their interests, dislikes and habits, before they read a book."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from catalogue import Catalogue
from scipy.sparse import csr_array

READERS = 820
SLOTS = 5
"""Interests a reader can have: two that last, one that fades, one that appears, one on the side."""
TASTES = 56
"""Tastes that go round: a reader's interest is one of them, bent their own way."""
PERSONAL = 0.4
"""How often an interest is nobody else's: grown from any book, so that only content explains it."""
SUCCESSION = 0.75
"""How often the interest that appears is the one that others, too, took up after the fading one."""

AGES = ("under 18", "18-24", "25-39", "40-59", "60 and over")
AGE_SHARE = (0.08, 0.17, 0.33, 0.27, 0.15)
AGE_LEANING = {
    "under 18": ("Young adult", "Children", "Fantasy", "School"),
    "18-24": ("Young adult", "Graphic novel", "Science fiction", "Dystopia"),
    "60 and over": ("History", "Memoir", "Mystery", "Travel"),
}
MEMBERSHIPS = ("library card", "monthly", "yearly", "student")


@dataclass(frozen=True)
class Readers:
    """The latent state of n readers; m books, k interest slots.

    `pull` (n, k, m) is how much each interest speaks for each book, in standard deviations over
    the books; an interest weighs `weight` (n, k) between `opens` and `fades`, as shares of the
    reader's own time. `dislike` (n, m) counts disliked genres.
    """

    age: np.ndarray
    membership: np.ndarray
    count: np.ndarray
    pull: np.ndarray
    weight: np.ndarray
    opens: np.ndarray
    fades: np.ndarray
    dislike: np.ndarray
    crowd: np.ndarray
    """(n,) how far fame decides."""
    loyal: np.ndarray
    """(n,) how often a liked book is followed by the one it leads to."""
    mean: np.ndarray
    scale: np.ndarray

    def active(self, rows: np.ndarray, share: np.ndarray) -> np.ndarray:
        """(rows, k) the weights of interests when `share` (rows,) of each reader's time is over."""
        at = share[:, None]
        risen = 1 / (1 + np.exp(-(at - self.opens[rows]) / 0.06))
        left = 1 / (1 + np.exp((at - self.fades[rows]) / 0.06))
        return self.weight[rows] * risen * left


def draw_readers(catalogue: Catalogue, rng: np.random.Generator, n: int = READERS) -> Readers:
    """`n` readers with up to five interests each: see `SLOTS` for what becomes of them."""
    age = rng.choice(len(AGES), n, p=AGE_SHARE)
    pull = _draw_interests(catalogue, age, rng)
    weight = np.array([0.9, 0.4, 1.3, 1.3, 0.25]) * rng.gamma(4.0, 0.25, (n, SLOTS))
    weight[:, 4] *= rng.random(n) < 0.5
    opens = np.full((n, SLOTS), -1.0)
    fades = np.full((n, SLOTS), 2.0)
    fades[:, 2] = rng.uniform(0.3, 0.75, n)
    opens[:, 3] = np.clip(fades[:, 2] + rng.normal(0, 0.1, n), 0.25, 0.9)
    student = (age <= 1) & (rng.random(n) < 0.6)
    return Readers(
        age=age,
        membership=np.where(student, 3, rng.choice(3, n, p=(0.45, 0.35, 0.20))),
        count=np.clip(np.round(rng.lognormal(3.3, 0.8, n)), 5, 200).astype(int),
        pull=pull,
        weight=weight,
        opens=opens,
        fades=fades,
        dislike=_dislikes(catalogue, pull[:, :4], rng),
        crowd=rng.gamma(12.0, 1 / 12, n),
        loyal=rng.beta(2.5, 5.0, n),
        mean=rng.normal(3.4, 0.35, n),
        scale=rng.lognormal(-0.1, 0.3, n),
    )


def _draw_interests(
    catalogue: Catalogue, age: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """(n, k, m) the pull of each reader's interests: tastes that go round, bent, or their own."""
    leaning = np.zeros((len(AGES), len(catalogue)))
    for name, genres in AGE_LEANING.items():
        columns = [catalogue.genres.index(genre) for genre in genres]
        leaning[AGES.index(name)] = 0.7 * catalogue.has_genre[:, columns].sum(axis=1)
    seeds = np.argsort(-0.4 * catalogue.fame - rng.gumbel(size=len(catalogue)), kind="stable")
    tastes = _tastes(catalogue, seeds, rng)
    held = pick(np.repeat(leaning[age][:, seeds[:TASTES]][:, None, :], SLOTS, axis=1), rng)
    own_seed = rng.integers(0, len(seeds), held.shape)
    held = np.where(rng.random(held.shape) < PERSONAL, own_seed, held)
    # What people turn to depends on what they leave: a direction that only an order can show.
    successor = rng.permutation(TASTES)[np.arange(len(tastes)) % TASTES]
    follows = rng.random(len(age)) < SUCCESSION
    held[:, 3] = np.where(follows, successor[held[:, 2]], held[:, 3])
    bent = tastes[held.ravel()]
    bent = csr_array(bent * rng.gamma(5.0, 0.2, bent.shape))
    # Sparse on purpose: no BLAS, so the same sums in the same order on every machine.
    pull = (bent @ csr_array(catalogue.features).T).toarray().reshape(*held.shape, -1)
    return (pull - pull.mean(axis=2, keepdims=True)) / pull.std(axis=2, keepdims=True)


def pick(logits: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One draw from the softmax along the last axis, by the largest logit plus Gumbel noise."""
    return np.argmax(logits + rng.gumbel(size=logits.shape), axis=-1)


def _tastes(catalogue: Catalogue, seeds: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(tastes, f) what each taste asks for: its seed book's features, unequally.

    Growing a taste from a book makes it one that books can serve.
    """
    asked = catalogue.features[seeds]
    asked = asked * rng.gamma(4.0, 0.25, asked.shape)
    share = {
        "genres": rng.uniform(2.8, 3.4, len(seeds)),
        "themes": rng.uniform(0.7, 1.3, len(seeds)),
        "creator": 0.6 * (rng.random(len(seeds)) < 0.4),
        "era": rng.uniform(0.4, 0.8, len(seeds)) * (rng.random(len(seeds)) < 0.5),
    }
    for name, block in catalogue.blocks.items():
        asked[:, block] *= share[name][:, None]
    return asked


def _dislikes(catalogue: Catalogue, pull: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(n, m) how many of the one to three genres a reader dislikes each book has."""
    has = catalogue.has_genre.astype(float)
    served = np.maximum(pull, 0).max(axis=1) @ has / has.sum(axis=0)
    logits = np.log(has.sum(axis=0)) - 3.0 * served
    n = len(pull)
    order = np.argsort(-(logits + rng.gumbel(size=(n, has.shape[1]))), axis=1, kind="stable")
    disliked = np.zeros((n, has.shape[1]))
    for place in range(3):
        some = rng.random(n) < (1.0, 0.7, 0.4)[place]
        disliked[np.arange(n)[some], order[some, place]] = 1.0
    return disliked @ has.T
