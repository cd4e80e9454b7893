"""What weights of concepts make of one user's list, and one item's places and score in concepts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import compare
from llmrec_core.concepts import Weighing, places
from llmrec_core.concepts.people import readers
from llmrec_core.errors import InputError
from llmrec_core.headless.shared import named, weights_for

if TYPE_CHECKING:
    from llmrec_core.concepts import Concepts
    from llmrec_core.recommender import Recommender


@dataclass(frozen=True)
class Asked:
    """What a list under weights of concepts is asked for.

    `alpha` (K,) what each concept weighs in `signal` ("" where no signal reads texts), `weights`
    the signals' as `weights_for` takes them, `n` the length of the list.
    """

    concepts: Concepts
    alpha: np.ndarray
    signal: str
    weights: str | None
    n: int


def signal_of(recommender: Recommender, given: str | None, kept: str) -> str:
    """The signal that is weighed: the given one, the kept set's, else the first that reads texts.

    "" where none does; raises `InputError` for a given one that does not.
    """
    names = list(readers(recommender))
    if given is not None and given not in names:
        raise InputError(
            f"{given!r} is no signal of this build that reads texts: concepts weigh in "
            f"{', '.join(names) or 'none of it'}."
        )
    return given or (kept if kept in names else next(iter(names), ""))


def weighed_for(
    recommender: Recommender, user_id: str, item_id: str | None, asked: Asked
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """(the list beside the plain one, the score of the item), None for what is not there.

    The first is {signal, alpha, weights, weights_name, n, new, items: [{rank, before, item_id,
    title, score}]}, the second {signal, rank, before, points, concepts: {phrase: points}, rest} in
    points above the average candidate. Ranks of what is no candidate are None.
    """
    if not asked.signal:
        return None, None
    profile = recommender.profile(user_id)
    name, weights = weights_for(recommender, asked.weights, len(profile.item))
    weighing = Weighing.of(
        asked.signal, readers(recommender)[asked.signal], profile, recommender.block(profile),
        asked.concepts,
    )
    listed = _list(recommender, weighing, weights, asked)
    listed |= {"weights": named(recommender, weights), "weights_name": name}
    if item_id is None:
        return listed, None
    return listed, _score(weighing, weights, asked, recommender.item_number(item_id))


def _list(
    recommender: Recommender, weighing: Weighing, weights: np.ndarray, asked: Asked
) -> dict[str, Any]:
    after, n = weighing.weighed(asked.alpha), asked.n
    moves = compare.moves(weighing.block, after, weights, n)
    now = [move for move in moves if 0 < move.after <= n]
    others = zip(asked.concepts.phrases, map(float, asked.alpha), strict=True)
    return {
        "signal": asked.signal, "n": n, "new": sum(move.before > n for move in now),
        "alpha": {phrase: round(a, 4) for phrase, a in others if a != 1},
        "items": [
            {"rank": move.after, "before": move.before or None,
             "item_id": str(recommender.behaviour.item_ids[move.item]),
             "title": recommender.title(move.item), "score": move.score_after}
            for move in now
        ],
    }  # fmt: skip


def _score(
    weighing: Weighing, weights: np.ndarray, asked: Asked, item: int
) -> dict[str, Any]:
    after = weighing.weighed(asked.alpha)
    found = weighing.points([item], weights, asked.alpha)
    before, now = (int(compare.ranks(b, weights, [item])[0]) for b in (weighing.block, after))
    shares = map(float, found.shares[0])
    return {
        "signal": asked.signal, "rank": now or None, "before": before or None,
        "points": float(found.total[0]), "rest": float(found.rest[0]),
        "concepts": dict(zip(asked.concepts.phrases, shares, strict=True)),
    }


def item_places(
    recommender: Recommender, item_id: str, concepts: Concepts
) -> dict[str, Any]:
    """{item_id, title, places: {signal: {phrase: cosine}}}; raises `UnknownIdError`."""
    item = recommender.item_number(item_id)
    found = {
        name: map(float, places(signal.targets()[item][None], concepts)[0])
        for name, signal in readers(recommender).items()
    }
    return {
        "item_id": item_id, "title": recommender.title(item),
        "places": {n: dict(zip(concepts.phrases, v, strict=True)) for n, v in found.items()},
    }


def list_lines(listed: dict[str, Any]) -> Iterator[str]:
    """The list beside the plain one."""
    moved = ", ".join(f"{phrase} {a:g}" for phrase, a in listed["alpha"].items())
    yield f"list with concepts weighed in {listed['signal']}: {moved or 'all weigh 1'}"
    if not listed["weights"][listed["signal"]]:
        yield f"  {listed['signal']} weighs 0 in the blend: its concepts move nothing"
    yield f"  {'rank':>4}{'before':>8}{'score':>9}  title"
    for row in listed["items"]:
        yield f"  {row['rank']:>4}{row['before']:>8,}{row['score']:>9.3f}  {row['title']}"
    yield f"  {listed['new']} of {len(listed['items'])} items are new on the list"


def item_lines(item: dict[str, Any], most: int) -> Iterator[str]:
    """The item's places by signal, largest first, and its score for the user if one is asked."""
    for name, found in item["places"].items():
        yield f"item {item['item_id']} «{item['title']}», {name}: cosines"
        yield "  " + _largest(found, most, "{:.3f}")
    score = item["score"]
    if score is None:
        return
    rank = "no candidate" if score["rank"] is None else f"rank {score['rank']:,}"
    yield (
        f"its score for the user, {rank}: {score['signal']} adds {score['points']:+.3f} points "
        f"above the average candidate, {score['rest']:+.3f} of them beside all concepts"
    )
    yield "  " + _largest(score["concepts"], most, "{:+.3f}")


def _largest(found: dict[str, float], most: int, shape: str) -> str:
    order = sorted(found, key=lambda phrase: -abs(found[phrase]))[:most]
    return ", ".join(f"{phrase} {shape.format(found[phrase])}" for phrase in order)
