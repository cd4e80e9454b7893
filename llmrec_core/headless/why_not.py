"""Why an item is not in a list, as a plain document and as lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from llmrec_core.explain.why_not import Sayings, Tried, side_by_side, try_changes, why_not
from llmrec_core.headless.shared import check_length, named, weights_for

if TYPE_CHECKING:
    import numpy as np

    from llmrec_core.blend import Block
    from llmrec_core.explain.why_not import Trial, WhyNot
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender

MOST_LINES = 12
"""Reasons side by side in the document; the others are one sum."""
MOST_TOLD = 3
"""Trials of each kind among the lines for people."""


def whynot(
    recommender: Recommender, user_id: str, item_id: str, n: int = 10, weights: str | None = None
) -> dict[str, Any]:
    """{user, item, title, n, weights, weights_name, excluded, rank, candidates, inside, …}.

    Then points (ahead of the rival, negative where short), tied, rival: {item_id, title, rank} or
    None, parts and lines (both items' points and the difference), rest (what the other lines
    differ by), changes (of one weight) and tried (None where there is no rival). `excluded` is
    «history» or «left out» for what is no candidate, else None.

    Raises `WrongUseError` for an n below 1 and `UnknownIdError` for an unknown user or item.
    """
    check_length(n)
    profile = recommender.profile(user_id)
    item = recommender.item_number(item_id)
    block = recommender.block(profile)
    name, vector = weights_for(recommender, weights, len(profile.item))
    found = why_not(block, vector, item, n)
    own = "history" if item in profile.item else "left out"
    document = {
        "user": user_id, "item": item_id, "title": recommender.title(item), "n": n,
        "weights": named(recommender, vector), "weights_name": name,
        "excluded": own if found.rank is None else None, **found.to_json(),
        "rival": None, "lines": [], "rest": 0.0, "tried": None,
    }
    if found.rival is None:
        return document
    return document | _against(recommender, profile, block, vector, found)


def _against(
    recommender: Recommender, profile: Profiles, block: Block, weights: np.ndarray, found: WhyNot
) -> dict[str, Any]:
    """The rival, both ledgers side by side, and what was tried."""
    item, rival = found.item, found.rival or 0
    mine, theirs = (recommender.explain(profile, block, weights, x) for x in (item, rival))
    lines = side_by_side(mine, theirs)
    said = Sayings.of(recommender.tables.items).said_for(item)
    tried = try_changes(
        recommender, profile, block, weights, item, found.n, (mine, theirs), said
    )
    return {
        "rival": {
            "item_id": str(recommender.behaviour.item_ids[rival]),
            "title": recommender.title(rival), "rank": found.rival_rank,
        },
        "lines": [line.to_json() for line in lines[:MOST_LINES]],
        "rest": float(sum(line.difference for line in lines[MOST_LINES:])),
        "tried": tried.to_json() | {
            "trials": [_trial(recommender, trial) for trial in tried.trials]
        },
    }


def _trial(recommender: Recommender, trial: Trial) -> dict[str, Any]:
    """A trial with the id of its past item, which numbers do not outlive."""
    document = trial.to_json()
    if trial.kind is Tried.PAST_ITEM:
        document["item_id"] = str(recommender.behaviour.item_ids[trial.number])
    return document


def whynot_lines(document: dict[str, Any]) -> Iterator[str]:
    """The answer for people."""
    title, n = document["title"], document["n"]
    if document["excluded"]:
        why = "the user has it already" if document["excluded"] == "history" else "it is left out"
        yield f"{title} is no candidate: {why}"
        return
    yield f"{title}: rank {document['rank']:,} of {document['candidates']:,}"
    if document["rival"] is None:
        yield f"in the list: a list of {n} has room for every candidate"
        return
    rival, points = document["rival"], document["points"]
    side = "in the list, {:.4f} points ahead of" if document["inside"] else "{:.4f} points short of"
    tie = " (equal: the ids decide)" if document["tied"] else ""
    yield f"{side.format(abs(points))} {rival['title']} at place {rival['rank']}{tie}"
    yield f"weights: {document['weights_name']}"
    yield from _part_lines(document)
    yield from _change_lines(document)
    yield from _trial_lines(document)


def _part_lines(document: dict[str, Any]) -> Iterator[str]:
    yield "points by signal: the item, the other, the difference"
    for part in document["parts"]:
        if part["weight"]:
            values = "".join(f"{part[key]:+10.4f}" for key in ("mine", "theirs", "difference"))
            yield f"  {part['signal']:<14}{values}"
    yield "the reasons that differ most"
    for line in document["lines"]:
        values = "".join(f"{line[key]:+10.4f}" for key in ("mine", "theirs", "difference"))
        yield f"  {line['signal']:<14}{values}  {line['kind']}: {line['evidence']}"
    yield f"  {'all others':<34}{document['rest']:+10.4f}"


def _change_lines(document: dict[str, Any]) -> Iterator[str]:
    """The weights that do it, then the signals whose weight cannot."""
    yield "one weight that takes it out" if document["inside"] else "one weight that brings it in"
    for change in document["changes"]:
        slider = change["slider"]
        more = "negative" if change["negative"] else "no slider position does"
        if slider is not None:
            more = f"slider {slider:.2f}: rank {change['slider_rank']:,}"
        yield (
            f"  {change['signal']:<14}{change['now']:8g} -> {change['weight']:<9g}"
            f"rank {change['rank']:,} ({more})"
        )
    can = {change["signal"] for change in document["changes"]}
    cannot = [part["signal"] for part in document["parts"] if part["signal"] not in can]
    if cannot:
        yield f"  no weight does: {', '.join(cannot)}"


def _trial_lines(document: dict[str, Any]) -> Iterator[str]:
    """Of each kind the trials that move the item most, as far as any does."""
    tried, rank = document["tried"], document["tried"]["rank"]
    spent = f"{tried['milliseconds']:,.0f} ms, reading sentences {tried['reading']:,.0f} ms"
    yield f"tried: {len(tried['trials'])} changes in {spent}"
    there = (tried["sentences"], tried["past_items"], tried["additions"])
    for kind, count in zip(Tried, there, strict=True):
        mine = [trial for trial in tried["trials"] if trial["kind"] == kind]
        moved = [x for x in mine if x["rank"] != rank and (x["rank"] > rank) == document["inside"]]
        if len(mine) < count:
            yield f"  {kind}: {len(mine)} of {count:,} are tried"
        if mine and not moved:
            way = "takes it down" if document["inside"] else "helps"
            yield f"  {kind}: none of {len(mine)} {way}"
        for trial in moved[:MOST_TOLD]:
            yield f"  {kind}: rank {rank:,} -> {trial['rank']:,}  {trial['text']}"
