"""Whether one item's explanation is faithful, as a document and as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.explain.faithful import Curves, Reason, curves
from llmrec_core.signals.base import Kind

if TYPE_CHECKING:
    from llmrec_core.blend import Block
    from llmrec_core.explain import Entry
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender

MOST_REASONS = 6
"""Reasons that the terminal names."""


def faithful_document(
    recommender: Recommender, profile: Profiles, block: Block, weights: np.ndarray, item: int,
    entries: Sequence[Entry],
) -> dict[str, Any] | None:
    """{areas, orders, reasons, count, deletion, insertion, random, …}; None without a reason.

    The scores are in points, an entry for each of `count` reasons taken away (deletion, random:
    the mean over `orders` random orders) or known (insertion), and the places beside them are
    None for an item that is no candidate. Areas are undefined (nan) where nothing that can be
    taken away changes the score, and for one reason, which has one order. As
    `explain.faithful.curves`, which is what the page draws.
    """
    found = curves(profile, item, entries, block, weights, recommender.signals)
    if found is None:
        return None
    document = {
        "areas": {
            "deletion": found.deletion_area, "random": found.random_area,
            "insertion": found.insertion_area,
        },
        "orders": len(found.random),
        "reasons": [_reason(recommender, profile, reason) for reason in found.reasons],
        "count": found.count.tolist(), "deletion": found.deletion.tolist(),
        "insertion": found.insertion.tolist(), "random": found.random.mean(axis=0).tolist(),
    }
    places = None if item in block.excluded else _places(found)
    return document | (places or dict.fromkeys(("places", "known_places", "random_places")))


def _places(found: Curves) -> dict[str, list[float]]:
    return {
        "places": found.places.tolist(), "known_places": found.known_places.tolist(),
        "random_places": np.median(found.random_places, axis=0).tolist(),
    }


def _reason(recommender: Recommender, profile: Profiles, reason: Reason) -> dict[str, Any]:
    """A reason with what it says, and the id of its past item, which numbers do not outlive."""
    told: dict[str, Any] = {"kind": str(reason.kind), "contribution": reason.points}
    if reason.kind is Kind.SENTENCE:
        return told | {"evidence": profile.sentence_text[reason.number]}
    item_id = str(recommender.behaviour.item_ids[reason.number])
    return told | {"evidence": recommender.title(reason.number), "item_id": item_id}


def faithful_lines(document: dict[str, Any] | None) -> Iterator[str]:
    """What `faithful_document` says."""
    if document is None:
        yield "faithful: no sentence and no past item speaks for or against this item"
        return
    areas = ", ".join(f"{name} {_area(value)}" for name, value in document["areas"].items())
    yield f"faithful: areas under the curves, nothing known 0, all known 1: {areas}"
    yield f"the strongest of {len(document['reasons']):,} reasons"
    for reason in document["reasons"][:MOST_REASONS]:
        yield f"{reason['contribution']:+9.4f}  {reason['kind']}: {reason['evidence']}"
    yield (
        f"points (place) without or with so many reasons, strongest first; random: "
        f"{document['orders']} orders, mean (median)"
    )
    yield f"{'reasons':>9}{'without them':>20}{'without random':>20}{'only with them':>20}"
    for k, count in enumerate(document["count"]):
        cells = "".join(
            f"{_cell(document[scores][k], document[places], k):>20}"
            for scores, places in (
                ("deletion", "places"), ("random", "random_places"), ("insertion", "known_places"),
            )
        )
        yield f"{count:>9}{cells}"


def _cell(points: float, places: list[float] | None, k: int) -> str:
    return f"{points:.4f}" if places is None else f"{points:.4f} ({places[k]:,.0f})"


def _area(value: float) -> str:
    return f"{value:.3f}" if np.isfinite(value) else "undefined"
