"""What an evaluation says beyond its table: the price of steering, leaks, writers."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from llmrec_core.evaluate.faithful import faithful_lines
from llmrec_core.evaluate.liking import liking_lines
from llmrec_core.evaluate.significance import significance_lines
from llmrec_core.evaluate.slices import slice_lines
from llmrec_core.protocol.published import beside_lines
from llmrec_core.signals import label as called
from llmrec_core.tune.intervals import ranges_line

PRINTED = ("ndcg", "recall", "precision", "map", "auc", "novelty", "tail_share")
"""Metrics in the printed table, without their @n; the JSON document has all."""


def shown_columns(metrics: Collection[str]) -> list[str]:
    """The names in `metrics` that the printed table has a column for."""
    return [key for name in PRINTED for key in metrics if key.partition("@")[0] == name]


def extra_lines(document: Mapping[str, Any]) -> Iterator[str]:
    """One line for each thing that was asked for, in words."""
    if "saved" in document:
        yield document["saved"]["words"]
        yield (
            "no blend without the description beside it: weights for that would have to be "
            "fitted, and with a saved recipe nothing is"
        )
    if "filters" in document:
        yield document["filters"]
    for name, why in document.get("offered", {}).items():
        yield f"{called(name)}: {why}"
    if document.get("given"):
        yield f"given, not chosen: {', '.join(document['given'])}"
    # The document's «weights» are the most accurate ones: those that the ranges are of.
    if words := ranges_line(document):
        yield words
    yield from _price(document)
    for name, gain in _gains(document.get("worth", {})):
        yield f"{name} against the blend without the description: {_points(gain)}"
    if "published" in document:
        yield from beside_lines(document["published"])
    if "leak" in document:
        yield document["leak"]["words"]
    for name, gain in _gains(document.get("control", {})):
        yield (
            f"{name}: descriptions that saw the held-out rows feign {_points(gain)}: "
            f"{gain['honest']:.4f} honest, {gain['leaked']:.4f} leaked"
        )
    yield from significance_lines(document["significance"])
    if "slices" in document:
        yield from slice_lines(document["slices"])
    yield from _cold(document.get("cold_curve"))
    yield from _new_items(document.get("new_items"))
    yield from liking_lines(document.get("liking"))
    yield from _match(document.get("match"))
    yield from faithful_lines(document.get("faithful"))
    for label, found in document.get("writers", {}).items():
        yield (
            f"{label}: {found['users']:,} users, {found['words']:.0f} words each, "
            f"{found['fallbacks']:,} written by the template instead"
        )
        for name, gain in _gains(found):
            yield f"    {name} against the template: {_points(gain)}"
        for name, gain in _gains(found["worth"]):
            yield f"    {name} against the blend without a description: {_points(gain)}"


def _cold(curve: Mapping[str, Any] | None) -> Iterator[str]:
    """A table: a row a signal, a column for each number of known interactions."""
    if not curve:
        return
    yield (
        f"cold curve: {curve['metric']} of {curve['users']:,} users hidden from every fit, by "
        f"known interactions (seed {curve['seed']}; settings and weights as chosen with all "
        "training rows)"
    )
    wide = max(len(row["recipe"]) for row in curve["rows"]) + 1
    columns = [max(8, len(label) + 2) for label in curve["known"]]
    heads = zip(curve["known"], columns, strict=True)
    yield f"    {'':<{wide}}" + "".join(f"{label:>{column}}" for label, column in heads)
    for row in curve["rows"]:
        cells = zip(row["values"], columns, strict=True)
        values = "".join(f"{value:{column}.4f}" for value, column in cells)
        yield f"    {row['recipe']:<{wide}}{values}"


def _new_items(found: Mapping[str, Any] | None) -> Iterator[str]:
    """A line a signal, beside chance."""
    if not found:
        return
    yield (
        f"new items: {found['metric']} among {found['items']:,} items hidden from every fit, "
        f"{found['users']:,} users (seed {found['seed']}; settings and weights as chosen with all "
        "training rows)"
    )
    chance = next(row["value"] for row in found["rows"] if row["recipe"] == "random")
    for row in found["rows"]:
        low, high = row["interval"]
        times = f"{row['value'] / chance:5.1f} x chance" if chance else ""
        yield f"    {row['recipe']:<28}{row['value']:8.4f} ({low:.4f} to {high:.4f}) {times}"


def _match(found: Mapping[str, Any] | None) -> Iterator[str]:
    """What weights of concepts are worth, and the ones that weigh most and least."""
    if not found:
        return
    for name, gain in _gains(found):
        yield f"{name} against the same with all weights at 1: {_points(gain)}"
    named = [f"{phrase} {weight:.2f}" for phrase, weight in found["concepts"].items()]
    yield f"    weigh most: {', '.join(named[:5])}; least: {', '.join(named[-5:])}"


def _price(document: Mapping[str, Any]) -> Iterator[str]:
    """What steering costs in validation."""
    found, weight = document["validation"], document["steerable"].get("description", 0.0)
    if "blend, steerable" in found:
        yield (
            f"validation: blend {found['blend']:.4f}, steerable {found['blend, steerable']:.4f} "
            f"(the description weighs {weight:g} instead of "
            f"{document['weights'].get('description', 0.0):g})"
        )


def _gains(found: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((k, v) for k, v in found.items() if isinstance(v, dict) and "points" in v)


def _points(gain: Mapping[str, Any]) -> str:
    """«+0.0213 (95 % 0.0150 to 0.0280), +9.1 %»."""
    low, high = gain["interval"]
    percent = gain["percent"]
    share = f", {percent:+.1f} %" if math.isfinite(percent) else ""
    return f"{gain['points']:+.4f} (95 % {low:+.4f} to {high:+.4f}){share}"
