"""What-if lists as the tables that are shown: pure functions, no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.ui import frames
from llmrec_core.ui.text import inert
from llmrec_core.whatif import told

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.answered import Recommended
    from llmrec_core.compare import Move
    from llmrec_core.recommender import Recommender
    from llmrec_core.whatif import State
    from llmrec_core.whatif.audit import Replayed

NEW, LEFT = "new", "left"
"""What is said of an item that is on one of two lists only."""


def changed_frame(recommender: Recommender, moves: Sequence[Move], n: int) -> pd.DataFrame:
    """The list now, and below it what left it: place now and before, move, title, score, change.

    A place is missing where the item is no candidate, a change where it was none.
    """
    import pandas as pd

    frame = frames.moves_frame(recommender, moves)
    marks = [
        NEW if not 0 < move.before <= n else LEFT if not 0 < move.after <= n else
        frames.moved(move.rise) for move in moves
    ]
    return pd.DataFrame(
        {
            "Now": pd.array([move.after or None for move in moves], "Int64"),
            "Before": pd.array([move.before or None for move in moves], "Int64"),
            "Moved": marks, "Title": frame["Title"],
            "Score": frame["Score now"].where(np.isfinite(frame["Score now"])),
            "Change": frame["Change"].where(np.isfinite(frame["Change"])),
        }
    )


def export_frame(
    recommender: Recommender, state: State, lines: Sequence[Recommended]
) -> pd.DataFrame:
    """A list as a file: rank, item, title, score and what each signal adds."""
    import pandas as pd

    rows = [
        {"user_id": inert(state.user_id), "rank": line.rank, "item_id": inert(line.item_id),
         "title": inert(line.title), "score": line.score, **line.parts} for line in lines
    ]  # fmt: skip
    columns = ["user_id", "rank", "item_id", "title", "score", *recommender.names]
    return pd.DataFrame(rows, columns=columns)


def marks(first: Sequence[int], other: Sequence[int]) -> list[str]:
    """For each item of the `other` list its move against the `first` one, or that it is new."""
    places = {item: k for k, item in enumerate(first)}
    return [
        frames.moved(places[item] - k) if item in places else NEW for k, item in enumerate(other)
    ]


def list_frame(
    recommender: Recommender, lines: Sequence[Recommended], against: Sequence[int] | None
) -> pd.DataFrame:
    """One pinned list: place, title, and where the first list has it (None for the first)."""
    import pandas as pd

    columns: dict[str, list[object]] = {"Place": [line.rank for line in lines]}
    if against is not None:
        columns["Moved"] = list(marks(against, [line.item for line in lines]))
    columns["Title"] = [inert(line.title) for line in lines]
    return pd.DataFrame(columns)


def state_column(number: int, state: State) -> str:
    """The heading of a pinned state: its number keeps it apart from any other column."""
    return inert(f"{number} · {state.name}")


def states_frame(recommender: Recommender, states: Sequence[State]) -> pd.DataFrame:
    """What each state changes: one row a change, one column a state with a mark where it has it."""
    import pandas as pd

    found = [told.changes(recommender, state) for state in states]
    rows = list(dict.fromkeys(pair for pairs in found for pair in pairs))
    order = {kind: k for k, kind in enumerate(dict.fromkeys(kind for kind, _ in rows))}
    rows.sort(key=lambda pair: order[pair[0]])
    columns = {"Change": [inert(f"{kind}: {words}") for kind, words in rows]}
    for number, (state, pairs) in enumerate(zip(states, found, strict=True), 1):
        has = set(pairs)
        columns[state_column(number, state)] = ["✓" if row in has else "" for row in rows]
    return pd.DataFrame(columns)


def replay_frame(one: Replayed) -> pd.DataFrame:
    """A replayed list place by place: what was there, what is there, and the gap in points."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Place": [place.rank for place in one.places],
            "Same": ["✓" if place.same else "✗" for place in one.places],
            "Then": [inert(p.then.title or p.then.item_id) if p.then else "" for p in one.places],
            "Now": [inert(p.now.title or p.now.item_id) if p.now else "" for p in one.places],
            "Score then": [p.then.score if p.then else np.nan for p in one.places],
            "Score now": [p.now.score if p.now else np.nan for p in one.places],
        }
    )
