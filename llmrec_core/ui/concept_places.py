"""Where a user stands along the concepts, beside the mean user and an item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core import signals
from llmrec_core.charts.concept_figures import bar_figure, radar_figure
from llmrec_core.concepts import places
from llmrec_core.concepts.people import SAID, vectors_of
from llmrec_core.ui import cached, cached_concepts
from llmrec_core.ui.concept_item import pick_item
from llmrec_core.ui.text import count, inert, plain

if TYPE_CHECKING:
    from llmrec_core.concepts import Concepts, Crowd
    from llmrec_core.recommender import Recommender

BARS, RADAR = "Bars", "Radar"
SHOWN = 12
"""Concepts in the picture."""
YOU, MEAN = "this user", "mean user"


def show_places(
    recommender: Recommender, user_id: str, name: str, phrases: tuple[str, ...], items: list[int]
) -> None:
    """The picture of the most unusual concepts, and a table of all."""
    seen_in, shape, item = _knobs(recommender, name, items)
    concepts = cached_concepts.concepts_of(recommender, phrases).concepts
    profile, _ = cached.block(recommender, user_id)
    vector = vectors_of(recommender, profile, seen_in)
    if not vector.any():
        st.info(
            "Nothing is known of this user there: no sentence counts, or there is no history.",
            icon=":material/person_off:",
        )
        return
    usual = cached_concepts.mean_user(recommender, seen_in, phrases)
    own = places(vector, concepts)[0].astype(np.float64)
    unusual = usual.unusual(own)
    order = np.argsort(-np.abs(unusual), kind="stable")
    drawn = {YOU: own, MEAN: usual.mean}
    if item is not None:
        target = cached_concepts.targets_of(recommender, name, item)
        # In quotes: a title may be «this user».
        drawn[f"«{recommender.title(item)}»"] = places(target[None], concepts)[0].astype(np.float64)
    top = order[:SHOWN]
    draw = bar_figure if shape == BARS else radar_figure
    figure = draw([concepts.phrases[k] for k in top], {n: v[top] for n, v in drawn.items()})
    st.plotly_chart(
        figure, key="concepts_places_figure", config={"displaylogo": False},
        alt="Where the user stands along the concepts, beside the mean user",
    )
    _words(concepts, own, usual, unusual, seen_in)
    _table(concepts, drawn, unusual, order)


def _knobs(
    recommender: Recommender, name: str, items: list[int]
) -> tuple[str, str, int | None]:
    label = signals.label(name)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seen_in = st.segmented_control(
            "Seen in", [SAID, name], default=SAID, key=f"concepts_seen:{name}", required=True,
            persist_state="session",
            format_func=lambda one: "What is said" if one == SAID else f"Where {label} points",
            help="What is said: the user's own sentences. Where the signal points: these (or the "
            "history) after what was learned of everybody, among the texts of items.",
        )
        shape = st.segmented_control(
            "Picture", [BARS, RADAR], default=BARS, key="concepts_shape", required=True,
            persist_state="session",
        )
        item = pick_item(
            recommender, items, "concepts_beside", "Beside an item", none="No item"
        )
    return str(seen_in), str(shape), item


def _words(
    concepts: Concepts, own: np.ndarray, usual: Crowd, unusual: np.ndarray, seen_in: str
) -> None:
    order = np.argsort(-unusual, kind="stable")
    more = [concepts.phrases[k] for k in order[:3] if unusual[k] > 1]
    less = [concepts.phrases[k] for k in order[::-1][:3] if unusual[k] < -1]
    words = []
    if more:
        words.append(f"More than the mean user: {', '.join(more)}.")
    if less:
        words.append(f"Less: {', '.join(less)}.")
    if words:
        st.markdown(plain(" ".join(words)))
    st.caption(
        f"The {min(SHOWN, len(own))} concepts in which this user differs most from the mean of "
        f"{count(usual.users, 'user')}, in standard deviations over users. Values are cosines: 1 "
        "would say nothing but this concept, 0 says nothing of it, below 0 the opposite"
        + (
            "." if seen_in == SAID
            else "; a user's is that of the direction which the items are multiplied with."
        )
    )


def _table(
    concepts: Concepts, drawn: dict[str, np.ndarray], unusual: np.ndarray, order: np.ndarray
) -> None:
    part = st.expander(
        f"All {len(concepts)} concepts", key="concepts_places_all", on_change="rerun",
        icon=":material/table_rows:",
    )
    if not part.open:
        return
    number = st.column_config.NumberColumn
    named = {inert(name.capitalize() if name in (YOU, MEAN) else name): values[order]
             for name, values in drawn.items()}  # fmt: skip
    with part:
        st.dataframe(
            {"Concept": [inert(concepts.phrases[k]) for k in order], "Unusual": unusual[order],
             **named},
            key="concepts_places_table", hide_index=True,
            column_config={
                "Unusual": number(
                    format="%+.1f", help="Standard deviations (over users) from the mean user.",
                ),
                **{name: number(format="%+.3f", help="Cosine.") for name in named},
            },
            alt="Where the user stands along all concepts",
        )  # fmt: skip
