"""Items that say little of themselves: what is written for them, by whom, and what it changes."""

import streamlit as st

from llmrec_core.ui import item_texts, item_texts_effect, item_texts_now, state

study = state.current_study()
state.show_told()
recommender = item_texts.built(study)
texts = {} if recommender is None else recommender.item_texts
st.caption(
    "An item without words is known by its id alone. A text can be written for it from its "
    "attributes and its reviews; its own words are kept and always shown beside it."
)
with state.shown_errors():
    item_texts.figures(study, texts)
    item = item_texts.pick(study, texts)
    if item is not None:
        item_texts.side_by_side(study, item, texts)
        item_texts_now.now(study.name, item)

st.subheader("Build with written texts")
st.caption(
    "Reviews are part of the interactions: a text written from all of them has seen the rows that "
    "an evaluation holds out. Settings and weights are therefore chosen on texts written from "
    "training rows, and `llmrec evaluate` leaves written texts out."
)
item_texts_now.build(study)

st.subheader("What it changed")
if recommender is None or not texts:
    st.caption(
        "Nothing to compare yet: build the study once without and once with item texts. Both "
        "builds are kept beside each other."
    )
else:
    with state.shown_errors():
        item_texts_effect.effect(recommender, item)
