"""Simulate the demo's readers: `python data/make_readers.py` writes readings.csv and readers.csv.

Nobody here is real. Every reader is a mixture of latent interests over genres, themes, creators
and eras, with dislikes, drift, sessions, personal rating habits and noise; see README.md.
"""

from __future__ import annotations

import argparse
import csv
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from catalogue import Catalogue, load_catalogue, next_books
from population import AGES, MEMBERSHIPS, Readers, draw_readers, pick

HERE = Path(__file__).parent
SEED = 20250117
FAME_PULL, INTEREST_PULL, DISLIKE_PULL = 2.8, 4.8, 1.4
"""How far the three reasons move a book's logit: a unit of fame, a sd of interest, a genre."""
CONTINUATION_PULL = (20.0, 13.0, 10.0)
"""What a reader who follows on adds to the three books that the last one leads to."""
VOGUE_PULL = 0.8
"""What a book's season adds at its height: filmed, prized or talked about, then forgotten again."""
WHIMS = 0.06
"""The share of readings for no reason but fame."""

BEGIN, END = (int(datetime(y, 1, 1, tzinfo=UTC).timestamp()) for y in (2019, 2026))
DAY = 86_400


def draw_times(count: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """((n, longest) int64 seconds, (n, longest) bool: opens a session); row r has `count[r]`.

    A reader notes a book or a few in a sitting, minutes apart, mostly in the evening; sittings
    are spread unevenly between a first day of their own and a last one, times strictly increase.
    """
    n, longest = len(count), int(count.max())
    opens = rng.random((n, longest)) < 0.45
    opens[:, 0] = True
    first = rng.uniform(0.0, 0.75, n)
    last = first + (1 - first) * rng.beta(3.0, 1.2, n) * np.clip(count / 25, 0.15, 1.0)
    gap = np.where(opens, rng.gamma(0.7, 1.0, (n, longest)), 0.0)
    gap[np.arange(longest) >= count[:, None]] = 0.0
    gap[:, 0] = 0.0
    passed = np.cumsum(gap, axis=1)
    passed /= np.maximum(passed[:, -1:], 1e-9)
    days = (END - BEGIN) // DAY - 2
    day = np.floor((first[:, None] + passed * (last - first)[:, None]) * days).astype(np.int64)
    evening = np.clip(rng.normal(20, 2.5, (n, longest)), 6, 23.4) * 3600
    sitting = np.maximum.accumulate(np.where(opens, np.arange(longest), 0), axis=1)
    start = np.take_along_axis(day * DAY + evening.astype(np.int64), sitting, axis=1)
    minutes = np.cumsum(rng.integers(60, 900, (n, longest)), axis=1)
    within = minutes - np.take_along_axis(minutes, sitting, axis=1)
    return BEGIN + _increasing(start + within), opens


def _increasing(times: np.ndarray) -> np.ndarray:
    """`times` (n, t), each at least a minute after the one before it."""
    step = 60 * np.arange(times.shape[1])
    return np.maximum.accumulate(times - step, axis=1) + step


def simulate(
    catalogue: Catalogue, readers: Readers, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(books, ratings, seconds), each (n, longest); row r holds `readers.count[r]` readings.

    One step gives every reader who is not through the next book: an interest is kept within a
    sitting or drawn anew, then a book is drawn by fame, interest, dislikes and what the last
    liked book leads to.
    """
    n, longest = len(readers.count), int(readers.count.max())
    times, opens = draw_times(readers.count, rng)
    leads_to = next_books(catalogue, rng)
    quality = rng.normal(0, 0.45, len(catalogue))
    peak = rng.uniform(BEGIN, END, len(catalogue))
    books = np.zeros((n, longest), int)
    ratings = np.zeros((n, longest), int)
    unread = np.ones((n, len(catalogue)), bool)
    interest = np.zeros(n, int)
    final = times[np.arange(n), readers.count - 1]
    share = np.clip((times - times[:, :1]) / np.maximum(final - times[:, 0], 1)[:, None], 0, 1)
    for step in range(longest):
        rows = np.flatnonzero(readers.count > step)
        active = readers.active(rows, share[rows, step])
        keep = (rng.random(len(rows)) < np.where(opens[rows, step], 0.3, 0.8)) & (step > 0)
        interest[rows] = np.where(keep, interest[rows], pick(np.log(active + 1e-9), rng))
        logits = _appeal(catalogue, readers, rows, interest[rows], rng)
        logits += _vogue(times[rows, step], peak)
        if step:
            liked = ratings[rows, step - 1] >= np.maximum(4, np.round(readers.mean[rows]))
            follows = liked & (rng.random(len(rows)) < readers.loyal[rows])
            _add_continuations(logits, leads_to[books[rows, step - 1]], follows)
        published = _year(times[rows, step])[:, None] >= catalogue.years[None, :]
        picked = pick(np.where(unread[rows] & published, logits, -np.inf), rng)
        unread[rows, picked] = False
        books[rows, step] = picked
        ratings[rows, step] = _rate(readers, rows, active, picked, quality, rng)
    return books, ratings, times


def _appeal(
    catalogue: Catalogue, readers: Readers, rows: np.ndarray, interest: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """(rows, m) logits of picking each book next; now and then a book is picked on a whim."""
    fame = FAME_PULL * readers.crowd[rows, None] * catalogue.fame[None, :]
    reasons = INTEREST_PULL * readers.pull[rows, interest] - DISLIKE_PULL * readers.dislike[rows]
    return fame + reasons * (rng.random(len(rows)) >= WHIMS)[:, None]


def _vogue(seconds: np.ndarray, peak: np.ndarray) -> np.ndarray:
    """(rows, m) what a book's season adds: most at its `peak` (m,), nothing two years away."""
    away = (seconds[:, None] - peak[None, :]) / (365 * DAY)
    return VOGUE_PULL * np.exp(-(away**2))


def _add_continuations(logits: np.ndarray, leads_to: np.ndarray, follows: np.ndarray) -> None:
    """Raise, in place, the books that the last one leads to for the readers that follow on."""
    rows = np.flatnonzero(follows)
    for place, strength in enumerate(CONTINUATION_PULL):
        logits[rows, leads_to[rows, place]] += strength


def _year(seconds: np.ndarray) -> np.ndarray:
    return seconds.astype("datetime64[s]").astype("datetime64[Y]").astype(int) + 1970


def _rate(
    readers: Readers, rows: np.ndarray, active: np.ndarray, picked: np.ndarray,
    quality: np.ndarray, rng: np.random.Generator,
) -> np.ndarray:
    """(rows,) ratings 1-5: fit to a living interest, dislikes and quality, on a personal scale."""
    living = np.minimum(active / active.max(axis=1, keepdims=True), 1.0)
    fit = (living * np.clip(readers.pull[rows, :, picked], -1, 3.5)).max(axis=1)
    felt = 0.55 * (fit - 1.3) - 1.1 * readers.dislike[rows, picked] + quality[picked]
    felt += rng.normal(0, 0.55, len(picked))
    return np.clip(np.round(readers.mean[rows] + readers.scale[rows] * felt), 1, 5).astype(int)


def write_tables(
    out: Path, catalogue: Catalogue, readers: Readers,
    books: np.ndarray, ratings: np.ndarray, times: np.ndarray,
) -> None:
    """Write readings.csv, ordered by reader and time, and readers.csv into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    names = [f"r{number:04d}" for number in range(1, len(readers.count) + 1)]
    with (out / "readings.csv").open("w", encoding="utf-8", newline="") as handle:
        write = csv.writer(handle, lineterminator="\n").writerow
        write(["user_id", "item_id", "rating", "timestamp"])
        for name, count, *row in zip(names, readers.count, books, ratings, times, strict=True):
            for book, rating, second in zip(*(part[:count] for part in row), strict=True):
                write([name, catalogue.item_ids[book], rating, second])
    with (out / "readers.csv").open("w", encoding="utf-8", newline="") as handle:
        write = csv.writer(handle, lineterminator="\n").writerow
        write(["user_id", "age_group", "membership", "joined"])
        joined = _year(times[:, 0])
        for name, age, kind, year in zip(
            names, readers.age, readers.membership, joined, strict=True
        ):
            write([name, AGES[age], MEMBERSHIPS[kind], year])


def main() -> None:
    """Write both tables and print how many readings there are and how long the tail is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write into")
    out = parser.parse_args().out
    rng = np.random.default_rng(SEED)
    catalogue = load_catalogue(HERE / "books.jsonl", rng)
    readers = draw_readers(catalogue, rng)
    books, ratings, times = simulate(catalogue, readers, rng)
    write_tables(out, catalogue, readers, books, ratings, times)
    read = np.concatenate([row[:k] for row, k in zip(books, readers.count, strict=True)])
    counts = np.sort(np.bincount(read, minlength=len(catalogue)))[::-1]
    head = counts[: len(catalogue) // 5].sum() / counts.sum()
    print(f"{len(readers.count)} readers, {len(catalogue)} books, {counts.sum()} readings.")
    print(f"The most read 20 % of the books have {head:.1%} of the readings.")


if __name__ == "__main__":
    main()
