"""One user's text written several ways: how far the wording moves it, on the map."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core.charts.audit_figures import ring_figure
from llmrec_core.errors import StudioError
from llmrec_core.project.said import place_said
from llmrec_core.ui import cached, cached_audit, cached_edits
from llmrec_core.ui.text import plain

if TYPE_CHECKING:
    from llmrec_core.audit import Stability
    from llmrec_core.recommender import Recommender

ABOUT = (
    "The same evidence in six wordings of the template, also where a model wrote the study: "
    "`llmrec audit --wordings USER` asks that model. The points show where each of them lies on "
    "the map: among the items that it speaks for more than other users' texts do. A tight ring "
    "means that the wording does not matter, a wide one that a lucky phrase decides what is "
    "recommended."
)


def ways(recommender: Recommender, user_id: str) -> None:
    """The button, and after it the ring, the figure and the texts."""
    st.caption(ABOUT)
    started = st.session_state.setdefault("audit_ways", [])
    if user_id not in started and not st.button("Write it six ways", key="audit_write"):
        return
    if user_id not in started:
        st.session_state["audit_ways"] = [*started[-9:], user_id]
    with st.spinner("Writing it six ways…", show_time=True):
        found = cached_audit.stability_of(recommender, user_id)
    _figures(found)
    _ring(recommender, user_id, found)
    with st.expander("The six texts"):
        for text in found.texts:
            st.markdown(plain(text.text()))


def _figures(found: Stability) -> None:
    meaning = (
        "Mean cosine over all pairs of wordings. 1 means that all point the same way; with other "
        "users' texts the mean is what a text has in common with anybody's."
    )
    with st.container(horizontal=True):
        st.metric("Between wordings", _cosine(found.cosine), border=True, help=meaning)
        st.metric("With other users' texts", _cosine(found.others), border=True, help=meaning)


def _cosine(value: float) -> str:
    return "undefined" if math.isnan(value) else f"{value:.3f}"


def _ring(recommender: Recommender, user_id: str, found: Stability) -> None:
    try:
        atlas = cached.atlas(recommender.study, recommender)
    except StudioError as error:
        st.caption(plain(error))
        return
    signal = recommender.signals["description"]
    scores = np.concatenate([signal.score(profile) for profile in found.profiles])
    places = place_said(scores, cached_edits.usual(recommender), atlas.item_xy)
    if not np.isfinite(places).all(axis=1).any():
        st.caption("The text has no sentence that counts, so it points nowhere.")
        return
    number = recommender.user_number(user_id)
    figure = ring_figure(
        atlas.item_xy, recommender.titles.tolist(), places,
        [text.text() for text in found.texts], user=atlas.user_xy[number],
    )
    st.plotly_chart(
        figure, key=f"audit_ring:{user_id}", config={"displayModeBar": False},
        alt="A part of the map with a point for each wording of the user's text",
    )
