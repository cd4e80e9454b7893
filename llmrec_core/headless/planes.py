"""The weight landscape as a plain document and as lines."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from llmrec_core import signals
from llmrec_core.headless.shared import named, weights_for

if TYPE_CHECKING:
    from llmrec_core.landscape import About, Plane, Points
    from llmrec_core.recommender import Recommender
    from llmrec_core.telling import Tell


def landscape(
    recommender: Recommender, axes: Sequence[str] = (), weights: str | None = None,
    users: int | None = None, steps: int = 15, tell: Tell | None = None,
) -> dict[str, Any]:
    """{protocol, shape, axes, steps, base, best, named: [point], points: [point], seconds}.

    A point has weights, ndcg@n with its standard error, tail_share@n, coverage@n, gini, and whether
    it is on the Pareto front and as good as the best. The plane goes through `weights` (a saved
    name or JSON, the fitted ones without) along two or three `axes`, without any the three signals
    of largest weight. Measures the landscape first where that was not done for so many `users`.
    Raises `InputError` for axes that are no signals here, or of which a triangle cannot be made.
    """
    from llmrec_core import landscape as rooms

    name, vector = weights_for(recommender, weights)
    base = named(recommender, vector)
    axes = tuple(axes) or rooms.largest(base)
    rooms.check_axes(recommender.names, axes, base)  # before anything is fitted
    recipe = rooms.LandscapeRecipe() if users is None else rooms.LandscapeRecipe(users=users)
    key = rooms.measure_landscape(recommender, recipe, tell)
    scores, n = rooms.load(recommender, key), recommender.recipe.n
    begun = time.perf_counter()
    found = rooms.plane(scores, axes, base, steps, n)
    spent = round(time.perf_counter() - begun, 2)
    beside = {name: base} | rooms.with_names(recommender)
    points = rooms.measured(scores, rooms.rows_of(scores.names, list(beside.values())), n)
    return _document(rooms.about(recommender, key), found, beside, points) | {"seconds": spent}


def _document(
    about: About, plane: Plane, beside: Mapping[str, dict[str, float]], points: Points
) -> dict[str, Any]:
    of_plane = [
        _point(plane.points, k, plane) | {
            "front": bool(plane.front[k]), "as_good": bool(plane.as_good[k])
        }
        for k in range(len(plane.points))
    ]
    return {
        "protocol": {
            "users": about.users, "of": about.tested, "training_rows": about.fitted,
            "held_out_rows": about.held_out, "n": plane.n, "seed": about.seed,
            "seconds": about.seconds, "key": about.key,
        },
        "shape": plane.shape.value, "axes": list(plane.axes), "steps": plane.steps,
        "base": dict(zip(plane.names, map(_round, plane.base), strict=True)),
        "best": of_plane[plane.best],
        "named": [
            {"name": name, **_point(points, k, plane),
             "in_plane": plane.place(weights) is not None}
            for k, (name, weights) in enumerate(beside.items())
        ],
        "points": of_plane,
    }  # fmt: skip


def _point(points: Points, k: int, plane: Plane) -> dict[str, Any]:
    n = plane.n
    return {
        "weights": dict(zip(plane.names, map(_round, points.weights[k]), strict=True)),
        f"ndcg@{n}": float(points.mean[k]), "standard_error": float(points.error[k]),
        f"tail_share@{n}": float(points.tail_share[k]),
        f"coverage@{n}": float(points.coverage[k]), "gini": float(points.gini[k]),
    }


def _round(weight: float) -> float:
    return round(float(weight), 5)


def landscape_lines(document: Mapping[str, Any]) -> Iterator[str]:
    """The protocol, the points that have a name, and the Pareto front from most accurate on."""
    card = document["protocol"]
    yield (
        f"{document['shape']} along {', '.join(document['axes'])}: {len(document['points'])} "
        f"weightings, the other weights kept, measured in {document['seconds']:,.1f} s"
    )
    yield (
        f"validation: {card['held_out_rows']:,} of the study's own rows held out of "
        f"{card['training_rows'] + card['held_out_rows']:,}, {card['users']:,} of {card['of']:,} "
        f"users (seed {card['seed']}), fitted and scored in {card['seconds']:,.1f} s"
    )
    n = card["n"]
    yield f"{'':<22}{f'ndcg@{n}':>9}{'± 1 s.e.':>9}{'tail share':>12}{'coverage':>10}  weights"
    for point in document["named"]:
        yield _line(point["name"], point, n)
    yield _line("best in the plane", document["best"], n)
    good = sum(point["as_good"] for point in document["points"])
    yield f"{good} of {len(document['points'])} weightings are as good as the best in the noise"
    if document["best"][f"tail_share@{n}"] != document["best"][f"tail_share@{n}"]:  # nan
        yield "no tail share and no Pareto front: all items are as popular"
        return
    yield "Pareto front of NDCG and tail share:"
    front = [point for point in document["points"] if point["front"]]
    for point in sorted(front, key=lambda one: -one[f"ndcg@{n}"]):
        yield _line("  as good" if point["as_good"] else "", point, n)


def _line(name: str, point: Mapping[str, Any], n: int) -> str:
    told = ", ".join(
        f"{signals.label(signal)} {weight:g}" for signal, weight in point["weights"].items()
        if weight
    )
    short = name if len(name) <= 21 else name[:20] + "…"
    tail = point[f"tail_share@{n}"]
    share = f"{100 * tail:10.1f} %" if tail == tail else f"{'-':>12}"  # nan is no equal of itself
    return (
        f"{short:<22}{point[f'ndcg@{n}']:9.4f}{point['standard_error']:9.4f}"
        f"{share}{100 * point[f'coverage@{n}']:8.1f} %  {told}"
    )
