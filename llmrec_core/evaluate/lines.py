"""What an evaluation says beyond its table: the price of steering, leaks, writers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any


def extra_lines(document: Mapping[str, Any]) -> Iterator[str]:
    """One line for each thing that was asked for, in words."""
    yield from _price(document)
    for name, gain in _gains(document.get("worth", {})):
        yield f"{name} against the blend without the description: {_points(gain)}"
    if "leak" in document:
        yield document["leak"]["words"]
    for name, gain in _gains(document.get("control", {})):
        yield (
            f"{name}: descriptions that saw the held-out rows feign {_points(gain)}: "
            f"{gain['honest']:.4f} honest, {gain['leaked']:.4f} leaked"
        )
    for label, found in document.get("writers", {}).items():
        yield (
            f"{label}: {found['users']:,} users, {found['words']:.0f} words each, "
            f"{found['fallbacks']:,} written by the template instead"
        )
        for name, gain in _gains(found):
            yield f"    {name} against the template: {_points(gain)}"
        for name, gain in _gains(found["worth"]):
            yield f"    {name} against the blend without a description: {_points(gain)}"


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
