"""The map's figure against `px.scatter` of the same 100,000 points, on one thread.

    python benchmarks/map_figure.py [N_POINTS]

Prints CPU seconds of building and serialising, and bytes sent to the browser, as ratios: to a
`px.scatter` that tells on hover what the map tells on click (title, genre, year, count), and to one
with the title alone. Then the same figure of five times as many points, thinned to the budget by
head, middle and tail, and what it says of itself.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from llmrec_core.charts.map_colours import Colouring
from llmrec_core.charts.map_figure import map_figure


def best(build: Callable[[], Any], times: int = 3) -> tuple[float, int]:
    """Least CPU seconds to build a figure and its JSON, and the JSON's bytes."""
    spent, size = float("inf"), 0
    for _ in range(times):
        started = time.process_time()
        size = len(build().to_json().encode())
        spent = min(spent, time.process_time() - started)
    return spent, size


def main() -> None:
    """Build both figures of the same points and print the ratios."""
    import pandas as pd
    import plotly.express as px

    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rng = np.random.default_rng(0)
    xy = rng.standard_normal((n, 2)).astype(np.float32)
    codes = rng.integers(0, 10, n).astype(np.int8)
    names = tuple(f"Genre {code}" for code in range(10))
    titles = [f"Title number {row}" for row in range(n)]
    frame = pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "title": titles, "row": np.arange(n)})
    frame["genre"] = np.array(names)[codes]
    frame["year"], frame["count"] = rng.integers(1900, 2020, n), rng.integers(1, 1000, n)
    colouring = Colouring("Genre", codes, names)
    same = {"x": "x", "y": "y", "color": "genre", "hover_name": "title", "custom_data": ["row"]}
    print(f"{n:,} points, ten categories, build + to_json, one thread, best of 3")
    with threadpool_limits(1):
        ours = best(lambda: map_figure(xy, titles, colouring))
        told = best(lambda: px.scatter(frame, **same, hover_data=["genre", "year", "count"]))
        bare = best(lambda: px.scatter(frame, **same))
    show("map_figure", ours, ours)
    show("px.scatter, details on hover", told, ours)
    show("px.scatter, titles only", bare, ours)
    show("map_figure, thinned", *thinned(n, ours))


def thinned(n: int, unit: tuple[float, int]) -> tuple[tuple[float, int], tuple[float, int]]:
    """The figure of 5 n points of which n are drawn; prints what it says."""
    rng = np.random.default_rng(1)
    xy = rng.standard_normal((5 * n, 2)).astype(np.float32)
    counts = rng.zipf(1.6, 5 * n).clip(max=n)
    colouring = Colouring("Genre", rng.integers(0, 10, 5 * n).astype(np.int8), tuple("abcdefghij"))
    with threadpool_limits(1):
        found = best(lambda: map_figure(xy, [], colouring, most=n, counts=counts))
    print(map_figure(xy, [], colouring, most=n, counts=counts).layout.title.text)
    return found, unit


def show(name: str, found: tuple[float, int], unit: tuple[float, int]) -> None:
    """Print one row: CPU, bytes, and both as multiples of `unit`."""
    spent, size = found
    print(f"{name:30}{spent:7.3f} s CPU{spent / unit[0]:6.1f} x"
          f"{size / 1e6:8.2f} MB{size / unit[1]:6.1f} x")  # fmt: skip


if __name__ == "__main__":
    main()
