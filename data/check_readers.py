"""Print whether the demo can be learned: NDCG@10 of baselines, each reader's last 20 % held out.

`python data/check_readers.py [FOLDER]` reads books.jsonl beside this script and readings.csv in
FOLDER (default: beside this script). The figures in README.md come from here.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from catalogue import read_books

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from llmrec_core import tables  # noqa: E402
from llmrec_core.behaviour import Behaviour, Split, from_tables, split  # noqa: E402

HERE = Path(__file__).parent
MEMORY = 10
"""Books after which a reading weighs a third of its excess in the models that know the order."""


def load(folder: Path) -> tuple[Behaviour, pd.DataFrame]:
    """The readings of `folder` as behaviour, and the books."""
    books = pd.DataFrame(read_books(HERE / "books.jsonl"))
    readings = pd.read_csv(folder / "readings.csv").rename(columns={"rating": tables.VALUE})
    readings[tables.VALUE] = readings[tables.VALUE].astype("float32")
    return from_tables(readings, books), books


def ndcg(scores: np.ndarray, train: Behaviour, test: Behaviour, n: int = 10) -> float:
    """Mean NDCG@n over the users with a held-out row; what was trained on is not recommended."""
    seen = train.matrix().toarray() > 0
    truth = test.matrix().toarray()
    top = np.argsort(-np.where(seen, -np.inf, scores), axis=1, kind="stable")[:, :n]
    discount = 1 / np.log2(np.arange(2, n + 2))
    gain = np.take_along_axis(truth, top, axis=1) @ discount
    held = truth.sum(axis=1).astype(int)
    best = np.concatenate([[0], np.cumsum(discount)])[np.minimum(held, n)]
    return float((gain[held > 0] / best[held > 0]).mean())


def ease(matrix: np.ndarray, reg: float) -> np.ndarray:
    """(items, items) weights of EASE (Steck 2019), zero on the diagonal."""
    inverse = np.linalg.inv(matrix.T @ matrix + reg * np.eye(matrix.shape[1]))
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


def recency(age: np.ndarray) -> np.ndarray:
    """The weight of a reading by how many later ones its reader has."""
    return 0.3 + 0.7 * np.exp(-age / MEMORY)


def directed(train: Behaviour, matrix: np.ndarray, reg: float) -> np.ndarray:
    """(items, items) ridge from a history cut at random places to its next twenty books."""
    rng = np.random.default_rng(0)
    bounds = train.bounds()
    left, right = np.zeros((8, *matrix.shape)), np.zeros((8, *matrix.shape))
    for user, (a, b) in enumerate(zip(bounds[:-1], bounds[1:], strict=True)):
        for draw in range(8):
            cut = int(rng.integers(a + 1, max(b, a + 2)))
            left[draw, user, train.item[a:cut]] = recency(np.arange(cut - a)[::-1])
            right[draw, user, train.item[cut : min(cut + 20, b)]] = 1.0
    past, future = left.reshape(-1, matrix.shape[1]), right.reshape(-1, matrix.shape[1])
    return np.linalg.solve(past.T @ past + reg * np.eye(matrix.shape[1]), past.T @ future)


def content(matrix: np.ndarray, items: np.ndarray, a: float, b: float) -> np.ndarray:
    """(users, items) scores of the ridge past -> future through item vectors (design: taste)."""
    rng = np.random.default_rng(0)
    left, right = [], []
    for _ in range(4):
        half = rng.random(matrix.shape) < 0.5
        past = matrix * half
        left.append(past @ items / np.sqrt(np.maximum(past.sum(axis=1, keepdims=True), 1)))
        right.append(matrix * ~half)
    p, f = np.vstack(left), np.vstack(right)
    dim = items.shape[1]
    inner = np.linalg.solve(p.T @ p + a * np.eye(dim), p.T @ (f @ items))
    weights = np.linalg.solve(items.T @ items + b * np.eye(dim), inner.T).T
    user = matrix @ items / np.sqrt(np.maximum(matrix.sum(axis=1, keepdims=True), 1))
    return user @ weights @ items.T


def standard(scores: np.ndarray) -> np.ndarray:
    """Each row with mean 0 and standard deviation 1."""
    centred = scores - scores.mean(axis=1, keepdims=True)
    return centred / (scores.std(axis=1, keepdims=True) + 1e-9)


def genre_vectors(books: pd.DataFrame) -> np.ndarray:
    """(items, genres) idf-weighted, centred, unit length."""
    names = sorted({genre for genres in books["genres"] for genre in genres})
    has = np.array([[name in genres for name in names] for genres in books["genres"]], float)
    has *= np.log(len(has) / has.sum(axis=0))
    has -= has.mean(axis=0)
    return has / np.linalg.norm(has, axis=1, keepdims=True)


def word_vectors(books: pd.DataFrame) -> np.ndarray:
    """(items, 100) latent semantic vectors of the descriptions' words."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(stop_words="english", min_df=2, sublinear_tf=True)
    counts = words.fit_transform(books["description"])
    out = TruncatedSVD(100, random_state=0).fit_transform(counts)
    out -= out.mean(axis=0)
    return out / np.linalg.norm(out, axis=1, keepdims=True)


def all_scores(train: Behaviour, books: pd.DataFrame) -> dict[str, np.ndarray]:
    """(users, items) scores of every baseline."""
    matrix = train.matrix().toarray().astype(float)
    genres, words = genre_vectors(books), word_vectors(books)
    value = train.matrix(train.value).toarray()
    mean = value.sum(axis=1, keepdims=True) / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    profile = matrix * (1 + 0.5 * (value - mean)) @ genres @ genres.T
    fame = np.log1p(np.repeat(matrix.sum(axis=0)[None], len(matrix), axis=0))
    recent = np.zeros_like(matrix)
    age = np.concatenate([np.arange(k)[::-1] for k in np.diff(train.bounds())])
    recent[train.user, train.item] = recency(age)
    weights = ease(matrix, 150)
    return {
        "popularity": fame,
        "genre profile": profile,
        "genre profile + popularity": standard(fame) + standard(profile),
        "content ridge, words only": content(matrix, words, 5, 1),
        "content ridge, genres + words": content(matrix, np.hstack([genres, words]), 5, 1),
        "directed ridge": recent @ directed(train, matrix, 150),
        "EASE": matrix @ weights,
        "EASE, recent first": recent @ weights,
    }


def main() -> None:
    """Print the figures, one line each."""
    behaviour, books = load(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
    train, test = split(behaviour, Split(share=0.2))
    for name, table in all_scores(train, books).items():
        print(f"{name:30} {ndcg(table, train, test):.3f}")


if __name__ == "__main__":
    main()
