"""Why this item: the signals as a picture, then every reason as a table that adds up."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import streamlit as st

from llmrec_core import blend, compare, explain, signals
from llmrec_core.charts.ledger_figure import ledger_figure
from llmrec_core.recommender import Recommender
from llmrec_core.ui import frames
from llmrec_core.ui.cached_ledger import contributions, shown_attributes
from llmrec_core.ui.faithful_view import show_faithful
from llmrec_core.ui.reason_view import show_reason
from llmrec_core.ui.text import count, plain, signed
from llmrec_core.ui.word_view import show_words

if TYPE_CHECKING:
    import numpy as np

    from llmrec_core.blend import Block
    from llmrec_core.explain import Entry
    from llmrec_core.profile import Profiles

_SIGNALS, _REASONS = "Signals", "Reasons"


def show_ledger(
    recommender: Recommender, profile: Profiles, block: Block, weights: np.ndarray, item: int,
    key: str = "ledger",
) -> None:
    """The account of one item's score for the profile that `block` was made for."""
    entries = recommender.explain(
        profile, block, weights, item, contributions(recommender, profile, item)
    )
    score = float(blend.parts(block, weights, [item]).sum())
    rank = int(compare.ranks(block, weights, [item])[0])
    place = f"rank {rank:,}" if rank else "not a candidate: the user has it already"
    st.subheader(f"Why {plain(recommender.title(item), 80)}", anchor=False)
    _facts(recommender, item, f"{place} · score {score:.3f} points")
    if not entries:
        st.caption("No signal has a weight, so there is nothing to account for.")
        return
    show_reason(recommender, profile, entries, item, key)
    _picture(entries, key)
    _sum(entries, score)
    for entry in entries:
        line = _signal(entry, f"{key}_{entry.signal}")
        if line is not None:
            with st.container(border=True):
                show_words(recommender, profile, block, item, line, f"{key}_{entry.signal}_words")
    show_faithful(recommender, profile, block, weights, item, key)


def _facts(recommender: Recommender, item: int, first: str) -> None:
    frame = recommender.tables.items.frame
    words = [first]
    for name in shown_attributes(recommender):
        cell = frame[name].iloc[item]
        if len(cell):
            words.append(plain(", ".join(map(str, cell)), 80))
    taken = int(recommender.behaviour.counts()[item])
    st.caption(" · ".join([*words, count(taken, "interaction")]))
    texts = [str(frame[name].iloc[item]) for name in recommender.tables.items.text_fields]
    longest = max(texts, key=len, default="")
    if longest:
        st.text(longest if len(longest) <= 600 else longest[:599] + "…")


def _picture(entries: tuple[Entry, ...], key: str) -> None:
    level = st.segmented_control(
        "Level of detail", [_SIGNALS, _REASONS], default=_SIGNALS, key=f"{key}_level",
        required=True, label_visibility="collapsed", persist_state="session",
        help="One step a signal, or one step a sentence and past item.",
    )
    if level == _REASONS:
        parts = [
            (f"{child.evidence} ({entry.signal})", child.contribution)
            for entry in entries for child in entry.children
        ]
    else:
        parts = [(signals.label(entry.signal), entry.contribution) for entry in entries]
    st.plotly_chart(
        ledger_figure(parts), key=f"{key}_figure",
        alt="Waterfall: how the parts add up to the score", config={"displaylogo": False},
    )


def _sum(entries: tuple[Entry, ...], score: float) -> None:
    leaves = sum(len(entry.leaves()) for entry in entries)
    total = explain.total(entries)
    st.caption(
        f"{count(leaves, 'leaf', 'leaves')} add up to {total:.4f}; the score is {score:.4f} "
        f"(they differ by {abs(total - score):.0e}). Points are weighted standard deviations: a "
        "signal at weight 1 that finds the item one standard deviation better than the average "
        "candidate adds 1."
    )


def _signal(entry: Entry, key: str) -> Entry | None:
    """One signal, opened on demand: its reasons can be hundreds of rows. Gives the picked one."""
    name = signals.label(entry.signal)
    label = f"{name}: {signed(entry.contribution)} (weight {entry.weight:.2f})"
    # Its label follows the sliders, and an expander with another label is another one, closed.
    if st.session_state.get(f"{key}_open"):
        st.session_state[key] = True
    part = st.expander(
        label, key=key, on_change=_remember, args=(key,), icon=":material/account_tree:"
    )
    if not part.open:
        return None
    frame = frames.ledger_frame(entry)
    number = st.column_config.NumberColumn(format="%+.4f", width=95)
    config: dict[str, Any] = dict.fromkeys(frame.columns[2:], number)
    config["Reason"] = st.column_config.TextColumn(width=340)
    with part:
        st.caption(
            f"{count(len(frame), 'row')}, the largest first. A row is a sentence about the user or "
            "a past item, and its columns say which text of the recommended item it met; or it is "
            "something that the item shares with past items. «The average item» is what every "
            "candidate would get and is taken off. All in points of the score. Pick a sentence or "
            "a past item to open it to its words."
        )
        picked = st.dataframe(
            frame, hide_index=True, key=table_key(entry, key), placeholder="",
            column_config=config, height=min(420, 38 + 35 * len(frame)), on_select="rerun",
            selection_mode="single-row",
            alt=f"What the {entry.signal} signal's part of the score comes from",
        )
        st.caption(f"The column «Sum» adds up to {signed(float(frame['Sum'].sum()), 4)} points.")
    rows = picked.selection.rows
    return entry.children[rows[0]] if rows and rows[0] < len(entry.children) else None


def _remember(key: str) -> None:
    st.session_state[f"{key}_open"] = st.session_state[key]


def table_key(entry: Entry, key: str) -> str:
    """Names the table of a signal's reasons: with other reasons it is another table, in which
    nothing is picked."""
    told = repr([(child.kind, child.number, child.evidence) for child in entry.children])
    return f"{key}_table_{blake2b(told.encode(), digest_size=6).hexdigest()}"
