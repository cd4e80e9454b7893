"""Why not another item, as sentences and small tables: pure functions, no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmrec_core import signals
from llmrec_core.explain.why_not import Tried
from llmrec_core.ui.frames import moved
from llmrec_core.ui.text import inert, plain

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.explain.why_not import Change, Line, Trial, Trials, WhyNot
    from llmrec_core.recommender import Recommender

THINGS = {
    Tried.SENTENCE: "sentences", Tried.PAST_ITEM: "past items",
    Tried.ADDED: "sentences that could be added (its kinds, its telling words)",
}
"""What there is of each kind of trial."""
WORDS = {
    Tried.SENTENCE: "Switch off", Tried.PAST_ITEM: "Remove from the history", Tried.ADDED: "Say",
}
"""What each kind of trial does, in a table."""


def standing(recommender: Recommender, found: WhyNot) -> str:
    """«Rank 37 of 1,523. 0.42 points short of «Fargo» at place 10.», ready for markdown."""
    if found.rank is None:
        return ""
    where = f"Rank {found.rank:,} of {found.candidates:,}."
    if found.rival is None:
        return f"{where} A list of {found.n:,} has room for every candidate."
    rival = f"«{plain(recommender.title(found.rival), 80)}» at place {found.rival_rank:,}"
    if found.tied:
        return f"{where} As many points as {rival}: the ids decide a tie."
    points = f"{abs(found.points):.2f}" if abs(found.points) >= 0.005 else "Less than 0.01"
    if found.inside:
        return f"{where} In the list of {found.n:,}: {points.lower()} points ahead of {rival}."
    return f"{where} {points} points short of {rival}."


def nearest(change: Change, *, inside: bool) -> str:
    """«Knowledge alone, from 0.75 down to 0.05 (the exact border is 0.0554), brings it in …»"""
    way = "up" if change.edge > change.now else "down"
    does = "takes it out of the list" if inside else "brings it in"
    name = signals.label(change.signal)
    if change.slider is not None:
        return (
            f"**{name}** alone, from {change.now:g} {way} to {change.slider:.2f}, {does}, at rank "
            f"{change.slider_rank:,} (the exact border is {change.edge:.4f})."
        )
    where = "no slider goes below 0" if change.negative else (
        "beyond the end of the slider" if change.beyond else "between two positions of the slider"
    )  # fmt: skip
    return (
        f"**{name}** alone would have to weigh {change.weight:g} instead of {change.now:g}: "
        f"{where}."
    )


def changes_frame(changes: Sequence[Change]) -> pd.DataFrame:
    """One row for each weight that does it: where it is, the exact border, where to put it."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Signal": [signals.label(change.signal) for change in changes],
            "Now": [change.now for change in changes],
            "Border": [change.edge for change in changes],
            "Put it to": [_put(change) for change in changes],
            "Rank": [
                change.rank if change.slider_rank is None else change.slider_rank
                for change in changes
            ],
        }
    )


def _put(change: Change) -> str:
    """«1.45», or for what no slider holds «4.24 (beyond)»."""
    if change.slider is not None:
        return f"{change.slider:.2f}"
    why = "below 0" if change.negative else "beyond" if change.beyond else "between steps"
    return f"{change.weight:g} ({why})".replace("-", "\u2212")


def lines_frame(lines: Sequence[Line], place: int) -> pd.DataFrame:
    """One row a reason: its points for the item, for the one at `place`, and the difference."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Reason": [inert(line.evidence) for line in lines],
            "Kind": [line.kind for line in lines],
            "Signal": [signals.label(line.signal) for line in lines],
            "This item": [line.mine for line in lines],
            f"Place {place}": [line.theirs for line in lines],
            "Difference": [line.difference for line in lines],
        }
    )


def trials_frame(trials: Sequence[Trial], rank: int) -> pd.DataFrame:
    """One row a trial: what is changed, and the rank after it, against `rank` now."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Rank then": [trial.rank for trial in trials],
            "Moved": [moved(rank - trial.rank) for trial in trials],
            "In the list": [trial.inside for trial in trials],
            "Change": [WORDS[trial.kind] for trial in trials],
            "What": [inert(trial.text) for trial in trials],
        }
    )


def not_tried(tried: Trials) -> str:
    """« Of 120 past items 28 were tried, those that speak most for the other item.», "" for all."""
    out = ""
    for kind in Tried:
        there, done = tried.there(kind), len(tried.of(kind))
        if done < there:
            most = ", those that speak most for the other item"
            end = "" if kind is Tried.ADDED else most
            out += f" Of {there:,} {THINGS[kind]} {done} were tried{end}."
    return out
