"""What an edit did to where the text points: a small map with one arrow, and what it means."""

from __future__ import annotations

import numpy as np
import streamlit as st

from llmrec_core.atlas import Atlas
from llmrec_core.charts.arrow_figure import arrow_figure
from llmrec_core.describe import Description
from llmrec_core.errors import StudioError
from llmrec_core.project.said import place_said
from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached, cached_edits, versions
from llmrec_core.ui.text import plain

MEANING = (
    "The arrow goes from where the text before points on the map to where the text now does: among "
    "the items that it speaks for more than other users' texts do (the description signal alone). "
    "The star is where the user lies by what they liked; an edit does not move it."
)


def places(
    recommender: Recommender, atlas: Atlas, user_id: str, before: Description, after: Description
) -> np.ndarray:
    """(2, 2) float32: where the two texts point; nan for one that says nothing that counts."""
    signal = recommender.signals["description"]
    profiles = [
        cached.block_as_described(recommender, user_id, text)[0] for text in (before, after)
    ]
    scores = np.concatenate([signal.score(profile) for profile in profiles])
    return place_said(scores, cached_edits.usual(recommender), atlas.item_xy)


def show_arrow(
    recommender: Recommender, user_id: str, before: Description, after: Description
) -> None:
    """The small map of one edit, or why there is none."""
    try:
        atlas = cached.atlas(recommender.study, recommender)
    except StudioError as error:
        st.caption(plain(error))
        return
    old, new = places(recommender, atlas, user_id, before, after)
    if not np.isfinite([old, new]).all():
        st.caption("One of the two texts has no sentence that counts, so it points nowhere.")
        return
    number = recommender.user_number(user_id)
    figure = arrow_figure(
        atlas.item_xy, recommender.titles.tolist(), old, new, user=atlas.user_xy[number],
        group=atlas.cluster, names=atlas.cluster_labels,
    )
    st.plotly_chart(
        figure, key=f"arrow:{user_id}", config={"displayModeBar": False},
        alt="A part of the map with an arrow from where the text pointed to where it points now",
    )
    st.caption(told(atlas, old, new), help=MEANING)


def told(atlas: Atlas, old: np.ndarray, new: np.ndarray) -> str:
    """How far the text moved, against the map, and towards which group."""
    size = float(np.nanmax(np.ptp(atlas.item_xy[np.isfinite(atlas.item_xy).all(axis=1)], axis=0)))
    length = float(np.linalg.norm(new - old))
    share = 100 * length / max(size, 1e-9)
    if share < 0.1:
        return "The edit leaves the text where it was on the map."
    near = nearest_group(atlas, new)
    return (
        f"The edit moves the text by {share:.1f} % of the map's width; most of the items round its "
        f"new place are «{plain(near, 60)}»."
    )


def nearest_group(atlas: Atlas, place: np.ndarray, most: int = 15) -> str:
    """The group that most of the items nearest to a place are of."""
    distance = np.linalg.norm(atlas.item_xy - place, axis=1)
    nearest = np.argsort(np.where(np.isfinite(distance), distance, np.inf), kind="stable")[:most]
    number = int(np.bincount(atlas.cluster[nearest]).argmax())
    return atlas.cluster_labels[number]


def moves_of(
    recommender: Recommender, atlas: Atlas, user_id: str
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The arrow of the edit in force, for the map page; empty where there is none to draw."""
    edited = recommender.study.journal.edited(user_id)
    others = versions.earlier(recommender, user_id)
    if edited is None or not others:
        return []
    old, new = places(recommender, atlas, user_id, others[0][1], edited)
    moved = np.isfinite([old, new]).all() and np.linalg.norm(new - old) > 0
    return [(old, new)] if moved else []
