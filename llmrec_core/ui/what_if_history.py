"""The user's past as a table that can be changed: keep or remove, another value, its opposite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from llmrec_core import tables
from llmrec_core.recommender import Recommender
from llmrec_core.ui import frames
from llmrec_core.ui import what_if_state as working
from llmrec_core.ui.text import count, plain
from llmrec_core.whatif import State, editing, told
from llmrec_core.whatif.apply import level_of, value_of

if TYPE_CHECKING:
    import pandas as pd

PAGE = 100
"""Past items of a page: more is scrolled through by nobody, and slows the table down."""
_SEARCH, _PAGE = "what_if_search", "what_if_page"
KEEP, TITLE, VALUE, FLIP, DATE = "Keep", "Title", "Value", "Flip", "Date"


@dataclass(frozen=True)
class Shown:
    """What a drawn table began from: edits are counted from there until it is drawn anew."""

    key: str
    what: tuple[Any, ...]
    before: State
    item_ids: tuple[str, ...]


def show(recommender: Recommender, user_id: str) -> None:
    """Draw the search, the table and its pages."""
    typed = st.text_input(
        "Find in the history", key=_SEARCH, type="search", icon=":material/search:",
        placeholder="Part of a title", persist_state="session", label_visibility="collapsed",
        help="Shows only past items whose title has these words. Press Enter.",
    )
    rows = _rows(recommender, user_id, typed or "")
    pages = max(1, -(-len(rows) // PAGE))
    if int(st.session_state.get(_PAGE, 1)) > pages:
        st.session_state[_PAGE] = 1
    page = st.session_state.get(_PAGE, 1) if pages > 1 else 1
    part = rows.iloc[(page - 1) * PAGE : page * PAGE].reset_index(drop=True)
    if not len(part):
        st.caption(
            f"No past item has «{plain(typed or '', 60)}»." if typed else "There is no history."
        )
        return
    _table(recommender, user_id, part, (typed, page))
    if pages > 1:
        st.pagination(pages, key=_PAGE)
    st.caption(
        f"{count(len(rows), 'past item')}, latest first"
        + (f"; page {page} of {pages}." if pages > 1 else ".")
    )


def _rows(recommender: Recommender, user_id: str, typed: str) -> pd.DataFrame:
    """One row a past item, latest first; the latest row of an item that was met several times."""
    frame = frames.history_frame(recommender, user_id, typed)
    frame = frame.assign(item_id=recommender.tables.interactions.frame[tables.ITEM]
                         .iloc[frame["Row"].to_numpy()].to_numpy())  # fmt: skip
    return frame.drop_duplicates("item_id", ignore_index=True)


def _table(
    recommender: Recommender, user_id: str, part: pd.DataFrame, what: tuple[Any, ...]
) -> None:
    shown = _shown(recommender, user_id, part, (*what, working.turn(), recommender.version))
    frame = _frame(recommender, shown.before, part)
    low, high = recommender.scale.low, recommender.scale.high
    whole = bool((part["Value"] % 1 == 0).all())
    config: dict[str, Any] = {
        KEEP: st.column_config.CheckboxColumn(
            width=62, help="Without the tick it is as if the user had never met the item."
        ),
        TITLE: st.column_config.TextColumn(width=150, disabled=True),
        VALUE: st.column_config.NumberColumn(
            width=66, min_value=low, max_value=high, step=1 if whole else None, format="%.3g",
            help=f"Rating or count as in the data; type another one from {low:g} to {high:g}.",
        ),
        FLIP: st.column_config.CheckboxColumn(
            width=58, help=f"The value counts as its opposite: {low:g} as {high:g}, "
            f"{high:g} as {low:g}. The value in the middle has none.",
        ),
        DATE: st.column_config.DateColumn(width=90, format="YYYY-MM-DD", disabled=True),
    }
    st.data_editor(
        frame, key=shown.key, hide_index=True, column_config=config, num_rows="fixed",
        height=min(420, 38 + 35 * len(frame)), alt="The user's past items, each kept or removed",
        on_change=_edited, args=(recommender, user_id),
    )


def _shown(
    recommender: Recommender, user_id: str, part: pd.DataFrame, what: tuple[Any, ...]
) -> Shown:
    """The table as it was begun; begun anew where other rows are shown or the browser forgot it."""
    name = f"{working.base(recommender, user_id)}:table"
    before: Shown | None = st.session_state.get(name)
    if before is not None and before.what == what and before.key in st.session_state:
        return before
    number = 0 if before is None else int(before.key.rpartition(":")[2]) + 1
    shown = Shown(
        f"{name}:{number}", what, working.current(recommender, user_id), tuple(part["item_id"])
    )
    st.session_state[name] = shown
    return shown


def _frame(recommender: Recommender, state: State, part: pd.DataFrame) -> pd.DataFrame:
    """The rows as the state has them: a level that is the stored one's opposite is a flip."""
    import pandas as pd

    scale, removed, levels = recommender.scale, set(state.removed), dict(state.levels)
    stored = editing.stored_levels(recommender, state.user_id)
    ids = part["item_id"].tolist()
    flips = [item in levels and _alike(levels[item], 1 - stored[item]) for item in ids]
    values = [
        value_of(scale, levels[item]) if item in levels and not flip else float(value)
        for item, flip, value in zip(ids, flips, part["Value"], strict=True)
    ]
    columns: dict[str, Any] = {
        KEEP: [item not in removed for item in ids], TITLE: part["Title"].to_numpy()
    }
    if scale.high > scale.low:
        columns |= {VALUE: values, FLIP: flips}
    if part["Date"].notna().any():
        columns[DATE] = part["Date"].to_numpy()
    return pd.DataFrame(columns)


def _alike(one: float, other: float) -> bool:
    return abs(one - other) < 1e-6


def _edited(recommender: Recommender, user_id: str) -> None:
    """Take over the table as it stands; the list alone is drawn again."""
    shown: Shown = st.session_state[f"{working.base(recommender, user_id)}:table"]
    edits = {
        shown.item_ids[row]: cells
        for row, cells in st.session_state[shown.key]["edited_rows"].items()
        if row < len(shown.item_ids)
    }
    vain = flipped_in_vain(recommender, shown.before, edits)
    if not vain:
        working.changed_and_follow(
            recommender, user_id, lambda state: after_edits(recommender, state, shown, edits)
        )
        return
    # The whole page is drawn again, and with it the table: without the tick that does nothing.
    for item in vain:
        edits[item] = {column: cell for column, cell in edits[item].items() if column != FLIP}
    working.change(
        recommender, user_id, lambda state: after_edits(recommender, state, shown, edits)
    )
    working.begin_anew(
        recommender, user_id, f"«{told.title_of(recommender, vain[0])}» has the value in the "
        "middle of the scale, which has no opposite: type another value instead.",
    )


def flipped_in_vain(
    recommender: Recommender, before: State, edits: dict[str, dict[str, Any]]
) -> list[str]:
    """Ids of newly ticked rows whose value is in the middle of the scale, which has no opposite.

    The value is the one typed into the row, else that of the state before, else the stored one.
    """
    levels = editing.stored_levels(recommender, before.user_id) | dict(before.levels)
    for item, cells in edits.items():
        if cells.get(VALUE) is not None:
            levels[item] = level_of(recommender.scale, float(cells[VALUE]))
    return [
        item for item, cells in edits.items()
        if cells.get(FLIP) and editing.is_middle(levels[item])
    ]


def after_edits(
    recommender: Recommender, state: State, shown: Shown, edits: dict[str, dict[str, Any]]
) -> State:
    """The state with the shown rows as they were begun, and then as they were edited.

    `edits` are the changed cells by item id.
    """
    mine, scale = set(shown.item_ids), recommender.scale
    removed = set(state.removed) - mine | set(shown.before.removed) & mine
    levels = {item: level for item, level in state.levels if item not in mine}
    levels |= {item: level for item, level in shown.before.levels if item in mine}
    stored = editing.stored_levels(recommender, state.user_id)
    for item, cells in edits.items():
        if KEEP in cells:
            removed = removed - {item} if cells[KEEP] else removed | {item}
        if VALUE in cells or FLIP in cells:
            level = levels.pop(item, stored[item])
            was_flip = item in dict(shown.before.levels) and _alike(level, 1 - stored[item])
            plain_level = stored[item] if was_flip else level
            if VALUE in cells:
                typed = cells[VALUE]
                plain_level = stored[item] if typed is None else level_of(scale, float(typed))
            level = 1 - plain_level if cells.get(FLIP, was_flip) else plain_level
            if not _alike(level, stored[item]):
                levels[item] = level
    return editing.with_past(state, sorted(removed), levels)
