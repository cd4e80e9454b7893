"""What a study knows, as the small tables that are shown: pure functions, no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import signals, tables
from llmrec_core.signals.base import Kind
from llmrec_core.ui.text import inert

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.compare import Move
    from llmrec_core.explain import Entry
    from llmrec_core.reasons import Reason
    from llmrec_core.recommender import Recommended, Recommender

MOST_ATTRIBUTES = 3
"""Attributes shown beside a title."""
MOST_THROUGH = 3
"""Past items named beside what an item shares with them."""


def shown_attributes(recommender: Recommender) -> list[str]:
    """The attributes beside a title: the year where there is one, then those most items have."""
    items = recommender.tables.items
    filled = {name: float((items.frame[name].map(len) > 0).mean()) for name in items.attributes}
    order = sorted(filled, key=lambda name: (name.casefold() != "year", -filled[name], name))
    return order[:MOST_ATTRIBUTES]


def moved(places: int) -> str:
    """«↑ 3», «↓ 2», or nothing for no move."""
    if places == 0:
        return ""
    return f"{'↑' if places > 0 else '↓'} {abs(places):,}"


def list_frame(
    recommender: Recommender, lines: Sequence[Recommended], fitted: np.ndarray,
    attributes: Sequence[str],
) -> pd.DataFrame:
    """One row a recommended item; `fitted` (n,) are its ranks under the fitted weights.

    A signal that adds nothing to any of the items has no column: there may be a dozen signals.
    """
    import pandas as pd

    frame = recommender.tables.items.frame
    columns: dict[str, list[object]] = {
        "Rank": [line.rank for line in lines],
        "Moved": [moved(int(old) - line.rank) for line, old in zip(lines, fitted, strict=True)],
        "Title": [inert(line.title) for line in lines],
    }
    columns["Score"] = [line.score for line in lines]
    for name in recommender.names:
        parts = [line.parts[name] for line in lines]
        if any(parts):
            columns[f"{signals.label(name)} part"] = list(parts)
    numbers = [line.item for line in lines]
    for name in attributes:
        cells = frame[name].iloc[numbers]
        columns[name.capitalize()] = [inert(", ".join(map(str, cell))) for cell in cells]
    return pd.DataFrame(columns)


def rows_frame(recommender: Recommender, rows: Sequence[int] | np.ndarray) -> pd.DataFrame:
    """Interactions by row id, latest first: title, value, date (missing without a timestamp)."""
    import pandas as pd

    taken = recommender.tables.interactions.frame.iloc[np.asarray(rows, np.int64)]
    numbers = [recommender.item_numbers[item] for item in taken[tables.ITEM]]
    seconds = taken[tables.TIME].astype("Int64")
    out = pd.DataFrame(
        {
            "Title": [inert(recommender.title(number)) for number in numbers],
            "Value": taken[tables.VALUE].to_numpy(),
            "Date": pd.to_datetime(seconds.to_numpy(dtype="float64", na_value=np.nan), unit="s"),
            "Row": taken.index.to_numpy(),
        }
    )
    return out.sort_values(["Date", "Row"], ascending=False, kind="stable").reset_index(drop=True)


def history_frame(recommender: Recommender, user_id: str, typed: str = "") -> pd.DataFrame:
    """All interactions of a user whose titles have every word of `typed`, latest first."""
    profile = recommender.profiles.at(recommender.user_number(user_id))
    frame = rows_frame(recommender, profile.row)
    words = typed.casefold().split()
    if not words:
        return frame
    kept = frame["Title"].map(lambda title: all(word in title.casefold() for word in words))
    return frame[kept.to_numpy(bool)].reset_index(drop=True)


def ledger_frame(entry: Entry) -> pd.DataFrame:
    """A signal's entry as a matrix: a row for each reason, a column for each text of the item.

    Cells are the leaves; the column «Sum» adds a row up, and all rows add up to the entry. A
    reason that has no finer parts fills only the sum.
    """
    import pandas as pd

    # An entity is split by past items, of which there may be hundreds: they are named in its row.
    split = [child.children if child.kind != Kind.ENTITY else () for child in entry.children]
    fields = list(dict.fromkeys(leaf.evidence for leaves in split for leaf in leaves))
    rows = []
    for child, leaves in zip(entry.children, split, strict=True):
        parts = {leaf.evidence: leaf.contribution for leaf in leaves}
        row = {"Reason": inert(child.evidence + through(child)), "Kind": child.kind}
        rows.append(
            row | {f"Its {field}": parts.get(field, np.nan) for field in fields}
            | {"Sum": child.contribution}
        )
    columns = ["Reason", "Kind", *(f"Its {field}" for field in fields), "Sum"]
    return pd.DataFrame(rows, columns=columns)


def through(entry: Entry) -> str:
    """By which past items an entity was reached: « through Alien, Aliens and 3 more»; "" else."""
    if entry.kind != Kind.ENTITY:
        return ""
    named = [child.evidence for child in entry.children[:MOST_THROUGH]]
    more = len(entry.children) - len(named)
    return f", through {', '.join(named)}" + (f" and {more} more" if more else "")


def reason_frame(reason: Reason) -> pd.DataFrame:
    """One row for each part that a reason names: what it is, its points and its share."""
    import pandas as pd

    words = [
        f"{part.evidence} ({part.feeling})" if part.feeling else part.evidence
        for part in reason.parts
    ]
    return pd.DataFrame(
        {
            "Part": [inert(" ".join(word.split())) for word in words],
            "Points": [part.points for part in reason.parts],
            "Share": [100 * part.share for part in reason.parts],
        }
    )


def moves_frame(recommender: Recommender, moves: Sequence[Move]) -> pd.DataFrame:
    """One row an item: where it stood before a change, where it stands now."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Now": [move.after for move in moves],
            "Before": [move.before for move in moves],
            "Moved": [moved(move.rise) for move in moves],
            "Title": [inert(recommender.title(move.item)) for move in moves],
            "Score now": [move.score_after for move in moves],
            "Change": [move.score_after - move.score_before for move in moves],
        }
    )
